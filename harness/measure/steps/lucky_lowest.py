"""Of the solutions with a right answer and a wrong step: how often the lowest step is the first wrong one."""

from harness.measure.arrays import Floats
from harness.measure.steps import LabelledSteps, StepMeasure, ratio, shares
from harness.measure.steps.lowest import blamed
from harness.measure.steps.lucky_caught import lucky


def _count(found: LabelledSteps) -> Floats:
    return shares(found.lowest(found.first_wrong), lucky(found) & blamed(found))


MEASURE = StepMeasure("lucky-lowest", "right answer, wrong step: lowest", _count, ratio, bounded=False, kind="credit")
