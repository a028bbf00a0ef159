"""How often a right step outscores a wrong one of the same solution, ties half: the mean over solutions with both.

Pooled over solutions it would mostly measure which problems are hard.
"""

import numpy as np

from harness.measure.arrays import Floats
from harness.measure.steps import LabelledSteps, StepMeasure, ratio, shares


def _count(found: LabelledSteps) -> Floats:
    """By the rank sum (Mann-Whitney), with the mean rank for ties."""
    solution = np.repeat(np.arange(len(found)), np.diff(found.offsets))
    order = np.lexsort((found.scores, solution))
    scores, own = found.scores[order], solution[order]
    starts = np.flatnonzero(np.append(True, (np.diff(scores) != 0) | (np.diff(own) != 0)))
    ends = np.append(starts[1:], len(scores))
    ranks = np.empty(len(scores))
    ranks[order] = np.repeat((starts + ends + 1) / 2, ends - starts)
    right = found.sums(found.right)
    wrong = np.diff(found.offsets) - right
    above = found.sums(np.where(found.right, ranks, 0.0)) - right * found.offsets[:-1] - right * (right + 1) / 2
    both = right * wrong
    return shares(np.divide(above, both, out=np.zeros(len(found)), where=both > 0), both > 0)


MEASURE = StepMeasure("step-auc", "step AUC", _count, ratio, bounded=False)
