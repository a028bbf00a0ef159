"""Of the solutions with a wrong step: how often the lowest step is the first wrong one, an even share where steps tie.

No threshold takes part. Chance is the mean of 1 / (number of steps); ``lowest_gain`` is what lies beyond it.
"""

from harness.measure.arrays import Bools, Floats
from harness.measure.steps import LabelledSteps, StepMeasure, ratio, shares


def blamed(found: LabelledSteps) -> Bools:
    """The solutions where that can be told: the first wrong step is known, and all steps are scored. Shape [S]."""
    return (found.first_wrong >= 0) & found.decided & found.full


def _count(found: LabelledSteps) -> Floats:
    return shares(found.lowest(found.first_wrong), blamed(found))


MEASURE = StepMeasure(
    "lowest-is-first-error", "lowest step is the first error", _count, ratio, bounded=False, kind="credit"
)
