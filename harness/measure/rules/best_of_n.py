"""Best-of-N: the sample with the highest score. Exact."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from harness.errors import BadInput
from harness.measure.arrays import Floats
from harness.measure.graded import GradedPool
from harness.measure.protocol import Ask
from harness.measure.rules import NOTHING, Expected, Pick, Rule
from harness.measure.scored import SolutionScores


def rank_correctness(scores: Floats, correct: Floats, slots: int) -> Floats:
    """The correctness to expect at each rank, best first.

    Samples with equal scores share their mean correctness, which is what a fair coin among them gives. Samples
    without a score (NaN) and missing slots take the last ranks and are wrong.

    Args:
        scores: One per sample; NaN = cannot be chosen (unscored or unanswered). Any real scale, infinities included.
        correct: One per sample, 0 or 1.
        slots: M, at least the number of samples.

    Returns:
        M values in [0, 1].
    """
    if len(scores) > slots:
        raise BadInput(f"{len(scores)} samples do not fit into {slots} slots; state at least that many slots.")
    eligible = ~np.isnan(scores)
    values, group, size = np.unique(-scores[eligible], return_inverse=True, return_counts=True)
    share = np.bincount(group, weights=correct[eligible], minlength=len(values)) / size
    ranked = np.zeros(slots)
    ranked[: int(eligible.sum())] = np.repeat(share, size)
    return ranked


_TOGETHER = 32  # values of N whose terms are held at once: they stay in the processor's cache


@lru_cache(maxsize=8)
def _top_rank_probabilities(slots: int, ns: tuple[int, ...]) -> Floats:
    """Probability that rank r of M is the best one among N drawn slots, shape [n_N, M].

    P(r) = C(M-r, N-1) / C(M, N), by the recurrence P(1) = N/M, P(r+1) = P(r) (M-r-N+1) / (M-r): no factorial, no
    overflow, relative error below M machine epsilons.
    """
    n = np.asarray(ns, dtype=np.float64)[:, None]
    r = np.arange(1, slots, dtype=np.float64)[None, :]
    ratios = np.clip((slots - r - n + 1.0) / (slots - r), 0.0, None)
    return np.cumprod(np.concatenate([n / slots, ratios], axis=1), axis=1)


def best_of_n(ranked: Floats, ns: Sequence[int]) -> Floats:
    """Expected correctness of the top-scored sample among N of M slots, exactly.

    For a tie group on ranks a+1..b the formula is [C(M-a, N) - C(M-b, N)] / C(M, N) times the share of the group
    that is right; ``rank_correctness`` has put that share on every rank of the group, so the sum over ranks is it.

    Args:
        ranked: Expected correctness by rank, shape [P, M], from ``rank_correctness``.
        ns: Values of N, 1 <= N <= M.

    A matrix product would be these sums too, but BLAS adds in another order on each kind of processor. NumPy's own sum
    over a row is pairwise on all of them, so the digits are the same everywhere.

    Returns:
        Shape [P, n_N]. Scores equal to correctness give pass@N. Constant scores give a fair choice among the answered
        samples of the draw: the mean accuracy at N = 1, and more at larger N where some samples have no answer.

    Reference: the procedure of Lightman et al. 2023 (arXiv 2305.20050, best-of-N evaluation), without its sampling.
    """
    weights = _top_rank_probabilities(ranked.shape[1], tuple(ns))
    expected = np.empty((len(ranked), len(ns)))
    for first in range(0, len(ns), _TOGETHER):
        part = slice(first, first + _TOGETHER)
        reached = ranked.shape[1] - min(ns[part]) + 1
        weight = np.ascontiguousarray(weights[part, :reached])
        terms = np.empty_like(weight)
        for problem, row in enumerate(ranked[:, :reached]):
            np.multiply(weight, row, out=terms)
            np.add.reduce(terms, axis=1, out=expected[problem, part])
    return np.clip(expected, 0.0, 1.0)  # the sum over ranks may round to just above 1


def by_problem(graded: GradedPool, scores: Floats, ns: Sequence[int]) -> Floats:
    """Exact best-of-N of every problem, shape [P, n_N]. Unanswered samples cannot be chosen."""
    eligible = np.where(graded.answered, scores, np.nan)
    out = np.zeros((len(graded.ids), len(ns)))
    for m in np.unique(graded.slots):
        rows = np.flatnonzero(graded.slots == m).tolist()
        ranked = [rank_correctness(eligible[graded.of(i)], graded.correct[graded.of(i)], int(m)) for i in rows]
        out[rows] = best_of_n(np.stack(ranked), ns)
    return out


def chance(graded: GradedPool, ns: Sequence[int]) -> Floats:
    """A fair choice among the answered samples of the draw: the floor that a verifier starts from, shape [P, n_N].

    At N = 1 it is the mean accuracy. It rises with N where samples have no answer, since these cannot be chosen: that
    is the gain from *answering*, and no verifier's merit.
    """
    return by_problem(graded, np.zeros(len(graded.correct)), ns)


def pick_chances(ranking: Floats, slots: int, n: int) -> Floats:
    """The chance that each sample is the best-scored one of a random N-subset of the slots.

    Rank r alone wins with C(M - r, N - 1) / C(M, N); a tie group shares the sum of its ranks.

    Args:
        ranking: Scores, NaN for what cannot be chosen; shape [samples].
        slots: M.
        n: N.

    >>> pick_chances(np.array([0.9, 0.1, 0.1]), 3, 2).round(4).tolist()
    [0.6667, 0.1667, 0.1667]
    """
    usable = np.flatnonzero(~np.isnan(ranking))
    _, group, size = np.unique(-ranking[usable], return_inverse=True, return_counts=True)
    by_rank = _top_rank_probabilities(slots, (n,))[0, : len(usable)]
    shares = np.add.reduceat(by_rank, np.concatenate([[0], np.cumsum(size)[:-1]])) / size if len(usable) else by_rank
    out = np.zeros(len(ranking))
    out[usable] = shares[group]
    return out


def _expected(graded: GradedPool, scores: SolutionScores, ask: Ask) -> Expected:
    return Expected(by_problem(graded, scores.ranking, ask.ns))


def _pick(graded: GradedPool, scores: SolutionScores, n: int) -> Pick:
    chances = pick_chances(np.where(graded.answered, scores.ranking, np.nan), int(graded.slots[0]), n)
    if not len(chances) or chances.max() <= 0:
        return NOTHING
    return Pick(int(chances.argmax()), float(chances.max()))


RULE = Rule("best-of-n", "best-of-N", "every", _expected, _pick)
