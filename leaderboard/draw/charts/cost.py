"""Accuracy against what it cost, with the frontier marked."""

import math

import altair as alt

from leaderboard.draw.charts.accuracy import limits
from leaderboard.draw.charts.style import LABEL_HEIGHT, LABEL_ROOM, NEUTRAL, WIDE, Drawing, Rows, Style, Tables, spread


def lines(rows: Rows, style: Style, title: str, *, log: bool) -> Drawing:
    """One line an entry, one point an N; where any are marked, a step line along the points that nothing beats.

    Args:
        rows: ``label``, ``n``, ``cost``, ``value``, ``frontier``; ascending N within a label.
        style: Colours and dashes.
        title: Of the cost axis.
        log: Whether cost stands on a logarithmic axis.
    """
    tables = Tables()
    drawn = [{**row, "value": 100 * row["value"]} for row in rows]
    low, high = limits(rows)
    last = {row["label"]: row for row in drawn}
    colour, dash = style.scales(list(last))
    first, end = min(r["cost"] for r in drawn), max(r["cost"] for r in drawn)
    share = f"(width > {WIDE} ? 1 - {LABEL_ROOM} / width : 0.98)"
    stop = f"{first} * pow({end / first}, 1 / {share})" if log else f"{first} + {end - first} / {share}"
    across = alt.Scale(type="log" if log else "linear", domainMin=first, domainMax=alt.expr(stop), nice=False)
    up = alt.Scale(domain=[100 * low, 100 * high], nice=False, zero=False)
    x = alt.X("cost:Q", title=title, scale=across, axis=_axis(first, end, log=log))
    y = alt.Y("value:Q", title="accuracy, %", scale=up, axis=alt.Axis(tickCount=5, domain=False, ticks=False))
    base = tables.chart(drawn).encode(x=x, y=y, color=alt.Color("label:N", scale=colour, legend=None))
    ordered = sorted(last.values(), key=lambda r: r["value"])
    places = spread([r["value"] for r in ordered], 100 * (high - low) * LABEL_HEIGHT / _HEIGHT, (100 * low, 100 * high))
    names = [{"label": r["label"], "cost": r["cost"], "place": at} for r, at in zip(ordered, places, strict=True)]
    tips = [
        alt.Tooltip("label:N", title="entry"),
        alt.Tooltip("n:Q", title="N"),
        alt.Tooltip("cost:Q", format=".3s"),
        alt.Tooltip("value:Q", title="accuracy %", format=".1f"),
    ]
    best = sorted((r for r in drawn if r["frontier"]), key=lambda r: r["cost"])
    shade = {"interpolate": "step-after", "strokeWidth": 9, "opacity": 0.22, "color": NEUTRAL}
    return tables.layered(
        *([tables.chart(best).mark_line(**shade).encode(x=x, y=y)] if best else []),
        base.mark_line(strokeWidth=1.8).encode(strokeDash=alt.StrokeDash("label:N", scale=dash, legend=None)),
        base.mark_point(filled=True, size=28, opacity=1).encode(tooltip=tips),
        tables.chart(names)
        .mark_text(align="left", dx=8, limit=LABEL_ROOM - 12, fontSize=alt.expr(f"width > {WIDE} ? 12 : 0"))
        .encode(
            x=alt.X("cost:Q", scale=across),
            y=alt.Y("place:Q", scale=up),
            text="label:N",
            color=alt.Color("label:N", scale=colour, legend=None),
        ),
        height=_HEIGHT,
    )


def _axis(first: float, last: float, *, log: bool) -> alt.Axis:
    """Ticks at 1, 2 and 5 times the powers of ten; over more than four of them, at the powers alone."""
    number = "replace(format(datum.value, '~s'), 'G', 'B')"
    if not log:
        return alt.Axis(grid=False, tickCount=6, labelExpr=number)
    lowest, highest = math.floor(math.log10(first)), math.ceil(math.log10(last))
    digits = (1, 2, 5) if highest - lowest <= 4 else (1,)
    ticks = [d * 10.0**power for power in range(lowest, highest + 1) for d in digits]
    return alt.Axis(grid=False, values=ticks, labelExpr=number, labelOverlap="greedy")


_HEIGHT = 440
