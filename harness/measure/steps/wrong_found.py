"""Of the wrong steps, first ones or later: the share below the threshold 0.5."""

from harness.measure.arrays import Floats
from harness.measure.steps import LabelledSteps, StepMeasure, ratio
from harness.measure.steps.good_kept import among


def _count(found: LabelledSteps) -> Floats:
    return among(found, found.low, found.wrong)


MEASURE = StepMeasure("wrong-found", "wrong steps found", _count, ratio, kind="calibration")
