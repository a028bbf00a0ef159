"""What a selection rule is worth at N: protocol ``bon-1``.

A problem has M slots. A slot holds a sample or is missing. Draw N of the M slots uniformly without replacement, let
a rule choose among the drawn samples, and ask how often the choice is right. Best-of-N, pass@N and majority vote are
computed exactly, as expectations over all C(M, N) subsets; only the weighted vote is simulated, with a seed, and
returns its Monte Carlo error.

Shapes: P problems, A distinct answers of a problem, n_N values of N. Every value is a probability in [0, 1].
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from harness.errors import BadInput

PROTOCOL = "bon-1"
PAPER_NS = (10, 25, 50, 75, 100, 200, 300, 400, 500, 750, 1000, 1250, 1500, 1860)
VOTE_DRAWS = 1000

_V = TypeVar("_V")
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def default_ns(slots: int) -> list[int]:
    """The values of N reported unless asked otherwise: powers of two, the paper's fourteen, and M itself, all <= M.

    >>> default_ns(12)
    [1, 2, 4, 8, 10, 12]
    """
    powers = {2**i for i in range(slots.bit_length()) if 2**i <= slots}
    return sorted(powers | {n for n in PAPER_NS if n <= slots} | {slots})


def check_ns(ns: Sequence[int], slots: int) -> list[int]:
    """``ns`` sorted and without repeats.

    Raises:
        BadInput: An N below 1 or above the number of slots.
    """
    wrong = [n for n in ns if not 1 <= n <= slots]
    if wrong:
        raise BadInput(
            f"N = {', '.join(map(str, wrong))} was asked for, but each problem has {slots} slots: "
            f"choose 1 <= N <= {slots}."
        )
    return sorted(set(ns))


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

    Returns:
        Shape [P, n_N]. Constant scores give the mean accuracy; scores equal to correctness give pass@N.

    Reference: the procedure of Lightman et al. 2023 (arXiv 2305.20050, best-of-N evaluation), without its sampling.
    """
    expected: Floats = ranked @ _top_rank_probabilities(ranked.shape[1], tuple(ns)).T
    return np.clip(expected, 0.0, 1.0)  # the sum over ranks may round to just above 1


def pass_at_n(n_right: Ints, slots: int, ns: Sequence[int]) -> Floats:
    """Probability that N of M slots hold at least one right sample: 1 - C(M-c, N) / C(M, N).

    Args:
        n_right: Right samples of each problem, c, shape [P].
        slots: M.
        ns: Values of N.

    Returns:
        Shape [P, n_N].

    Reference: Chen et al. 2021 (arXiv 2107.03374), the unbiased pass@k.
    """
    ranked = (np.arange(slots)[None, :] < np.asarray(n_right)[:, None]).astype(np.float64)
    return best_of_n(ranked, ns)


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

    return _over_problems(one, votes, len(grid), threads)


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
    integer multiples of 2^-40, so that equal sums are equal.

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
        if len(v.score) and not (v.score.min() >= 0.0 and v.score.max() <= 1.0):
            raise BadInput(
                f"A weighted vote adds scores, so they must lie in [0, 1]; found {v.score.min():.4g} to "
                f"{v.score.max():.4g}. Map them first (--transform sigmoid, or rank), or use best-of-n alone."
            )
    grid = np.asarray(ns, dtype=np.int64)

    def one(v: WeightedVotes) -> Floats:
        units = np.rint(v.score * 2.0**40).astype(np.int64)
        return kernels.weighted_vote(v.key, units, v.right, v.slots, grid, draws, v.seed)

    mean = _over_problems(one, votes, len(grid), threads)
    return mean[:, 0, :], np.sqrt(mean[:, 1, :] / draws)


def _over_problems(one: Callable[[_V], Floats], votes: Sequence[_V], n_grid: int, threads: int) -> Floats:
    """``one`` applied to every problem, on threads: the kernels release the interpreter's lock."""
    if not votes:
        return np.zeros((0, n_grid))
    with ThreadPoolExecutor(threads) as pool:
        return np.stack(list(pool.map(one, votes)))
