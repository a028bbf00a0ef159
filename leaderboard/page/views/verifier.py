"""One verifier: what it is, and how it does on every board at one N."""

import json
from typing import Any

import streamlit as st

from leaderboard.draw import numbers, words
from leaderboard.draw.tables import matrix
from leaderboard.draw.tables.grid import Column
from leaderboard.page import address, choose, downloads, messages
from leaderboard.read import boards, front, queries, store
from leaderboard.read.front import Column as BoardColumn
from leaderboard.read.records import Entry

found = [b for b in boards.boards() if b.ns]
by_name: dict[str, list[Any]] = {}
for board in found:
    for name in dict.fromkeys(e.verifier for e in boards.entries(board) if e.headline and e.competes):
        by_name.setdefault(name, []).append(board)
if not by_name:
    messages.title("A verifier", "What it is, and how it does on every board.")
    messages.end("The store has no verifier yet: bonbench run --pool POOL --verifier VERIFIER")
left, right = st.columns([3, 4], gap="medium", vertical_alignment="bottom")
with left:
    name = choose.select("Verifier", sorted(by_name, key=str.casefold), "verifier")
own = by_name[name]
ns = front.ns(own)
with right:
    n = int(choose.select("N, solutions to choose from", ns, "n", front.usual_n(own)))
entries = [next(e for e in boards.entries(b) if e.verifier == name and e.headline) for b in own]
newest = max(entries, key=lambda e: e.started)
about = store.ask(queries.told).get(name, {})
messages.title(name, f"How often it picks a right solution, on every board that it was measured on, at N = {n}.")

facts = {
    "Family": newest.family,
    "Model": about.get("model") or newest.config.get("model"),
    "Revision": newest.config.get("revision"),
    "Size": numbers.large(newest.parameters) if newest.parameters else about.get("size"),
    "Licence": about.get("licence"),
    "Source": about.get("source"),
    "Selection rule": f"{newest.described.label}{', ' if newest.aggregation else ''}{newest.aggregation}",
    "Scores": f"carried by the pool as {newest.carried}" if newest.carried else "made by a run",
    "Fingerprint": ", ".join(dict.fromkeys(e.fingerprint[:16] for e in entries)),
}
st.html(matrix.facts({k: str(v) if v else "not on record" for k, v in facts.items()}))


def line(column: BoardColumn, at: int, entry: Entry) -> dict[str, Any]:
    """The verifier on one board, at N or the nearest N of it."""
    board, x = column.board, column.lines.get(name)
    clean = {
        part: f"{part} {numbers.percent(float(curve.value[i]))} % of {curve.n_problems}"
        for part, curves in boards.curves(board, "contamination").items()
        if (curve := curves.get(entry.key)) is not None and (i := curve.at(at)) is not None
    }
    return {
        "verifier": name,
        "title": board.title,
        "pool": board.pool,
        "about": matrix.about(board),
        "n": at,
        "value": x and x.value,
        "low": x and x.low,
        "high": x and x.high,
        "gain": x and x.gain,
        "than_majority": "" if x is None or x.verdict is None else words.VERDICTS[x.verdict][1],
        "rank": None if x is None or x.place is None else x.place.rank,
        "places": "" if x is None or x.place is None else str(x.place),
        "not_ranked_because": "" if x is None else x.reason,
        "scored": entry.scored,
        "contamination": ", ".join(clean.values()) or "no report",
        "run_id": entry.run_id,
        "started": entry.started[:10],
        "to_board": address.link("board", board=board.slug, n=at),
        "to_run": "" if board.members else address.link("run", board=board.slug, n=at, run=entry.run_id),
    }


nearest = [min(b.ns, key=lambda m: (abs(m - n), m)) for b in own]
found_at = front.columns_at(list(zip(own, nearest, strict=True)))
table = [line(*of) for of in zip(found_at, nearest, entries, strict=True)]
if any(row["n"] != n for row in table):
    messages.nothing(f"Boards without N = {n} are shown at their nearest N.")
columns = [
    Column(
        "Board", lambda r: str(r["title"]), lambda r: f"{r['pool']} · {r['about']}", lambda r: r["to_board"], left=True
    ),
    Column("N", lambda r: str(r["n"])),
    Column("Accuracy %", lambda r: numbers.percent(r["value"]), lambda r: numbers.interval(r["low"], r["high"])),
    Column("vs majority", lambda r: numbers.points(r["gain"]), lambda r: r["than_majority"]),
    Column("Rank", lambda r: str(r["rank"] or numbers.UNKNOWN), lambda r: r["places"] or r["not_ranked_because"]),
    Column("Scored %", lambda r: numbers.percent(r["scored"]), wide=True),
    Column("Contamination", lambda r: r["contamination"], left=True, wide=True),
    Column("Run", lambda r: r["run_id"][:12], lambda r: r["started"], lambda r: r["to_run"], left=True),
]
downloads.table(f"{words.file_name(name)}-boards", columns, table)
st.caption(
    "Contamination: the same number on the problems found in training data and on the rest, where the run was given a "
    "report ('bonbench contamination')."
)
with st.expander("Everything that can change its scores"):
    st.code(json.dumps(dict(newest.config), indent=1, ensure_ascii=False), language="json", wrap_lines=True)
