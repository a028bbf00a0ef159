"""Problems by verifiers: how often each picks a right solution of each problem, the easiest first."""

from collections.abc import Mapping, Sequence

import altair as alt

from leaderboard.draw.charts.style import NEUTRAL, WIDE, Drawing, Rows, Tables

CELL = "cell"  # the name under which a click on a cell arrives
FEWEST = 40  # cells across, so that few problems do not make broad ones
_ROW = 17  # pixels
_RIGHT = 1.0 - 5e-4  # from here on a cell is right
_SCALE = {  # vermillion for wrong; right is quiet, as most cells are
    "light": ["#d55e00", "#efe3d3", "#a5c8e1"],
    "dark": ["#e0722a", "#4a4541", "#2f5f80"],
}
_INK = {"light": "#26231f", "dark": "#e9e6e0"}


def cells(
    blocks: Mapping[str, Sequence[tuple[str, str]]], labels: Sequence[str], p: Mapping[str, Mapping[str, float]]
) -> Rows:
    """The cells as rows.

    Args:
        blocks: By heading: the problems that stand side by side, each with what is known of it.
        labels: The entries, from top to bottom of each block.
        p: p_i by entry and problem.
    """
    return [
        {"block": heading, "label": label, "problem": problem, "about": about, "place": place, "p": own}
        for heading, problems in blocks.items()
        for label in labels
        for place, (problem, about) in enumerate(problems)
        if (own := p[label].get(problem)) is not None
    ]


def heatmap(rows: Rows, labels: Sequence[str], n: int, theme: str, chosen: str = "") -> Drawing:
    """One block of rows under each heading, one row an entry, one cell a problem; a cell can be clicked.

    A block in which every entry is right on every problem is a line that says so.

    Args:
        rows: As ``cells`` makes them.
        labels: The entries, from top to bottom.
        n: N, for the legend.
        theme: ``light`` or ``dark``.
        chosen: The problem to mark.
    """
    tables = Tables()
    worst: dict[str, float] = {}
    width: dict[str, int] = {}
    for row in rows:
        worst[row["block"]] = min(row["p"], worst.get(row["block"], 1.0))
        width[row["block"]] = max(row["place"] + 1, width.get(row["block"], 0))
    mixed = [block for block in worst if worst[block] < _RIGHT]
    order = [f"{block}\n{label}" for block in worst for label in ("", *(labels if block in mixed else ()))]
    names = [
        {"row": f"{block}\n", "text": block if block in mixed else f"{block}: all right on all {width[block]}"}
        for block in worst
    ]
    drawn = [
        {**row, "row": f"{row['block']}\n{row['label']}", "p": 100 * row["p"], "end": row["place"] + 0.94}
        for row in rows
        if row["block"] in mixed
    ]
    across = alt.Scale(domain=[0, max(FEWEST, *width.values())], nice=False)
    axis = alt.Axis(
        labelExpr="split(datum.value, '\\n')[1]",
        labelLimit=alt.expr(f"(containerSize()[0] || {WIDE}) < {WIDE} ? 84 : 170"),
        ticks=False,
        domain=False,
        labelOverlap=False,
    )
    up = alt.Y("row:O", scale=alt.Scale(domain=order, paddingInner=0.08, paddingOuter=0), title=None, axis=axis)
    x = alt.X("place:Q", scale=across, axis=None)
    legend = alt.Legend(
        title=f"right at N = {n}, %",
        orient="top",
        direction="horizontal",
        gradientLength=150,
        gradientThickness=10,
        titleOrient="left",
        titleFontWeight="normal",
    )
    colour = alt.Fill("p:Q", scale=alt.Scale(domain=[0, 50, 100], range=_SCALE[theme]), legend=legend)
    tips = [
        alt.Tooltip("problem:N"),
        alt.Tooltip("about:N", title="is"),
        alt.Tooltip("label:N", title="entry"),
        alt.Tooltip("p:Q", title="right %", format=".1f"),
    ]
    click = alt.selection_point(name=CELL, fields=["problem", "label"], on="click", clear=False)
    blocks = tables.chart(drawn).mark_rect(cursor="pointer").encode(x=x, x2="end", y=up, fill=colour, tooltip=tips)
    marked = tables.chart([row for row in drawn if row["problem"] == chosen])
    edge = marked.mark_rect(filled=False, stroke=_INK[theme], strokeWidth=1.4).encode(x=x, x2="end", y=up)
    words = tables.chart(names).mark_text(align="left", fontSize=11.5, color=NEUTRAL, dy=2)
    heads = words.encode(x=alt.X(datum=0, scale=across), y=up, text="text:N")
    return tables.layered(blocks.add_params(click), edge, heads, height=_ROW * len(order))
