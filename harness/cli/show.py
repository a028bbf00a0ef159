"""What commands print: tables, numbers, progress. Imported inside commands only."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from harness import plain

_TERMINAL = sys.stdout.isatty()
console = Console(highlight=False, width=None if _TERMINAL else 160)  # a pipe or a file has no width to fit
errors = Console(stderr=True, highlight=False)


def table(title: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[object]]) -> None:
    """Print a table. Cells are text, never markup.

    Args:
        title: Above it, or "".
        columns: (heading, ``right`` for numbers, ``wrap`` for prose that may take several lines, else "").
        rows: One sequence of cells a row.
    """
    out = Table(
        title=Text(plain.line(title)) if title else None,
        box=box.SIMPLE_HEAD,
        title_justify="left",
        title_style="bold",
        pad_edge=False,
    )
    for heading, side in columns:
        out.add_column(
            heading, justify="right" if side == "right" else "left", no_wrap=side != "wrap", overflow="ellipsis"
        )
    for row in rows:
        out.add_row(*[cell if isinstance(cell, Text) else Text(plain.line(plain.masked(str(cell)))) for cell in row])
    console.print(out)


def percent(value: float, digits: int = 1) -> str:
    """A share as a percentage without its sign."""
    return f"{100 * value:.{digits}f}"


def interval(low: float, high: float) -> str:
    """A confidence interval of shares."""
    return f"[{percent(low)}, {percent(high)}]"


def facts(values: Mapping[str, object]) -> None:
    """Print names and values, one a line."""
    width = max(map(len, values), default=0)
    for name, value in values.items():
        console.print(Text(f"{name:<{width}}  ", style="dim") + Text(plain.visible(plain.masked(str(value)))))


def say(text: str) -> None:
    """Print one line of plain text."""
    console.print(Text(plain.visible(plain.masked(text))))


def warn(text: str) -> None:
    """Print one line on standard error, marked."""
    errors.print(Text("! " + plain.visible(plain.masked(text)), style="yellow"))


class Rate(ProgressColumn):
    """Items a second, and tokens a second where there are any."""

    def render(self, task: Task) -> Text:
        """The rate as text."""
        speed = task.finished_speed or task.speed
        if not speed:
            return Text("")
        tokens = task.fields.get("tokens") or 0
        unit = task.fields.get("unit", "/s")
        shown = f"{speed / 1e6:.1f} MB/s" if unit == "bytes" else f"{speed:,.{int(speed < 10)}f}{unit}"
        return Text(
            shown + (f", {tokens / max(task.elapsed or 1e-9, 1e-9):,.0f} tok/s" if tokens else ""), style="cyan"
        )


@contextmanager
def bars() -> Iterator[Progress]:
    """Progress bars on standard error: nothing where that is not a terminal, so that logs stay clean."""
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=errors,
        disable=not sys.stderr.isatty(),
    ) as progress:
        yield progress


class Bar:
    """The progress of one of several pieces of work that share a bar.

    Args:
        progress: From ``bars``.
        task: The bar.
        before: What the pieces before came to.
    """

    def __init__(self, progress: Progress, task: TaskID, before: int) -> None:
        self.progress, self.task, self.before = progress, task, before

    def __call__(self, done: int, _total: int, _tokens: int = 0) -> None:
        """Show that ``done`` of this piece are done."""
        self.progress.update(self.task, completed=self.before + done)


class Stages:
    """The progress of ``evaluate`` as bars: one for each stage of each verifier."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.verbs = {"generate": "Generating", "grade": "Grading", "score": "Scoring"}

    def __call__(self, stage: str, what: str) -> "Stage":
        """A bar that appears when its stage begins."""
        return Stage(self.progress, escape(f"{self.verbs.get(stage, stage)} {plain.line(what)}"))


class Stage:
    """One bar of ``Stages``."""

    def __init__(self, progress: Progress, title: str) -> None:
        self.progress, self.title, self.tokens = progress, title, 0
        self.bar: TaskID | None = None

    def __call__(self, done: int, total: int, tokens: int = 0) -> None:
        """Show that ``done`` of ``total`` are done."""
        self.tokens += tokens
        if self.bar is None:
            self.bar = self.progress.add_task(self.title, total=total, tokens=0)
        self.progress.update(self.bar, completed=done, total=total, tokens=self.tokens)
