"""Of the neutral steps: the share not below the threshold 0.5. Neither direction is better in itself."""

from harness.measure.arrays import Floats
from harness.measure.steps import LabelledSteps, StepMeasure, ratio
from harness.measure.steps.good_kept import among


def _count(found: LabelledSteps) -> Floats:
    return among(found, ~found.low, found.neutral)


MEASURE = StepMeasure("neutral-kept", "neutral steps kept", _count, ratio, kind="calibration")
