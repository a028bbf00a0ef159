"""The Brier score of steps: the mean of (score - right)^2 over the steps that have a label and a score."""

import numpy as np

from harness.measure.arrays import Floats
from harness.measure.steps import LabelledSteps, StepMeasure, ratio


def _count(found: LabelledSteps) -> Floats:
    usable = (found.right | found.wrong) & ~np.isnan(found.scores)
    return np.stack([found.sums(np.where(usable, (found.scores - found.right) ** 2, 0.0)), found.sums(usable)], axis=1)


MEASURE = StepMeasure("step-brier", "Brier score", _count, ratio, kind="calibration", higher_is_better=False)
