"""A step measure of labelled solutions: the number, its error over problems, what two verifiers are compared by."""

from collections.abc import Sequence

import numpy as np

from harness.measure.arrays import Bools, Floats, Ints
from harness.measure.curves import Curve
from harness.measure.labelled import LabelledSteps
from harness.measure.steps import StepMeasure


def curve(measure: StepMeasure, found: LabelledSteps, problems: int) -> Curve | None:
    """A step measure of some labelled solutions; None where nothing bears on it.

    The standard error is the jackknife's over problems, sqrt((P - 1) / P sum (t_(i) - mean)^2), so that solutions of
    one problem count as what they are: not independent; versions of one question are one problem here. A problem's
    influence value, P t - (P - 1) t_(i), is what two verifiers are compared by; for a mean it is the problem's own
    value. It stands with the first version that bears on the measure.

    Reference: Efron & Tibshirani 1993, An Introduction to the Bootstrap, chapter 11.

    Args:
        measure: What is asked.
        found: The solutions.
        problems: P, versions of one question each by itself.
    """
    counts = measure.count(found)
    sums: Floats = np.stack([np.bincount(found.problem, column, problems) for column in counts.T], axis=1).astype(float)
    bears: Bools = (sums != 0).any(axis=1)
    group = np.arange(problems)
    group[found.problem] = found.group

    def over(members: Sequence[int]) -> tuple[float, float | None, int] | None:
        own = np.array([i for i in members if bears[i]], dtype=np.int64)
        value = measure.statistic(sums[own].sum(axis=0)) if len(own) else float("nan")
        if np.isnan(value):
            return None
        each = _together(sums[own], group[own])
        spread, count = _without(measure, each), len(each)
        error = None if spread is None else float(np.sqrt((count - 1) / count * np.sum((spread - spread.mean()) ** 2)))
        return value, error, count

    whole = over(range(problems))
    if whole is None:
        return None
    own = np.flatnonzero(bears)
    each = _together(sums[own], group[own])
    first = np.unique(group[own], return_index=True)[1]
    spread, count = _without(measure, each), len(each)
    values = np.full((problems, 1), np.nan)
    values[own[first], 0] = whole[0] if spread is None else count * whole[0] - (count - 1) * spread
    return Curve(measure.name, "", (None,), values, statistic=over, unit=measure.unit)


def _together(sums: Floats, group: Ints) -> Floats:
    """The sums of each group, in the order of the groups; shape [groups, C]."""
    names, place = np.unique(group, return_inverse=True)
    out = np.zeros((len(names), sums.shape[1]))
    np.add.at(out, place, sums)
    return out


def _without(measure: StepMeasure, sums: Floats) -> Floats | None:
    """The statistic without each problem in turn; None where leaving one out leaves it undefined."""
    if len(sums) < 2:
        return None
    total = sums.sum(axis=0)
    spread = np.array([measure.statistic(total - row) for row in sums])
    return None if np.isnan(spread).any() else spread
