"""Two entries, problem by problem: their paired difference over N, who wins where, and where they differ most."""

import numpy as np
import streamlit as st

from harness.measure import statistics
from leaderboard.draw import numbers
from leaderboard.draw.charts import comparison
from leaderboard.draw.tables.grid import Column
from leaderboard.page import address, choose, downloads, messages
from leaderboard.read import boards, queries, ranking, store

MOST = 15

board = choose.board()
n = choose.n(board)
messages.title(f"Two verifiers on {board.named}", "A difference is a paired one: the same problems, the same samples.")
entries = boards.entries(board)
if len(entries) < 2:
    messages.end("There is only one entry on this board; measure another one to compare it with.")
curves = boards.overall(board)
a, b = choose.pair(entries, curves, n)
if a.key == b.key:
    messages.end("Choose two different entries.")
compared = boards.compared(board, a, b)
if not len(compared.ns):
    messages.end("These two share no N and no problem by problem results.")
at = n if n in compared.ns else compared.ns[-1]
column = compared.ns.index(at)
pa, pb = compared.a[:, column], compared.b[:, column]
key = (board.name, a.key, b.key)
result = store.derive(("paired", *key, at), lambda: statistics.paired(pa, pb))
adjusted = store.derive(("adjusted", *key), lambda: statistics.adjusted_p_values(compared.a, compared.b))
apart = boards.family(board, at).tells_apart(a, b)
established = adjusted[column] <= 1 - statistics.LEVEL if apart is None else apart
verdict = ("A is better" if result.difference > 0 else "B is better") if established else "No difference is established"
why = ""
if apart is not None:
    does = "tells them apart" if apart else "does not tell them apart"
    why = f": the ranking at this N, Holm-adjusted over all its pairs, {does}"
st.markdown(
    f"At N = {at}: A − B = **{numbers.points(result.difference)}** points, 95 % interval "
    f"{numbers.points(result.interval.low)} to {numbers.points(result.interval.high)}, p = {adjusted[column]:.4f} "
    f"(sign flips over {len(pa)} problems, Holm-adjusted over {len(compared.ns)} values of N). {verdict}{why}."
)
leading = ranking.best(entries, curves, n)
if leading and leading[0].key in (a.key, b.key):
    best = "A" if leading[0].key == a.key else "B"
    st.caption(
        f"{best} is the most accurate verifier of this board at N = {n}. The best of many is best partly by luck, "
        "which the interval does not count."
    )
rows = [
    {"n": m, "difference": float(d.mean()), "low": i.low, "high": i.high}
    for c, m in enumerate(compared.ns)
    for d in (compared.a[:, c] - compared.b[:, c],)
    for i in (statistics.difference_interval(d),)
]
style = choose.style([a, b])
paper = choose.style([a, b], printed=True)
messages.chart(comparison.difference(rows, style, a.label, b.label))
downloads.offer(
    choose.file(board, "difference", [a, b]), rows, lambda: comparison.difference(rows, paper, a.label, b.label)
)
counts = {"A better": result.wins, "equal": result.ties, "B better": result.losses}
messages.chart(comparison.outcomes(counts, style, a.label, b.label))
st.caption(
    f"Of {len(pa)} problems A does better on {result.wins}, both do equally on {result.ties}, B does better on "
    f"{result.losses}."
)
downloads.offer(
    choose.file(board, "outcomes", [a, b], at), [counts], lambda: comparison.outcomes(counts, paper, a.label, b.label)
)

st.subheader("Where they differ most")
known = {r["problem_id"]: r for r in store.ask(queries.problems, board.pool_digest)}
difficulty = store.ask(queries.difficulty, a.run_id)
order = np.argsort(-np.abs(pa - pb), kind="stable")[:MOST]
most = [
    {
        "problem": name,
        "subject": known.get(name, {}).get("subject"),
        "level": known.get(name, {}).get("level"),
        "quintile": difficulty.get(name, (None, None))[0],
        "pass_rate": difficulty.get(name, (None, None))[1],
        "a": float(pa[i]),
        "b": float(pb[i]),
        "difference": float(pa[i] - pb[i]),
    }
    for i in order.tolist()
    for name in (compared.problem_ids[i],)
    if abs(pa[i] - pb[i]) > 1e-9
]
if not most:
    messages.end("They do equally well on every problem.")


def link(problem: str) -> str:
    """The problem in the explorer, with the same two entries at the same N."""
    return address.link("problems", board=board.slug, n=at, a=a.label, b=b.label, problem=problem)


columns = [
    Column("Problem", lambda r: str(r["problem"]), link=lambda r: link(r["problem"]) if known else "", left=True),
    Column("Subject", lambda r: r["subject"] or numbers.UNKNOWN, left=True, wide=True),
    Column("Level", lambda r: str(r["level"] or numbers.UNKNOWN), wide=True),
    Column("Quintile", lambda r: str(r["quintile"] or numbers.UNKNOWN)),
    Column("Pass rate %", lambda r: numbers.percent(r["pass_rate"]), wide=True),
    Column("A %", lambda r: numbers.percent(r["a"])),
    Column("B %", lambda r: numbers.percent(r["b"])),
    Column("A − B", lambda r: numbers.points(r["difference"], 0)),
]
downloads.table(choose.file(board, "largest-differences", [a, b], at), columns, most)
messages.about(board)
