"""First-error F1 (ProcessBench): how often the first wrong step is named exactly, and a right solution let pass.

F1 = 2 a b / (a + b), a the share of solutions with a wrong step whose first one is the first below the threshold 0.5,
b the share of solutions without one that have no step below it.

Reference: Zheng et al. 2024 (arXiv 2412.06559).
"""

import numpy as np

from harness.measure.arrays import Floats
from harness.measure.steps import LabelledSteps, StepMeasure, accepted, located, ratio


def count(found: LabelledSteps) -> Floats:
    """(located, with a wrong step, accepted, without one), shape [S, 4]."""
    return np.concatenate([located.count(found), accepted.count(found)], axis=1)


def harmonic(sums: Floats) -> float:
    """F1 of these four sums; NaN where there is no solution of the one or the other kind."""
    a, b = ratio(sums[:2]), ratio(sums[2:])
    return 0.0 if a + b == 0 else 2 * a * b / (a + b)


MEASURE = StepMeasure("first-error-f1", "first-error F1", count, harmonic)
