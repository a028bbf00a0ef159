"""What step scores are worth against true step labels: one row a verifier, one column a step measure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from harness.measure.catalogue import Described
from leaderboard.draw import numbers
from leaderboard.draw.tables.grid import Column, Row
from leaderboard.read.records import Entry, StepNumber

NOTE = "Against the pool's true step labels, at a threshold of 0.5; neutral counts as right"


def table(
    entries: Sequence[Entry],
    measured: Mapping[str, Mapping[str, StepNumber]],
    measures: Mapping[str, Described],
    colour: Callable[[Row], str],
) -> tuple[list[Column], list[dict[str, Any]]]:
    """Columns and rows; no rows where nothing was measured.

    Args:
        entries: Whose runs; a run that has several entries stands once, under the first.
        measured: Run -> step measure -> number.
        measures: What the measures are.
        colour: Of a row's verifier.
    """
    rows: list[dict[str, Any]] = []
    for run_id, entry in reversed({e.run_id: e for e in reversed(entries)}.items()):
        found = measured.get(run_id, {})
        if found:
            rows.append({"entry": entry.label, "problems": max(x.n_problems for x in found.values())})
            for name, s in found.items():
                rows[-1] |= {name: s.value, f"{name} low": s.low, f"{name} high": s.high}
    known = [m for m in measures.values() if m.kind == "steps" and any(m.measure in row for row in rows)]
    columns = [
        Column("Entry", lambda row: str(row["entry"]), colour=colour, left=True),
        *map(_column, sorted(known, key=lambda m: (m.position, m.measure))),
        Column("Problems", lambda row: str(row["problems"])),
    ]
    return columns, rows


def _column(measure: Described) -> Column:
    share = measure.unit == "share"
    return Column(
        f"{measure.label} %" if share else measure.label,
        lambda row: (numbers.percent if share else numbers.decimal)(row.get(measure.measure)),
        lambda row: numbers.interval(row.get(f"{measure.measure} low"), row.get(f"{measure.measure} high")),
    )
