"""Step measures: what step scores are worth against true step labels (neutral counts as right).

One file a measure, each with a ``MEASURE``; a new file here is a new measure everywhere.

first_error     the index of the first wrong step, and "no error": their harmonic mean (ProcessBench)
located         solutions with a wrong step whose first one is found
accepted        solutions without one that are let pass
accuracy        steps on the right side of the threshold
auc             a right step outscores a wrong one of the same solution
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa

from harness.measure.arrays import Bools, Floats, Ints
from harness.measure.curves import Curve
from harness.measure.scored import ScoredPool

THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class LabelledSteps:
    """Solutions whose steps have scores and true labels; offsets[i]:offsets[i + 1] are the steps of solution i.

    Attributes:
        problem: Position of each solution's problem, shape [S].
        offsets: Shape [S + 1]; no solution is without steps.
        scores: Of all steps, one after another.
        right: Which steps are right, neutral ones among them.
    """

    problem: Ints
    offsets: Ints
    scores: Floats
    right: Bools

    def __len__(self) -> int:
        return len(self.problem)

    def sums(self, values: Bools | Floats) -> Floats:
        """The sum over each solution's steps, shape [S]."""
        out: Floats = np.add.reduceat(values.astype(np.float64), self.offsets[:-1])
        return out

    def first(self, where: Bools) -> Ints:
        """The first step of each solution for which it holds, counted from 0; -1 where there is none. Shape [S]."""
        last = np.iinfo(np.int64).max
        place = np.where(where, np.arange(len(where)), last)
        found = np.minimum.reduceat(place, self.offsets[:-1])
        return np.where(found == last, -1, found - self.offsets[:-1])

    @property
    def first_wrong(self) -> Ints:
        """The first wrong step of each solution, -1 where there is none."""
        return self.first(~self.right)

    @property
    def first_low(self) -> Ints:
        """The first step of each solution that is scored below the threshold, -1 where there is none."""
        return self.first(self.scores < THRESHOLD)


@dataclass(frozen=True, slots=True)
class StepMeasure:
    """A number about step scores: a smooth function of sums over problems.

    Attributes:
        name: As the command line and the store have it.
        label: As a reader sees it.
        count: What each solution adds to the sums, shape [S, C]; zeros where it does not bear on the measure.
        statistic: The number from the sums, NaN where they leave it undefined.
        bounded: Whether it needs scores in [0, 1], as a threshold does.
    """

    name: str
    label: str
    count: Callable[[LabelledSteps], Floats]
    statistic: Callable[[Floats], float]
    bounded: bool = True


def ratio(sums: Floats) -> float:
    """The first sum over the second."""
    return float(sums[0] / sums[1]) if sums[1] else float("nan")


@lru_cache(maxsize=1)
def measures() -> Mapping[str, StepMeasure]:
    """Every step measure by name."""
    modules = [importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)]
    return {module.MEASURE.name: module.MEASURE for module in modules}


def shares(hits: Bools | Floats, of: Bools | Floats) -> Floats:
    """What ``ratio`` divides: hits among what bears on the measure, and that, shape [S, 2]."""
    counted = of.astype(np.float64)
    return np.stack([hits * counted, counted], axis=1)


def labelled(problem_of: Ints, scored: ScoredPool, labels: pa.ListArray) -> LabelledSteps | None:
    """The solutions whose steps have as many true labels as scores; None where there is none.

    Args:
        problem_of: Of every sample, the position of its problem.
        scored: A process verifier's scores.
        labels: True step labels of every sample (1 right, 0 neutral, -1 wrong), or null.
    """
    lengths = np.diff(scored.step_offsets)
    counts = labels.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    kept = (lengths == counts) & (counts > 0)
    if not kept.any():
        return None
    flat = labels.flatten().to_numpy(zero_copy_only=False)
    return LabelledSteps(
        problem_of[kept],
        np.concatenate([[0], np.cumsum(lengths[kept])]).astype(np.int64),
        scored.step_values[np.repeat(kept, lengths)],
        flat[np.repeat(kept, counts)] >= 0,
    )


def curve(measure: StepMeasure, found: LabelledSteps, problems: int) -> Curve | None:
    """A step measure of some labelled solutions; None where nothing bears on it.

    The standard error is the jackknife's over problems, sqrt((P - 1) / P sum (t_(i) - mean)^2), so that solutions of
    one problem count as what they are: not independent. A problem's influence value, P t - (P - 1) t_(i), is what two
    verifiers are compared by; for a mean it is the problem's own value.

    Reference: Efron & Tibshirani 1993, An Introduction to the Bootstrap, chapter 11.

    Args:
        measure: What is asked.
        found: The solutions.
        problems: P.
    """
    counts = measure.count(found)
    sums: Floats = np.stack([np.bincount(found.problem, column, problems) for column in counts.T], axis=1).astype(float)
    bears: Bools = (sums != 0).any(axis=1)

    def over(members: Sequence[int]) -> tuple[float, float | None, int] | None:
        own = [i for i in members if bears[i]]
        value = measure.statistic(sums[own].sum(axis=0)) if own else float("nan")
        if np.isnan(value):
            return None
        spread = _jackknife(measure, sums[own])
        count = len(own)
        error = None if spread is None else float(np.sqrt((count - 1) / count * np.sum((spread - spread.mean()) ** 2)))
        return value, error, count

    whole = over(range(problems))
    if whole is None:
        return None
    values = np.full((problems, 1), np.nan)
    spread = _jackknife(measure, sums[bears])
    count = int(bears.sum())
    values[bears, 0] = whole[0] if spread is None else count * whole[0] - (count - 1) * spread
    return Curve(measure.name, "", (None,), values, statistic=over)


def _jackknife(measure: StepMeasure, sums: Floats) -> Floats | None:
    """The statistic without each problem in turn; None where leaving one out leaves it undefined."""
    if len(sums) < 2:
        return None
    total = sums.sum(axis=0)
    spread = np.array([measure.statistic(total - row) for row in sums])
    return None if np.isnan(spread).any() else spread
