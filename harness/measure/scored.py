"""A verifier's scores as arrays, carried by a pool or from a file of scores: the only ones there are."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from harness.measure.aggregation import aggregate, as_probability
from harness.measure.arrays import Bools, Floats, Ints

PROBABILITY_AGGREGATIONS = ("product", "min", "last", "mean", "max")
RAW_AGGREGATIONS = ("min", "last", "mean", "max", "sum")


@dataclass(frozen=True, slots=True)
class SolutionScores:
    """One score a sample under one aggregation.

    Attributes:
        aggregation: How step scores became a solution score; "" where there are none.
        ranking: What samples are ranked by, NaN where there is no score; a product as its logarithm, so that nothing
            underflows.
    """

    aggregation: str
    ranking: Floats

    @property
    def value(self) -> Floats:
        """The scores on their own scale: a product as the probability that it is."""
        return as_probability(self.ranking, self.aggregation)

    @property
    def bounded(self) -> bool:
        """Whether every score lies in [0, 1], so that it can be read as a probability and added by a vote."""
        known = self.value[~np.isnan(self.ranking)]
        return bool(len(known)) and float(known.min()) >= 0.0 and float(known.max()) <= 1.0


@dataclass(frozen=True, slots=True)
class ScoredPool:
    """A verifier's scores, in the graded pool's order.

    Attributes:
        values: Outcome scores, NaN where there is none; None for a process verifier.
        step_values: All step scores, one after another; empty for an outcome verifier.
        step_offsets: Where each sample's begin, shape [samples + 1].
    """

    values: Floats | None
    step_values: Floats
    step_offsets: Ints

    @property
    def is_process(self) -> bool:
        """Whether there are step scores."""
        return self.values is None

    def applicable(self) -> tuple[str, ...]:
        """The aggregations that make sense for these scores."""
        if not self.is_process:
            return ("",)
        inside = not len(self.step_values) or (np.nanmin(self.step_values) >= 0 and np.nanmax(self.step_values) <= 1)
        return PROBABILITY_AGGREGATIONS if inside else RAW_AGGREGATIONS

    def unscored(self) -> int:
        """Samples without a score."""
        missing = np.diff(self.step_offsets) == 0 if self.values is None else np.isnan(self.values)
        return int(missing.sum())

    def under(self, aggregation: str) -> SolutionScores:
        """One score a sample.

        Raises:
            UnknownName: There is no such aggregation.
            BadInput: It does not suit these scores.
        """
        if self.values is not None:
            return SolutionScores("", self.values)
        return SolutionScores(aggregation, aggregate(self.step_values, self.step_offsets, aggregation))

    def steps_of(self, sample: int) -> tuple[float, ...]:
        """The step scores of one sample; () for an outcome verifier."""
        if self.values is not None:
            return ()
        return tuple(self.step_values[self.step_offsets[sample] : self.step_offsets[sample + 1]].tolist())

    def keep(self, mask: Bools) -> "ScoredPool":
        """The scores of some of the samples."""
        if self.values is not None:
            return outcome(self.values[mask])
        lengths = np.diff(self.step_offsets)
        offsets = np.concatenate([[0], np.cumsum(lengths[mask])]).astype(np.int64)
        return ScoredPool(None, self.step_values[np.repeat(mask, lengths)], offsets)


def outcome(values: Floats) -> ScoredPool:
    """The scores of an outcome verifier, NaN where there is none."""
    return ScoredPool(values, np.zeros(0), np.zeros(len(values) + 1, dtype=np.int64))


def process(lists: pa.ListArray) -> ScoredPool:
    """The scores of a process verifier: a list of step scores a sample, null where there is none."""
    lengths = lists.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    flat = lists.flatten().to_numpy(zero_copy_only=False).astype(np.float64)
    return ScoredPool(None, flat, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64))


def scored(table: pa.Table) -> ScoredPool:
    """The arrays of a score table: columns ``value`` and ``steps``, one row a sample."""
    column = table["steps"].combine_chunks()
    if column.null_count < len(column):
        return process(column)
    return outcome(table["value"].to_numpy(zero_copy_only=False).astype(np.float64))
