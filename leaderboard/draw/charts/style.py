"""What all charts share: colours and dashes of the entries, the axis of N, labels that do not touch.

Accuracies come as shares and are drawn in per cent. A chart that is narrower than ``WIDE`` pixels leaves out the labels
at the ends of its lines; the page then shows a legend instead.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from leaderboard.draw import palette
from leaderboard.draw.palette import Colour
from leaderboard.read.records import Entry

Rows = list[dict[str, Any]]

WIDE = 560
NEUTRAL = "#8b867d"
LABEL_ROOM = 190  # pixels for the labels at the ends of the lines
LABEL_HEIGHT = 15


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart and the rows it draws, kept apart: what validates a chart would walk through every row.

    Attributes:
        chart: The chart; it refers to its data by name.
        data: Rows by name.
    """

    chart: alt.TopLevelMixin
    data: Mapping[str, Rows]

    def specification(self) -> dict[str, Any]:
        """Vega-Lite, with the rows inside."""
        whole: dict[str, Any] = self.chart.to_dict()
        whole["datasets"] = dict(self.data)
        return whole


class Tables(dict[str, Rows]):
    """The rows of a drawing, collected as it is made.

    Args:
        name: What the names of its rows begin with, so that drawings can be put together.
    """

    def __init__(self, name: str = "rows") -> None:
        super().__init__()
        self._name = name

    def chart(self, rows: Rows) -> alt.Chart:
        """An empty chart of these rows."""
        name = f"{self._name}-{len(self)}"
        self[name] = rows
        return alt.Chart(alt.NamedData(name))

    def layered(self, *layers: alt.Chart, height: int) -> Drawing:
        """The drawing of these layers, of this height in pixels."""
        return Drawing(alt.layer(*layers).properties(height=height), self)


@dataclass(frozen=True, slots=True)
class Style:
    """How the entries look.

    Attributes:
        colours: By label.
        dashes: By label.
        controls: Labels of the controls.
        theme: ``light`` or ``dark``.
        printed: Whether it is for a paper, where an axis without a title says nothing.
    """

    colours: Mapping[str, Colour]
    dashes: Mapping[str, Sequence[int]]
    controls: frozenset[str] = frozenset()
    theme: str = "light"
    printed: bool = False

    def banded(self, labels: Sequence[str]) -> list[str]:
        """The labels that get a band: bands of the controls would hide those that matter."""
        return [x for x in labels if x not in self.controls]

    def scales(self, labels: Sequence[str]) -> tuple[alt.Scale, alt.Scale]:
        """The colour and the dash scale for these labels."""
        return (
            alt.Scale(domain=list(labels), range=[self.colours[x].of(self.theme) for x in labels]),
            alt.Scale(domain=list(labels), range=[list(self.dashes[x]) for x in labels]),
        )


def styled(entries: Sequence[Entry], assigned: Mapping[str, Colour], theme: str, *, printed: bool = False) -> Style:
    """How these entries look: the colours of their verifiers, dashes where colours repeat."""
    return Style(
        {e.label: palette.colour(e, assigned) for e in entries},
        palette.dashes(entries, assigned),
        frozenset(e.label for e in entries if not e.competes),
        theme,
        printed,
    )


def n_scale(ns: Sequence[int], *, log: bool, room: bool) -> alt.Scale:
    """N from its smallest to its largest, and to the right of it, where the chart is wide, room for labels."""
    first, last = ns[0], ns[-1] if ns[-1] > ns[0] else ns[0] + 1
    if not room:
        return alt.Scale(type="log" if log else "linear", domain=[first, last], nice=False)
    share = f"(width > {WIDE} ? 1 - {LABEL_ROOM} / width : 1)"
    end = f"{first} * pow({last / first}, 1 / {share})" if log else f"{first} + {last - first} / {share}"
    return alt.Scale(type="log" if log else "linear", domainMin=first, domainMax=alt.expr(end), nice=False)


def n_axis(ns: Sequence[int], *, log: bool, small: bool = False) -> alt.Axis:
    """Ticks at values of N that were measured: the ends first, then powers of two, then what still has room."""
    position = math.log if log else float
    span = position(ns[-1]) - position(ns[0]) or 1.0
    room = (0.03 + 0.025 * len(str(ns[-1]))) * (2.0 if small else 1.0)  # of the axis, between two numbers
    kept: list[int] = []
    for n in sorted(ns, key=lambda n: (n not in (ns[0], ns[-1]), (n & (n - 1)) != 0, -n)):
        if all(abs(position(k) - position(n)) / span > room for k in kept):
            kept.append(n)
    return alt.Axis(values=sorted(kept), grid=False, format="d", tickSize=4, domain=True, labelOverlap=False)


def spread(values: Sequence[float], gap: float, domain: tuple[float, float]) -> list[float]:
    """Ascending values moved as little as it takes to stand ``gap`` apart, inside the domain where they fit.

    Neighbours that are too close are merged into a block around the mean of their wishes (pool adjacent violators).

    >>> spread([1.0, 1.0, 5.0], 1.0, (0.0, 10.0))
    [0.5, 1.5, 5.0]
    """
    blocks: list[tuple[float, int]] = []  # sum of wished positions minus offsets, size
    for i, value in enumerate(values):
        wish, size = value - i * gap, 1
        while blocks and blocks[-1][0] / blocks[-1][1] > wish / size:
            more, count = blocks.pop()
            wish, size = wish + more, size + count
        blocks.append((wish, size))
    out, i = [], 0
    for wish, size in blocks:
        for _ in range(size):
            out.append(wish / size + i * gap)
            i += 1
    over = max(0.0, out[-1] - domain[1]) if out else 0.0
    return [v - over for v in out]
