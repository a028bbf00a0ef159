"""``bonbench pool fetch``: a reference pool with its texts, from the upstream's own files."""

from pathlib import Path
from typing import Annotated

import typer

from harness.errors import BadInput


def fetch(
    name: Annotated[str, typer.Argument(help="A reference pool's name ('bonbench standard' lists them).")],
    folder: Annotated[Path | None, typer.Option(help="Where the files go; default: fetched in the home.")] = None,
    data: Annotated[
        Path | None, typer.Option(help="A folder of tasks' records, if not where the tasks find them.")
    ] = None,
    server: Annotated[str, typer.Option(help="Asked as SERVER/OWNER/NAME/COMMIT/PATH.")] = "",
    list_: Annotated[bool, typer.Option("--list", help="Only list the files, with SHA-256, size and place.")] = False,
) -> None:
    """Get a reference pool's files from its repository, check them, import them, and compare the digest.

    It is then here with all that its source has, as full-NAME, and a verifier that is run on NAME reads its texts
    there. Interrupt it anywhere: the same command goes on.
    """
    from harness.cli import show
    from harness.home import home
    from harness.pool import fetch as fetching
    from harness.pool import pools
    from tasks.reference import build, origins

    origin = origins.origin(name)
    files = origins.wanted(origin)
    base = folder or home() / "fetched"
    place = base / origin.repository.replace("/", "+")
    url = f"{server.rstrip('/') or fetching.GITHUB}/{origin.repository}/{origin.commit}"
    if list_:
        for file in files:
            print(f"{file.sha256}  {file.size:>9}  {url}/{file.path}  {place / file.path}")
        return
    if not url.startswith(("https://", "http://")):
        raise BadInput(f"--server is {server!r}; an address that begins with https:// or http:// was expected.")
    with show.bars() as bars:
        bar = bars.add_task(f"Fetching {name}", total=sum(f.size for f in files), unit="bytes")
        fetched = fetching.fetch(url, files, place, show.Bar(bars, bar, 0))
    show.say(f"{fetched} of {len(files)} files fetched from {url}; all of them are those that were pinned.")
    made = build.full(origin, data, base)
    expected = pools.open_pool(name).manifest.origin["full_pool"]
    if made.digest != expected:
        raise BadInput(
            f"The pool {made.name!r} has the digest {made.digest[:16]}, {expected[:16]} was expected: the task's "
            "records are others than those the reference board was made with. Name theirs with --data."
        )
    show.say(f"{made.name}: {made.manifest.n_samples:,} samples, digest {made.digest[:16]} as expected.")
