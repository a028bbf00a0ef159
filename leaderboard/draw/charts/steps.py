"""Numbers of verifiers beside each other: dots with intervals, skill against choice, curves over a distance."""

from collections.abc import Mapping

import altair as alt

from leaderboard.draw.charts.style import NEUTRAL, Drawing, Rows, Tables

_LINE, _AROUND = 24, 84  # pixels: a name, and what stands below the names
_TALL = 340
_BANDS = 3  # verifiers up to which bands can be told apart
_NAMES = alt.Axis(labelLimit=230, labelOverlap=False, domain=False, ticks=False, grid=False)


def dots(rows: Rows, title: str, colours: Mapping[str, str], *, zero: bool = False) -> Drawing:
    """One line a name: a filled dot with its interval, and a hollow one for what it is compared with.

    Args:
        rows: ``name``, ``colour`` (a key of ``colours``), ``value``, ``low``, ``high`` in the axis' own unit, ``other``
            (or None).
        title: Of the axis.
        colours: CSS colours by key.
        zero: Whether a line marks zero.
    """
    tables = Tables()
    names = [row["name"] for row in rows]
    y = alt.Y("name:N", sort=names, title=None, axis=_NAMES)
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    colour = alt.Color("colour:N", scale=scale, legend=None)
    x = alt.X("value:Q", title=title, scale=alt.Scale(zero=False, nice=True), axis=alt.Axis(tickCount=6, domain=False))
    base = tables.chart(rows).encode(y=y, color=colour)
    tips = [
        alt.Tooltip("name:N", title=" "),
        alt.Tooltip("value:Q", format=".1f"),
        alt.Tooltip("low:Q", format=".1f"),
        alt.Tooltip("high:Q", format=".1f"),
        alt.Tooltip("other:Q", title="hollow", format=".1f"),
    ]
    others = [row for row in rows if row["other"] is not None]
    rule = tables.chart([{"at": 0}]).mark_rule(color=NEUTRAL, strokeDash=[3, 3]).encode(x="at:Q")
    return tables.layered(
        *([rule] if zero else []),
        base.mark_rule(strokeWidth=1.6, opacity=0.75).encode(x=alt.X("low:Q", title=title), x2="high:Q"),
        *(
            [
                tables.chart(others)
                .mark_point(filled=False, size=52, strokeWidth=1.6)
                .encode(y=y, color=colour, x=alt.X("other:Q", title=title), tooltip=tips)
            ]
            if others
            else []
        ),
        base.mark_point(filled=True, size=62, opacity=1).encode(x=x, tooltip=tips),
        height=_LINE * max(len(set(names)), 2) + _AROUND,
    )


def against(rows: Rows, x_title: str, y_title: str, colours: Mapping[str, str]) -> Drawing:
    """A cross of two intervals for each verifier, with its name.

    Args:
        rows: ``verifier``, ``pool``, ``x``, ``x_low``, ``x_high``, ``y``, ``y_low``, ``y_high`` in per cent.
        x_title: Of the horizontal axis.
        y_title: Of the vertical one.
        colours: CSS colours by verifier.
    """
    tables = Tables()
    colour = alt.Color("verifier:N", scale=alt.Scale(domain=list(colours), range=list(colours.values())), legend=None)
    across, up = alt.Scale(zero=False, nice=True), alt.Scale(zero=False, nice=True)
    base = tables.chart(rows).encode(color=colour)
    x = alt.X("x:Q", title=x_title, scale=across, axis=alt.Axis(grid=False, tickCount=5))
    y = alt.Y("y:Q", title=y_title, scale=up, axis=alt.Axis(tickCount=5, domain=False, ticks=False))
    tips = [alt.Tooltip("verifier:N"), alt.Tooltip("x:Q", format=".1f"), alt.Tooltip("y:Q", format=".1f")]
    return tables.layered(
        base.mark_rule(opacity=0.55).encode(x=alt.X("x_low:Q", title=x_title, scale=across), x2="x_high:Q", y=y),
        base.mark_rule(opacity=0.55).encode(x=x, y=alt.Y("y_low:Q", title=y_title, scale=up), y2="y_high:Q"),
        base.mark_point(filled=True, size=60, opacity=1).encode(x=x, y=y, tooltip=tips),
        base.mark_text(align="left", dx=7, dy=-8, limit=170).encode(x=x, y=y, text="verifier:N"),
        height=_TALL,
    )


def over(rows: Rows, title: str, colours: Mapping[str, str]) -> Drawing:
    """One line a verifier over the distance from the generator; bands of up to three verifiers.

    Args:
        rows: ``verifier``, ``distance``, ``n``, ``value``, ``low``, ``high``.
        title: Of the vertical axis.
        colours: CSS colours by verifier.
    """
    ticks = sorted({row["distance"] for row in rows if row["n"] & (row["n"] - 1) == 0})  # of the powers of two
    tables = Tables()
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    legend = alt.Legend(title=None, orient="bottom", columns=2, labelLimit=190)
    base = tables.chart(rows).encode(
        x=alt.X(
            "distance:Q",
            title="log N − (N − 1)/N, nats",
            axis=alt.Axis(grid=False, values=ticks, format=".1f", labelOverlap=True),
        ),
        color=alt.Color("verifier:N", scale=scale, legend=legend),
    )
    y = alt.Y(
        "value:Q", title=title, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=5, domain=False, ticks=False)
    )
    tips = [alt.Tooltip("verifier:N"), alt.Tooltip("n:Q", title="N"), alt.Tooltip("value:Q", format=".2f")]
    band = base.mark_area(opacity=0.14).encode(y=alt.Y("low:Q", title=title, scale=alt.Scale(zero=False)), y2="high:Q")
    return tables.layered(
        *([band] if len(colours) <= _BANDS else []),
        base.mark_line(strokeWidth=1.8).encode(y=y),
        base.mark_point(filled=True, size=30, opacity=1).encode(y=y, tooltip=tips),
        height=_TALL + _LINE * ((len(colours) + 1) // 2),
    )
