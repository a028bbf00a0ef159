"""Every table and chart as a file: CSV, SVG, PNG, LaTeX. A file is made when it is asked for, not before."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from leaderboard.draw import exports
from leaderboard.draw.charts.style import Drawing
from leaderboard.draw.tables import grid, latex
from leaderboard.draw.tables.grid import Column


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
    with st.container(horizontal=True, gap="small", key=f"download-{name}"):
        if rows:
            _button(f"{name}.csv", "CSV", lambda: exports.to_csv(rows), "text/csv")
        if chart and exports.can_draw():
            _button(f"{name}.svg", "SVG", lambda: exports.to_svg(chart()), "image/svg+xml")
            _button(f"{name}.png", "PNG", lambda: exports.to_png(chart()), "image/png")
        if text:
            _button(f"{name}.tex", "LaTeX", text, "text/x-tex")


def table(
    name: str, columns: Sequence[Column], rows: Sequence[dict[str, Any]], caption: str = "", note: str = ""
) -> None:
    """A table on the page, with its rows as CSV and itself as LaTeX.

    Args:
        name: Of the files, without suffix; unique in the view.
        columns: From left to right.
        rows: From top to bottom; what is not a column of the table still is one of the CSV file, but for links.
        caption: Above the table.
        note: A comment in the LaTeX: where the numbers come from.
    """
    st.html(grid.html(columns, rows, caption))
    heads = [(c.heading, "l" if c.left else "r") for c in columns]
    cells = [{k: v for k, v in row.items() if not str(v).startswith("./")} for row in rows]
    offer(name, cells, text=lambda: latex.table(heads, [[c.text(row) for c in columns] for row in rows], note))


def _button(file: str, label: str, make: Callable[[], str | bytes], kind: str) -> None:
    st.download_button(
        label, make, file, kind, key=f"get-{file}", type="tertiary", icon=":material/download:", on_click="ignore"
    )
