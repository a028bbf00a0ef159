"""A plain table of names and numbers as HTML: every cell escaped, figures aligned, a small line under a cell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

Row = Mapping[str, Any]


def _nothing(row: Row) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        heading: What stands above it.
        text: A row's cell as text.
        small: A quieter line below, or "".
        link: Where the text leads, a path of this site beginning with ``./``, or "".
        colour: CSS colour of a dot before the text, or "".
        left: Whether it is aligned to the left, as names are.
        wide: Whether it is left out on a telephone.
    """

    heading: str
    text: Callable[[Row], str]
    small: Callable[[Row], str] = _nothing
    link: Callable[[Row], str] = _nothing
    colour: Callable[[Row], str] = _nothing
    left: bool = False
    wide: bool = False


def html(columns: Sequence[Column], rows: Sequence[Row], caption: str = "") -> str:
    """The table; a row with a true ``total`` is set apart.

    Args:
        columns: From left to right.
        rows: From top to bottom.
        caption: Above the table.
    """
    heads = "".join(f'<th class="{_side(c)}">{escape(c.heading)}</th>' for c in columns)
    body = "".join(
        ('<tr class="total">' if row.get("total") else "<tr>")
        + "".join(f'<td class="{_side(c)}">{_cell(c, row)}</td>' for c in columns)
        + "</tr>"
        for row in rows
    )
    title = f"<p>{escape(caption)}</p>" if caption else ""
    return f'<div class="bo grid">{title}<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'


def _side(column: Column) -> str:
    return ("left" if column.left else "right") + (" wide" if column.wide else "")


def _cell(column: Column, row: Row) -> str:
    text = escape(column.text(row))
    link, colour, small = column.link(row), column.colour(row), column.small(row)
    if link.startswith("./"):
        text = f'<a href="{escape(link)}">{text}</a>'
    if row.get("total"):
        text = f"<b>{text}</b>"
    dot = f'<span class="dot" style="--c:{escape(colour)}"></span>' if colour else ""
    return f"{dot}{text}" + (f"<small>{escape(small)}</small>" if small else "")
