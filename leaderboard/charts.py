"""Tables in, charts out: pure functions of rows, without Streamlit and without SQL.

Accuracies come as shares and are drawn in per cent. A chart that is narrower than ``WIDE`` pixels leaves out the labels
at the ends of its lines; the page then shows a legend instead.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from leaderboard.palette import Colour

Rows = list[dict[str, Any]]

WIDE = 560
_LABEL_ROOM = 190  # pixels for the labels at the ends of the lines
_LABEL_HEIGHT = 15
_TICK_ROOM = 0.06  # of the axis, between two ticks


@dataclass(frozen=True, slots=True)
class Style:
    """How the entries look.

    Attributes:
        colours: By label.
        dashes: By label.
        controls: Labels of the controls.
        theme: ``light`` or ``dark``.
    """

    colours: Mapping[str, Colour]
    dashes: Mapping[str, Sequence[int]]
    controls: frozenset[str] = frozenset()
    theme: str = "light"

    def banded(self, labels: Sequence[str]) -> list[str]:
        """The labels that get a band: bands of the controls would hide those that matter."""
        return [x for x in labels if x not in self.controls]

    def scales(self, labels: Sequence[str]) -> tuple[alt.Scale, alt.Scale]:
        """The colour and the dash scale for these labels."""
        return (
            alt.Scale(domain=list(labels), range=[self.colours[x].of(self.theme) for x in labels]),
            alt.Scale(domain=list(labels), range=[list(self.dashes[x]) for x in labels]),
        )


def accuracy(
    rows: Rows,
    style: Style,
    *,
    log: bool = True,
    band: str = "",
    domain: tuple[float, float] | None = None,
    height: int = 440,
    labels: bool = True,
) -> alt.LayerChart:
    """Accuracy against N, one line an entry.

    Args:
        rows: ``label``, ``n``, ``value``, ``low``, ``high``, ``draw_deviation``; shares of one.
        style: Colours and dashes.
        log: Whether N stands on a logarithmic axis.
        band: ``problems`` (95 % interval), ``draws`` (value +- draw deviation) or "".
        domain: Of the accuracy axis; by default what fits the lines.
        height: In pixels.
        labels: Whether the lines carry their names.
    """
    drawn = [_in_percent(row) for row in rows]
    names = list(dict.fromkeys(row["label"] for row in rows))
    ns = sorted({row["n"] for row in rows})
    low, high = domain or limits(rows, band)
    colour, dash = style.scales(names)
    across = _n_scale(ns, log=log, room=labels)
    up = alt.Scale(domain=[100 * low, 100 * high], nice=False, zero=False)
    x = alt.X("n:Q", title="N", scale=across, axis=_n_axis(ns, log=log))
    y = alt.Y(
        "value:Q",
        title=None,
        scale=up,
        axis=alt.Axis(tickCount=5, domain=False, ticks=False, labelExpr="datum.label + (datum.index == 1 ? ' %' : '')"),
    )
    base = alt.Chart(alt.Data(values=drawn)).encode(x=x, color=alt.Color("label:N", scale=colour, legend=None))
    tips = [
        alt.Tooltip("label:N", title="entry"),
        alt.Tooltip("n:Q", title="N"),
        alt.Tooltip("value:Q", title="accuracy %", format=".1f"),
        alt.Tooltip("interval:N", title="95 % over problems"),
        alt.Tooltip("draw_deviation:Q", title="draw deviation", format=".2f"),
    ]
    layers: list[alt.Chart] = []
    if band:
        edges = ("low", "high") if band == "problems" else ("draw_low", "draw_high")
        within = base.transform_filter(alt.FieldOneOfPredicate(field="label", oneOf=list(style.banded(names))))
        layers.append(within.mark_area(opacity=0.13, clip=True).encode(y=alt.Y(f"{edges[0]}:Q", scale=up), y2=edges[1]))
    layers.append(
        base.mark_line(strokeWidth=2.2, clip=True, interpolate="monotone").encode(
            y=y, strokeDash=alt.StrokeDash("label:N", scale=dash, legend=None)
        )
    )
    layers.append(base.mark_point(size=26, filled=True, opacity=1, clip=True).encode(y=y, tooltip=tips))
    if labels:
        ends = _ends(drawn, (100 * low, 100 * high), height)
        layers.append(
            alt.Chart(alt.Data(values=ends))
            .mark_text(
                align="left", dx=8, fontSize=12, limit=_LABEL_ROOM - 12, opacity=alt.expr(f"width > {WIDE} ? 1 : 0")
            )
            .encode(
                x=alt.X("n:Q", scale=across),
                y=alt.Y("place:Q", scale=up),
                text="label:N",
                color=alt.Color("label:N", scale=colour, legend=None),
            )
        )
    return alt.layer(*layers).properties(height=height)


def limits(rows: Rows, band: str = "") -> tuple[float, float]:
    """The accuracy axis that fits the rows: multiples of five points around everything drawn."""
    low_name, high_name = ("low", "high") if band == "problems" else ("value", "value")
    low = min(row[low_name] for row in rows)
    high = max(row[high_name] for row in rows)
    return max(0.0, math.floor(low * 20 - 0.2) / 20), min(1.0, math.ceil(high * 20 + 0.2) / 20)


def _in_percent(row: Mapping[str, Any]) -> dict[str, Any]:
    value, deviation = 100 * row["value"], 100 * row["draw_deviation"]
    return {
        **row,
        "value": value,
        "low": 100 * row["low"],
        "high": 100 * row["high"],
        "draw_deviation": deviation,
        "draw_low": value - deviation,
        "draw_high": value + deviation,
        "interval": f"{100 * row['low']:.1f}–{100 * row['high']:.1f}",
    }


def _n_scale(ns: Sequence[int], *, log: bool, room: bool) -> alt.Scale:
    """N from its smallest to its largest, and to the right of it, where the chart is wide, room for labels."""
    first, last = ns[0], ns[-1] if ns[-1] > ns[0] else ns[0] + 1
    if not room:
        return alt.Scale(type="log" if log else "linear", domain=[first, last], nice=False)
    share = f"(width > {WIDE} ? 1 - {_LABEL_ROOM} / width : 1)"
    end = f"{first} * pow({last / first}, 1 / {share})" if log else f"{first} + {last - first} / {share}"
    return alt.Scale(type="log" if log else "linear", domainMin=first, domainMax=alt.expr(end), nice=False)


def _n_axis(ns: Sequence[int], *, log: bool) -> alt.Axis:
    """Ticks at values of N that were measured: the ends first, then powers of two, then what still has room."""
    position = math.log if log else float
    span = position(ns[-1]) - position(ns[0]) or 1.0
    kept: list[int] = []
    for n in sorted(ns, key=lambda n: (n not in (ns[0], ns[-1]), (n & (n - 1)) != 0, -n)):
        if all(abs(position(k) - position(n)) / span > _TICK_ROOM for k in kept):
            kept.append(n)
    return alt.Axis(values=sorted(kept), grid=False, format="d", tickSize=4, domain=True, labelOverlap="greedy")


def _ends(drawn: Rows, domain: tuple[float, float], height: int) -> Rows:
    """Where the names stand at the ends of the lines: at the last value, moved apart where they would touch."""
    last = {row["label"]: row for row in drawn}  # rows come in ascending N
    gap = (domain[1] - domain[0]) * _LABEL_HEIGHT / height
    ordered = sorted(last.values(), key=lambda row: row["value"])
    places = spread([row["value"] for row in ordered], gap, domain)
    end = max(row["n"] for row in drawn)
    return [{"label": row["label"], "n": end, "place": at} for row, at in zip(ordered, places, strict=True)]


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
