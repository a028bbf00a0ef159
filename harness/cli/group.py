"""``bonbench group``: several tasks in one table, aggregated over problems."""

from pathlib import Path
from typing import Annotated

import typer


def group(
    name: Annotated[str, typer.Argument(help="A group's name ('bonbench tasks' lists them).")],
    n: Annotated[int | None, typer.Option("--n", help="N; default: the largest that all runs have.")] = None,
    generator: Annotated[
        str | None, typer.Option(help="Whose samples; default: the generator that covers most tasks.")
    ] = None,
    headline: Annotated[bool, typer.Option(help="Only each verifier's own rule and aggregation.")] = True,
    store: Annotated[Path | None, typer.Option("--store", help="The results database.")] = None,
) -> None:
    """Show a group of tasks: one row a verifier, one column a set, and the aggregate over all problems."""
    from harness import registry
    from harness.cli import show
    from harness.errors import UnknownName
    from harness.home import default_store
    from harness.report import group as groups
    from harness.report import lookup
    from harness.report import store as stores
    from harness.report.cite import label

    if name not in registry.groups():
        raise UnknownName("group of tasks", name, registry.groups())
    with stores.reading(store or default_store()) as connection:
        found = groups.table(connection, registry.groups()[name], n, generator)
        own = {
            (line, run["headline_measure"], run["headline_aggregation"])
            for line in {i for each in found.lines for i in each.run_ids}
            for run in [lookup.run(connection, line)]
        }
    labels = [row.label for row in found.group.rows]
    rows = []
    for line in found.lines:
        if headline and not any((i, line.measure, line.aggregation) in own for i in line.run_ids):
            continue
        numbers = [*(line.rows.get(label) for label in labels), line.aggregate]
        cells = [
            "" if x is None else f"{show.percent(x.value)} {show.interval(x.low, x.high)} ({x.n_problems})"
            for x in numbers
        ]
        rows.append((label(line.verifier, line.aggregation), line.measure, *cells))
    columns = [
        show.Column("verifier", "name"), show.Column("rule", "", len(labels) + 1),
        *[show.Column(heading, "", len(labels) - i) for i, heading in enumerate(labels)], show.Column("aggregate"),
    ]  # fmt: skip
    show.table(
        f"{found.group.title} · N = {found.n} · samples of {found.generator or 'an unnamed model'}", columns, rows
    )
    pools = ", ".join(f"{pool} ({task})" for task, pool in found.pools.items())
    show.say(f"Accuracy %, its 95 % interval over problems and their number; the aggregate is over problems. {pools}.")
    if found.missing:
        show.warn(f"No verifier was measured on {', '.join(found.missing)}: there is no aggregate yet.")
