"""Two entries against each other, and accuracies in against out of distribution."""

import math
from collections.abc import Mapping, Sequence

import altair as alt

from leaderboard.draw.charts.style import NEUTRAL, Drawing, Rows, Style, Tables, n_axis, n_scale

_EQUAL = "#a8a39a"
_BAR = 28  # pixels
_NAMED = 0.18  # share of the bar from which a count stands with its name
_NARROW = 430  # pixels under which the plane has no names; the page has a legend there
_PLANE, _LETTER, _LINE = (560.0, 380.0), 6.4, 16.0  # pixels: the plane as it mostly is, a letter, a line of text
_ROOM = 60.0  # pixels to the right of the rightmost point
_OFF = (8, 11)  # pixels from a point to its name
SIDES = ((1, 1), (1, -1), (-1, 1), (-1, -1))  # where a name may stand: right of its point or left, above or below


def difference(rows: Rows, style: Style, a: str, b: str) -> Drawing:
    """The paired difference A - B over N in points, with its 95 % interval, around the line of no difference.

    Args:
        rows: ``n``, ``difference``, ``low``, ``high``; shares of one.
        style: Colours.
        a: Label of A.
        b: Label of B.
    """
    tables = Tables()
    drawn = [{"n": r["n"], **{k: 100 * r[k] for k in ("difference", "low", "high")}} for r in rows]
    drawn = [{**r, "interval": f"{r['low']:+.1f} to {r['high']:+.1f}"} for r in drawn]
    ns = [r["n"] for r in drawn]
    reach = 1.08 * max(2.0, *(max(abs(r["low"]), abs(r["high"])) for r in drawn))
    up = alt.Scale(domain=[-reach, reach], nice=False)
    across = n_scale(ns, log=True, room=False)
    number = "datum.value == 0 ? '0' : format(datum.value, '+')"
    axis = alt.Axis(tickCount=5, domain=False, ticks=False, labelExpr=number)
    y = alt.Y("difference:Q", title="A − B, points", scale=up, axis=axis)
    base = tables.chart(drawn).encode(x=alt.X("n:Q", title="N", scale=across, axis=n_axis(ns, log=True)))
    colour = style.colours[a].of(style.theme)
    tips = [
        alt.Tooltip("n:Q", title="N"),
        alt.Tooltip("difference:Q", title="A − B", format="+.1f"),
        alt.Tooltip("interval:N", title="95 %"),
    ]
    sides = [
        {"n": ns[0], "v": 0.94 * reach, "text": f"{a} better"},
        {"n": ns[0], "v": -0.94 * reach, "text": f"{b} better"},
    ]
    words = tables.chart(sides).mark_text(align="left", dx=6, fontSize=11, color=NEUTRAL)
    zero = tables.chart([{"v": 0}]).mark_rule(color=NEUTRAL, strokeWidth=1)
    return tables.layered(
        base.mark_area(opacity=0.16, color=colour).encode(y=alt.Y("low:Q", scale=up), y2="high"),
        zero.encode(y=alt.Y("v:Q", scale=up)),
        base.mark_line(color=colour, strokeWidth=2.2).encode(y=y),
        base.mark_point(color=colour, filled=True, size=30, opacity=1).encode(y=y, tooltip=tips),
        words.encode(x=alt.X("n:Q", scale=across), y=alt.Y("v:Q", scale=up), text="text:N"),
        height=300,
    )


def outcomes(counts: Mapping[str, int], style: Style, a: str, b: str) -> Drawing:
    """How many problems A does better on, both equally, and B, as one bar.

    Args:
        counts: In this order: A better, equal, B better.
        style: Colours.
        a: Label of A.
        b: Label of B.
    """
    tables = Tables()
    total = sum(counts.values()) or 1
    ink = "#151719" if style.theme == "dark" else "white"
    colours = [(style.colours[a].of(style.theme), ink), (_EQUAL, "#151719"), (style.colours[b].of(style.theme), ink)]
    drawn, start = [], 0
    for (name, count), (colour, on_it) in zip(counts.items(), colours, strict=True):
        drawn.append(
            {
                "outcome": name,
                "problems": count,
                "start": start / total,
                "end": (start + count) / total,
                "middle": (start + count / 2) / total,
                "text": (f"{name}: {count}" if count / total > _NAMED else str(count)) if count / total > 0.04 else "",
                "colour": colour,
                "ink": on_it,
            }
        )
        start += count
    scale = alt.Scale(domain=[0, 1])
    base = tables.chart(drawn)
    middle = alt.value(_BAR / 2)
    bars = base.mark_bar(height=_BAR).encode(
        y=middle,
        x=alt.X("start:Q", axis=None, scale=scale),
        x2="end",
        color=alt.Color("colour:N", scale=None),
        tooltip=[alt.Tooltip("outcome:N"), alt.Tooltip("problems:Q")],
    )
    words = base.mark_text(fontWeight="bold", fontSize=13, baseline="middle").encode(
        x=alt.X("middle:Q", scale=scale), y=middle, text="text:N", color=alt.Color("ink:N", scale=None)
    )
    return tables.layered(bars, words, height=_BAR)


def plane(points: Rows, style: Style, across: str, down: str) -> Drawing:
    """In-distribution against out-of-distribution accuracy, a cross of intervals each, and the line of equality.

    Args:
        points: ``label`` and ``in_`` and ``out_`` ``value``, ``low``, ``high``; shares of one.
        style: Colours.
        across: What stands on the horizontal axis.
        down: What stands on the vertical one.
    """
    tables = Tables()
    drawn = [{k: v if k == "label" else 100 * v for k, v in row.items()} for row in points]
    low = 5 * math.ceil(min(min(r["in_low"], r["out_low"]) for r in drawn) / 5 - 1)
    high = 5 * math.ceil(max(max(r["in_high"], r["out_high"]) for r in drawn) / 5)
    sides = label_sides([(r["in_value"], r["out_value"], r["label"]) for r in drawn], high - low)
    drawn = [{**r, "side": side} for r, side in zip(drawn, sides, strict=True)]
    scale = alt.Scale(domain=[low, high], nice=False, zero=False)
    colour, _ = style.scales([r["label"] for r in drawn])
    base = tables.chart(drawn).encode(color=alt.Color("label:N", scale=colour, legend=None))
    x = alt.X("in_value:Q", title=f"{across}, %", scale=scale, axis=alt.Axis(grid=False, tickCount=6))
    y = alt.Y("out_value:Q", title=f"{down}, %", scale=scale, axis=alt.Axis(tickCount=6))
    tips = [
        alt.Tooltip("label:N", title="entry"),
        alt.Tooltip("in_value:Q", title="in distribution", format=".1f"),
        alt.Tooltip("out_value:Q", title="out of it", format=".1f"),
    ]
    ends = tables.chart([{"v": low}, {"v": high}])
    rule = {"opacity": 0.45, "strokeWidth": 2}
    return tables.layered(
        ends.mark_line(strokeDash=[4, 4], color=NEUTRAL, strokeWidth=1).encode(
            x=alt.X("v:Q", scale=scale), y=alt.Y("v:Q", scale=scale)
        ),
        base.mark_rule(**rule).encode(x=alt.X("in_low:Q", scale=scale), x2="in_high", y=y),
        base.mark_rule(**rule).encode(y=alt.Y("out_low:Q", scale=scale), y2="out_high", x=x),
        base.mark_point(filled=True, size=90, opacity=1).encode(x=x, y=y, tooltip=tips),
        *(
            base.transform_filter(f"datum.side == {place}")
            .mark_text(
                align="left" if right > 0 else "right",
                dx=_OFF[0] * right,
                dy=-_OFF[1] * up,
                fontSize=alt.expr(f"width > {_NARROW} ? 12 : 0"),
            )
            .encode(x=x, y=y, text="label:N")
            for place, (right, up) in enumerate(SIDES)
        ),
        height=460,
    )


def label_sides(points: Sequence[tuple[float, float, str]], span: float) -> list[int]:
    """On which of ``SIDES`` of its point each name stands, so that it covers no point and no other name if possible.

    Names are placed from left to right, each where it covers least; names that would leave the plane count as covering.

    Args:
        points: Place across, place up, and name of each.
        span: Length of either axis in the same units.

    >>> label_sides([(50.0, 50.0, "a name"), (52.0, 50.5, "another")], 100.0)
    [2, 0]
    """
    right, top = max(x for x, _, _ in points), max(y for _, y, _ in points)
    at = [((x - right) / span * _PLANE[0], (y - top) / span * _PLANE[1]) for x, y, _ in points]
    boxes: dict[int, tuple[float, float, float, float]] = {}
    out = [0] * len(points)
    for i in sorted(range(len(points)), key=lambda i: at[i]):
        (x, y), width = at[i], _LETTER * len(points[i][2])
        costs = []
        for right, up in SIDES:
            start = x + _OFF[0] * right - (width if right < 0 else 0.0)
            box = (start, y + _OFF[1] * up - _LINE / 2, start + width, y + _OFF[1] * up + _LINE / 2)
            dots = [(a - 5, b - 5, a + 5, b + 5) for j, (a, b) in enumerate(at) if j != i]
            outside = max(0.0, box[2] - _ROOM) * _LINE
            costs.append((outside + sum(_shared(box, other) for other in (*dots, *boxes.values())), box))
        out[i] = min(range(len(SIDES)), key=lambda k: costs[k][0])
        boxes[i] = costs[out[i]][1]
    return out


def _shared(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> float:
    """The area that two boxes (left, bottom, right, top) share."""
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
