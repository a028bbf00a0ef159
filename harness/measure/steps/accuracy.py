"""The share of steps on the right side of the threshold 0.5."""

import numpy as np

from harness.measure.arrays import Floats
from harness.measure.steps import THRESHOLD, LabelledSteps, StepMeasure, ratio


def _count(found: LabelledSteps) -> Floats:
    hits = found.sums((found.scores >= THRESHOLD) == found.right)
    return np.stack([hits, np.diff(found.offsets).astype(np.float64)], axis=1)


MEASURE = StepMeasure("step-accuracy", "step accuracy", _count, ratio)
