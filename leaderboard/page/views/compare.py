"""Two entries, problem by problem: their paired difference over N, who wins where, and where they differ most."""

from urllib.parse import urlencode

import numpy as np
import streamlit as st

from harness.measure import statistics
from leaderboard.draw import downloads, figures, words
from leaderboard.draw.charts import comparison
from leaderboard.draw.grid_table import Column
from leaderboard.page import choose, messages
from leaderboard.read import data, queries, sheet

MOST = 15

board = choose.board()
n = choose.n(board)
messages.title(f"Two verifiers on {board.title}", "A difference is a paired one: the same problems, the same samples.")
entries = sheet.entries(board)
if len(entries) < 2:
    messages.end("There is only one entry on this board; measure another one to compare it with.")
a, b = choose.pair(entries, sheet.overall(board), n)
if a.key == b.key:
    messages.end("Choose two different entries.")
compared = sheet.compared(board, a, b)
if not len(compared.ns):
    messages.end("These two share no N and no problem by problem results.")
at = n if n in compared.ns else compared.ns[-1]
column = compared.ns.index(at)
pa, pb = compared.a[:, column], compared.b[:, column]
result = data.derive(("paired", board.name, a.key, b.key, at), lambda: statistics.paired(pa, pb))
sign = (
    "No difference is established"
    if result.p_value > 0.05
    else ("A is better" if result.difference > 0 else "B is better")
)
st.markdown(
    f"At N = {at}: A − B = **{figures.points(result.difference)}** points, 95 % interval "
    f"{figures.points(result.interval.low)} to {figures.points(result.interval.high)}, p = {result.p_value:.4f} (sign "
    f"flips over {len(pa)} problems). {sign}."
)
rows = [
    {"n": m, "difference": float(d.mean()), "low": i.low, "high": i.high}
    for c, m in enumerate(compared.ns)
    for d in (compared.a[:, c] - compared.b[:, c],)
    for i in (statistics.difference_interval(d),)
]
style = choose.style([a, b])
paper = choose.style([a, b], "light")
messages.chart(comparison.difference(rows, style, a.label, b.label))
downloads.offer("difference", rows, lambda: comparison.difference(rows, paper, a.label, b.label))
counts = {"A better": result.wins, "equal": result.ties, "B better": result.losses}
messages.chart(comparison.outcomes(counts, style, a.label, b.label))
st.caption(
    f"Of {len(pa)} problems A does better on {result.wins}, both do equally on {result.ties}, B does better on "
    f"{result.losses}."
)
downloads.offer("outcomes", [counts], lambda: comparison.outcomes(counts, paper, a.label, b.label))

st.subheader("Where they differ most")
known = {r["problem_id"]: r for r in data.ask(queries.problems, board.pool_digest)}
order = np.argsort(-np.abs(pa - pb), kind="stable")[:MOST]
most = [
    {
        "problem": compared.problem_ids[i],
        "subject": known.get(compared.problem_ids[i], {}).get("subject"),
        "level": known.get(compared.problem_ids[i], {}).get("level"),
        "quintile": known.get(compared.problem_ids[i], {}).get("quintile"),
        "pass_rate": known.get(compared.problem_ids[i], {}).get("pass_rate"),
        "a": float(pa[i]),
        "b": float(pb[i]),
        "difference": float(pa[i] - pb[i]),
    }
    for i in order.tolist()
    if abs(pa[i] - pb[i]) > 1e-9
]
if not most:
    messages.end("They do equally well on every problem.")


def link(problem: str) -> str:
    """The problem in the explorer, with the same two entries at the same N."""
    return "./problems?" + urlencode({"board": board.name, "n": at, "a": a.label, "b": b.label, "problem": problem})


columns = [
    Column("Problem", lambda r: str(r["problem"]), link=lambda r: link(r["problem"]) if known else "", left=True),
    Column("Subject", lambda r: r["subject"] or figures.UNKNOWN, left=True, wide=True),
    Column("Level", lambda r: str(r["level"] or figures.UNKNOWN), wide=True),
    Column("Quintile", lambda r: str(r["quintile"] or figures.UNKNOWN)),
    Column("Pass rate %", lambda r: figures.percent(r["pass_rate"]), wide=True),
    Column("A %", lambda r: figures.percent(r["a"])),
    Column("B %", lambda r: figures.percent(r["b"])),
    Column("A − B", lambda r: figures.points(r["difference"], 0)),
]
downloads.table("largest-differences", columns, most)
st.caption(words.about(board))
