"""PRMScore (PRMBench): the mean of the F1 of the right steps and the F1 of the wrong ones, over all steps together.

With t right steps kept, f right ones lost, n wrong ones found and m missed at the threshold 0.5:
0.5 * 2 t / (2 t + m + f) + 0.5 * 2 n / (2 n + f + m). Where no step is wrong, as in PRMBench's several solutions of one
problem, it is the share kept, t / (t + f).

Reference: Song et al. 2025 (arXiv 2501.03124).
"""

import numpy as np

from harness.measure.arrays import Floats
from harness.measure.steps import LabelledSteps, StepMeasure


def _count(found: LabelledSteps) -> Floats:
    low = found.low
    kinds = (found.right & ~low, found.right & low, found.wrong & low, found.wrong & ~low)
    return np.stack([found.sums(kind) for kind in kinds], axis=1)


def prm_score(sums: Floats) -> float:
    """PRMScore of (right kept, right lost, wrong found, wrong missed)."""
    kept, lost, caught, missed = sums
    if kept + lost == 0:
        return float("nan")
    if caught + missed == 0:
        return float(kept / (kept + lost))
    right = 2 * kept / (2 * kept + missed + lost)
    wrong = 2 * caught / (2 * caught + lost + missed) if caught + lost + missed else 0.0
    return float((right + wrong) / 2)


MEASURE = StepMeasure("prm-score", "PRMScore", _count, prm_score)
