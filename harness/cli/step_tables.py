"""What commands print of step measures, beside the rules of a pool or alone, and of probes."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.measure.catalogue import Described
    from harness.measure.curves import Row
    from harness.run import Result

MOST_PARTS = 9
TITLES = {
    "steps": "Against true step labels: %, at a threshold of 0.5 unless it is cross-fitted",
    "credit": "Where the blame goes: %, differences in points",
    "calibration": "What the scores of steps mean: %",
}


def print_step_set(results: "list[Result]") -> None:
    """The tables of a run on a step set: the headline with its parts, best first, then every measure."""
    import numpy as np

    from harness.cli import show
    from harness.measure import ranking
    from harness.measure.catalogue import catalogue

    pool = results[0].pool
    named = pool.manifest.steps
    assert named is not None
    made = [(result, _headline(result)) for result in results]
    known = [(result, row) for result, row in made if row is not None]
    known.sort(key=lambda pair: (-pair[1].value, pair[0].run.verifier))
    measure = known[0][1].measure
    parts = sorted({row.slice for result, _ in known for row in result.rows if row.slice_kind == "subject"})
    same = [row.measure == measure for _, row in known]
    curves = [c for result, _ in known for c in result.curves if c.measure == measure == result.run.headline_measure]
    values = np.stack([curve.values[:, 0] for curve in curves])
    places = iter(ranking.places(values[:, ~np.isnan(values).any(axis=0)]))
    rows = []
    for (result, row), ranked in zip(known, same, strict=True):
        rows.append(
            (
                str(next(places)) if ranked else "",
                result.run.verifier,
                catalogue()[row.measure].label,
                show.percent(row.value),
                show.interval(row.low, row.high),
                show.percent(1 - result.run.coverage["unscored"] / max(pool.manifest.n_samples, 1)),
                result.run.run_id,
            )
        )
    columns = [
        ("rank", ""), ("verifier", "name"), ("measure", ""), ("%", "right"), ("95 % interval", ""),
        ("scored %", "right"), ("run", ""),
    ]  # fmt: skip
    questions = len({entry.group or i for i, entry in pool.problems.items()})
    show.table(
        f"{named.title} · pool {pool.name} · {pool.manifest.n_samples:,} solutions of {questions:,} questions",
        columns,
        rows,
    )
    if len(parts) > 1:
        by_part = [
            {
                r.slice: show.percent(r.value)
                for r in result.rows
                if (r.measure, r.slice_kind) == (row.measure, "subject")
            }
            for result, row in known
        ]
        cells = [
            (result.run.verifier, *[own.get(part, "") for part in parts])
            for (result, _), own in zip(known, by_part, strict=True)
        ]
        show.table(
            f"By {named.parts}, %", [("verifier", "name"), *[(part.replace("_", " "), "wrap") for part in parts]], cells
        )
    print_measures(results)
    show.say(
        "Intervals and ranks are over questions (jackknife; sign-flip tests, Holm-adjusted at 5 %). A missing score is "
        "wrong on both sides."
    )
    for note in dict.fromkeys(note for result in results for note in result.run.notes):
        show.warn(note)


def _headline(result: "Result") -> "Row | None":
    return next(
        (r for r in result.rows if r.measure == result.run.headline_measure and r.slice_kind == "all"),
        None,
    )


def print_measures(results: "Sequence[Result]") -> None:
    """Step measures, where the samples have true step labels: one table a kind, one line a verifier."""
    from harness.cli import show
    from harness.measure.catalogue import catalogue

    found = {
        result.run.verifier: {r.measure: r for r in result.rows if r.n is None and r.slice_kind == "all"}
        for result in results
    }
    for kind, title in TITLES.items():
        known = [d for d in catalogue().values() if d.kind == kind and any(d.measure in own for own in found.values())]
        if known:
            rows = [(name, *[_cell(own, d) for d in known]) for name, own in found.items() if own]
            show.table(title, [("verifier", "name"), *[(d.label, "wrap") for d in known]], rows)


def show_measures(
    run: "Mapping[str, Any]", numbers: "Sequence[Mapping[str, Any]]", known: "Mapping[str, Mapping[str, Any]]"
) -> None:
    """Every measure of a run that draws nothing: over all problems, and on each part.

    Args:
        run: The run, as the store has it.
        numbers: Its results.
        known: What their measures are.
    """
    from harness.cli import show

    parts = list(dict.fromkeys(r["slice"] for r in numbers if r["slice_kind"] != "all"))
    parts.sort(key=lambda part: int(part) if part.isdecimal() else -1)  # values of N ascend
    at = {(r["measure"], r["slice"]): r for r in numbers}
    found = [d for name, d in known.items() if any(measure == name for measure, _ in at)]
    if len(parts) > MOST_PARTS:  # a line each: rewrites, values of N
        rows = [(part, *[_text(at.get((d["measure"], part)), d) for d in found]) for part in ["all", *parts]]
        show.table("", [("", "name"), *[(d["label"], "wrap") for d in found]], rows)
    else:
        rows = [
            (d["label"], _text(at.get((d["measure"], "all")), d, interval=True),
             *[_text(at.get((d["measure"], part)), d) for part in parts])
            for d in found
        ]  # fmt: skip
        columns = [("measure", ""), ("all, %", ""), *[(part.replace("_", " "), "wrap") for part in parts]]
        show.table("", columns, rows)
    for note in run["notes"]:
        show.warn(note)


def _text(row: "Mapping[str, Any] | None", described: "Mapping[str, Any]", *, interval: bool = False) -> str:
    """A number in per cent, in points or in deviations, as its measure has it."""
    if row is None:
        return ""
    scale, digits = (1, 2) if described["unit"] == "deviations" else (100, 1)
    sign = "" if described["unit"] == "share" else "+"
    value, low, high = (format(scale * row[key], f"{sign}.{digits}f") for key in ("value", "low", "high"))
    return f"{value} [{low}, {high}]" if interval else value


def _cell(own: "Mapping[str, Row]", described: "Described") -> str:
    from harness.cli import show

    if described.measure not in own:
        return ""
    row = own[described.measure]
    sign = "+" if described.unit == "difference" and row.value > 0 else ""
    return f"{sign}{show.percent(row.value)} {show.interval(row.low, row.high)}"


def show_probe(run: "Mapping[str, Any]", numbers: "Sequence[Mapping[str, Any]]") -> None:
    """One table a verifier: a line for each rewrite, its control beside it.

    Args:
        run: As the store has it.
        numbers: Its results.
    """
    from harness.cli import show
    from harness.measure.probes import ATTACK, ATTACK_CONTROL, CHANGE, DROPPED, ProbeMeasure
    from harness.probe.rewrites import KINDS

    at = {(row["measure"], row["slice"]): row for row in numbers}
    n = run["options"]["probe"]["n"]

    def cell(measure: ProbeMeasure, name: str) -> str:
        if (measure.name, name) not in at:
            return ""
        row = at[measure.name, name]
        scale, digits = (100, 1) if measure.unit == "difference" else (1, 2)
        value, low, high = (f"{scale * number:+.{digits}f}" for number in (row["value"], row["low"], row["high"]))
        return value if measure.name.endswith("control") else f"{value} [{low}, {high}]"

    rows = []
    for name, kind in [*KINDS.items(), ("all", None)]:
        cells = [cell(measure, name) for measure in (*CHANGE.values(), ATTACK, ATTACK_CONTROL)]
        lost = show.percent(at[DROPPED.name, name]["value"]) if (DROPPED.name, name) in at else ""
        rows.append((kind.label if kind else "mean of all that preserve", *cells, lost))
    columns = [
        ("rewrite", "name"), ("right, deviations", ""), ("control", ""), ("wrong, deviations", ""), ("control", ""),
        (f"best-of-{n}, points", ""), ("control", ""), ("dropped %", "right"),
    ]  # fmt: skip
    show.table(f"{run['verifier']} on {run['pool']} (run {run['run_id']})", columns, rows)
    for note in run["notes"]:
        show.warn(note)
