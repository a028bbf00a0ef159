"""The calibration error of steps: how far the scores of a tenth of [0, 1] are from the share of right steps in it.

sum over ten equal bins of |sum of scores - number of right steps| / number of steps (ECE; Naeini et al. 2015). With few
steps it is large by chance alone, so compare it on the same steps.
"""

import numpy as np

from harness.measure.arrays import Floats
from harness.measure.steps import LabelledSteps, StepMeasure

BINS = 10


def _count(found: LabelledSteps) -> Floats:
    """Of each bin (score - right), then the number of steps; shape [S, BINS + 1]."""
    usable = (found.right | found.wrong) & ~np.isnan(found.scores)
    bins = np.minimum(np.where(usable, found.scores, 0.0) * BINS, BINS - 1).astype(np.int64)
    gap = np.where(usable, found.scores - found.right, 0.0)
    by_bin = [found.sums(np.where(bins == k, gap, 0.0)) for k in range(BINS)]
    return np.stack([*by_bin, found.sums(usable)], axis=1)


def _error(sums: Floats) -> float:
    return float(np.abs(sums[:-1]).sum() / sums[-1]) if sums[-1] else float("nan")


MEASURE = StepMeasure(
    "step-calibration-error", "calibration error", _count, _error, kind="calibration", higher_is_better=False
)
