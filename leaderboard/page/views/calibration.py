"""Whether scores mean what they say: reliability, discrimination within problems, steps, and the pull of length."""

from dataclasses import asdict

import streamlit as st

from harness.errors import BadPool
from leaderboard.draw import downloads, figures, words
from leaderboard.draw.charts import scores
from leaderboard.draw.grid_table import Column
from leaderboard.page import choose, messages
from leaderboard.read import bulk, calibration, data, sheet
from leaderboard.read.records import Entry

board = choose.board()
messages.title(
    f"Calibration and steps on {board.title}",
    "Whether a score of 0.8 is right eight times in ten, and whether right solutions outscore wrong ones of the same "
    "problem.",
)
opened = sheet.pool(board)
if opened is None:
    messages.end("This needs the samples of one task that was measured here; choose one above.")
pool, grades = opened
curves, n = sheet.overall(board), choose.n(board)
entries = [e for e in sheet.entries(board) if e.rule == "best-of-n" and e.control not in ("random", "oracle")]
if not entries:
    messages.end("No entry of this board gives scores.")
chosen = choose.several(entries, curves, n)


slots = bulk.enough(board.n_problems)
shared = data.derive(("graded", board.pool_digest), lambda: bulk.graded(pool, grades, slots))


def read(entry: Entry) -> bulk.Bulk | None:
    """An entry's scores, or None with a word on why."""
    try:
        return data.derive(("bulk", board.pool_digest, entry.key), lambda: bulk.under(shared, pool, entry))
    except BadPool as problem:
        st.caption(messages.plain(str(problem)))
        return None


with st.spinner("Reading scores", show_time=False):
    found = {e.label: x for e in chosen if (x := read(e)) is not None and len(x.score)}
chosen = [e for e in chosen if e.label in found]
if not chosen:
    messages.end("Choose an entry whose scores are here.")
style, paper = choose.style(chosen), choose.style(chosen, "light")
messages.legend(chosen, style)
all_read = board.slots is not None and board.slots <= slots
per_problem = "from all samples" if all_read else f"from the first {slots} slots of each problem"

probable = {e.label: found[e.label] for e in chosen if calibration.is_probability(found[e.label])}
raw = {e.label: found[e.label] for e in chosen if e.label not in probable}
panels = iter(st.columns(2 if not (probable and raw) else 3, gap="medium"))
if probable:
    with next(panels):
        st.markdown(f"**Reliability** :small[share right against score, {per_problem}]")
        rows = [{"label": name, **row} for name, x in probable.items() for row in calibration.reliability(x)]
        messages.chart(scores.reliability(rows, style))
        downloads.offer("reliability", rows, lambda: scores.reliability(rows, paper))
if raw:
    with next(panels):
        st.markdown("**By tenths of the score** :small[scores that are no probabilities]")
        tenths = [{"label": name, **row} for name, x in raw.items() for row in calibration.reliability(x)]
        messages.chart(scores.tenths(tenths, style))
        downloads.offer("tenths", tenths, lambda: scores.tenths(tenths, paper))
with next(panels):
    st.markdown("**Within a problem** :small[mean ROC curve over problems]")
    discrimination = {name: calibration.within(x) for name, x in found.items()}
    roc = [{"label": name, **row} for name, w in discrimination.items() if w for row in w.curve]
    if roc:
        messages.chart(scores.roc(roc, style))
        downloads.offer("roc", roc, lambda: scores.roc(roc, paper))
    else:
        messages.nothing("No problem has both right and wrong samples.")

st.subheader("In numbers")
numbers = []
for e in chosen:
    x, w = found[e.label], discrimination[e.label]
    numbers.append(
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
            "left_out": x.left_out,
        }
    )
entry_column = Column("Entry", lambda r: str(r["entry"]), colour=lambda r: style.colours[r["entry"]].css, left=True)
columns = [
    entry_column,
    Column(
        "AUC within",
        lambda r: figures.decimal(r["auc_within"]),
        lambda r: f"{figures.decimal(r['low'])}–{figures.decimal(r['high'])}",
    ),
    Column("Problems", lambda r: str(r["problems"])),
    Column("AUC pooled", lambda r: figures.decimal(r["auc_pooled"])),
    Column("Brier", lambda r: figures.decimal(r["brier"])),
    Column("Calibration error", lambda r: figures.decimal(r["calibration_error"])),
    Column("Samples", lambda r: f"{r['samples']:,}"),
    Column("Left out", lambda r: f"{r['left_out']:,}"),
]
downloads.table("calibration", columns, numbers)

st.subheader("Steps")
metrics = [
    {"entry": e.label, **asdict(m)} for e in chosen if (m := calibration.step_metrics(found[e.label].steps)) is not None
]
if metrics:
    columns = [
        entry_column,
        Column("Step AUC", lambda r: figures.decimal(r["auc"])),
        Column("Step accuracy %", lambda r: figures.percent(r["accuracy"])),
        Column("First error found %", lambda r: figures.percent(r["located"])),
        Column("Right accepted %", lambda r: figures.percent(r["accepted"])),
        Column("F1 %", lambda r: figures.percent(r["f1"])),
        Column("Solutions", lambda r: f"{r['solutions']:,}"),
        Column("Steps", lambda r: f"{r['steps']:,}"),
    ]
    note = "Against the pool's true step labels, at a threshold of 0.5; neutral counts as right"
    downloads.table("steps", columns, metrics, note)
else:
    messages.nothing("No true step labels that match these verifiers' steps.")

lengths = [{"label": name, **row} for name, x in found.items() for row in calibration.by_length(x)]
if lengths:
    unit = next(x.unit for x in found.values() if x.unit)
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
                    messages.chart(scores.lengths(own, style, unit))
    downloads.offer("length", lengths, lambda: scores.all_lengths(lengths, paper, unit))
st.caption(words.about(board))
