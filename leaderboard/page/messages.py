"""What the page says besides its numbers: titles, captions, and friendly words where there is nothing to show."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import NoReturn

import pyarrow as pa
import streamlit as st

from leaderboard.draw import legend as legend_of
from leaderboard.draw.charts.style import Drawing, Style
from leaderboard.draw.text import escaped
from leaderboard.read.records import Entry

_STYLE = Path(__file__).resolve().parents[1] / "page.css"


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
    st.html(legend_of.html([e.label for e in entries], style, narrow_only=narrow_only))


def chart(drawing: Drawing) -> None:
    """A chart as wide as the page; its rows go to the browser as Arrow."""
    specification = drawing.chart.to_dict(validate=False)  # the tests do; it takes longer than all the rest
    specification["datasets"] = {name: pa.Table.from_pylist(rows) for name, rows in drawing.data.items()}
    st.vega_lite_chart(specification, width="stretch")


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
