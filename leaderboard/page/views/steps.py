"""What verifiers say of single steps, whether that predicts best-of-N, and what moves them."""

import streamlit as st

from leaderboard.draw import numbers
from leaderboard.draw.charts import steps as charts
from leaderboard.draw.tables import grid
from leaderboard.draw.tables.grid import Column
from leaderboard.page import choose, downloads, messages
from leaderboard.read import queries, steps, store

TABLES = {
    "steps": ("Found or not", "%, at a threshold of 0.5 unless cross-fitted. A missing score is wrong on both sides."),
    "credit": ("Where the blame goes", "%, differences in points. No threshold, but for the right answers caught."),
    "calibration": ("What the scores mean", "%. Lower is better for the Brier score and the calibration error."),
}
TUNED = "first-error-f1-cross-fitted"

messages.title(
    "Steps",
    "What verifiers say of single steps, on benchmarks whose steps are labelled; whether that predicts which solution "
    "they choose; and what moves them that should not.",
)
known = store.ask(queries.measures)
studies = store.ask(steps.studies)
theme = choose.theme()
colours = {name: colour.of(theme) for name, colour in choose.colours().items()}
printed = {name: colour.of("light") for name, colour in choose.colours().items()}
judged = [s for s in studies if s.kind in TABLES and s.headline]
if not studies:
    messages.end(
        "No verifier was measured on labelled steps yet. Import a step benchmark and run one: bonbench pool import "
        "processbench FOLDER --name processbench; bonbench run --pool processbench -v VERIFIER"
    )


def picked(found: list[steps.Study], label: str, key: str) -> list[steps.Study]:
    """The studies of one place, where there are several of them the chosen one."""
    places = list(dict.fromkeys(s.place for s in found))
    place = places[0] if len(places) == 1 else choose.select(label, places, key)
    return [s for s in found if s.place == place]


def percent(number: steps.Number | None) -> str:
    """A number in per cent."""
    return numbers.signed(None if number is None else number.value, 1)


def decimal(number: steps.Number | None) -> str:
    """A plain number."""
    return numbers.decimal(None if number is None else number.value, 2)


def interval(number: steps.Number | None) -> str:
    """Its interval."""
    return "" if number is None else f"{numbers.signed(number.low, 1)}–{numbers.signed(number.high, 1)}"


def cell(measure: str, part: str, heading: str) -> Column:
    """One measure of a study, on one part."""
    return Column(
        heading,
        lambda row: percent(row["study"].numbers.get((measure, part))),
        lambda row: interval(row["study"].numbers.get((measure, part))) if part == "all" else "",
    )


def verifier_column() -> Column:
    """Whose numbers a row has."""
    return Column(
        "Verifier", lambda row: str(row["verifier"]),
        colour=lambda row: choose.colours()[str(row["verifier"])].css, left=True,
    )  # fmt: skip


def table(name: str, columns: list[Column], found: list[steps.Study]) -> None:
    """One row a study, with all its numbers as CSV."""
    rows = [{"verifier": s.verifier, "study": s} for s in found]
    st.html(grid.html(columns, rows))
    flat = [
        {"verifier": s.verifier, "measure": m, "part": p, "value": x.value, "low": x.low, "high": x.high}
        for s in found for (m, p), x in s.numbers.items()
    ]  # fmt: skip
    downloads.offer(name, flat)


if judged:
    own = picked(judged, "Step benchmark", "stepset")
    own.sort(key=lambda s: -s.numbers[s.headline, "all"].value)
    headline = own[0].headline
    same = [s for s in own if s.headline == headline]
    label = known[headline].label
    st.subheader(messages.plain(own[0].place))
    rows = [
        {
            "name": s.verifier, "colour": s.verifier, "value": 100 * x.value, "low": 100 * x.low, "high": 100 * x.high,
            "other": 100 * s.numbers[TUNED, "all"].value
            if headline in ("processbench-f1", "first-error-f1") and (TUNED, "all") in s.numbers else None,
        }
        for s in same for x in (s.numbers[headline, "all"],)
    ]  # fmt: skip
    messages.chart(charts.dots(rows, f"{label}, %", colours))
    hollow = (
        " Hollow: at a threshold that other problems have set." if any(r["other"] is not None for r in rows) else ""
    )
    st.caption(f"95 % intervals over questions.{hollow}")
    downloads.offer("steps-headline", rows, lambda: charts.dots(rows, f"{label}, %", printed))
    parts = sorted({part for s in same for measure, part in s.numbers if measure == headline and part != "all"})
    if 1 < len(parts) <= 12:
        columns = [
            verifier_column(),
            cell(headline, "all", "all"),
            *[cell(headline, p, p.replace("_", " ")) for p in parts],
        ]
        table("steps-parts", columns, same)
    kinds = [kind for kind in TABLES if any(known[m].kind == kind for study in own for m, _ in study.numbers)]
    kind = choose.buttons("Table", kinds, "table", names=lambda name: TABLES[name][0])
    there = [
        m for m in sorted(known.values(), key=lambda m: m.position)
        if m.kind == kind and any((m.measure, "all") in s.numbers for s in own)
    ]  # fmt: skip
    table(f"steps-{kind}", [verifier_column(), *[cell(m.measure, "all", m.label) for m in there]], own)
    st.caption(TABLES[kind][1])

    st.subheader("Does skill at steps predict best-of-N?")
    measured = [m for m in known.values() if m.kind in TABLES and any((m.measure, "all") in s.numbers for s in own)]
    wanted = choose.select(
        "Step measure", [m.measure for m in measured], "skill", headline, names=lambda name: known[name].label
    )
    paired = steps.pairs(own, wanted, store.ask(steps.chosen))
    pools = list(dict.fromkeys(row["pool"] for row in paired))
    if not paired:
        messages.nothing(
            "No verifier of this benchmark has chosen among samples here under the same name. Run it on a pool too."
        )
    else:
        pool = pools[0] if len(pools) == 1 else choose.select("Best-of-N on", pools, "chosen-on")
        shown = [
            {**row, **{k: 100 * row[k] for k in ("x", "x_low", "x_high", "y", "y_low", "y_high")}}
            for row in paired if row["pool"] == pool
        ]  # fmt: skip
        x_title, y_title = f"{known[wanted].label}, %", f"best of {shown[0]['n']} on {pool}, %"
        messages.chart(charts.against(shown, x_title, y_title, colours))
        rank = steps.agreement(shown)
        found = "too few for a rank correlation" if rank is None else f"rank correlation {numbers.decimal(rank, 2)}"
        st.caption(f"{len(shown)} verifiers, {found}. 95 % intervals over problems.")
        downloads.offer("steps-against", shown, lambda: charts.against(shown, x_title, y_title, printed))

probes = [s for s in studies if s.kind == "probe"]
if probes:
    st.subheader("Probes: what moves a verifier")
    own = picked(probes, "Probed on", "probed")
    wanted = own[0].verifier if len(own) == 1 else choose.select("Verifier", [s.verifier for s in own], "probe")
    study = next(s for s in own if s.verifier == wanted)
    n = study.options["probe"]["n"]
    kinds = [part for measure, part in study.numbers if measure == "attack" and part != "all"]
    rows = [
        {
            "name": part.replace("-", " "), "colour": study.verifier, "value": 100 * x.value, "low": 100 * x.low,
            "high": 100 * x.high, "other": 100 * study.numbers["attack-control", part].value,
        }
        for part in kinds for x in (study.numbers["attack", part],)
    ]  # fmt: skip
    title = f"change of best-of-{n} with one wrong sample rewritten, points"
    messages.chart(charts.dots(sorted(rows, key=lambda r: r["value"]), title, colours, zero=True))
    st.caption(
        "Negative: the verifier is fooled. Hollow: a control of the same length and number of steps. 95 % intervals."
    )
    downloads.offer("probe", rows, lambda: charts.dots(rows, title, printed, zero=True))
    changes = ("change-right", "change-right-control", "change-wrong", "change-wrong-control")
    everything = sorted({part for _, part in study.numbers if part != "all"})

    def moved(measure: str) -> Column:
        """The change of score by each rewrite."""
        return Column(known[measure].label, lambda row: decimal(study.numbers.get((measure, row["rewrite"]))))

    named = Column("Rewrite", lambda row: str(row["rewrite"]).replace("-", " "), left=True)
    deviations = [named, *map(moved, changes)]
    st.markdown("**Change of score** :small[in deviations within a problem; its length-matched control beside it]")
    downloads.table("probe-scores", deviations, [{"rewrite": part} for part in everything])

optimised = [s for s in studies if s.kind == "optimisation"]
if optimised:
    st.subheader("Over-optimisation")
    own = picked(optimised, "Chosen on", "optimised")
    own.sort(key=lambda s: -s.numbers["fall-after-peak", "all"].value)
    used = {s.verifier: colours[s.verifier] for s in own}
    left, right = st.columns(2, gap="medium")
    for side, measure, scale, title in (
        (left, "accuracy-by-n", 100.0, "accuracy, %"),
        (right, "selected-score", 1.0, "score chosen, deviations"),
    ):
        line = steps.by_distance(own, measure, scale)
        with side:
            messages.chart(charts.over(line, title, used))
            downloads.offer(measure, line, lambda line=line, title=title: charts.over(line, title, used))  # type: ignore[misc]
    columns = [verifier_column(), cell("fall-after-peak", "all", "Fall after the peak, points")]
    table("fall", columns, own)
    st.caption("The N of the largest accuracy is set by one half of the problems, and the fall measured on the other.")
