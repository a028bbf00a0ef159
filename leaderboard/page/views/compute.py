"""Accuracy against what it cost: tokens or floating-point operations of generating and of verifying."""

import streamlit as st

from harness.errors import BadPool
from leaderboard.draw.charts import cost
from leaderboard.page import choose, downloads, messages
from leaderboard.read import boards, bulk, frontier, queries, store

board = choose.board()
n = choose.n(board)
messages.title(
    f"Accuracy for its cost on {board.named}",
    "Choosing among more solutions costs more: N solutions to generate, and N to verify. The shaded frontier is "
    "what no other entry beats at the same cost, where the cost of the verifiers is on record.",
)
if board.members:
    messages.end("A group mixes tasks of different lengths: choose one of its tasks above.")
entries = boards.entries(board)
curves = boards.overall(board)
try:
    opened = boards.pool(board)
except BadPool:  # the curves are in the store; only the generated tokens are not known
    opened = None
tokens = None
if opened is not None:
    pool = opened[0]
    tokens = store.derive(("tokens", board.pool_digest), lambda: bulk.mean_tokens(pool))
generation = frontier.Generation(tokens, frontier.generator_parameters(store.ask(queries.manifest, board.pool_digest)))
measures = frontier.measures(entries, generation)
with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    measure = choose.buttons("Cost", list(measures), "cost")
    linear = choose.toggle("Linear cost", "linear")
chosen = choose.several([e for e in entries if e.control != "oracle"], curves, n)
rows = frontier.rows(chosen, curves, measures[measure], generation)
missing = [e.label for e in chosen if e.label not in {r["label"] for r in rows}]
if missing:
    st.caption("No cost is recorded for: " + ", ".join(messages.plain(m) for m in missing))
if not rows:
    messages.end("None of these entries has this cost on record: carried scores and cards come without one.")
style, paper = choose.style(chosen), choose.style(chosen, printed=True)
messages.legend(chosen, style, narrow_only=True)
title = measures[measure].title
messages.chart(cost.lines(rows, style, title, log=not linear))
downloads.offer(choose.file(board, "cost", chosen), rows, lambda: cost.lines(rows, paper, title, log=not linear))
if not any(r["frontier"] for r in rows):
    messages.nothing("No frontier is drawn: this cost leaves out what the verifiers themselves took.")
st.caption(measures[measure].note)
messages.about(board)
