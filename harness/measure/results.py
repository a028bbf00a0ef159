"""From grades and scores to every reported number: each N, each rule, each aggregation, each slice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from harness import digest
from harness.errors import BadInput
from harness.measure import estimators, statistics
from harness.measure.aggregation import aggregate, as_probability
from harness.measure.slices import Slice
from harness.records import Problem, Rule

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PROBABILITY_AGGREGATIONS = ("product", "min", "last", "mean", "max")
RAW_AGGREGATIONS = ("min", "last", "mean", "max", "sum")
ESTIMATORS: dict[Rule, str] = {
    "best-of-n": "exact",
    "pass": "exact",
    "majority": "exact",
    "weighted-vote": "seeded permutations",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One reported number.

    Attributes:
        rule: ``best-of-n``, ``weighted-vote``, ``majority`` or ``pass``.
        aggregation: How step scores became a solution score; "" where there are none.
        n: N.
        slice_kind: ``all``, ``quintile``, ``subject``, ``level``, ``contamination``.
        slice: Name within its kind.
        value: Expected accuracy.
        draw_deviation: Standard deviation of one random draw of N.
        standard_error: Of the mean over problems; None for one problem.
        low: Lower end of the 95 % interval over problems.
        high: Its upper end.
        n_problems: Problems in the slice.
        estimator: ``exact`` or ``seeded permutations``.
        mc_error: Standard error of the simulation; 0 where exact.
    """

    rule: Rule
    aggregation: str
    n: int
    slice_kind: str
    slice: str
    value: float
    draw_deviation: float
    standard_error: float | None
    low: float
    high: float
    n_problems: int
    estimator: str
    mc_error: float


@dataclass(frozen=True, slots=True)
class Curve:
    """p_i of every problem at every N, under one rule and aggregation: what comparisons are made from.

    Attributes:
        rule: The rule.
        aggregation: The aggregation, or "".
        values: Shape [P, n_N].
        mc_errors: Monte Carlo standard errors, shape [P, n_N], or None where exact.
    """

    rule: Rule
    aggregation: str
    values: Floats
    mc_errors: Floats | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A graded pool as arrays. Samples stand flat, problem after problem; offsets[i]:offsets[i+1] are problem i's.

    Attributes:
        problems: P problems.
        slots: M of each, shape [P].
        offsets: Shape [P + 1].
        index: Slot of each sample.
        correct: 1.0 right, 0.0 wrong or undecided.
        answered: Whether an answer was found.
        key: Position of the answer among the problem's distinct ones, -1 where there is none.
        undecided: Whether the grader could not decide.
    """

    problems: tuple[Problem, ...]
    slots: Ints
    offsets: Ints
    index: Ints
    correct: Floats
    answered: NDArray[np.bool_]
    key: Ints
    undecided: NDArray[np.bool_]

    def of(self, problem: int) -> slice:
        """Where a problem's samples stand."""
        return slice(int(self.offsets[problem]), int(self.offsets[problem + 1]))

    def pass_rates(self) -> dict[str, float]:
        """Right samples / M, by problem id; missing slots are wrong."""
        rights = self._sums(self.correct)
        return {p.id: float(r / m) for p, r, m in zip(self.problems, rights, self.slots, strict=True)}

    def half(self, parity: int) -> "Sheet":
        """The sheet of the even (0) or odd (1) slots alone."""
        keep = self.index % 2 == parity
        counts = self._sums(keep.astype(np.float64)).astype(np.int64)
        return Sheet(
            self.problems,
            (self.slots + 1 - parity) // 2,
            np.concatenate([[0], np.cumsum(counts)]),
            self.index[keep],
            self.correct[keep],
            self.answered[keep],
            self.key[keep],
            self.undecided[keep],
        )

    def _sums(self, values: Floats) -> Floats:
        """The sum of the values of each problem's samples, 0 for a problem without any."""
        running = np.concatenate([[0.0], np.cumsum(values)])
        sums: Floats = running[self.offsets[1:]] - running[self.offsets[:-1]]
        return sums

    def coverage(self) -> dict[str, int]:
        """Counts of slots, missing, unanswered and undecided samples."""
        return {
            "slots": int(self.slots.sum()),
            "missing": int(self.slots.sum()) - len(self.correct),
            "unanswered": int((~self.answered).sum()),
            "undecided": int(self.undecided.sum()),
        }


def sheet(problems: Sequence[Problem], slots: Mapping[str, int], grades: pa.Table) -> Sheet:
    """The arrays of a graded pool.

    Args:
        problems: In the order of the grades.
        slots: M by problem id.
        grades: The table of ``grading.Grades``.
    """
    ids = grades["problem_id"].combine_chunks().dictionary_encode()
    order = ids.dictionary.to_pylist()
    present = frozenset(order)
    places = [i for i, p in enumerate(problems) if p.id in present]  # a problem may have no sample
    if order != [problems[i].id for i in places]:
        raise BadInput("The grades and the problems are not of the same pool; delete the pool's grades and run again.")
    counts = np.zeros(len(problems), dtype=np.int64)
    counts[places] = np.bincount(ids.indices.to_numpy(zero_copy_only=False), minlength=len(order))
    offsets = np.concatenate([[0], np.cumsum(counts)])
    keys = grades["key"].to_pylist()
    key = np.full(len(keys), -1, dtype=np.int64)
    for problem in range(len(problems)):
        seen: dict[str, int] = {}
        for i in range(offsets[problem], offsets[problem + 1]):
            if keys[i] is not None:
                key[i] = seen.setdefault(keys[i], len(seen))
    known = grades["correct"].is_null().to_numpy(zero_copy_only=False)
    return Sheet(
        tuple(problems),
        np.array([slots[p.id] for p in problems], dtype=np.int64),
        offsets.astype(np.int64),
        grades["index"].to_numpy().astype(np.int64),
        grades["correct"].fill_null(False).to_numpy(zero_copy_only=False).astype(np.float64),
        key >= 0,
        key,
        known & (key >= 0),
    )


# ---------------------------------------------------------------------------------------------- curves


def majority_curve(graded: Sheet, ns: Sequence[int]) -> Curve:
    """Majority vote, exactly."""
    votes = []
    for problem in range(len(graded.problems)):
        at = graded.of(problem)
        voted = graded.key[at] >= 0
        counts = np.bincount(graded.key[at][voted])
        right = np.bincount(graded.key[at][voted], weights=graded.correct[at][voted]) / np.maximum(counts, 1)
        votes.append(estimators.Votes(counts, right, int(graded.slots[problem])))
    return Curve("majority", "", estimators.majority(votes, ns))


def pass_curve(graded: Sheet, ns: Sequence[int]) -> Curve:
    """pass@N, exactly."""
    scores = np.where(graded.answered, graded.correct, np.nan)
    return Curve("pass", "", best_of_n(graded, scores, ns))


def best_of_n(graded: Sheet, scores: Floats, ns: Sequence[int]) -> Floats:
    """Exact best-of-N of every problem, shape [P, n_N]. Unanswered samples cannot be chosen."""
    eligible = np.where(graded.answered, scores, np.nan)
    out = np.zeros((len(graded.problems), len(ns)))
    for m in np.unique(graded.slots):
        rows = np.flatnonzero(graded.slots == m).tolist()
        ranked = [
            estimators.rank_correctness(eligible[graded.of(i)], graded.correct[graded.of(i)], int(m)) for i in rows
        ]
        out[rows] = estimators.best_of_n(np.stack(ranked), ns)
    return out


def weighted_vote(graded: Sheet, scores: Floats, ns: Sequence[int], draws: int, seed: int) -> tuple[Floats, Floats]:
    """Simulated weighted vote of every problem: means and Monte Carlo errors, both of shape [P, n_N]."""
    votes = []
    for problem in range(len(graded.problems)):
        at = graded.of(problem)
        key, own = graded.key[at], scores[at]
        n_keys = int(key.max()) + 1 if len(key) else 0
        counts = np.bincount(key[key >= 0], minlength=n_keys)
        right = np.bincount(key[key >= 0], weights=graded.correct[at][key >= 0], minlength=n_keys)
        votes_of = (key >= 0) & ~np.isnan(own)
        identity = digest.of_json([graded.problems[problem].id, seed])
        votes.append(
            estimators.WeightedVotes(
                key[votes_of],
                own[votes_of],
                right / np.maximum(counts, 1),
                int(graded.slots[problem]),
                int(identity[:16], 16),
            )
        )
    return estimators.weighted_vote(votes, ns, draws)


@dataclass(frozen=True, slots=True)
class RawScores:
    """A verifier's scores as arrays, in the sheet's order.

    Attributes:
        values: Outcome scores, NaN where there is none; None for a process verifier.
        step_values: All step scores, one after another; None for an outcome verifier.
        step_offsets: Where each sample's begin, shape [samples + 1].
    """

    values: Floats | None
    step_values: Floats | None
    step_offsets: Ints | None

    @property
    def is_process(self) -> bool:
        """Whether there are step scores."""
        return self.step_values is not None

    def applicable(self) -> tuple[str, ...]:
        """The aggregations that make sense for these scores."""
        if self.step_values is None:
            return ("",)
        inside = len(self.step_values) == 0 or (np.nanmin(self.step_values) >= 0 and np.nanmax(self.step_values) <= 1)
        return PROBABILITY_AGGREGATIONS if inside else RAW_AGGREGATIONS

    def solution_scores(self, aggregation: str) -> Floats:
        """One score per sample, NaN where there is none."""
        if self.step_values is None or self.step_offsets is None:
            if self.values is None:
                raise BadInput("These scores hold neither solution nor step values.")
            return self.values
        return aggregate(self.step_values, self.step_offsets, aggregation)

    def keep(self, mask: NDArray[np.bool_]) -> "RawScores":
        """The scores of some of the samples."""
        if self.step_values is None or self.step_offsets is None:
            return RawScores(None if self.values is None else self.values[mask], None, None)
        lengths = np.diff(self.step_offsets)
        offsets = np.concatenate([[0], np.cumsum(lengths[mask])])
        return RawScores(None, self.step_values[np.repeat(mask, lengths)], offsets)


def raw_scores(table: pa.Table) -> RawScores:
    """The arrays of a score table."""
    column = table["steps"].combine_chunks()
    if column.null_count == len(column):
        return RawScores(table["value"].to_numpy(zero_copy_only=False).astype(np.float64), None, None)
    lengths = column.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    flat = column.flatten().to_numpy(zero_copy_only=False).astype(np.float64)
    return RawScores(None, flat, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64))


def for_vote(scores: Floats, aggregation: str, transform: str, graded: Sheet) -> Floats:
    """Scores on the scale that a weighted vote adds.

    Args:
        scores: Aggregated.
        aggregation: Products leave their log scale first.
        transform: "" as they are; ``sigmoid``; or ``rank``, a sample's share of the problem's samples it beats.
        graded: Whose problems the ranks are taken within.
    """
    own = as_probability(scores, aggregation)
    if transform == "":
        return own
    if transform == "sigmoid":
        return 1.0 / (1.0 + np.exp(-own))
    if transform == "rank":
        out = np.full(len(own), np.nan)
        for problem in range(len(graded.problems)):
            at = graded.of(problem)
            known = ~np.isnan(own[at])
            values = own[at][known]
            below = (values[None, :] < values[:, None]).mean(axis=1) if len(values) else values
            part = out[at]
            part[known] = below
        return out
    raise BadInput(f"There is no transform {transform!r}; choose sigmoid or rank.")


# ---------------------------------------------------------------------------------------------- rows


def rows(curve: Curve, ns: Sequence[int], slices: Sequence[Slice]) -> list[Row]:
    """Every reported number of a curve."""
    out = []
    for part in slices:
        members = np.asarray(part.members)
        p = curve.values[members]
        errors = None if curve.mc_errors is None else curve.mc_errors[members]
        for column, n in enumerate(ns):
            at_n = p[:, column]
            interval = statistics.mean_interval(at_n)
            out.append(
                Row(
                    rule=curve.rule,
                    aggregation=curve.aggregation,
                    n=n,
                    slice_kind=part.kind,
                    slice=part.name,
                    value=float(np.mean(at_n)),
                    draw_deviation=statistics.draw_deviation(at_n),
                    standard_error=statistics.standard_error(at_n),
                    low=interval.low,
                    high=interval.high,
                    n_problems=len(members),
                    estimator=ESTIMATORS[curve.rule],
                    mc_error=0.0 if errors is None else float(np.sqrt(np.sum(errors[:, column] ** 2)) / len(members)),
                )
            )
    return out
