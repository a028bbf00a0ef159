"""The problem explorer: the answers to a problem, what each verifier would pick, and a solution under two verifiers."""

from typing import Any

import streamlit as st

from harness.measure.scored import ScoredPool, SolutionScores
from leaderboard.draw import numbers, text, words
from leaderboard.page import address, choose, downloads, explorer, messages, solution
from leaderboard.read import boards, queries, ranking, samples, store
from leaderboard.read.records import Entry

MOST_PICKS = 16
_TALL = 366  # pixels of a table before it scrolls: ten rows

board = choose.board()
n = choose.n(board)
messages.title(
    f"Problems of {board.named}", "What the solutions look like, and which of them each verifier would pick."
)
if board.members:
    messages.end("A group has no samples of its own: choose one of its tasks above.")
opened = boards.pool(board)
if opened is None:
    messages.end(
        "The samples are not here: this board was made from result cards only, or published without them. They are "
        "where its runs were measured."
    )
pool, grades = opened
entries = boards.entries(board)
curves = boards.overall(board)
a, b = choose.pair(entries, curves, n)
values = boards.values(board, n)


def by_problem(entry: Entry) -> dict[str, float]:
    """p_i of an entry at N, by problem."""
    row = values.row.get(entry.key)
    return {} if row is None else dict(zip(values.problem_ids, values.p[row].tolist(), strict=True))


difficulty = store.ask(queries.difficulty, a.run_id)
listed = explorer.listed(store.ask(queries.problems, board.pool_digest), difficulty, by_problem(a), by_problem(b))
with st.container(horizontal=True, vertical_alignment="bottom"):
    kind = choose.select("Show", list(explorer.FILTERS), "show", names=explorer.FILTERS.__getitem__, width=260)
    quintiles = choose.pills(
        "Quintile, 1 = easiest", sorted({p.quintile for p in listed if p.quintile is not None}), "quintile"
    )
    with st.popover("Subject and level", icon=":material/tune:"):
        subjects = choose.many("Subject", sorted({p.subject for p in listed if p.subject}), "subject")
        levels = choose.many("Level", sorted({p.level for p in listed if p.level is not None}), "level")
matching = [p for p in listed if explorer.matches(p, kind, quintiles, subjects, levels)]
if not matching:
    messages.end("No problem matches. Loosen the filters.")
ids = [p.id for p in matching]


def step(by: int) -> None:
    """Go to the next or the previous problem of the list."""
    at = ids.index(st.session_state.get("problem", ids[0]))
    address.put("problem", ids[(at + by) % len(ids)])


with st.container(horizontal=True, vertical_alignment="bottom"):
    chosen = choose.select(f"Problem, {len(matching)} of {len(listed)}", ids, "problem", what="problem", width=420)
    st.button("Previous", icon=":material/chevron_left:", on_click=step, args=(-1,))
    st.button("Next", icon=":material/chevron_right:", on_click=step, args=(1,))
    typeset = not choose.toggle("As written", "raw", help="Show the source of formulas.")

problem = next(p for p in matching if p.id == chosen)
shown = ranking.best(entries, curves, n)[:MOST_PICKS] + [e for e in entries if e.control]
shown = list({e.key: e for e in (a, b, *shown)}.values())
carried = sorted({e.carried for e in shown if e.carried})
found = samples.of_problem(pool, grades, problem.id, carried)


def solution_scores(entry: Entry, scored: ScoredPool | None) -> SolutionScores | None:
    """One score a sample, under the entry's aggregation."""
    return None if scored is None else scored.under(entry.aggregation)


scored_a, scored_b = samples.scored(pool, found, a), samples.scored(pool, found, b)
score_a, score_b = solution_scores(a, scored_a), solution_scores(b, scored_b)
with st.container(border=True):
    solution.show(found.entry.problem.text, "problem", typeset=typeset)
    st.caption(
        " · ".join(
            [
                *([f"quintile {problem.quintile}"] if problem.quintile is not None else []),
                f"pass rate {numbers.percent(problem.pass_rate)} %",
                *([messages.plain(problem.subject)] if problem.subject else []),
                *([f"level {problem.level}"] if problem.level is not None else []),
                f"{len(found)} of {found.entry.slots} samples",
                f"A {numbers.percent(problem.a)} %, B {numbers.percent(problem.b)} % at N = {n}",
            ]
        )
    )
    st.text("Right answer: " + text.visible(found.entry.problem.gold or "not known"))

left, right = st.columns(2, gap="medium")
with left:
    st.markdown("**Answers** :small[samples that agree]")
    clusters = explorer.answers(found, score_a, score_b)
    st.dataframe(
        [{**c, "share": 100 * c["share"]} for c in clusters],
        hide_index=True,
        height=min(36 + 30 * len(clusters), _TALL),
        placeholder="–",
        row_height=30,
        column_config={
            "answer": "Answer",
            "right": "Verdict",
            "samples": "Samples",
            "share": st.column_config.ProgressColumn("Share", format="%.1f %%", min_value=0.0, max_value=100.0),
            "score_a": st.column_config.NumberColumn("Σ A", format="%.2f", help="summed score of A"),
            "score_b": st.column_config.NumberColumn("Σ B", format="%.2f", help="summed score of B"),
        },
    )
    downloads.offer("answers", clusters)
picks = [
    explorer.pick(e, found, solution_scores(e, samples.scored(pool, found, e)), n, by_problem(e).get(problem.id))
    for e in shown
    if e.control != "oracle"
]
slots = found.graded.index.tolist()
with right:
    st.markdown(f"**Picks at N = {n}** :small[the likeliest sample of each, and the chance of a right one]")
    rows: list[dict[str, Any]] = [
        {
            "entry": p.entry.label,
            "sample": None if p.sample is None else slots[p.sample],
            "answer": "" if p.sample is None else text.visible(found.answers[p.sample] or "")[:80],
            "verdict": p.note if p.sample is None else found.verdict(p.sample),
            "chance": p.chance,
            "right": p.right,
        }
        for p in picks
    ]
    st.dataframe(
        [{**r, **{k: r[k] and 100 * r[k] for k in ("chance", "right")}} for r in rows],
        hide_index=True,
        height=min(36 + 30 * len(rows), _TALL),
        placeholder="–",
        row_height=30,
        column_config={
            "entry": "Entry",
            "sample": "Sample",
            "answer": "Answer",
            "verdict": "Verdict",
            "chance": st.column_config.NumberColumn(
                "Picked %", format="%.1f", help="chance that this sample is picked"
            ),
            "right": st.column_config.NumberColumn("Right %", format="%.1f", help="chance that a right one is picked"),
        },
    )
    downloads.offer("picks", rows)

st.subheader("A solution under both")
default = next((p.sample for p in picks if p.entry.key == a.key and p.sample is not None), 0)
if st.session_state.setdefault("_sample_of", problem.id) != problem.id and not address.moved():
    st.session_state["sample"] = slots[default]  # another problem: A's pick again
st.session_state["_sample_of"] = problem.id
places = {p.entry.key: p.sample for p in picks}


def go(to: int) -> None:
    """Show this sample."""
    address.put("sample", slots[to])


with st.container(horizontal=True, vertical_alignment="bottom"):
    slot = choose.select("Sample", slots, "sample", slots[default], what="sample", width=160)
    for name, entry in (("A's pick", a), ("B's pick", b)):
        if places.get(entry.key) is not None:
            st.button(name, on_click=go, args=(places[entry.key],))
at = slots.index(slot)
reason = f" ({messages.plain(found.reasons[at])})" if found.reasons[at] else ""
st.caption(f"Sample {slot}: {found.verdict(at)}{reason}")
drawn_steps = [s for x in (scored_a, scored_b) if x is not None for s in x.step_values.tolist()]
inside = bool(drawn_steps) and min(drawn_steps) >= 0 and max(drawn_steps) <= 1
limits = (0.0, 1.0) if inside or not drawn_steps else (min(drawn_steps), max(drawn_steps))
if drawn_steps:
    solution.legend(limits)
kept = found.texts[at]
whole = kept if kept is not None else pool.manifest.step_joiner.join(found.steps[at] or ())
sides = [(side, e, x, s) for side, e, x, s in (("a", a, scored_a, score_a), ("b", b, scored_b, score_b))]
sides = [x for x in sides if x[2] is not None and x[2].is_process] or sides[:1]  # without steps it stands once
for (side, entry, scored, score), column in zip(sides, st.columns(len(sides), gap="medium"), strict=True):
    with column:
        value = None if score is None or score.value[at] != score.value[at] else float(score.value[at])
        st.markdown(
            f"**{messages.plain(entry.label)}** :small[{'no score' if value is None else f'score {value:.4g}'}]"
        )
        own = () if scored is None else scored.steps_of(at)
        parts = samples.score_steps(found, at, len(own), samples.separator(entry)) if own else None
        if parts is not None:
            solution.steps(parts, own, found.labels[at], f"{side}-{slot}", limits, typeset=typeset)
        else:
            if own:
                st.caption("Step scores: " + ", ".join(f"{s:.3f}" for s in own) + " (its steps are not the text's).")
            solution.show(whole, f"whole-{side}-{slot}", typeset=typeset)
st.caption(words.about(board))
