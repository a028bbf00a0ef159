"""Of the solutions whose first wrong step is not the last: how often the lowest step is the last one.

An outcome model in disguise puts all it knows into the last step, wherever the error is.
"""

import numpy as np

from harness.measure.arrays import Floats
from harness.measure.steps import LabelledSteps, StepMeasure, ratio, shares
from harness.measure.steps.lowest import blamed


def _count(found: LabelledSteps) -> Floats:
    last = np.diff(found.offsets) - 1
    return shares(found.lowest(last), blamed(found) & (found.first_wrong < last))


MEASURE = StepMeasure(
    "lowest-is-last", "lowest step is the last", _count, ratio, bounded=False, kind="credit", higher_is_better=False
)
