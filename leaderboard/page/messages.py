"""What the page says besides its numbers: titles, captions, and friendly words where there is nothing to show."""

import os
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import NoReturn

import pyarrow as pa
import streamlit as st

from leaderboard.draw import legend as legend_of
from leaderboard.draw import words
from leaderboard.draw.charts.style import Drawing, Style
from leaderboard.draw.text import escaped
from leaderboard.page import address
from leaderboard.page.address import NotHere
from leaderboard.read import queries, store
from leaderboard.read.records import Board, Entry

_STYLE = Path(__file__).resolve().parents[1] / "page.css"
_SCRIPT = Path(__file__).with_name("page.js")
SITE = os.environ.get("BONBENCH_TITLE") or "bonbench"  # a published board's own title


def stylesheet() -> str:
    """The rules of ``page.css``."""
    return _STYLE.read_text(encoding="utf-8")


def style() -> None:
    """The style sheet and the script of the page; both are files of ours, and no text of a store is in them."""
    st.html(f"<style>{stylesheet()}</style>")
    st.html(f"<script>{_SCRIPT.read_text(encoding='utf-8')}</script>", unsafe_allow_javascript=True)


def title(text: str, lede: str) -> None:
    """A view's name, here and in the browser's tab, what it shows, in a sentence, and a button that copies its link."""
    st.set_page_config(page_title=f"{text} · {SITE}")
    st.html(
        f'<div class="bo-title"><h1>{escape(text)}</h1><p>{escape(lede)}</p>'
        '<button class="bo-copy" type="button">Copy link</button></div>'
    )


def legend(entries: Sequence[Entry], style: Style, *, narrow_only: bool = False) -> None:
    """The colours and their names, above a chart whose lines carry none (or only where the chart is narrow)."""
    st.html(legend_of.html([e.label for e in entries], style, narrow_only=narrow_only))


def chart(drawing: Drawing, key: str | None = None, on_select: Callable[[], None] | None = None) -> None:
    """A chart as wide as the page; its rows go to the browser as Arrow.

    Args:
        drawing: The chart.
        key: Under which the session knows what is selected in it.
        on_select: Called when something is.
    """
    specification = drawing.chart.to_dict(validate=False)  # the tests do; it takes longer than all the rest
    specification["datasets"] = {name: pa.Table.from_pylist(rows) for name, rows in drawing.data.items()}
    st.vega_lite_chart(specification, width="stretch", key=key, on_select=on_select or "ignore")


def nothing(text: str) -> None:
    """A calm line in place of a chart or table that has nothing to show."""
    st.info(text, icon=":material/info:")


class Ended(Exception):
    """A view has said all that there is to say."""


def end(text: str) -> NoReturn:
    """As ``nothing``, and the view ends there."""
    nothing(text)
    raise Ended


def missing(label: str, names: Sequence[str]) -> None:
    """What a link names and is not among the options, by name; the rest of the view is shown."""
    st.warning(f"Not here, though the link asks for it: {label} " + ", ".join(f"“{plain(n)}”" for n in names) + ".")


def not_here(view: str, problem: NotHere) -> None:
    """In place of a view: what a link names and the store does not hold, and where one may go instead.

    Args:
        view: The address of the view.
        problem: What is missing.
    """
    title(
        "Not here", f"The link asks for something that this store does not hold: the {problem.what} “{problem.name}”."
    )
    ways = "".join(
        f'<li><a href="{escape(address.link(view, **choices))}">{escape(text)}</a></li>'
        for text, choices in problem.instead
    )
    more = f"<p>What comes near:</p><ul>{ways}</ul>" if ways else "<p>Choose another above.</p>"
    st.html(f'<div class="bo bo-missing">{more}</div>')


def html(text: str) -> str:
    """A text that goes into HTML, so that it shows as itself."""
    return escape(text)


def about(board: Board) -> None:
    """Where a board's numbers come from, and whose the samples are: below every view of it."""
    st.caption(plain(words.about(board)))
    for own in {m.board.pool_digest: m.board for m in board.members}.values() if board.members else (board,):
        told = words.source(store.ask(queries.manifest, own.pool_digest))
        if told:
            st.caption(plain(told if not board.members else f"{own.title}: {told}"))


def plain(text: str) -> str:
    """A name that goes into Markdown, so that it shows as itself."""
    return escaped(text)


def cannot_show(problem: Exception) -> None:
    """A page in place of the one that could not be made."""
    title("Nothing to show yet", "The leaderboard reads a store of results, and could not read this one.")
    st.text(str(problem))
    st.code(
        "bonbench pool import generic samples.jsonl --problems from-pool --task my-task --name my-pool\n"
        "bonbench run --pool my-pool -v carried\n"
        "bonbench leaderboard",
        language="shell",
    )
