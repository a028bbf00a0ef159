"""What ``bonbench run`` prints of step measures: beside the rules of a pool, or alone, for a step set."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.measure.catalogue import Described
    from harness.measure.curves import Row
    from harness.run import Result

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
        ("rank", ""), ("verifier", ""), ("measure", ""), ("%", "right"), ("95 % interval", ""),
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
            f"By {named.parts}, %", [("verifier", ""), *[(part.replace("_", " "), "wrap") for part in parts]], cells
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
            show.table(title, [("verifier", ""), *[(d.label, "wrap") for d in known]], rows)


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

    parts = sorted({r["slice"] for r in numbers if r["slice_kind"] != "all"})
    at = {(r["measure"], r["slice"]): r for r in numbers}
    rows = []
    for name, described in known.items():
        if (name, "all") not in at:
            continue
        whole = at[name, "all"]
        cells = [show.percent(at[name, part]["value"]) if (name, part) in at else "" for part in parts]
        interval = show.interval(whole["low"], whole["high"])
        rows.append((described["label"], show.percent(whole["value"]), interval, whole["n_problems"], *cells))
    columns = [("measure", ""), ("%", "right"), ("95 % interval", ""), ("problems", "right")]
    show.table("", [*columns, *[(part, "right") for part in parts]], rows)
    for note in run["notes"]:
        show.warn(note)


def _cell(own: "Mapping[str, Row]", described: "Described") -> str:
    from harness.cli import show

    if described.measure not in own:
        return ""
    row = own[described.measure]
    sign = "+" if described.unit == "difference" and row.value > 0 else ""
    return f"{sign}{show.percent(row.value)} {show.interval(row.low, row.high)}"
