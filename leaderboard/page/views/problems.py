"""The problem explorer: who is right on which problem, what each would pick, and the picks of two side by side."""

import streamlit as st

from harness.errors import BadPool
from leaderboard.draw import numbers, text
from leaderboard.draw.charts import heatmap
from leaderboard.page import address, choose, downloads, explorer, messages, panes, solution
from leaderboard.read import boards, queries, ranking, search, store
from leaderboard.read.records import Entry

ROWS = 8  # entries in a block of the heatmap
MOST_CELLS = 20_000
MOST_PICKS = 16

board = choose.board()
n = choose.n(board)
messages.title(
    f"Problems of {board.named}",
    "Which problems each verifier gets right, and what the solutions that it picks look like.",
)
if board.members:
    messages.end("A group has no samples of its own: choose one of its tasks above.")
opened = boards.pool(board)
entries = boards.entries(board)
curves = boards.overall(board)
a, b = choose.pair(entries, curves, n)
values = boards.values(board, n)


def by_problem(entry: Entry) -> dict[str, float]:
    """p_i of an entry at N, by problem."""
    row = values.row.get(entry.key)
    return {} if row is None else dict(zip(values.problem_ids, values.p[row].tolist(), strict=True))


known = store.ask(queries.problems, board.pool_digest) or [
    {"problem_id": name, "subject": None, "level": None} for name in values.problem_ids
]
difficulty = store.ask(queries.difficulty, a.run_id) or boards.pass_rates(board)
marks = None
if opened is not None:
    pool, grades = opened
    marks = store.derive(("marks", board.pool_digest), lambda: search.marks(pool, grades))
listed = explorer.listed(known, difficulty, by_problem(a), by_problem(b), marks)
with st.container(horizontal=True, vertical_alignment="bottom"):
    kind = choose.select("Show", list(explorer.FILTERS), "show", names=explorer.FILTERS.__getitem__, width=280)
    found: dict[str, tuple[int, ...]] | None = None
    if opened is not None:
        needle = choose.text("Find in problems and solutions", "find", width=280).strip()
        if needle:
            with st.spinner("Searching", show_time=False):
                found = store.derive(("find", board.pool_digest, needle), lambda: search.find(pool, needle))
    hard = sorted({p.quintile for p in listed if p.quintile is not None})
    quintiles = choose.pills("Quintile, 1 = easiest", hard, "quintile") if hard else []
    subject_names = sorted({p.subject for p in listed if p.subject})
    level_names = sorted({p.level for p in listed if p.level is not None})
    subjects: list[str] = []
    levels: list[int] = []
    if subject_names or level_names:
        with st.popover("Subject and level", icon=":material/tune:"):
            subjects = choose.many("Subject", subject_names, "subject")
            levels = choose.many("Level", level_names, "level")
matching = [
    p for p in listed if explorer.matches(p, kind, quintiles, subjects, levels) and (found is None or p.id in found)
]
if not matching:
    messages.end("No problem matches. Loosen the filters.")
ids = [p.id for p in matching]
by_id = {p.id: p for p in matching}


def cell() -> None:
    """Go to the problem that was clicked, with its verifier as A."""
    picked = st.session_state["heat"]["selection"].get(heatmap.CELL) or []
    if picked and picked[0].get("problem") in by_id:
        address.put("problem", picked[0]["problem"])
        if picked[0]["label"] != b.label:
            address.put("a", picked[0]["label"])


shown = [e for e in ranking.best(entries, curves, n) if e.key in values.row][:ROWS]
shown += [e for e in entries if e.control in ("majority", "oracle") and e.key in values.row]
shown = list({e.key: e for e in (*shown, a, b) if e.key in values.row}.values())
blocks = explorer.blocks(matching[: MOST_CELLS // max(len(shown), 1)])
labels = [e.label for e in shown]
cells = heatmap.cells(blocks, labels, {e.label: by_problem(e) for e in shown})
over_list = st.container()


def step(by: int) -> None:
    """Go to the next or the previous problem of the list."""
    at = ids.index(st.session_state.get("problem", ids[0]))
    address.put("problem", ids[(at + by) % len(ids)])


with st.container(horizontal=True, vertical_alignment="bottom", key="walk"):
    chosen = choose.select(
        f"Problem, {len(matching):,} of {len(listed):,}",
        ids,
        "problem",
        what="problem",
        names=lambda i: f"{i} · {by_id[i].about}" if by_id[i].about else i,
        width=520,
    )
    st.button("Previous", icon=":material/chevron_left:", on_click=step, args=(-1,))
    st.button("Next", icon=":material/chevron_right:", on_click=step, args=(1,))
    typeset = not choose.toggle("As written", "raw", help="Show the source of formulas.")
problem = by_id[chosen]
if cells:
    with over_list:
        st.caption("One cell a problem, in each block the easiest first; click one to see it below.")
        messages.chart(heatmap.heatmap(cells, labels, n, choose.theme(), chosen), key="heat", on_select=cell)
        file = choose.file(board, "problems", shown, n)
        downloads.offer(file, cells, lambda: heatmap.heatmap(cells, labels, n, "light"))
facts = f"A {numbers.percent(problem.a)} %, B {numbers.percent(problem.b)} % at N = {n}"
if opened is None:
    st.caption(messages.plain(" · ".join(x for x in (problem.about, facts) if x)))
    messages.end(
        "The texts are not here: this board was made from result cards only, or published without samples. They are "
        "where its runs were measured."
    )
picked = ranking.best(entries, curves, n)[:MOST_PICKS] + [e for e in entries if e.control and e.control != "oracle"]
picked = list({e.key: e for e in (a, b, *picked)}.values())
try:
    view = panes.open_problem(board, pool, grades, problem.id, picked, n)
except BadPool as damaged:
    messages.end(str(damaged))
with st.container(border=True):
    solution.show(view.samples.entry.problem.text, "problem", typeset=typeset)
    st.caption(
        messages.plain(" · ".join((problem.about, f"{len(view.samples)} of {view.samples.entry.slots} samples", facts)))
    )
    gold = text.visible(view.samples.entry.problem.gold or "not known")
    st.markdown("Right answer: " + (text.answer(gold) if typeset else messages.plain(gold)))
panes.answers(view, a, b, typeset=typeset)
panes.side_by_side(view, a, b, () if found is None else found.get(problem.id, ()), typeset=typeset)
messages.about(board)
