"""How often a right step outscores a wrong one of the same solution, ties half: the mean over solutions with both.

Pooled over solutions it would mostly measure which problems are hard. Steps without a label or a score have no part.
"""

import numpy as np

from harness.measure.arrays import Floats
from harness.measure.steps import LabelledSteps, StepMeasure, ratio, shares


def _count(found: LabelledSteps) -> Floats:
    """By the rank sum (Mann-Whitney), with the mean rank for ties."""
    usable = (found.right | found.wrong) & ~np.isnan(found.scores)
    solution, score, good = found.solution[usable], found.scores[usable], found.right[usable]
    order = np.lexsort((score, solution))
    scores, own = score[order], solution[order]
    starts = np.flatnonzero(np.append(True, (np.diff(scores) != 0) | (np.diff(own) != 0))) if len(own) else own
    ends = np.append(starts[1:], len(scores)) if len(own) else own
    ranks = np.empty(len(scores))
    ranks[order] = np.repeat((starts + ends + 1) / 2, ends - starts)
    total = np.bincount(solution, minlength=len(found)).astype(np.float64)
    right = np.bincount(solution, good, len(found))
    before = np.cumsum(total) - total
    above = np.bincount(solution, np.where(good, ranks, 0.0), len(found)) - right * before - right * (right + 1) / 2
    both = right * (total - right)
    return shares(np.divide(above, both, out=np.zeros(len(found)), where=both > 0), both > 0)


MEASURE = StepMeasure("step-auc", "step AUC", _count, ratio, bounded=False)
