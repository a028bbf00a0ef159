"""``bonbench leaderboard``, ``publish`` and ``board``: open the board, or make it something that others open."""

from pathlib import Path
from typing import Annotated

import typer

from harness.errors import BadInput, StoreError
from harness.wording import counted

app = typer.Typer(help="A repository of result cards that is a board of its own.", no_args_is_help=True)
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  as a person may ask for it


def leaderboard(
    store: Annotated[Path | None, typer.Option(help="The results database.")] = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where to serve it.")] = 8501,
    address: Annotated[str, typer.Option(help="Where to listen; 0.0.0.0 lets other machines in.")] = "127.0.0.1",
    open_browser: Annotated[bool, typer.Option(help="Open a browser on it.")] = True,
    reference: Annotated[bool, typer.Option(help="Show the reference board's cards too.")] = True,
) -> None:
    """Open the Streamlit leaderboard on a store, for this machine alone unless an address says otherwise."""
    import os
    import subprocess
    import sys

    from harness import home, packages
    from harness.cli import show
    from harness.report import opening, standard

    packages.need("board", "show the leaderboard")
    path = (store or home.default_store()).resolve()
    if reference and (path.exists() or store is None):  # a store misnamed is an error, not a new one
        try:
            standard.add(standard.read(), path)
        except StoreError as error:  # a store that may only be read is shown as it is
            show.warn(f"Without the reference board's cards: {error}")
    if not path.exists() and not opening.published_copy(path).exists():
        raise BadInput(f"There is no store at {str(path)!r} yet: 'bonbench run' makes one.")
    root = Path(__file__).resolve().parents[2]  # holds the packages, whether or not they are installed
    app = root / "leaderboard" / "serve.py"
    command = [
        sys.executable, "-P", "-m", "streamlit", "run",  # -P: no file of the working folder is a module
        str(app), "--server.port", str(port),
        "--server.address", address, "--browser.serverAddress", "localhost" if address in _EVERYWHERE else address,
        "--server.headless", "false" if open_browser else "true", "--browser.gatherUsageStats", "false",
    ]  # fmt: skip
    environment = {
        **os.environ,
        "BONBENCH_STORE": str(path),
        "BONBENCH_HOME": str(home.home().resolve()),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")])),
    }
    raise typer.Exit(subprocess.call(command, env=environment))


def publish(
    target: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write; with --static the HTML file.")],
    store: Annotated[Path | None, typer.Option(help="The results database.")] = None,
    title: Annotated[str, typer.Option(help="Of the board.")] = "Best-of-N leaderboard",
    samples: Annotated[
        bool, typer.Option(help="Take the problems and samples along, for the problem explorer.")
    ] = True,
    static: Annotated[bool, typer.Option(help="Write one HTML file that opens without a server.")] = False,
    replace: Annotated[bool, typer.Option(help="Replace what bonbench published there before; nothing else.")] = False,
) -> None:
    """Write the leaderboard as a folder that a host can run, or as one HTML file."""
    from harness import files, home, packages
    from harness.cli import show
    from harness.report import publish as publishing
    from harness.report import store as stores

    path = (store or home.default_store()).resolve()
    if static:
        from leaderboard.draw.static import OURS, page

        file = target if target.suffix in (".html", ".htm") else target / "index.html"
        if file.exists() and not replace:
            raise BadInput(f"The file {str(file)!r} exists. Choose another, or pass --replace.")
        if file.exists() and (not file.is_file() or OURS.encode() not in file.read_bytes()[:1000]):
            raise BadInput(
                f"The file {str(file)!r} is no board that bonbench wrote, so it is not replaced. Choose another."
            )
        with stores.reading(path) as connection:
            text = page(connection, title)
        files.write_text(text, file)
        show.say(f"{file}: {len(text.encode()) / 1e6:.1f} MB, opens in any browser, without a server or a network.")
        return
    packages.need("board", "publish a board that a host can run")
    done = publishing.publish(path, target, title, samples=samples, replace=replace)
    show.say(f"{done.folder}: {done.files} files, {done.size / 1e6:.1f} MB. 'streamlit run app.py' there shows it.")
    for sentence in done.missing:
        show.warn(f"Not at hand, so not published: {sentence}.")
    for large in done.large:
        show.warn(f"{large} is over {publishing.LARGE / 1e6:.0f} MB; git hosts want such files in large-file storage.")


Repository = Annotated[Path, typer.Argument(metavar="DIR", help="The repository of cards.")]


@app.command("init")
def init(
    folder: Repository, title: Annotated[str, typer.Option(help="Of the board.")] = "A board of verifiers"
) -> None:
    """Make a repository whose continuous integration checks, reruns and publishes the cards in it."""
    from harness.cli import show
    from harness.report import contributed

    for path in contributed.init(folder, title):
        show.say(str(path))
    show.say(
        f"A board's beginning. Put cards into {folder / contributed.CARDS} ('bonbench export card'), check them with "
        f"'bonbench board check {folder}', and push it to a host with its own workflows."
    )


@app.command("check")
def check(
    folder: Repository,
    models: Annotated[bool, typer.Option("--models", help="Also rerun what loads a model.")] = False,
) -> None:
    """Check every card of a repository, and rerun those whose pool is here; exit status 1 if one is refused."""
    from harness.cli import show
    from harness.report import contributed

    verdicts = list(contributed.check(folder, models=models))
    columns = [show.Column("card", "name"), show.Column("verdict"), show.Column("why", "wrap")]
    show.table("", columns, [(v.file, v.verdict, v.reason) for v in verdicts])
    refused = sum(v.verdict == "refused" for v in verdicts)
    reproduced = sum(v.verdict == "reproduced" for v in verdicts)
    show.say(f"{counted(len(verdicts), 'card')}: {reproduced} reproduced, {refused} refused, the others consistent.")
    if refused:
        raise typer.Exit(1)


@app.command("build")
def build(
    folder: Repository,
    output: Annotated[Path, typer.Option("--output", "-o", help="A folder for page/ and streamlit/.")] = Path("site"),
    replace: Annotated[bool, typer.Option(help="Replace what bonbench published there before; nothing else.")] = False,
) -> None:
    """Make the board of a repository's cards and the reference board: a page, and a folder for a Streamlit host."""
    import tempfile

    from harness.cli import show
    from harness.report import contributed

    title = contributed.title(folder)
    with tempfile.TemporaryDirectory() as scratch:
        store = Path(scratch) / "results.duckdb"
        show.say(f"{counted(contributed.build(folder, store), 'card')} of {title!r} beside the reference board's.")
        publish(output / "page", store, title, samples=False, static=True, replace=replace)
        publish(output / "streamlit", store, title, samples=False, static=False, replace=replace)
