"""Two entries against each other, and accuracies in against out of distribution."""

import math
from collections.abc import Mapping

import altair as alt

from leaderboard.charts.style import NEUTRAL, Drawing, Rows, Style, Tables, n_axis, n_scale, spread

_NARROW = 430  # pixels under which the plane has no names; the page has a legend there


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
    axis = alt.Axis(tickCount=5, domain=False, ticks=False, format="+.0f")
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
    colours = [style.colours[a].of(style.theme), "#a8a39a", style.colours[b].of(style.theme)]
    drawn, start = [], 0
    for (name, count), colour in zip(counts.items(), colours, strict=True):
        drawn.append(
            {
                "outcome": name,
                "problems": count,
                "start": start / total,
                "end": (start + count) / total,
                "middle": (start + count / 2) / total,
                "text": str(count) if count / total > 0.04 else "",
                "colour": colour,
            }
        )
        start += count
    scale = alt.Scale(domain=[0, 1])
    base = tables.chart(drawn)
    bars = base.mark_bar(height=26).encode(
        x=alt.X("start:Q", axis=None, scale=scale),
        x2="end",
        color=alt.Color("colour:N", scale=None),
        tooltip=[alt.Tooltip("outcome:N"), alt.Tooltip("problems:Q")],
    )
    ink = "#151719" if style.theme == "dark" else "white"
    words = base.mark_text(color=ink, fontWeight="bold", fontSize=13).encode(
        x=alt.X("middle:Q", scale=scale), text="text:N"
    )
    return tables.layered(bars, words, height=32)


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
    low = 5 * math.floor(min(min(r["in_low"], r["out_low"]) for r in drawn) / 5)
    high = 5 * math.ceil(max(max(r["in_high"], r["out_high"]) for r in drawn) / 5)
    drawn.sort(key=lambda r: r["out_value"])
    places = spread([r["out_value"] for r in drawn], (high - low) * 0.05, (low, high))
    drawn = [{**r, "place": place} for r, place in zip(drawn, places, strict=True)]
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
            base.transform_filter(f"{sign}(datum.in_value > {low + 0.8 * (high - low)})")
            .mark_text(align=side, dx=shift, dy=-9, fontSize=alt.expr(f"width > {_NARROW} ? 12 : 0"))
            .encode(x=x, y=alt.Y("place:Q", scale=scale), text="label:N")
            for sign, side, shift in (("!", "left", 9), ("", "right", -9))
        ),
        height=460,
    )
