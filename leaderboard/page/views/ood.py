"""Out of distribution: the paper's table for our runs beside the published one, and the two accuracies as a plane."""

from functools import partial
from typing import Any

import streamlit as st

from harness.measure.pooling import Number
from harness.report.group import Identity
from leaderboard.draw import numbers
from leaderboard.draw.charts import comparison
from leaderboard.draw.tables.grid import Column
from leaderboard.page import choose, downloads, messages
from leaderboard.read import boards, groups, ood, queries, ranking, store
from leaderboard.read.ood import Part
from leaderboard.read.records import Entry, Member

PUBLISHED = "ood-paper"

n = choose.n(choose.board())
messages.title(
    "Out of distribution",
    "Does a verifier that learned from competition mathematics still choose well in other sciences? One row a set, the "
    "aggregate over problems, as in the paper's table 1.",
)
known = boards.boards()
generators = ood.generators(known)
published = store.ask(queries.published, PUBLISHED)


def published_table() -> None:
    """The paper's own numbers, marked."""
    names = list(dict.fromkeys(r["verifier"] for r in published))
    by_set: dict[str, dict[str, Any]] = {}
    for r in published:
        row = by_set.setdefault(r["slice"], {"set": r["slice"], "n": r["n"], "problems": r["n_problems"]})
        row.update({r["verifier"]: r["value"], "total": r["slice"] == "Aggregate"})
    columns = [
        Column("Set", lambda r: str(r["set"]), lambda r: f"{r['problems']} problems", left=True),
        *[Column(name, lambda r, name=name: numbers.percent(r.get(name))) for name in names],  # type: ignore[misc]
        Column("N", lambda r: str(r["n"])),
    ]
    st.markdown("**Published** :small[not measured here]")
    downloads.table("ood-published", columns, list(by_set.values()), note=published[0]["source"])
    st.caption(f"{published[0]['source']}. {published[0]['note']} {published[0]['url']}")


if not generators:
    if published:
        published_table()
    messages.end("The store has no run on a task outside mathematics yet; 'bonbench tasks' lists those there are.")
with st.container(horizontal=True, vertical_alignment="bottom"):
    generator = generators[0]
    if len(generators) > 1:
        generator = choose.buttons("Generator", generators, "generator", names=lambda g: g or "not stated")
    choices = ood.outside(known, generator)
    title = next(iter(choices))
    if len(choices) > 1:
        title = choose.select("Sets", list(choices), "sets", width=420)


def part(member: Member) -> Part:
    """A board at its N."""
    at = ood.nearest(member.board, n)
    return Part(member, at, boards.entries(member.board), boards.values(member.board, at))


parts = [part(m) for m in choices[title]]
rows: dict[str, list[Part]] = {}
for p in parts:
    by_id = {r["problem_id"]: r["subject"] for r in store.ask(queries.problems, p.member.board.pool_digest)}
    split = [(p.member.label, p)] if len(parts) > 1 else ood.by_subject(p, [by_id.get(i) for i in p.values.problem_ids])
    for label, own in split:
        rows.setdefault(label, []).append(own)
total = ood.pooled(parts)
candidates = [e for e in parts[0].entries if groups.who(e) in total]
options = [e.label for e in candidates]
first = ranking.notable(candidates, boards.overall(parts[0].member.board), parts[0].n)
picked = choose.many("Entries", options, "entries", [e.label for e in first])
chosen: list[Entry] = [e for label in picked for e in candidates if e.label == label]
if not chosen:
    messages.end("Choose an entry to show.")


def line(name: str, at: list[int], found: dict[Identity, Number]) -> dict[str, Any]:
    """One set under every chosen entry."""
    ns = "–".join(str(m) for m in dict.fromkeys((min(at), max(at))))
    out: dict[str, Any] = {"set": name, "n": ns, "problems": max((x.n_problems for x in found.values()), default=0)}
    for e in chosen:
        x = found.get(groups.who(e))
        out |= {e.label: x and x.value, f"{e.label} low": x and x.low, f"{e.label} high": x and x.high}
    return out


table = [line(name, [p.n for p in own], ood.pooled(own)) for name, own in rows.items()]
table.append({**line("Aggregate", [p.n for p in parts], total), "total": True})
columns = [
    Column("Set", lambda r: str(r["set"]), lambda r: f"{r['problems']} problems", left=True),
    *[
        Column(
            e.label,
            lambda r, k=e.label: numbers.percent(r[k]),  # type: ignore[misc]
            lambda r, k=e.label: numbers.interval(r[f"{k} low"], r[f"{k} high"]),  # type: ignore[misc]
        )
        for e in chosen
    ],
    Column("N", lambda r: str(r["n"])),
]
maker = messages.plain(generator or "generator not stated")
st.markdown(f"**Measured** :small[samples of {maker}; accuracy % and its 95 % interval over problems]")
downloads.table("ood-measured", columns, table, note="bonbench runs " + ", ".join(e.run_id for e in chosen))

within = ood.inside(known, generator)
pooled_in = ood.pooled([part(Member(b.title, b)) for b in within]) if within else {}
both = [e for e in chosen if groups.who(e) in pooled_in]
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
                **{f"in_{k}": getattr(pooled_in[groups.who(e)], k) for k in ("value", "low", "high")},
                **{f"out_{k}": getattr(total[groups.who(e)], k) for k in ("value", "low", "high")},
            }
            for e in both
        ]
        draw = partial(comparison.plane, points, across=", ".join(b.title for b in within), down=title)
        messages.legend(both, choose.style(both), narrow_only=True)
        messages.chart(draw(style=choose.style(both)))
        downloads.offer("ood-plane", points, lambda: draw(style=choose.style(both, printed=True)))
    else:
        messages.nothing("None of these entries is measured on a mathematics task by the same generator.")
