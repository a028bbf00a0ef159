"""Of the good steps, neutral ones apart: the share not below the threshold 0.5.

With ``neutral_kept`` and ``wrong_found`` it is the confusion of three labels with two sides. A three-labelled PRM is
carried both ways, neutral as right and neutral as wrong, and the two together are its whole table.
"""

import numpy as np

from harness.measure.arrays import Bools, Floats
from harness.measure.steps import LabelledSteps, StepMeasure, ratio


def among(found: LabelledSteps, hits: Bools, of: Bools) -> Floats:
    """(hits, steps) among the steps of one label, shape [S, 2]."""
    return np.stack([found.sums(hits & of), found.sums(of)], axis=1)


def _count(found: LabelledSteps) -> Floats:
    return among(found, ~found.low, found.right & ~found.neutral)


MEASURE = StepMeasure("good-kept", "good steps kept", _count, ratio, kind="calibration")
