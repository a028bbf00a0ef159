"""Of the solutions without a wrong step: the share with no step below the threshold 0.5."""

from harness.measure.arrays import Floats
from harness.measure.steps import LabelledSteps, StepMeasure, ratio, shares


def count(found: LabelledSteps) -> Floats:
    """(accepted, solutions without a wrong step), shape [S, 2]."""
    return shares(found.first_low < 0, (found.first_wrong < 0) & found.decided)


MEASURE = StepMeasure("no-error-accepted", "right steps accepted", count, ratio)
