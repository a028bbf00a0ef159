"""Out of distribution: the paper's table for our runs beside the published one, and the two accuracies as a plane."""

from functools import partial
from typing import Any

import streamlit as st

from leaderboard import (
    choose,
    data,
    downloads,
    figures,
    groups,
    messages,
    ood,
    queries,
    sheet,
)
from leaderboard.charts import comparison
from leaderboard.grid_table import Column
from leaderboard.records import Board

PUBLISHED = "ood-paper"

chosen_board = choose.board()
n = choose.n(chosen_board)
messages.title(
    "Out of distribution",
    "Does a verifier that learned from competition mathematics still choose well in other sciences? One row a set, the "
    "aggregate over problems, as in the paper's table 1.",
)
boards = sheet.boards()
generators = ood.generators(boards)
published = data.ask(queries.published, PUBLISHED)


def published_table() -> None:
    """The paper's own numbers, marked."""
    names = list(dict.fromkeys(r["verifier"] for r in published))
    by_set: dict[str, dict[str, Any]] = {}
    for r in published:
        row = by_set.setdefault(r["slice"], {"set": r["slice"], "n": r["n"], "problems": r["n_problems"]})
        row.update({r["verifier"]: r["value"], "total": r["slice"] == "Aggregate"})
    columns = [
        Column("Set", lambda r: str(r["set"]), lambda r: f"{r['problems']} problems", left=True),
        *[Column(name, lambda r, name=name: figures.percent(r.get(name))) for name in names],  # type: ignore[misc]
        Column("N", lambda r: str(r["n"])),
    ]
    st.markdown("**Published** :small[not measured here]")
    downloads.table("ood-published", columns, list(by_set.values()), note=published[0]["source"])
    st.caption(f"{published[0]['source']}. {published[0]['note']} {published[0]['url']}")


if not generators:
    messages.nothing("The store has no run on a task outside mathematics yet; `bestofn tasks` lists those there are.")
    if published:
        published_table()
    st.stop()
generator = (
    choose.one("Generator", generators, "generator", lambda g: g or "not stated")
    if len(generators) > 1
    else generators[0]
)
inside, outside = ood.split(boards, generator)


def part(board: Board) -> ood.Part:
    """A board at its N."""
    at = ood.nearest(board, n)
    return ood.Part(board, at, sheet.entries(board), sheet.values(board, at))


parts_out, parts_in = [part(b) for b in outside], [part(b) for b in inside]
subjects = [
    [by_id.get(i) for i in p.values.problem_ids]
    for p in parts_out
    for by_id in ({r["problem_id"]: r["subject"] for r in data.ask(queries.problems, p.board.pool_digest)},)
]
total = ood.pooled(parts_out)
candidates = [e for e in sheet.entries(outside[0]) if groups.identity(e) in total]
chosen = choose.several(candidates, sheet.overall(outside[0]), parts_out[0].n)
if not chosen:
    messages.end("Choose an entry to show.")
sets: list[tuple[str, int, dict[groups.Identity, ood.Pooled]]] = []
for place, p in enumerate(parts_out):
    names = [s for s in dict.fromkeys(subjects[place]) if s]
    if len(names) > 1:
        sets += [(s, p.n, ood.pooled([p], [subjects[place]], s)) for s in sorted(names)]
    else:
        sets.append((p.board.title, p.n, ood.pooled([p])))
colours = choose.colours()


def row(name: str, at: int, found: dict[groups.Identity, ood.Pooled]) -> dict[str, Any]:
    """One set under every chosen entry."""
    line: dict[str, Any] = {"set": name, "n": at, "problems": max((x.n_problems for x in found.values()), default=0)}
    for e in chosen:
        x = found.get(groups.identity(e))
        line |= {e.label: x and x.value, f"{e.label} low": x and x.low, f"{e.label} high": x and x.high}
    return line


table = [row(*one) for one in sets]
table.append({**row("Aggregate", max(p.n for p in parts_out), total), "total": True})
columns = [
    Column("Set", lambda r: str(r["set"]), lambda r: f"{r['problems']} problems", left=True),
    *[
        Column(
            e.label,
            lambda r, k=e.label: figures.percent(r[k]),  # type: ignore[misc]
            lambda r, k=e.label: figures.interval(r[f"{k} low"], r[f"{k} high"]),  # type: ignore[misc]
        )
        for e in chosen
    ],
    Column("N", lambda r: str(r["n"])),
]
name = messages.plain(generator or "generator not stated")
st.markdown(f"**Measured** :small[samples of {name}; accuracy % and its 95 % interval over problems]")
downloads.table("ood-measured", columns, table, note="bestofn runs " + ", ".join(e.run_id for e in chosen))
pooled_in = ood.pooled(parts_in) if parts_in else {}
both = [e for e in chosen if groups.identity(e) in pooled_in]
left, right = st.columns([3, 2], gap="large")
with right:
    if published:
        published_table()
with left:
    st.markdown("**In distribution against out of it** :small[below the line: worse out of distribution]")
    if both:
        points = [
            {
                "label": e.label,
                **{f"in_{k}": getattr(pooled_in[groups.identity(e)], k) for k in ("value", "low", "high")},
                **{f"out_{k}": getattr(total[groups.identity(e)], k) for k in ("value", "low", "high")},
            }
            for e in both
        ]
        across, down = (", ".join(b.title for b in found) for found in (inside, outside))
        draw = partial(comparison.plane, points, across=across, down=down)
        messages.chart(draw(style=choose.style(both)))
        downloads.offer("ood-plane", points, lambda: draw(style=choose.style(both, "light")))
    else:
        messages.nothing("None of these entries is measured on a mathematics task by the same generator.")
