"""Accuracy against N: entries overlaid, over all problems and by quintile, subject, level or contamination."""

from functools import partial

import streamlit as st

from leaderboard.draw import words
from leaderboard.draw.charts import accuracy
from leaderboard.draw.tables import rows as tables
from leaderboard.page import choose, downloads, messages
from leaderboard.read import boards

BANDS = {"95 % over problems": "problems", "one draw's deviation": "draws", "no band": ""}
SLICES = {
    "difficulty quintile": "quintile",
    "subject": "subject",
    "level": "level",
    "set": "set",
    "contamination": "contamination",
}
ACROSS, NARROWEST = 5, 165

board = choose.board()
messages.title(f"Accuracy versus N on {board.title}", "What more solutions to choose from are worth to each verifier.")
curves = boards.overall(board)
chosen = choose.several(boards.entries(board), curves, choose.n(board))
with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    band = choose.one("Band", list(BANDS), "band")
    linear = st.toggle("Linear N", key="linear", bind="query-params")
if not chosen:
    messages.end("Choose an entry to draw.")
style, paper = choose.style(chosen), choose.style(chosen, "light")
draw = partial(accuracy.lines, log=not linear, band=BANDS[band])
rows = tables.of_curves(chosen, curves)
messages.legend(chosen, style, narrow_only=True)
messages.chart(draw(rows, style))
downloads.offer(f"{board.task}-accuracy", rows, lambda: draw(rows, paper))

kinds = {name: kind for name, kind in SLICES.items() if len(boards.curves(board, kind)) > 1}
if kinds:
    st.subheader("Where the difference is made")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        kind = kinds[choose.one("Split by", list(kinds), "split")]
        parts = {
            words.slice_name(kind, part): tables.of_curves(chosen, found, kind, part)
            for part, found in sorted(boards.curves(board, kind).items())
        }
        parts = {name: found for name, found in parts.items() if found}
        large = choose.one("Show", ["all", *parts], "slice")
    if large != "all":
        messages.chart(draw(parts[large], style))
        downloads.offer(f"{board.task}-{kind}-{large}", parts[large], lambda: draw(parts[large], paper))
    elif parts:
        everything = [row for found in parts.values() for row in found]
        domain = accuracy.limits(everything, BANDS[band])
        messages.legend(chosen, style)
        grid = st.grid(min(ACROSS, len(parts)), min_column_width=NARROWEST)
        for name, found in parts.items():
            with grid.cell():
                st.markdown(f"**{messages.plain(name)}**  \n:small[{found[0]['n_problems']} problems]")
                messages.chart(draw(found, style, domain=domain, height=220, labels=False))
        downloads.offer(
            f"{board.task}-by-{kind}",
            everything,
            lambda: accuracy.multiples(parts, paper, log=not linear, band=BANDS[band], domain=domain),
        )
st.caption(words.about(board))
