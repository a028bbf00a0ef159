"""How far the score falls at the first wrong step: that of the step before minus its own, the mean over solutions."""

import numpy as np

from harness.measure.arrays import Floats
from harness.measure.steps import LabelledSteps, StepMeasure, ratio, shares


def _count(found: LabelledSteps) -> Floats:
    first = found.first_wrong
    fall = found.at(found.scores, np.where(first > 0, first - 1, -1)) - found.at(found.scores, first)
    return shares(np.nan_to_num(fall), ~np.isnan(fall) & found.decided)


MEASURE = StepMeasure("drop-at-error", "drop at the first error", _count, ratio, kind="credit", unit="difference")
