"""Data and method: every pool with its source and licence, and the formulas."""

import json
import re
from pathlib import Path

import streamlit as st

from leaderboard.draw import numbers
from leaderboard.draw.tables.grid import Column
from leaderboard.page import downloads, messages
from leaderboard.read import queries, store

_HERE = Path(__file__).resolve().parents[2]
METHOD = (_HERE / "method.md", _HERE.parent / "docs" / "method.md")

messages.title("Data and method", "Where the samples come from, and the formula behind every number.")

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

st.subheader("Formulas")
method = next((p for p in METHOD if p.exists()), None)
if method is None:
    messages.nothing("docs/method.md is not beside this installation; it is in the project's repository.")
else:
    with st.container(border=True):
        st.markdown(re.sub(r"^#", "###", method.read_text(encoding="utf-8"), flags=re.MULTILINE))
