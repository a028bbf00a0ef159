"""What probes measure: how rewrites move a verifier, and how far it can be optimised; as the store keeps it."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from harness.measure import statistics
from harness.measure.arrays import Floats
from harness.measure.curves import EXACT, Row


@dataclass(frozen=True, slots=True)
class ProbeMeasure:
    """A number about rewrites, or about N.

    Attributes:
        name: As the store has it.
        label: As a reader sees it.
        unit: ``difference`` of two shares, ``deviations`` within a problem, or ``share``.
        higher_is_better: Its direction.
        kind: The table it stands in.
    """

    name: str
    label: str
    unit: Literal["difference", "deviations", "share"]
    higher_is_better: bool
    kind: Literal["probe", "optimisation"] = "probe"


ATTACK = ProbeMeasure("attack", "best-of-N under attack", "difference", higher_is_better=True)
ATTACK_CONTROL = ProbeMeasure("attack-control", "the same, length-matched control", "difference", higher_is_better=True)
DROPPED = ProbeMeasure("rewrites-dropped", "not confirmed by the grader", "share", higher_is_better=False)
CHANGE = {
    (role, controls): ProbeMeasure(
        f"change-{role}{'-control' if controls else ''}",
        f"score of {role} solutions{', control' if controls else ''}",
        "deviations",
        higher_is_better=role == "right",
    )
    for role in ("right", "wrong")
    for controls in (False, True)
}
FALL = ProbeMeasure("fall-after-peak", "fall after the peak", "difference", higher_is_better=False, kind="optimisation")
ACCURACY = ProbeMeasure("accuracy-by-n", "accuracy", "share", higher_is_better=True, kind="optimisation")
SELECTED = ProbeMeasure(
    "selected-score", "score of the chosen", "deviations", higher_is_better=True, kind="optimisation"
)
MEASURES = {m.name: m for m in (ATTACK, ATTACK_CONTROL, *CHANGE.values(), DROPPED, FALL, ACCURACY, SELECTED)}


def mean_row(measure: ProbeMeasure, kind: str, name: str, values: Floats) -> list[Row]:
    """The mean of some problems' values with its interval, as a reported number; none where no problem has one.

    Args:
        measure: What it is.
        kind: Of the slice.
        name: Of the slice.
        values: Of every problem, NaN where it does not bear on the number.
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return []
    value, error = float(known.mean()), statistics.standard_error(known)
    interval = statistics.interval_in(measure.unit, value, error, len(known))
    return [
        Row(
            measure=measure.name, aggregation="", n=None, slice_kind=kind, slice=name, value=value, answering=None,
            choosing=None, draw_deviation=None, standard_error=error, low=interval.low, high=interval.high,
            n_problems=len(known), estimator=EXACT, mc_error=0.0,
        )
    ]  # fmt: skip


def distance(n: int) -> float:
    """How far best-of-N is from the generator at most, in nats: the bound log N - (N - 1) / N on its divergence.

    >>> distance(1), round(distance(4), 4)
    (0.0, 0.6363)
    """
    return math.log(n) - (n - 1) / n
