"""``bonbench tasks``, ``task show``, ``info``: what there is."""

from typing import Annotated

import typer

task_app = typer.Typer(help="One task.", no_args_is_help=True)


def tasks() -> None:
    """List the tasks."""
    from harness import registry
    from harness.cli import show

    rows = [(t.name, t.version, t.title, t.domain, t.answer.kind, t.licence) for t in registry.tasks().values()]
    columns = [
        show.Column("task"), show.Column("version", "right", 3), show.Column("title", "name"),
        show.Column("domain", "", 1), show.Column("answers", "", 2), show.Column("licence", "name", 4),
    ]  # fmt: skip
    show.table("", columns, rows)
    groups = [(g.name, g.title, " · ".join(r.label for r in g.rows)) for g in registry.groups().values()]
    if groups:
        show.table("Groups (aggregated over problems)", [("group", ""), ("title", "name"), ("rows", "wrap")], groups)


@task_app.command("show")
def show_task(
    name: Annotated[str, typer.Argument(help="A task's or a group's name, lm-eval:NAME, or ./file.py:NAME.")],
) -> None:
    """Show one task in full, with the shape of its records; or the rows of a group."""
    from harness import registry
    from harness.cli import show

    if name in registry.groups():
        group = registry.groups()[name]
        show.facts({"group": group.name, "title": group.title, "domain": group.domain})
        rows = [(r.label, ", ".join(r.tasks), ", ".join(r.subjects) or "all") for r in group.rows]
        show.table(
            "Rows, each aggregated over its problems", [("row", ""), ("tasks", "wrap"), ("subjects", "wrap")], rows
        )
        return
    task = registry.task(name)
    source, answer = task.source, task.answer
    tolerances = {"relative": answer.relative_tolerance, "absolute": answer.absolute_tolerance}
    stated = [f"{kind} tolerance {value:g}" for kind, value in tolerances.items() if value]
    show.facts(
        {
            "task": f"{task.name}, version {task.version}",
            "title": task.title,
            "domain": task.domain,
            "dataset": f"{source.dataset} @ {source.revision or 'its newest'}" if source.dataset else "none on a hub",
            "split": source.split + (f", config {source.config}" if source.config else ""),
            "local files": ", ".join(source.files) or "none",
            "answers": ", ".join([answer.kind, *stated]),
            "prompt": repr(task.prompt),
            "step separator": repr(task.step_separator),
            "licence": task.licence,
            "url": task.url,
            "superseded by": task.superseded_by or "nothing",
        }
    )
    for part in (registry.notes(task.name), task.citation):
        if part:
            show.say("\n" + part)


def info() -> None:
    """Show where things are, and the versions that took part."""
    import platform

    from harness import home
    from harness.cli import show
    from harness.grader.answers import GRADER
    from harness.measure.protocol import PROTOCOL
    from harness.pool import pools
    from harness.version import VERSION, libraries

    show.facts(
        {
            "bonbench": VERSION,
            "protocol": PROTOCOL,
            "grader": GRADER,
            "home": f"{home.home().resolve()} (set BONBENCH_HOME to move it)",
            "store": home.default_store().resolve(),
            "pools": ", ".join(pools.names()) or "none yet",
            "python": platform.python_version(),
            **libraries(),
        }
    )
