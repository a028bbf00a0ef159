"""Data and method: every pool, every run's full record, the formulas, how to cite."""

import json
import re
from pathlib import Path

import streamlit as st

from harness.report import cite, lookup
from leaderboard.draw import numbers
from leaderboard.draw.tables.grid import Column
from leaderboard.page import choose, downloads, messages
from leaderboard.read import boards, queries, ranking, store

_HERE = Path(__file__).resolve().parents[2]
METHOD = (_HERE / "method.md", _HERE.parent / "docs" / "method.md")

messages.title(
    "Data and method", "Where the samples come from, what each run was, and the formula behind every number."
)
board = choose.board()

st.subheader("Pools")
rows = []
for pool in store.ask(queries.pools):
    m = pool["manifest"]
    rows.append(
        {
            "pool": pool["name"],
            "task": m["task"],
            "task_version": m["task_version"],
            "problems_from": m["problems"],
            "generator": m["generator"],
            "slots": m["slots"],
            "problems": m["n_problems"],
            "samples": m["n_samples"],
            "present": m["n_samples"] / (m["slots"] * m["n_problems"]) if m["slots"] else None,
            "source": str((m.get("origin") or {}).get("format") or ""),
            "licence": m["licence"],
            "sampling": json.dumps(m["sampling"]),
            "origin": json.dumps(m.get("origin")),
            "rejected": m["rejected"],
            "unmatched": m["unmatched"],
            "digest": pool["pool_digest"],
        }
    )
columns = [
    Column("Pool", lambda r: r["pool"], left=True),
    Column("Task", lambda r: r["task"], lambda r: "own problems" if r["problems_from"] == "pool" else "", left=True),
    Column("Generator", lambda r: r["generator"] or "not stated", left=True),
    Column("M", lambda r: str(r["slots"] or "as available")),
    Column("Problems", lambda r: f"{r['problems']:,}"),
    Column("Samples", lambda r: f"{r['samples']:,}"),
    Column("Present %", lambda r: numbers.percent(r["present"])),
    Column("Source", lambda r: r["source"] or "not stated", left=True),
    Column("Licence", lambda r: r["licence"] or "not stated", left=True),
    Column("Digest", lambda r: r["digest"][:12], left=True),
]
if rows:
    downloads.table("pools", columns, rows)
else:
    messages.nothing("Only result cards were added; the pools are where their runs were measured.")

st.subheader("Runs")
ids = [r["run_id"] for r in store.ask(queries.runs)]
leading = ranking.best(boards.entries(board), boards.overall(board), choose.n(board))
first = next((i for i in (*(e.run_id for e in leading), *board.run_ids) if i in ids), ids[0])
choose.forget_unless("run", ids)
run_id = st.selectbox(f"Run, {len(ids)} in all", ids, index=ids.index(first), key="run", bind="query-params", width=320)
run = store.ask(lookup.run, run_id)
results = store.ask(lookup.results, run_id)
number = cite.headline(run, results)
label = cite.label(run["verifier"], number["aggregation"])
st.markdown(
    f"**{messages.plain(label)}** on {messages.plain(run['task_title'])}, pool {messages.plain(run['pool'])}: "
    f"{numbers.percent(number['value'])} % at N = {number['n']}, 95 % interval "
    f"{numbers.interval(number['low'], number['high'])}."
)
left, right = st.columns(2, gap="large")
with left:
    st.markdown("**Full record**")
    st.json(run, expanded=1)
    for note in run["notes"]:
        st.caption(messages.plain(note))
with right:
    st.markdown("**Cite this number**")
    st.code(cite.sentence(run, number), language=None, wrap_lines=True)
    st.markdown("**Cite the tool**")
    st.code(cite.bibtex(run), language="latex", wrap_lines=True)
line = {**run, **number, "label": label}
downloads.offer(f"run-{run_id}", [{"run_id": run_id, **r} for r in results], text=lambda: cite.latex([line]))

st.subheader("Formulas")
method = next((p for p in METHOD if p.exists()), None)
if method is None:
    messages.nothing("docs/method.md is not beside this installation; it is in the project's repository.")
else:
    with st.container(border=True):
        st.markdown(re.sub(r"^#", "###", method.read_text(encoding="utf-8"), flags=re.MULTILINE))
