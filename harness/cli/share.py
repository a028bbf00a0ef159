"""``bonbench cite``, ``export``, ``cards`` and ``reproduce``: numbers that leave the house, and come back."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.asked import StorePath
from harness.cli.standard import cite_standard
from harness.errors import BadInput

cards_app = typer.Typer(help="Result cards: one JSON file a run.", no_args_is_help=True)
At = Annotated[int | None, typer.Option("--n", help="N; default: the run's largest.")]


def cite(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run's id, or the beginning of it.")] = "",
    n: At = None,
    standard: Annotated[bool, typer.Option("--standard", help="The reference board in place of a run.")] = False,
    store: StorePath = None,
) -> None:
    """Print a run's number with its interval, protocol and digests, and the BibTeX; or the reference board."""
    from harness.cli import show
    from harness.home import default_store
    from harness.report import cite as cites
    from harness.report import lookup
    from harness.report import store as stores

    if standard == bool(run):
        raise BadInput("Name one run ('bonbench runs' lists them), or pass --standard for the reference board.")
    if standard:
        cite_standard()
        return
    with stores.reading(store or default_store()) as connection:
        row = lookup.run(connection, run)
        numbers = lookup.results(connection, row["run_id"])
    number = cites.headline(row, numbers, n)
    show.say(cites.sentence(row, number, cites.contaminated(numbers, number)) + "\n")
    show.say(cites.bibtex(row))
    task = _task_citation(row["task"])
    if task:
        show.say("\n" + task)


def _task_citation(name: str) -> str:
    from harness import registry

    found = registry.tasks().get(name)
    return found.citation if found else ""


def export(
    kind: Annotated[str, typer.Argument(metavar="FORMAT", help="csv, parquet, latex, markdown, lm-eval, hf or card.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The file; for cards the folder.")],
    run: Annotated[list[str] | None, typer.Option(help="Only these runs; may be repeated.")] = None,
    n: At = None,
    store: StorePath = None,
) -> None:
    """Export runs as CSV, Parquet, LaTeX, Markdown, lm-eval JSON, Hugging Face metadata or result cards."""
    from harness import files
    from harness.cli import show
    from harness.home import default_store
    from harness.report import cards, lookup
    from harness.report import cite as cites
    from harness.report import store as stores

    with stores.reading(store or default_store()) as connection:
        ids = [lookup.run(connection, r)["run_id"] for r in run or []]
        if kind == "card":
            for run_id in ids or [r["run_id"] for r in lookup.runs(connection)]:
                file = output / cards.file_name(run_id)
                files.write_json(cards.card(connection, run_id), file)
                show.say(str(file))
        else:
            rows = cites.export(connection, kind, output, ids, n)
            show.say(f"{rows} rows in {output}")


@cards_app.command("add")
def add(
    files: Annotated[list[Path], typer.Argument(metavar="FILES...", help="Cards, or folders of them.")],
    store: StorePath = None,
) -> None:
    """Merge other people's cards into a store, marked with where they came from."""
    from harness.cli import show
    from harness.home import default_store
    from harness.report import cards

    paths = [p for f in files for p in (sorted(f.rglob("*.json")) if f.is_dir() else [f])]
    if not paths:
        raise BadInput("No card was found there; cards are .json files written by 'bonbench export card'.")
    added = cards.add(store or default_store(), paths)
    show.say(f"{len(added)} of {len(paths)} cards added ({len(paths) - len(added)} were measured here already).")


@cards_app.command("schema")
def schema() -> None:
    """Print the JSON schema of a card."""
    import json

    from harness.report import cards

    print(json.dumps(cards.schema(), indent=2))


def reproduce(
    card: Annotated[Path, typer.Argument(help="A result card.")],
    data: Annotated[
        Path | None, typer.Option(help="The task's records, if not where the task itself finds them.")
    ] = None,
    allow_code: Annotated[bool, typer.Option("--allow-code", help="Run the file that the card names.")] = False,
) -> None:
    """Rerun a card where its pool is at hand, and say whether every number is the same."""
    from harness.cli import show
    from harness.report import cards, reproducing

    value = cards.read(card)
    with show.bars() as bars:
        difference = reproducing.difference(value, code=allow_code, data=data, progress=show.Stages(bars))
    if difference:
        show.say(f"Not the same: {difference}.")
        raise typer.Exit(1)
    show.say(f"Equal: all {len(value['results'])} numbers of run {value['run']['run_id']} were reproduced.")
