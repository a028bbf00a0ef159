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
    origin = m.get("origin")
    origin = origin if isinstance(origin, dict) else {}
    slots, problems, samples = m.get("slots"), m.get("n_problems"), m.get("n_samples")
    rows.append(
        {
            "pool": pool["name"],
            "task": m.get("task", ""),
            "task_version": m.get("task_version"),
            "problems_from": m.get("problems", ""),
            "generator": m.get("generator", ""),
            "slots": slots,
            "problems": problems,
            "samples": samples,
            "present": samples / (slots * problems) if slots and problems and samples is not None else None,
            "source": str(origin.get("repository") or origin.get("format") or ""),
            "attribution": str(origin.get("attribution") or ""),
            "licence": str(m.get("licence") or ""),
            "sampling": json.dumps(m.get("sampling")),
            "origin": json.dumps(origin),
            "rejected": m.get("rejected"),
            "unmatched": m.get("unmatched"),
            "digest": pool["pool_digest"],
        }
    )
columns = [
    Column("Pool", lambda r: r["pool"], left=True),
    Column("Task", lambda r: r["task"], lambda r: "own problems" if r["problems_from"] == "pool" else "", left=True),
    Column("Generator", lambda r: r["generator"] or "not stated", left=True),
    Column("M", lambda r: str(r["slots"] or "as available")),
    Column("Problems", lambda r: numbers.count(r["problems"])),
    Column("Samples", lambda r: numbers.count(r["samples"])),
    Column("Present %", lambda r: numbers.percent(r["present"])),
    Column("Source", lambda r: r["source"] or "not stated", lambda r: r["attribution"], left=True),
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
