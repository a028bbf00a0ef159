"""Of the solutions with a right answer and a wrong step: the share with a step below the threshold 0.5.

An outcome model has no reason to doubt them.
"""

from harness.measure.arrays import Bools, Floats
from harness.measure.steps import LabelledSteps, StepMeasure, ratio, shares


def lucky(found: LabelledSteps) -> Bools:
    """The solutions with a right answer by way of a wrong step, shape [S]."""
    out: Bools = (found.answer == 1.0) & (found.first_wrong >= 0)
    return out


def _count(found: LabelledSteps) -> Floats:
    return shares(found.first_low >= 0, lucky(found) & found.full)


MEASURE = StepMeasure("lucky-caught", "right answer, wrong step: caught", _count, ratio, kind="credit")
