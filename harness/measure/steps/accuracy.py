"""The share of steps on the right side of the threshold 0.5."""

import numpy as np

from harness.measure.arrays import Floats
from harness.measure.steps import LabelledSteps, StepMeasure, ratio


def _count(found: LabelledSteps) -> Floats:
    hits = np.where(found.low, found.wrong, found.right)
    return np.stack([found.sums(hits), found.sums(found.right | found.wrong)], axis=1)


MEASURE = StepMeasure("step-accuracy", "step accuracy", _count, ratio)
