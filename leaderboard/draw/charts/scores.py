"""What scores are worth: reliability, ROC within problems, and scores against the length of solutions."""

from typing import Any

import altair as alt

from leaderboard.draw.charts.style import NEUTRAL, Drawing, Rows, Style, Tables

FEW = 10  # problems under which a bin's point is hollow
_UNIT = alt.Scale(domain=[0, 1], nice=False)


def reliability(rows: Rows, style: Style) -> Drawing:
    """Share right against score, in bins, with intervals, beside the diagonal of perfect calibration.

    Args:
        rows: ``label``, ``score``, ``right``, ``low``, ``high``, ``samples``, ``problems``.
        style: Colours.
    """
    tables = Tables()
    x = alt.X("score:Q", title="mean score of the bin", scale=_UNIT, axis=alt.Axis(grid=False, tickCount=5))
    y = alt.Y("right:Q", title="share right", scale=_UNIT, axis=alt.Axis(tickCount=5))
    base = _coloured(tables, rows, style)
    return tables.layered(
        _diagonal(tables),
        base.mark_rule(opacity=0.5, strokeWidth=1.6).encode(x=x, y=alt.Y("low:Q", scale=_UNIT), y2="high"),
        base.mark_line(strokeWidth=1.6, opacity=0.8).encode(x=x, y=y),
        *_points(base, x, y, alt.Size("samples:Q", scale=alt.Scale(range=[25, 190]), legend=None)),
        height=340,
    )


def tenths(rows: Rows, style: Style) -> Drawing:
    """Share right by tenths of the score, for scores on a raw scale.

    Args:
        rows: ``label``, ``bin`` (1 = lowest scores), ``score``, ``right``, ``low``, ``high``, ``samples``,
            ``problems``.
        style: Colours.
    """
    tables = Tables()
    axis = alt.Axis(grid=False, values=list(range(1, 11)), format="d")
    x = alt.X("bin:Q", title="tenth of the scores, 10 = highest", scale=alt.Scale(domain=[0.7, 10.3]), axis=axis)
    base = _coloured(tables, rows, style)
    y = alt.Y("right:Q", title="share right", scale=_UNIT, axis=alt.Axis(tickCount=5))
    return tables.layered(
        base.mark_rule(opacity=0.5, strokeWidth=1.6).encode(x=x, y=alt.Y("low:Q", scale=_UNIT), y2="high"),
        base.mark_line(strokeWidth=1.6, opacity=0.8).encode(x=x, y=y),
        *_points(base, x, y, alt.value(55)),
        height=340,
    )


def _points(base: alt.Chart, x: alt.X, y: alt.Y, size: Any) -> list[alt.Chart]:
    """The bins' points, hollow where they rest on few problems."""
    tips = [
        alt.Tooltip("label:N", title="entry"),
        alt.Tooltip("score:Q", title="mean score", format=".3f"),
        alt.Tooltip("right:Q", title="share right", format=".3f"),
        alt.Tooltip("samples:Q", format=","),
        alt.Tooltip("problems:Q", format=","),
    ]
    return [
        base.transform_filter(f"datum.problems {those} {FEW}")
        .mark_point(filled=filled, opacity=1)
        .encode(x=x, y=y, size=size, tooltip=tips)
        for those, filled in ((">=", True), ("<", False))
    ]


def roc(rows: Rows, style: Style) -> Drawing:
    """The mean ROC curve within problems.

    Args:
        rows: ``label``, ``false`` and ``true`` positive rate, ascending.
        style: Colours.
    """
    tables = Tables()
    x = alt.X("false:Q", title="wrong samples above the threshold", scale=_UNIT, axis=alt.Axis(grid=False, tickCount=5))
    y = alt.Y("true:Q", title="right samples above it", scale=_UNIT, axis=alt.Axis(tickCount=5))
    lines = _coloured(tables, rows, style).mark_line(strokeWidth=2).encode(x=x, y=y)
    return tables.layered(_diagonal(tables), lines, height=340)


def lengths(
    rows: Rows, style: Style, unit: str, name: str = "rows", domain: tuple[float, float] | None = None
) -> Drawing:
    """Mean score of right (solid) and wrong (hollow, dashed) solutions against length, for one entry.

    Args:
        rows: ``label``, ``length``, ``score``, ``samples_are`` (right or wrong), ``samples``.
        style: Colours.
        unit: Of the length.
        name: Of the rows, where several drawings are put together.
        domain: Of the scores, where panels are compared.
    """
    tables = Tables(name)
    kinds = ["right", "wrong"]
    x = alt.X("length:Q", title=unit, scale=alt.Scale(zero=False), axis=alt.Axis(grid=False, tickCount=4))
    up = alt.Scale(zero=False) if domain is None else alt.Scale(domain=list(domain))
    y = alt.Y("score:Q", title="mean score" if style.printed else None, scale=up, axis=alt.Axis(tickCount=4))
    dash = alt.StrokeDash("samples_are:N", scale=alt.Scale(domain=kinds, range=[[1, 0], [4, 3]]), legend=None)
    base = _coloured(tables, rows, style).encode(x=x, y=y)
    tips = [
        alt.Tooltip("samples_are:N", title="solutions"),
        alt.Tooltip("length:Q", format=",.0f"),
        alt.Tooltip("score:Q", format=".3f"),
        alt.Tooltip("samples:Q", format=","),
    ]
    right = base.transform_filter("datum.samples_are == 'right'").mark_point(filled=True, size=40, opacity=1)
    wrong = base.transform_filter("datum.samples_are == 'wrong'").mark_point(filled=False, size=40, opacity=1)
    return tables.layered(
        base.mark_line(strokeWidth=1.6).encode(strokeDash=dash),
        right.encode(tooltip=tips),
        wrong.encode(tooltip=tips),
        height=200,
    )


def common(rows: Rows) -> dict[str, tuple[float, float]]:
    """The axis of scores that the panels of probabilities share, by entry; raw scores are on scales of their own."""
    raw = {row["label"] for row in rows if not 0 <= row["score"] <= 1}
    scores = [row["score"] for row in rows if row["label"] not in raw]
    return {row["label"]: (min(scores), max(scores)) for row in rows if row["label"] not in raw}


def all_lengths(rows: Rows, style: Style, unit: str) -> Drawing:
    """``lengths`` of every entry side by side, for print."""
    names = list(dict.fromkeys(row["label"] for row in rows))
    shared = common(rows)
    drawn = {
        name: lengths([r for r in rows if r["label"] == name], style, unit, name, shared.get(name)) for name in names
    }
    titled = [one.chart.properties(width=210, title=name) for name, one in drawn.items()]
    chart = alt.hconcat(*titled).resolve_scale(color="independent")
    return Drawing(chart, {name: rows for one in drawn.values() for name, rows in one.data.items()})


def _coloured(tables: Tables, rows: Rows, style: Style) -> alt.Chart:
    names = list(dict.fromkeys(row["label"] for row in rows))
    colour, _ = style.scales(names)
    return tables.chart(rows).encode(color=alt.Color("label:N", scale=colour, legend=None))


def _diagonal(tables: Tables) -> alt.Chart:
    ends = tables.chart([{"v": 0}, {"v": 1}])
    return ends.mark_line(strokeDash=[4, 4], color=NEUTRAL, strokeWidth=1).encode(
        x=alt.X("v:Q", scale=_UNIT), y=alt.Y("v:Q", scale=_UNIT)
    )
