"""How much oftener than by chance the lowest step is the first error: the mean of lowest - 1 / (number of steps)."""

import numpy as np

from harness.measure.arrays import Floats
from harness.measure.steps import LabelledSteps, StepMeasure, ratio, shares
from harness.measure.steps.lowest import blamed


def _count(found: LabelledSteps) -> Floats:
    return shares(found.lowest(found.first_wrong) - 1.0 / np.diff(found.offsets), blamed(found))


MEASURE = StepMeasure(
    "lowest-beyond-chance", "beyond chance", _count, ratio, bounded=False, kind="credit", unit="difference"
)
