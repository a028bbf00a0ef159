"""First-error F1 at a tuned threshold, cross-fitted: the threshold of each fifth of the problems is set by the others.

The threshold is the one with the largest F1 on the other problems (the mean over the parts, where the benchmark has
parts), of several equally good ones that nearest to 0.5. A threshold tuned on the rows that it is reported on would
favour verifiers with odd scales, and has no number here. The error is that of the sums at the thresholds found.
"""

import numpy as np

from harness.measure.arrays import Bools, Floats
from harness.measure.labelled import THRESHOLD
from harness.measure.steps import LabelledSteps, StepMeasure, shares
from harness.measure.steps.processbench import by_part, mean_over_parts

FOLDS = 5


def spans(found: LabelledSteps) -> tuple[Floats, Floats]:
    """The thresholds (above, up to] at which each solution is judged right; the first not below the second if none is.

    A solution with a wrong step is right where that step is low and no step before it is; one without, where none is.
    """
    first, step = (
        found.first_wrong,
        np.arange(len(found.scores)) - np.repeat(found.offsets[:-1], np.diff(found.offsets)),
    )
    before = (first[found.solution] < 0) | (step < first[found.solution])
    up_to = np.minimum.reduceat(np.where(before, found.scores, np.inf), found.offsets[:-1])
    above = np.where(first < 0, -np.inf, found.at(found.scores, first))
    unknown = np.isnan(up_to) | np.isnan(above)
    return np.where(unknown, np.inf, above), np.where(unknown, -np.inf, up_to)


def best(above: Floats, up_to: Floats, wrong: Bools, part: Floats) -> float:
    """The threshold with the largest F1, the mean over parts; the nearest to 0.5 of several.

    Args:
        above: From ``spans``.
        up_to: From ``spans``.
        wrong: Whether each solution has a wrong step.
        part: Of each solution.
    """
    candidates = np.unique(np.concatenate([up_to[np.isfinite(up_to)], above[np.isfinite(above)], [THRESHOLD]]))
    total, parts = np.zeros(len(candidates)), 0
    for own in np.unique(part):
        rates = []
        for kind in (wrong, ~wrong):
            mine = kind & (part == own)
            alive = mine & (above < up_to)
            hits = np.searchsorted(np.sort(above[alive]), candidates, "left") - np.searchsorted(
                np.sort(up_to[alive]), candidates, "left"
            )
            rates.append(hits / mine.sum() if mine.any() else np.full(len(candidates), np.nan))
        a, b = rates
        if not (np.isnan(a).any() or np.isnan(b).any()):
            total += np.divide(2 * a * b, a + b, out=np.zeros_like(total), where=a + b > 0)
            parts += 1
    if not parts:
        return THRESHOLD
    tied = candidates[total >= total.max() - 1e-12]
    return float(tied[np.abs(tied - THRESHOLD).argmin()])


def count(found: LabelledSteps) -> Floats:
    """(located, with a wrong step, accepted, without one) at the threshold of the other problems, by part."""
    above, up_to = spans(found)
    wrong, decided = found.first_wrong >= 0, found.decided
    fold = np.unique(found.group, return_inverse=True)[1] % FOLDS
    hits = np.zeros(len(found), dtype=np.bool_)
    for k in range(FOLDS):
        own, others = fold == k, (fold != k) & decided
        if own.any() and others.any():
            threshold = best(above[others], up_to[others], wrong[others], found.part[others])
            hits[own] = (above[own] < threshold) & (threshold <= up_to[own])
    sums = np.concatenate([shares(hits, wrong & decided), shares(hits, ~wrong & decided)], axis=1)
    return by_part(found, sums) if found.part.max() > 0 else sums


MEASURE = StepMeasure(
    "first-error-f1-cross-fitted", "F1, threshold cross-fitted", count, mean_over_parts, bounded=False
)
