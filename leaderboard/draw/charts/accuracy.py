"""Accuracy against N: lines with bands and names, one chart or small multiples with shared axes."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from leaderboard.draw.charts.style import (
    LABEL_HEIGHT,
    LABEL_ROOM,
    WIDE,
    Drawing,
    Rows,
    Style,
    Tables,
    n_axis,
    n_scale,
    spread,
)

Y_TITLE = "accuracy, %"
_FILL, _FEW = 0.14, 2  # opacity of a band, and how many of them may overlap before they turn to mud
_EDGES = {"problems": ("low", "high"), "draws": ("draw_low", "draw_high")}
_EDGE = 1.0  # points beyond 0 and 100 %, so that a line there is seen whole


def lines(
    rows: Rows,
    style: Style,
    *,
    log: bool = True,
    band: str = "",
    domain: tuple[float, float] | None = None,
    height: int = 440,
    labels: bool = True,
    name: str = "rows",
    title: str = "N",
    beside: bool = False,
) -> Drawing:
    """Accuracy against N, one line an entry.

    Args:
        rows: ``label``, ``n``, ``value``, ``low``, ``high``, ``draw_deviation``; shares of one.
        style: Colours and dashes.
        log: Whether N stands on a logarithmic axis.
        band: ``problems`` (95 % interval), ``draws`` (value +- draw deviation) or ""; where several overlap, their
            edges tell them apart.
        domain: Of the accuracy axis; by default what fits the lines.
        height: In pixels.
        labels: Whether the lines carry their names.
        name: Of the rows, where several drawings are put together.
        title: Of the axis along which ``n`` stands.
        beside: Whether it stands beside another whose accuracy axis has the title.
    """
    tables = Tables(name)
    drawn = [_in_percent(row) for row in rows]
    last = {row["label"]: row["value"] for row in rows}  # rows come in ascending N
    names = list(last)
    ns = sorted({row["n"] for row in rows})
    low, high = domain or limits(rows, band, style)
    names.sort(key=lambda x: -last[x])
    colour, dash = style.scales(names)
    across = n_scale(ns, log=log, room=labels)
    ends = (100 * low - _EDGE * (low == 0.0), 100 * high + _EDGE * (high == 1.0))
    up = alt.Scale(domain=list(ends), nice=False, zero=False)
    x = alt.X(
        "n:Q",
        title=title if labels or style.printed else None,
        scale=across,
        axis=n_axis(ns, log=log, small=not labels),
    )
    y = alt.Y(
        "value:Q",
        title=Y_TITLE if style.printed and not beside else None,
        scale=up,
        axis=alt.Axis(tickCount=5, domain=False, ticks=False, labelExpr="datum.label + (datum.index == 1 ? ' %' : '')"),
    )
    base = tables.chart(drawn).encode(x=x, color=alt.Color("label:N", scale=colour, legend=None))
    tips = [
        alt.Tooltip("label:N", title="entry"),
        alt.Tooltip("n:Q", title="N"),
        alt.Tooltip("value:Q", title="accuracy %", format=".1f"),
        alt.Tooltip("interval:N", title="95 % over problems"),
        alt.Tooltip("draw_deviation:Q", title="draw deviation", format=".2f"),
    ]
    layers: list[alt.Chart] = []
    if band:
        edges = _EDGES[band]
        banded = style.banded(names)
        within = base.transform_filter(alt.FieldOneOfPredicate(field="label", oneOf=list(banded)))
        filled = _FILL if len(banded) <= _FEW else _FILL / len(banded)
        layers.append(within.mark_area(opacity=filled).encode(y=alt.Y(f"{edges[0]}:Q", scale=up), y2=edges[1]))
        layers += [within.mark_line(strokeWidth=0.9, opacity=0.6).encode(y=alt.Y(f"{e}:Q", scale=up)) for e in edges]
    layers.append(
        base.mark_line(strokeWidth=2.2).encode(y=y, strokeDash=alt.StrokeDash("label:N", scale=dash, legend=None))
    )
    layers.append(base.mark_point(size=26, filled=True, opacity=1).encode(y=y, tooltip=tips))
    if labels:
        layers.append(
            tables.chart(_ends(drawn, ends, height))
            .mark_text(align="left", dx=8, limit=LABEL_ROOM - 12, fontSize=alt.expr(f"width > {WIDE} ? 12 : 0"))
            .encode(
                x=alt.X("n:Q", scale=across),
                y=alt.Y("place:Q", scale=up),
                text="label:N",
                color=alt.Color("label:N", scale=colour, legend=None),
            )
        )
    return tables.layered(*layers, height=height)


def multiples(
    parts: Mapping[str, Rows], style: Style, *, log: bool, band: str, domain: tuple[float, float], across: int = 5
) -> Drawing:
    """Small multiples with shared axes as one chart, for print; on the page each stands in a column of its own."""
    drawn = {
        title: lines(
            rows,
            style,
            log=log,
            band=band,
            domain=domain,
            height=180,
            labels=False,
            name=title,
            beside=bool(place % across),
        )
        for place, (title, rows) in enumerate(parts.items())
    }
    titled = [
        one.chart.properties(width=170, title=f"{title} ({_problems(parts[title])})") for title, one in drawn.items()
    ]
    tables = Tables("legend")
    legend = _legend(style, list(dict.fromkeys(row["label"] for rows in parts.values() for row in rows)), tables)
    grid = [alt.hconcat(*titled[i : i + across]) for i in range(0, len(titled), across)]
    chart = alt.vconcat(legend, *grid).resolve_scale(color="independent", strokeDash="independent")
    return Drawing(chart, {**tables, **{name: rows for one in drawn.values() for name, rows in one.data.items()}})


def _problems(rows: Rows) -> str:
    return f"{rows[0]['n_problems']} problems" if "n_problems" in rows[0] else ""


def _legend(style: Style, names: Sequence[str], tables: Tables) -> alt.LayerChart:
    """The names beside a stroke of their line."""
    colour, dash = style.scales(names)
    places: Rows = [
        {"label": name, "x": i % 4, "y": -(i // 4), "end": i % 4 + 0.12, "at": i % 4 + 0.16}
        for i, name in enumerate(names)
    ]
    base = tables.chart(places).encode(y=alt.Y("y:Q", axis=None), color=alt.Color("label:N", scale=colour, legend=None))
    strokes = base.mark_rule(strokeWidth=2.2).encode(
        x=alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, 4])),
        x2="end",
        strokeDash=alt.StrokeDash("label:N", scale=dash, legend=None),
    )
    words = base.mark_text(align="left").encode(x=alt.X("at:Q", axis=None), text="label:N")
    height = 18 * (1 + (len(names) - 1) // 4)
    return alt.layer(strokes, words).properties(width=900, height=height, view=alt.ViewBackground(stroke=None))


def limits(rows: Rows, band: str = "", style: Style | None = None) -> tuple[float, float]:
    """The accuracy axis that fits the rows: multiples of five points around everything drawn, and nothing else.

    Args:
        rows: As ``lines`` takes them.
        band: As ``lines`` takes it.
        style: Which entries have a band; by default every one.
    """
    banded = {row["label"] for row in rows} if style is None else set(style.banded([row["label"] for row in rows]))
    drawn = [row["value"] for row in rows]
    for row in rows:
        if band and row["label"] in banded:
            reach = row["draw_deviation"]
            drawn += (row["low"], row["high"]) if band == "problems" else (row["value"] - reach, row["value"] + reach)
    low, high = min(drawn), max(drawn)
    return max(0.0, math.floor(low * 20 - 0.2) / 20), min(1.0, math.ceil(high * 20 + 0.2) / 20)


def _in_percent(row: Mapping[str, Any]) -> dict[str, Any]:
    value, deviation = 100 * row["value"], 100 * row["draw_deviation"]
    return {
        "label": row["label"],
        "n": row["n"],
        "value": value,
        "low": 100 * row["low"],
        "high": 100 * row["high"],
        "draw_deviation": deviation,
        "draw_low": value - deviation,
        "draw_high": value + deviation,
        "interval": f"{100 * row['low']:.1f}–{100 * row['high']:.1f}",
    }


def _ends(drawn: Rows, domain: tuple[float, float], height: int) -> Rows:
    """Where the names stand at the ends of the lines: at the last value, moved apart where they would touch."""
    last = {row["label"]: row for row in drawn}  # rows come in ascending N
    gap = (domain[1] - domain[0]) * LABEL_HEIGHT / height
    ordered = sorted(last.values(), key=lambda row: row["value"])
    places = spread([row["value"] for row in ordered], gap, domain)
    end = max(row["n"] for row in drawn)
    return [{"label": row["label"], "n": end, "place": at} for row, at in zip(ordered, places, strict=True)]
