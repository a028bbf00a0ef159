"""Accuracy against N: entries overlaid, over all problems and by quintile, subject, level or contamination."""

from functools import partial

import streamlit as st

from leaderboard.draw import words
from leaderboard.draw.charts import accuracy
from leaderboard.draw.tables import rows as tables
from leaderboard.page import choose, downloads, messages
from leaderboard.read import boards

BANDS = {"problems": "95 % over problems", "draws": "one draw's deviation", "none": "no band"}
SLICES = {
    "quintile": "difficulty quintile",
    "subject": "subject",
    "level": "level",
    "set": "set",
    "contamination": "contamination",
}
ACROSS, NARROWEST = 5, 165

board = choose.board()
messages.title(f"Accuracy versus N on {board.named}", "What more solutions to choose from are worth to each verifier.")
curves = boards.overall(board)
chosen = choose.several(boards.entries(board), curves, choose.n(board))
with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    named = choose.buttons("Band", list(BANDS), "band", names=BANDS.__getitem__)
    band = "" if named == "none" else named
    linear = choose.toggle("Linear N", "linear")
if not chosen:
    messages.end("Choose an entry to draw.")
style, paper = choose.style(chosen), choose.style(chosen, printed=True)
draw = partial(accuracy.lines, log=not linear, band=band)
rows = tables.of_curves(chosen, curves)
messages.legend(chosen, style, narrow_only=True)
messages.chart(draw(rows, style))
downloads.offer(choose.file(board, "accuracy", chosen), rows, lambda: draw(rows, paper))

kinds = [kind for kind in SLICES if len(boards.curves(board, kind)) > 1]
if kinds:
    st.subheader("Where the difference is made")
    kind = choose.buttons("Split by", kinds, "split", names=SLICES.__getitem__)
    by_part = {p: tables.of_curves(chosen, x, kind, p) for p, x in sorted(boards.curves(board, kind).items())}
    by_part = {part: found for part, found in by_part.items() if found}
    large = choose.buttons(
        "Show", ["all", *by_part], "slice", names=lambda p: p if p == "all" else words.slice_name(kind, p)
    )
    parts = {words.slice_name(kind, part): found for part, found in by_part.items()}
    if large != "all":
        messages.chart(draw(by_part[large], style))
        downloads.offer(
            choose.file(board, f"{kind}-{large}", chosen), by_part[large], lambda: draw(by_part[large], paper)
        )
    elif parts:
        everything = [row for found in parts.values() for row in found]
        domain = accuracy.limits(everything, band, style)
        messages.legend(chosen, style)
        grid = st.grid(min(ACROSS, len(parts)), min_column_width=NARROWEST)
        for name, found in parts.items():
            with grid.cell():
                st.markdown(f"**{messages.plain(name)}**  \n:small[{found[0]['n_problems']} problems]")
                messages.chart(draw(found, style, domain=domain, height=220, labels=False))
        downloads.offer(
            choose.file(board, f"by-{kind}", chosen),
            everything,
            lambda: accuracy.multiples(parts, paper, log=not linear, band=band, domain=domain),
        )
messages.about(board)
