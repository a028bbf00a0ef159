"""``bestofn tasks``, ``task show``, ``info``: what there is."""

from typing import Annotated

import typer

task_app = typer.Typer(help="One task.", no_args_is_help=True)


def tasks() -> None:
    """List the tasks."""
    from harness import registry
    from harness.cli import show

    rows = [(t.name, t.version, t.title, t.domain, t.answer.kind, t.licence) for t in registry.tasks().values()]
    columns = [("task", ""), ("version", "right"), ("title", ""), ("domain", ""), ("answers", ""), ("licence", "")]
    show.table("", columns, rows)
    groups = [(g.name, g.title, ", ".join(r.label for r in g.rows)) for g in registry.groups().values()]
    if groups:
        show.table("Groups (aggregated over problems)", [("group", ""), ("title", ""), ("rows", "")], groups)


@task_app.command("show")
def show_task(name: Annotated[str, typer.Argument(help="A task's name, or ./file.py:NAME.")]) -> None:
    """Show one task in full."""
    from harness import registry
    from harness.cli import show

    task = registry.task(name)
    source = task.source
    show.facts(
        {
            "task": f"{task.name}, version {task.version}",
            "title": task.title,
            "domain": task.domain,
            "dataset": f"{source.dataset} @ {source.revision}" if source.dataset else "none on a hub",
            "split": source.split + (f", config {source.config}" if source.config else ""),
            "local files": ", ".join(source.files) or "none",
            "answers": f"{task.answer.kind}, relative tolerance {task.answer.relative_tolerance:g}"
            if task.answer.kind == "number"
            else task.answer.kind,
            "prompt": repr(task.prompt),
            "step separator": repr(task.step_separator),
            "licence": task.licence,
            "url": task.url,
            "superseded by": task.superseded_by or "nothing",
        }
    )
    show.say("\n" + task.citation)


def info() -> None:
    """Show where things are, and the versions that took part."""
    import platform

    from harness import home, pools
    from harness.answers import GRADER
    from harness.cli import show
    from harness.estimators import PROTOCOL
    from harness.version import VERSION, libraries

    show.facts(
        {
            "bestofn": VERSION,
            "protocol": PROTOCOL,
            "grader": GRADER,
            "home": f"{home.home().resolve()} (set BESTOFN_HOME to move it)",
            "store": home.default_store().resolve(),
            "pools": ", ".join(pools.names()) or "none yet",
            "python": platform.python_version(),
            **libraries(),
        }
    )
