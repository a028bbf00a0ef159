"""ProcessBench's number: first-error F1 at the threshold 0.5 of each part of the benchmark, and their simple mean.

Reference: Zheng et al. 2024 (arXiv 2412.06559). It is reported where there are parts.
"""

import numpy as np

from harness.measure.arrays import Floats
from harness.measure.steps import LabelledSteps, StepMeasure
from harness.measure.steps.first_error import count, harmonic


def by_part(found: LabelledSteps, sums: Floats) -> Floats:
    """What each solution adds, in columns of its own part, shape [S, parts * C]; none where there are not two parts."""
    parts = int(found.part.max()) + 1
    if parts < 2:
        return np.zeros((len(found), sums.shape[1]))
    own = found.part[:, None] == np.arange(parts)
    out: Floats = (own[:, :, None] * sums[:, None, :]).reshape(len(found), -1)
    return out


def mean_over_parts(sums: Floats) -> float:
    """The mean F1 of the parts that have solutions of both kinds; NaN where none has."""
    f1 = np.array([harmonic(part) for part in sums.reshape(-1, 4)])
    return float(np.mean(f1[~np.isnan(f1)])) if not np.isnan(f1).all() else float("nan")


def _count(found: LabelledSteps) -> Floats:
    return by_part(found, count(found))


MEASURE = StepMeasure("processbench-f1", "mean F1 of the parts", _count, mean_over_parts)
