"""Majority vote (self-consistency): the most frequent answer. It needs no scores. Exact.

Reference: Wang et al. 2022 (arXiv 2203.11171).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.measure import voting
from harness.measure.arrays import Floats, Ints
from harness.measure.graded import GradedPool
from harness.measure.protocol import Ask
from harness.measure.rules import Expected, Pick, Rule
from harness.measure.scored import SolutionScores


@dataclass(frozen=True, slots=True)
class Votes:
    """The votes of one problem: how often each distinct answer was given, and how right it is.

    Attributes:
        counts: Samples per distinct answer, shape [A]. Unanswered samples are not votes.
        right: Share of each answer's samples graded right, shape [A].
        slots: M.
    """

    counts: Ints
    right: Floats
    slots: int


def majority(votes: Sequence[Votes], ns: Sequence[int], threads: int = 2) -> Floats:
    """Expected correctness of the most frequent answer among N of M slots, ties split evenly, exactly.

    The counts of the answers in the draw are multivariate hypergeometric. Conditioned on the winner's count k the
    others are truncated at k, and a tie with t others is worth 1/(1+t) = integral of y^t over [0, 1]. With binomial
    masses tilted to p = N/M the sum over all subsets is one coefficient of a product of truncated generating
    functions; it is read off at L-th roots of unity, L a few standard deviations of the draw, so that nothing
    overflows and the cost does not grow with the number of subsets. docs/method.md derives it.

    A draw without any answer is wrong.

    Args:
        votes: One entry per problem.
        ns: Values of N, 1 <= N <= M.
        threads: Problems are spread over this many threads.

    Returns:
        Shape [P, n_N]; absolute error below 1e-12.
    """
    from harness.measure import kernels

    grid = np.asarray(ns, dtype=np.int64)

    def one(v: Votes) -> Floats:
        return kernels.majority(v.counts.astype(np.int64), v.right.astype(np.float64), v.slots, grid)

    return voting.over_problems(one, votes, len(grid), threads)


def _expected(graded: GradedPool, _: SolutionScores, ask: Ask) -> Expected:
    votes = [Votes(*voting.tally(graded, i), int(graded.slots[i])) for i in range(len(graded.ids))]
    return Expected(majority(votes, ask.ns))


def _pick(graded: GradedPool, _: SolutionScores, n: int) -> Pick:
    counts, _right = voting.tally(graded, 0)
    return voting.first_of(graded, counts.astype(np.float64))


RULE = Rule("majority", "majority vote", "none", _expected, _pick)
