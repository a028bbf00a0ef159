"""What the page says besides its numbers: titles, captions, and friendly words where there is nothing to show."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import NoReturn

import streamlit as st

from leaderboard.charts.style import Style
from leaderboard.records import Board, Entry
from leaderboard.text import escaped

_STYLE = Path(__file__).with_name("page.css")


def stylesheet() -> str:
    """The rules of ``page.css``."""
    return _STYLE.read_text(encoding="utf-8")


def style() -> None:
    """The style sheet of the page."""
    st.html(f"<style>{stylesheet()}</style>")


def title(text: str, lede: str) -> None:
    """A view's name and what it shows, in a sentence."""
    st.html(f'<div class="bo-title"><h1>{escape(text)}</h1><p>{escape(lede)}</p></div>')


def legend(entries: Sequence[Entry], style: Style, *, narrow_only: bool = False) -> None:
    """The colours and their names, above a chart whose lines carry none (or only where the chart is narrow)."""
    items = "".join(f'<span style="--c:{style.colours[e.label].css}"><i></i>{escape(e.label)}</span>' for e in entries)
    st.html(f'<div class="bo-legend{" narrow" if narrow_only else ""}"><div>{items}</div></div>')


def slice_name(kind: str, name: str) -> str:
    """A slice as a reader calls it."""
    if kind == "quintile":
        return f"Quintile {name}" + {"1": ", easiest", "5": ", hardest"}.get(name, "")
    return f"Level {name}" if kind == "level" else name


def nothing(text: str) -> None:
    """A calm line in place of a chart or table that has nothing to show."""
    st.info(text, icon=":material/info:")


def end(text: str) -> NoReturn:
    """As ``nothing``, and the view ends there."""
    nothing(text)
    st.stop()
    raise AssertionError("st.stop() does not return")


def plain(text: str) -> str:
    """A name that goes into Markdown, so that it shows as itself."""
    return escaped(text)


def about(board: Board) -> str:
    """Where a board's numbers come from, as one line."""
    slots = f"M = {board.slots}" if board.slots else "as many slots as samples"
    if board.members:
        tasks = ", ".join(f"{b.title} ({b.n_problems})" for b in board.members)
        return f"{board.n_problems} problems pooled over {tasks} · {board.protocol}, {board.grader}"
    own = "" if board.problems == "task" else " · problems and right answers from the pool itself"
    generator = board.generator or "generator not stated"
    return (
        f"{board.title} · {board.n_problems} problems · pool {board.pool} ({board.pool_digest[:12]}), {generator}, "
        f"{slots}{own} · {board.protocol}, {board.grader} · newest run {board.newest[:10]}"
    )


def cannot_show(problem: Exception) -> None:
    """A page in place of the one that could not be made."""
    title("Nothing to show yet", "The leaderboard reads a store of results, and could not read this one.")
    st.text(str(problem))
    st.code(
        "bestofn pool import generic samples.jsonl --problems from-pool --task my-task --name my-pool\n"
        "bestofn run --pool my-pool -v carried\n"
        "bestofn leaderboard",
        language="shell",
    )
