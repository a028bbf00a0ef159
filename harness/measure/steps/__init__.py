"""Step measures: what step scores are worth against true step labels (neutral counts as right).

One file a measure, each with a ``MEASURE``; a new file here is a new measure everywhere.

located        solutions with a wrong step whose first one is found
accepted       solutions without one that are let pass
first_error    the index of the first wrong step, and "no error": their harmonic mean (ProcessBench)
processbench   its mean over the parts of a benchmark
cross_fitted   the same at a threshold that other problems have set
accuracy       steps on the right side of the threshold
auc            a right step outscores a wrong one of the same solution
prm_score      both classes of steps found (PRMBench)
lowest         credit: the lowest step is the first wrong one
lowest_gain    that, beyond what chance gives by the number of steps
last_lowest    credit: the lowest step is the last one, as in an outcome model
drop           credit: how far the score falls at the first wrong step
lucky_caught   right answers by way of a wrong step: one is found
lucky_lowest   and the lowest step is the first wrong one
brier          calibration: squared error of the step scores
calibration    calibration: how far scores are from the share right among their like
good_kept      good steps scored as right
neutral_kept   neutral steps scored as right
wrong_found    wrong steps scored as wrong
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from harness.measure.arrays import Bools, Floats
from harness.measure.labelled import THRESHOLD, LabelledSteps

Kind = Literal["steps", "credit", "calibration"]


@dataclass(frozen=True, slots=True)
class StepMeasure:
    """A number about step scores: a smooth function of sums over problems.

    Attributes:
        name: As the command line and the store have it.
        label: As a reader sees it.
        count: What each solution adds to the sums, shape [S, C]; zeros where it does not bear on the measure.
        statistic: The number from the sums, NaN where they leave it undefined.
        bounded: Whether it needs scores in [0, 1], as a threshold does.
        kind: ``steps`` (found or not), ``credit`` (where the blame goes) or ``calibration``: the table it stands in.
        unit: ``share``, within [0, 1], or ``difference``, of two shares.
        higher_is_better: Its direction.
    """

    name: str
    label: str
    count: Callable[[LabelledSteps], Floats]
    statistic: Callable[[Floats], float]
    bounded: bool = True
    kind: Kind = "steps"
    unit: Literal["share", "difference"] = "share"
    higher_is_better: bool = True


def ratio(sums: Floats) -> float:
    """The first sum over the second."""
    return float(sums[0] / sums[1]) if sums[1] else float("nan")


def shares(hits: Bools | Floats, of: Bools | Floats) -> Floats:
    """What ``ratio`` divides: hits among what bears on the measure, and that, shape [S, 2]."""
    counted = of.astype(np.float64)
    return np.stack([hits * counted, counted], axis=1)


@lru_cache(maxsize=1)
def measures() -> Mapping[str, StepMeasure]:
    """Every step measure by name: those of one kind together."""
    modules = [importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)]
    kinds = ("steps", "credit", "calibration")
    found = sorted((module.MEASURE for module in modules), key=lambda m: kinds.index(m.kind))
    return {measure.name: measure for measure in found}


__all__ = ["THRESHOLD", "LabelledSteps", "StepMeasure", "measures", "ratio", "shares"]
