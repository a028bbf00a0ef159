"""Whether scores mean what they say: reliability, discrimination within problems, steps, and the pull of length."""

import streamlit as st

from harness.errors import BadPool
from harness.measure import calibration
from harness.measure.calibration import Judged
from leaderboard.draw import numbers
from leaderboard.draw.charts import scores
from leaderboard.draw.tables import steps
from leaderboard.draw.tables.grid import Column
from leaderboard.page import choose, downloads, messages
from leaderboard.read import boards, bulk, queries, ranking, store
from leaderboard.read.records import Entry

HOLLOW = (
    f"95 % intervals over problems; the larger a point, the more samples; hollow: fewer than {scores.FEW} problems in "
    "the bin."
)

board = choose.board()
messages.title(
    f"Calibration and steps on {board.named}",
    "Whether a score of 0.8 is right eight times in ten, and whether right solutions outscore wrong ones of the same "
    "problem.",
)
opened = boards.pool(board)
if opened is None:
    messages.end("This needs the samples of one task that was measured here; choose one above.")
pool, grades = opened
curves, n = boards.overall(board), choose.n(board)
entries = [e for e in ranking.scoring(boards.entries(board)) if e.control != "random"]
if not entries:
    messages.end("No entry of this board gives scores.")
chosen = choose.several(entries, curves, n)


slots = bulk.enough(board.n_problems)
shared = store.derive(("graded", board.pool_digest), lambda: bulk.first(pool, grades, slots))


def read(entry: Entry) -> Judged | None:
    """An entry's scores, or None with a word on why."""
    key = (board.pool_digest, entry.carried, entry.scores_path)
    try:
        scored = store.derive(("scored", *key), lambda: bulk.scored(shared, pool, entry))
    except BadPool as problem:
        st.caption(messages.plain(str(problem)))
        return None
    return store.derive(
        ("judged", *key, entry.aggregation), lambda: calibration.judged(shared.graded, scored.under(entry.aggregation))
    )


with st.spinner("Reading scores", show_time=False):
    found = {e.label: x for e in chosen if (x := read(e)) is not None and len(x.score)}
chosen = [e for e in chosen if e.label in found]
if not chosen:
    messages.end("Choose an entry whose scores are here.")
style, paper = choose.style(chosen), choose.style(chosen, printed=True)
messages.legend(chosen, style)
all_read = board.slots is not None and board.slots <= slots
per_problem = "from all samples" if all_read else f"from the first {slots} slots of each problem"

probable = {e.label: found[e.label] for e in chosen if found[e.label].bounded}
raw = {e.label: found[e.label] for e in chosen if e.label not in probable}
panels = iter(st.columns(2 if not (probable and raw) else 3, gap="medium"))
if probable:
    with next(panels):
        st.markdown(f"**Reliability** :small[share right against score, {per_problem}]")
        rows = [{"label": name, **row} for name, x in probable.items() for row in calibration.reliability(x)]
        messages.chart(scores.reliability(rows, style))
        st.caption(HOLLOW)
        downloads.offer(choose.file(board, "reliability", chosen), rows, lambda: scores.reliability(rows, paper))
if raw:
    with next(panels):
        st.markdown("**By tenths of the score** :small[scores that are no probabilities]")
        tenths = [{"label": name, **row} for name, x in raw.items() for row in calibration.reliability(x)]
        messages.chart(scores.tenths(tenths, style))
        st.caption(HOLLOW)
        downloads.offer(choose.file(board, "tenths", chosen), tenths, lambda: scores.tenths(tenths, paper))
with next(panels):
    st.markdown("**Within a problem** :small[mean ROC curve over problems]")
    discrimination = {name: calibration.within(x) for name, x in found.items()}
    roc = [{"label": name, **row} for name, w in discrimination.items() if w for row in w.curve]
    if roc:
        messages.chart(scores.roc(roc, style))
        downloads.offer(choose.file(board, "roc", chosen), roc, lambda: scores.roc(roc, paper))
    else:
        messages.nothing("No problem has both right and wrong samples.")

st.subheader("In numbers")
table = []
for e in chosen:
    x, w = found[e.label], discrimination[e.label]
    table.append(
        {
            "entry": e.label,
            "auc_within": w and w.auc,
            "low": w and w.low,
            "high": w and w.high,
            "problems": w.problems if w else 0,
            "auc_pooled": w and w.pooled,
            "brier": calibration.brier(x),
            "calibration_error": calibration.calibration_error(x),
            "samples": len(x.score),
            "left_out": int((~x.kept).sum()),
        }
    )
entry_column = Column("Entry", lambda r: str(r["entry"]), colour=lambda r: style.colours[r["entry"]].css, left=True)
columns = [
    entry_column,
    Column(
        "AUC within",
        lambda r: numbers.decimal(r["auc_within"]),
        lambda r: f"{numbers.decimal(r['low'])}–{numbers.decimal(r['high'])}",
    ),
    Column("Problems", lambda r: str(r["problems"])),
    Column("AUC pooled", lambda r: numbers.decimal(r["auc_pooled"])),
    Column("Brier", lambda r: numbers.decimal(r["brier"])),
    Column("Calibration error", lambda r: numbers.decimal(r["calibration_error"])),
    Column("Samples", lambda r: f"{r['samples']:,}"),
    Column("Left out", lambda r: f"{r['left_out']:,}"),
]
downloads.table(choose.file(board, "calibration", chosen), columns, table)

st.subheader("Steps")
columns, step_rows = steps.table(
    chosen, store.ask(queries.steps, board), store.ask(queries.measures), lambda row: style.colours[row["entry"]].css
)
if step_rows:
    downloads.table("steps", columns, step_rows, steps.NOTE, steps.NOTE)
else:
    messages.nothing("No true step labels that match these verifiers' steps.")

lengths = [
    {"label": name, **row} for name, x in found.items() for row in calibration.by_length(x, shared.length[x.kept])
]
if lengths:
    together = scores.common(lengths)
    st.subheader("Scores against solution length")
    st.caption(
        "Mean score of right (solid) and wrong (hollow) solutions. A slope common to both is a taste for length."
    )
    with st.container():
        grid = st.grid(min(4, len(chosen)), min_column_width=260)
        for e in chosen:
            own = [row for row in lengths if row["label"] == e.label]
            if own:
                with grid.cell():
                    st.markdown(f"**{messages.plain(e.label)}**")
                    messages.chart(scores.lengths(own, style, shared.unit, domain=together.get(e.label)))
    downloads.offer(
        choose.file(board, "length", chosen), lengths, lambda: scores.all_lengths(lengths, paper, shared.unit)
    )
messages.about(board)
