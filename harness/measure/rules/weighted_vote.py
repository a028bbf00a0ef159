"""Weighted vote: the answer with the largest sum of scores. Simulated with a seed, its Monte Carlo error beside it.

Reference: Li et al. 2022 (arXiv 2206.02336); Snell et al. 2024 (arXiv 2408.03314).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from harness import digest
from harness.errors import BadInput, UnknownName
from harness.measure import voting
from harness.measure.arrays import Floats, Ints
from harness.measure.graded import GradedPool
from harness.measure.protocol import VOTE_DRAWS, Ask
from harness.measure.rules import NOTHING, Expected, Pick, Rule
from harness.measure.scored import SolutionScores

TRANSFORMS = ("sigmoid", "rank")


@dataclass(frozen=True, slots=True)
class WeightedVotes:
    """The scored votes of one problem.

    Attributes:
        key: Which distinct answer each sample gives, 0 <= key < A, shape [number of samples that vote].
        score: Its score in [0, 1], same shape.
        right: Share of each answer's samples graded right, shape [A].
        slots: M.
        seed: Seed of this problem's permutations.
    """

    key: Ints
    score: Floats
    right: Floats
    slots: int
    seed: int


def weighted_vote(
    votes: Sequence[WeightedVotes], ns: Sequence[int], draws: int = VOTE_DRAWS, threads: int = 2
) -> tuple[Floats, Floats]:
    """Correctness of the answer with the largest sum of scores among N of M slots, ties split evenly, simulated.

    Each draw is one permutation of the slots; its first N slots are the subset for every N, so that a curve is
    smooth in N. The permutations are a Fisher-Yates shuffle on SplitMix64 (Steele et al. 2014), written out here, so
    that the same seed gives the same digits on every machine and with every library version. Scores are added as
    integer multiples of 2^-40, so that equal sums are equal. A sample alone has the only vote, so N = 1 is exact.

    Args:
        votes: One entry per problem.
        ns: Values of N.
        draws: Permutations per problem.
        threads: Problems are spread over this many threads.

    Returns:
        Means and their Monte Carlo standard errors, both of shape [P, n_N].

    Raises:
        BadInput: A score outside [0, 1].
    """
    from harness.measure import kernels

    for v in votes:
        _check(v.score)
    grid = np.asarray(ns, dtype=np.int64)

    def one(v: WeightedVotes) -> Floats:
        units = np.rint(v.score * 2.0**40).astype(np.int64)
        found = kernels.weighted_vote(v.key, units, v.right, v.slots, grid, draws, v.seed)
        found[0, grid == 1], found[1, grid == 1] = v.right[v.key].sum() / v.slots, 0.0
        return found

    mean = voting.over_problems(one, votes, len(grid), threads)
    return mean[:, 0, :], np.sqrt(mean[:, 1, :] / draws)


def for_vote(scores: SolutionScores, transform: str, graded: GradedPool) -> Floats:
    """Scores on the scale that a weighted vote adds.

    Args:
        scores: Aggregated; products leave their log scale first.
        transform: "" as they are; ``sigmoid``; or ``rank``, a sample's share of the problem's samples it beats.
        graded: Whose problems the ranks are taken within.

    Raises:
        UnknownName: There is no such transform.
        BadInput: What results is not in [0, 1].
    """
    own = scores.value
    if transform == "sigmoid":
        found: Floats = special.expit(own)
        return found
    if transform == "rank":
        out = np.full(len(own), np.nan)
        for problem in range(len(graded.ids)):
            part, values = out[graded.of(problem)], own[graded.of(problem)]
            known = ~np.isnan(values)
            if known.any():
                part[known] = (values[known][None, :] < values[known][:, None]).mean(axis=1)
        return out
    if transform:
        raise UnknownName("transform", transform, TRANSFORMS)
    _check(own[~np.isnan(own)])
    return own


def _check(scores: Floats) -> None:
    if len(scores) and not (scores.min() >= 0.0 and scores.max() <= 1.0):
        raise BadInput(
            f"A weighted vote adds scores, so they must lie in [0, 1]; found {scores.min():.4g} to {scores.max():.4g}. "
            "Map them first (--transform sigmoid, or rank), or use best-of-n alone."
        )


def _expected(graded: GradedPool, scores: SolutionScores, ask: Ask) -> Expected:
    weights = for_vote(scores, ask.transform, graded)
    votes = []
    for problem, name in enumerate(graded.ids):
        key, own = graded.key[graded.of(problem)], weights[graded.of(problem)]
        voting_now = (key >= 0) & ~np.isnan(own)
        _, right = voting.tally(graded, problem)
        seed = int(digest.of_json([name, ask.seed])[:16], 16)
        votes.append(WeightedVotes(key[voting_now], own[voting_now], right, int(graded.slots[problem]), seed))
    return Expected(*weighted_vote(votes, ask.ns, ask.draws))


def _pick(graded: GradedPool, scores: SolutionScores, n: int) -> Pick:
    voted = (graded.key >= 0) & ~np.isnan(scores.ranking)
    if not voted.any():
        return NOTHING
    return voting.first_of(graded, np.bincount(graded.key[voted], weights=scores.value[voted]).astype(float))


RULE = Rule("weighted-vote", "weighted vote", "own", _expected, _pick, simulated=True)
