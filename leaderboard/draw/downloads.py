"""Every table and chart as a file: CSV, SVG, PNG, LaTeX. A file is made when it is asked for, not before."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

from leaderboard.draw import grid_table, latex
from leaderboard.draw.charts.style import Drawing
from leaderboard.draw.grid_table import Column

_SCALE = 2.0  # pixels of a PNG for one of the page
_WIDTH = 900


def offer(
    name: str,
    rows: Sequence[dict[str, Any]] = (),
    chart: Callable[[], Drawing] | None = None,
    text: Callable[[], str] | None = None,
) -> None:
    """A line of quiet buttons.

    Args:
        name: Of the files, without suffix; unique in the view.
        rows: Of the CSV file.
        chart: Makes the chart as it shall be printed, on white.
        text: Makes the LaTeX of the table.
    """
    import streamlit as st

    with st.container(horizontal=True, gap="small", key=f"download-{name}"):
        if rows:
            _button(f"{name}.csv", "CSV", lambda: to_csv(rows), "text/csv")
        if chart and can_draw():
            _button(f"{name}.svg", "SVG", lambda: to_svg(chart()), "image/svg+xml")
            _button(f"{name}.png", "PNG", lambda: to_png(chart()), "image/png")
        if text:
            _button(f"{name}.tex", "LaTeX", text, "text/x-tex")


def table(
    name: str, columns: Sequence[Column], rows: Sequence[dict[str, Any]], caption: str = "", note: str = ""
) -> None:
    """A table on the page, with its rows as CSV and itself as LaTeX.

    Args:
        name: Of the files, without suffix; unique in the view.
        columns: From left to right.
        rows: From top to bottom; what is not a column of the table still is one of the CSV file.
        caption: Above the table.
        note: A comment in the LaTeX: where the numbers come from.
    """
    import streamlit as st

    st.html(grid_table.html(columns, rows, caption))
    heads = [(c.heading, "l" if c.left else "r") for c in columns]
    offer(name, rows, text=lambda: latex.table(heads, [[c.text(row) for c in columns] for row in rows], note))


def _button(file: str, label: str, make: Callable[[], str | bytes], kind: str) -> None:
    import streamlit as st

    st.download_button(
        label, make, file, kind, key=f"get-{file}", type="tertiary", icon=":material/download:", on_click="ignore"
    )


def to_csv(rows: Sequence[dict[str, Any]]) -> str:
    """Rows as CSV with a heading; None is an empty cell."""
    out = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def can_draw() -> bool:
    """Whether the converter that makes SVG and PNG files is installed."""
    import importlib.util

    return importlib.util.find_spec("vl_convert") is not None


def to_svg(chart: Drawing) -> str:
    """A chart as SVG."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(printed(chart)))


def to_png(chart: Drawing) -> bytes:
    """A chart as PNG."""
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(printed(chart), scale=_SCALE))


def printed(chart: Drawing) -> dict[str, Any]:
    """The chart's specification for paper: white, of a fixed width where it has none of its own."""
    specification = chart.specification()
    specification["background"] = "white"
    if not any(name in specification for name in ("hconcat", "vconcat", "concat", "facet")):
        specification.setdefault("width", _WIDTH)
    return specification
