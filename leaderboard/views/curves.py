"""Accuracy against N: any entries overlaid, over all problems and by difficulty quintile."""

import streamlit as st

from leaderboard import charts, choose, data, messages, queries, tables

BANDS = {"problems": "95 % over problems", "draws": "one draw's deviation", "none": "no band"}
SLICES = {"quintile": "Difficulty quintile", "subject": "Subject", "level": "Level"}

board = choose.board()
messages.title(f"Accuracy versus N on {board.title}", "What more solutions to choose from are worth to each verifier.")
entries = data.ask(queries.entries, board)
curves = choose.overall(board)
labels = choose.entries(entries, curves, choose.n(board))
left, right, _ = st.columns([3, 2, 4], vertical_alignment="bottom")
band = left.segmented_control(
    "Band", list(BANDS), default="problems", format_func=lambda b: BANDS[b], key="band", bind="query-params",
    required=True,
)  # fmt: skip
linear = right.toggle("Linear N", key="linear", bind="query-params")
chosen = [e for e in entries if e.label in labels]
if not chosen:
    st.info("Choose an entry to draw.")
    st.stop()
style = choose.style(chosen)
shown_band = "" if band == "none" else str(band)
rows = tables.curve_rows(chosen, curves)
messages.legend(chosen, style, narrow_only=True)
st.altair_chart(charts.accuracy(rows, style, log=not linear, band=shown_band), width="stretch")

kinds = {kind: data.ask(queries.curves, board, kind) for kind in SLICES}
for kind, parts in kinds.items():
    if len(parts) < 2:
        continue
    st.subheader(f"By {SLICES[kind].lower()}", anchor=kind)
    by_part = {part: tables.curve_rows(chosen, found, kind, part) for part, found in sorted(parts.items())}
    domain = charts.limits([row for found in by_part.values() for row in found], shown_band)
    messages.legend(chosen, style)
    for start in range(0, len(by_part), 5):
        columns = st.columns(5)
        for column, (part, found) in zip(columns, list(by_part.items())[start : start + 5], strict=False):
            n_problems = found[0]["n_problems"] if found else 0
            column.markdown(f"**{messages.slice_name(kind, part)}** :small[{n_problems} problems]")
            column.altair_chart(
                charts.accuracy(found, style, log=not linear, band=shown_band, domain=domain, height=230, labels=False),
                width="stretch",
            )
st.caption(messages.about(board))
