"""From what was measured to every reported number: each N, each slice, with its errors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from harness.measure import statistics
from harness.measure.arrays import Floats
from harness.measure.slices import Slice

EXACT = "exact"
SIMULATED = "seeded permutations"


@dataclass(frozen=True, slots=True)
class Row:
    """One reported number.

    Attributes:
        measure: The selection rule or step measure.
        aggregation: How step scores became a solution score; "" where they did not.
        n: N; None for a measure that draws nothing.
        slice_kind: ``all``, ``quintile``, ``subject``, ``level``, ``contamination``.
        slice: Name within its kind.
        value: Expected accuracy, or the measure's own unit.
        answering: Of a rule: what a fair choice among the answered gains on the mean accuracy; None for others.
        choosing: Of a rule: what this choice gains on the fair one: value = mean accuracy + answering + choosing.
        draw_deviation: Standard deviation of one random draw of N; None where nothing is drawn.
        standard_error: Over problems; None for one problem.
        low: Lower end of the 95 % interval over problems.
        high: Its upper end.
        n_problems: Problems in the slice that bear on the number.
        estimator: ``exact`` or ``seeded permutations``.
        mc_error: Standard error of the simulation; 0 where exact.
    """

    measure: str
    aggregation: str
    n: int | None
    slice_kind: str
    slice: str
    value: float
    answering: float | None
    choosing: float | None
    draw_deviation: float | None
    standard_error: float | None
    low: float
    high: float
    n_problems: int
    estimator: str
    mc_error: float


@dataclass(frozen=True, slots=True)
class Curve:
    """What a measure gives each problem: what numbers and comparisons are made from.

    Attributes:
        measure: The rule or step measure.
        aggregation: The aggregation, or "".
        ns: The values of N of the columns; (None,) for a measure that draws nothing.
        values: p_i of every problem, shape [P, columns]; of a step measure its influence values (``steps``), NaN
            for a problem that does not bear on it.
        mc_errors: Monte Carlo standard errors, shape [P, columns], or None where exact.
        floor: The fair choice among the answered, shape [P, columns], or None.
        mean: Mean accuracy, shape [P], or None.
        statistic: Of some problems' positions: the number over them and its standard error; None for their mean.
        unit: Of the values.
    """

    measure: str
    aggregation: str
    ns: tuple[int | None, ...]
    values: Floats
    mc_errors: Floats | None = None
    floor: Floats | None = None
    mean: Floats | None = None
    statistic: Callable[[Sequence[int]], tuple[float, float | None, int] | None] | None = None
    unit: str = "share"


def rows(curve: Curve, slices: Sequence[Slice]) -> list[Row]:
    """Every reported number of a curve; a slice on which nothing bears has none."""
    if curve.statistic is not None:
        return _statistic_rows(curve, slices)
    out = []
    for part in slices:
        members = np.asarray(part.members)
        p = curve.values[members]
        errors = None if curve.mc_errors is None else curve.mc_errors[members]
        for column, n in enumerate(curve.ns):
            at_n = p[:, column]
            interval = statistics.mean_interval(at_n)
            value = float(np.mean(at_n))
            floor = None if curve.floor is None else float(np.mean(curve.floor[members, column]))
            mean = None if curve.mean is None else float(np.mean(curve.mean[members]))
            out.append(
                Row(
                    measure=curve.measure,
                    aggregation=curve.aggregation,
                    n=n,
                    slice_kind=part.kind,
                    slice=part.name,
                    value=value,
                    answering=None if floor is None or mean is None else floor - mean,
                    choosing=None if floor is None else value - floor,
                    draw_deviation=statistics.draw_deviation(at_n),
                    standard_error=statistics.standard_error(at_n),
                    low=interval.low,
                    high=interval.high,
                    n_problems=len(members),
                    estimator=EXACT if errors is None else SIMULATED,
                    mc_error=0.0 if errors is None else float(np.sqrt(np.sum(errors[:, column] ** 2)) / len(members)),
                )
            )
    return out


def _statistic_rows(curve: Curve, slices: Sequence[Slice]) -> list[Row]:
    assert curve.statistic is not None
    out = []
    for part in slices:
        found = curve.statistic(part.members)
        if found is None:
            continue
        value, error, bearing = found
        interval = statistics.interval_in(curve.unit, value, error, bearing)
        out.append(
            Row(
                measure=curve.measure,
                aggregation=curve.aggregation,
                n=None,
                slice_kind=part.kind,
                slice=part.name,
                value=value,
                answering=None,
                choosing=None,
                draw_deviation=None,
                standard_error=error,
                low=interval.low,
                high=interval.high,
                n_problems=bearing,
                estimator=EXACT,
                mc_error=0.0,
            )
        )
    return out
