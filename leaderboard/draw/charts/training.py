"""What a policy was rewarded for and what was true, over the steps of its training."""

from collections.abc import Mapping, Sequence

import altair as alt

from leaderboard.draw import palette
from leaderboard.draw.charts.style import NEUTRAL, Drawing, Rows, Tables

_TALL, _LOW = 320, 160
_DASHES = {"proxy": [1, 0], "true": [6, 4]}


def rewards(rows: Rows, turns: Mapping[str, int], names: Mapping[str, str], theme: str) -> Drawing:
    """Reward and truth, one colour a training; a rule where the truth was highest before it fell.

    Args:
        rows: ``training``, ``measure`` (of ``names``), ``step``, ``value``, ``smoothed``.
        turns: By training, the step of its turn.
        names: What the two measures are called.
        theme: ``light`` or ``dark``.
    """
    tables = Tables()
    drawn = [{**row, "curve": names[row["measure"]]} for row in rows if row["measure"] in names]
    trainings = list(dict.fromkeys(row["training"] for row in rows))
    scale = _colours(trainings, theme)
    dashes = alt.Scale(domain=list(names.values()), range=[_DASHES[measure] for measure in names])
    x = alt.X("step:Q", title="step", axis=alt.Axis(grid=False, format="d"))
    colour = alt.Color("training:N", scale=scale, legend=alt.Legend(title=None, orient="top"))
    dash = alt.StrokeDash("curve:N", scale=dashes, legend=alt.Legend(title=None, orient="top"))
    base = tables.chart(drawn).encode(x=x, color=colour)
    tips = [
        alt.Tooltip("training:N"),
        alt.Tooltip("curve:N"),
        alt.Tooltip("step:Q"),
        alt.Tooltip("value:Q", format=".3f"),
    ]
    marks = [{"training": name, "step": step} for name, step in turns.items()]
    rules = (
        tables.chart(marks)
        .mark_rule(strokeDash=[2, 3], strokeWidth=1.2)
        .encode(
            x=x, color=alt.Color("training:N", scale=scale, legend=None), tooltip=[alt.Tooltip("step:Q", title="turn")]
        )
    )
    return tables.layered(
        base.mark_circle(size=12, opacity=0.35).encode(y="value:Q", tooltip=tips),
        base.mark_line(strokeWidth=2).encode(
            y=alt.Y("smoothed:Q", title="reward", scale=alt.Scale(zero=False)), strokeDash=dash
        ),
        *([rules] if marks else []),
        height=_TALL,
    )


def measure(rows: Rows, name: str, trainings: Sequence[str], theme: str) -> Drawing:
    """One measure of the solutions, one colour a training.

    Args:
        rows: ``training``, ``step``, ``value``, ``smoothed``.
        name: Of the axis.
        trainings: In the order of their colours.
        theme: ``light`` or ``dark``.
    """
    tables = Tables()
    base = tables.chart(rows).encode(
        x=alt.X("step:Q", title="step", axis=alt.Axis(grid=False, format="d")),
        color=alt.Color("training:N", scale=_colours(trainings, theme), legend=None),
    )
    up = alt.Y("smoothed:Q", title=name, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=4))
    return tables.layered(base.mark_line(strokeWidth=2).encode(y=up), height=_LOW)


def _colours(trainings: Sequence[str], theme: str) -> alt.Scale:
    hues = [palette.HUES[i % len(palette.HUES)].of(theme) for i in range(len(trainings))] or [NEUTRAL]
    return alt.Scale(domain=list(trainings), range=hues)
