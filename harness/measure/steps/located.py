"""Of the solutions with a wrong step: the share whose first wrong step is the first below the threshold 0.5."""

from harness.measure.arrays import Floats
from harness.measure.steps import LabelledSteps, StepMeasure, ratio, shares


def count(found: LabelledSteps) -> Floats:
    """(located, solutions with a wrong step), shape [S, 2]."""
    return shares(found.first_low == found.first_wrong, (found.first_wrong >= 0) & found.decided)


MEASURE = StepMeasure("first-error-located", "first error located", count, ratio)
