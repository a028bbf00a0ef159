"""What commands print: tables, numbers, progress. Imported inside commands only."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from rich import box
from rich.cells import cell_len
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

_PIPED = None if sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit() else 160  # a pipe has no width to fit
console = Console(highlight=False, width=_PIPED)
errors = Console(stderr=True, highlight=False)
_GAP = 2  # between two columns
_NAME, _SHORTEST, _PROSE = (
    24,
    10,
    20,
)  # what a name gives up before a column goes, what it gives up then; least of prose


class Column(NamedTuple):
    """A column of a table.

    Attributes:
        heading: Above it.
        kind: ``right`` for numbers, ``name`` for what may be cut with an ellipsis, ``wrap`` for prose on several
            lines; "" for what says nothing unless it is whole.
        goes: 0 for a column that stays; where the table is too wide the others go, the largest number first.
    """

    heading: str
    kind: str = ""
    goes: int = 0

    def least(self, cells: Sequence[Text], shortest: int) -> int:
        """The width that it can be given, for cells of this text."""
        give = {"name": shortest, "wrap": _PROSE}.get(self.kind, self.widest(cells))
        return min(self.widest(cells), max(give, cell_len(self.heading)))

    def widest(self, cells: Sequence[Text]) -> int:
        """The width at which nothing is cut."""
        return max([cell_len(self.heading), *(cell.cell_len for cell in cells)])


def table(title: str, columns: Sequence[tuple[str, str] | Column], rows: Sequence[Sequence[object]]) -> None:
    """Print a table as wide as the console: names give way first, then columns that may go, then names once more.

    Args:
        title: Above it, or "".
        columns: Its columns, or their (heading, kind).
        rows: One sequence of cells a row; cells are text, never markup.
    """
    made = [Column(*column) for column in columns]
    texts = [
        [cell if isinstance(cell, Text) else Text(plain.line(plain.masked(str(cell)))) for cell in row] for row in rows
    ]
    cells = [[row[i] for row in texts] for i in range(len(made))]
    kept = list(range(len(made)))
    while _width(made, cells, kept, _NAME) > console.width and any(made[i].goes for i in kept):
        kept.remove(max(kept, key=lambda i: made[i].goes))
    out = Table(
        title=Text(plain.line(title)) if title else None,
        box=box.SIMPLE_HEAD,
        title_justify="left",
        title_style="bold",
        padding=(0, 1, 0, 0),  # beside the divider's own column: _GAP
        pad_edge=False,
        show_edge=False,
    )
    room = console.width - _width(made, cells, kept, _SHORTEST)
    for i in kept:
        least = made[i].least(cells[i], _SHORTEST)
        width = min(made[i].widest(cells[i]), least + max(0, room))
        room -= width - least
        out.add_column(
            made[i].heading,
            justify="right" if made[i].kind == "right" else "left",
            no_wrap=made[i].kind != "wrap",
            overflow="fold" if made[i].kind == "wrap" else "ellipsis",
            width=width,
        )
    for row in texts:
        out.add_row(*[row[i] for i in kept])
    console.print(out)
    console.print()


def _width(columns: Sequence[Column], cells: Sequence[Sequence[Text]], kept: Sequence[int], shortest: int) -> int:
    """Of a table whose names are cut to ``shortest``."""
    return sum(columns[i].least(cells[i], shortest) for i in kept) + _GAP * (len(kept) - 1)


def percent(value: float, digits: int = 1) -> str:
    """A share as a percentage without its sign."""
    return f"{100 * value:.{digits}f}"


def interval(low: float, high: float) -> str:
    """A confidence interval of shares."""
    return f"[{percent(low)}, {percent(high)}]"


def pairs(values: Mapping[str, object]) -> str:
    """Names and values on one line, as a person writes them.

    >>> pairs({"ns": [1, 2], "rules": (), "transform": "", "slots": 16000, "share": 0.25, "exact": True})
    'ns 1, 2; slots 16,000; share 0.25; exact yes'
    """
    said = {name: _said(value) for name, value in values.items()}
    return "; ".join(f"{name.replace('_', ' ')} {value}" for name, value in said.items() if value)


def _said(value: object) -> str:
    if isinstance(value, Mapping):
        return f"({inside})" if (inside := pairs(value)) else ""
    if isinstance(value, list | tuple):
        return ", ".join(map(_said, value))
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: ""}[value]
    return f"{value:,}" if isinstance(value, int) else f"{value:.6g}" if isinstance(value, float) else str(value)


def facts(values: Mapping[str, object]) -> None:
    """Print names and values, one a line."""
    width = max(map(len, values), default=0)
    for name, value in values.items():
        shown = Text(f"{name:<{width}}  ", style="dim") + Text(plain.visible(plain.masked(str(value))))
        console.print(shown, soft_wrap=not console.is_terminal)


def say(text: str) -> None:
    """Print one line of plain text; a pipe gets it unbroken."""
    console.print(Text(plain.visible(plain.masked(text))), soft_wrap=not console.is_terminal)


def warn(text: str) -> None:
    """Print one line on standard error, marked."""
    shown = Text("! " + plain.visible(plain.masked(text)), style="yellow")
    errors.print(shown, soft_wrap=not errors.is_terminal)


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
