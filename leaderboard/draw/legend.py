"""The colours and dashes of entries beside their names, as HTML; for the page and for the one-file export."""

from collections.abc import Iterable, Sequence
from html import escape

from leaderboard.draw.charts.style import Style


def html(labels: Iterable[str], style: Style, *, narrow_only: bool = False) -> str:
    """A line of names, each after a piece of its line.

    Args:
        labels: Of the entries, in order.
        style: Colours and dashes.
        narrow_only: Whether it only shows where the chart is too narrow to carry the names itself.
    """
    items = "".join(
        f'<span style="--c:{style.colours[x].css}">{_stroke(style.dashes[x])}{escape(x)}</span>' for x in labels
    )
    return f'<div class="bo-legend{" narrow" if narrow_only else ""}"><div>{items}</div></div>'


def _stroke(dashes: Sequence[int]) -> str:
    """A piece of a line with these dashes, in the colour of its text: an image made of hard stops."""
    if len(dashes) < 2 or dashes == (1, 0):
        return "<i></i>"
    stops, at = [], 0
    for place, length in enumerate(dashes):
        stops.append(f"{'transparent' if place % 2 else 'var(--c)'} {at}px {at + length}px")
        at += length
    return f'<i style="background:repeating-linear-gradient(90deg,{",".join(stops)})"></i>'
