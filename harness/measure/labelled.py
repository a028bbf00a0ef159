"""Solutions whose steps have scores and true labels, as arrays: what every step measure is about."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from harness.measure.arrays import Bools, Floats, Ints
from harness.measure.scored import ScoredPool

THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class StepTruth:
    """What is known of the steps of a pool's samples, in their order.

    Attributes:
        labels: Of every sample a list (1 right, 0 neutral, -1 wrong, null unknown) or null.
        part: The part of the benchmark that each problem belongs to, from 0, shape [P]; -1 where it has none.
        group: Of each problem the position of the first one that asks the same question, shape [P].
        answer: Whether each sample's final answer is right: 1, 0, or NaN where that is not known.
        whole: Whether the verifier was asked about just these steps (a step set), so that what it did not score it
            missed; else another segmentation than the labelled one says nothing, and is left out.
    """

    labels: pa.ListArray
    part: Ints
    group: Ints
    answer: Floats
    whole: bool = False

    def keep(self, mask: Bools) -> "StepTruth":
        """What is known of some of the samples."""
        return replace(self, labels=self.labels.filter(pa.array(mask)), answer=self.answer[mask])


@dataclass(frozen=True, slots=True)
class LabelledSteps:
    """Solutions whose steps have scores and true labels; offsets[i]:offsets[i + 1] are the steps of solution i.

    Attributes:
        problem: Position of each solution's problem, shape [S].
        group: Position of the first problem that asks the same question, shape [S].
        part: The part of the benchmark, from 0, shape [S]; -1 where it has none.
        answer: 1 where the final answer is right, 0 where wrong, NaN where that is not known, shape [S].
        offsets: Shape [S + 1]; no solution is without steps.
        scores: Of all steps, one after another; NaN where the verifier gave none.
        right: Which steps are right, neutral ones among them.
        wrong: Which steps are wrong. A step that is neither is unknown.
        neutral: Which of the right ones are neutral.
        cut: Whether the scores end at the first wrong step throughout: then it is the lowest of what is left for no
            merit of the verifier's.
    """

    problem: Ints
    group: Ints
    part: Ints
    answer: Floats
    offsets: Ints
    scores: Floats
    right: Bools
    wrong: Bools
    neutral: Bools
    cut: bool = False

    def __len__(self) -> int:
        return len(self.problem)

    @property
    def solution(self) -> Ints:
        """The solution of each step."""
        return np.repeat(np.arange(len(self)), np.diff(self.offsets)).astype(np.int64)

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
        return self.first(self.wrong)

    @property
    def low(self) -> Bools:
        """Which steps are scored below the threshold. A missing score is on the wrong side, whichever that is."""
        out: Bools = np.where(np.isnan(self.scores), self.right, self.scores < THRESHOLD)
        return out

    @property
    def first_low(self) -> Ints:
        """The first step of each solution that is scored below the threshold, -1 where there is none."""
        return self.first(self.low)

    @property
    def decided(self) -> Bools:
        """Whether it is known which step is the first wrong one, or that none is, shape [S]."""
        unknown = self.first(~self.right & ~self.wrong)
        out: Bools = (unknown < 0) | ((self.first_wrong >= 0) & (self.first_wrong < unknown))
        return out

    @property
    def full(self) -> Bools:
        """Whether every step has a score, and would have one wherever the error was; shape [S]."""
        out: Bools = (self.sums(np.isnan(self.scores)) == 0) & ((self.first_wrong < 0) | (not self.cut))
        return out

    def at(self, values: Floats, step: Ints) -> Floats:
        """The value at one step of each solution, NaN where that is -1; shape [S]."""
        return np.where(step >= 0, values[self.offsets[:-1] + np.maximum(step, 0)], np.nan)

    def lowest(self, step: Ints) -> Floats:
        """How far one step of each solution is its lowest: 1, a share of it where others tie, else 0; shape [S]."""
        bottom = np.minimum.reduceat(self.scores, self.offsets[:-1])
        ties = self.sums(self.scores == bottom[self.solution])
        return np.where(self.at(self.scores, step) == bottom, 1.0 / np.maximum(ties, 1.0), 0.0)


def labelled(problem_of: Ints, scored: ScoredPool, truth: StepTruth) -> LabelledSteps | None:
    """The solutions with labelled steps that a verifier's scores are of; None where there is none.

    A verifier may score all steps of a solution or, where the labels end there, those up to the first wrong one.

    Args:
        problem_of: Of every sample, the position of its problem.
        scored: A process verifier's scores.
        truth: What is known of the steps.
    """
    given = np.diff(scored.step_offsets)
    counts = truth.labels.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    flat = truth.labels.flatten().to_numpy(zero_copy_only=False).astype(np.float64)
    kept = counts > 0 if truth.whole else (given == counts) & (counts > 0)
    if not kept.any():
        return None
    label = flat[np.repeat(kept, counts)]
    lengths = counts[kept]
    problem = problem_of[kept]
    out = LabelledSteps(
        problem,
        truth.group[problem],
        truth.part[problem],
        truth.answer[kept],
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        np.full(len(label), np.nan),
        label >= 0,
        label < 0,
        label == 0,
    )
    given = given[kept]
    usable = np.where((given == lengths) | (given == out.first_wrong + 1), given, 0)
    within = np.arange(usable.sum()) - np.repeat(np.cumsum(usable) - usable, usable)
    scores = out.scores.copy()
    places = np.repeat(out.offsets[:-1], usable) + within
    scores[places] = scored.step_values[np.repeat(scored.step_offsets[:-1][kept], usable) + within]
    return replace(out, scores=scores, cut=bool((usable < lengths)[usable > 0].any()))
