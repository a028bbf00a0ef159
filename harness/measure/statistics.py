"""How far to trust a number: spread over draws, over problems, between verifiers.

Two different errors are often confused. The *draw deviation* says how much a single draw of N samples per problem
would scatter around the expectation; it is zero at N = M. The *problem error* says how much the number would move with
other problems of the same kind; it does not shrink with N, and it is the one to quote beside an accuracy.

Everything random is seeded and written out, so that the same inputs give the same digits.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import special

from harness.measure.arrays import Bools, Floats

SIGN_FLIPS = 10_000
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval, low <= high."""

    low: float
    high: float


def draw_deviation(p: Floats) -> float:
    """Standard deviation of the measured accuracy of one random draw: sqrt(sum p_i (1 - p_i)) / P.

    The paper's "variance of subsamples", exact instead of estimated from 400 shuffles.

    Args:
        p: Probability that the choice is right, one per problem, shape [P].

    >>> draw_deviation(np.array([0.5, 0.5, 1.0, 0.0])) == math.sqrt(0.5) / 4
    True
    """
    return math.sqrt(float(np.sum(p * (1.0 - p)))) / len(p)


@lru_cache(maxsize=1024)
def _t_quantile(level: float, freedom: int) -> float:
    """Student's t that leaves (1 - level) / 2 on either side."""
    return float(special.stdtrit(freedom, 0.5 + level / 2.0))


def standard_error(p: Floats) -> float | None:
    """Standard error of the mean of p over problems: sample deviation / sqrt(P); None for a single problem."""
    if len(p) < 2:
        return None
    return float(np.std(p, ddof=1)) / math.sqrt(len(p))


def mean_interval(p: Floats, level: float = LEVEL) -> Interval:
    """Interval of the mean of p over problems, always inside [0, 1].

    Wilson's score interval at the effective sample size n_eff = m (1 - m) / SE^2, with Student's t in place of the
    normal quantile. For p in {0, 1} this is Wilson's interval for a proportion; where p is spread over (0, 1) the
    variance is smaller than a coin's and the interval narrower. If every p is the same, n_eff = P.

    Args:
        p: Values in [0, 1], shape [P], P >= 1.
        level: Coverage.

    Reference: Dean & Pagano 2015 (Wilson with an effective sample size); Korn & Graubard 1998.
    """
    return interval_about(float(np.mean(p)), standard_error(p), len(p), level)


def interval_about(mean: float, error: float | None, n: int, level: float = LEVEL) -> Interval:
    """``mean_interval`` from the mean, its standard error and the number of problems.

    Args:
        mean: Mean of the p_i.
        error: Its standard error; None for a single problem.
        n: Number of problems.
        level: Coverage.
    """
    if n < 2 or error is None:
        return Interval(0.0, 1.0)
    mean = min(max(mean, 0.0), 1.0)
    t = _t_quantile(level, n - 1)
    size = mean * (1.0 - mean) / error**2 if error > 1e-12 and 0.0 < mean < 1.0 else float(n)
    centre = (mean + t * t / (2.0 * size)) / (1.0 + t * t / size)
    half = t * math.sqrt(mean * (1.0 - mean) / size + t * t / (4.0 * size * size)) / (1.0 + t * t / size)
    return Interval(max(centre - half, 0.0), min(centre + half, 1.0))


def interval_in(unit: str, value: float, error: float | None, n: int, level: float = LEVEL) -> Interval:
    """The interval of a number of this unit: ``interval_about`` for a share, Student's t for a difference of shares.

    Args:
        unit: ``share``, ``difference`` of two, or ``deviations``, which have no bounds.
        value: The number.
        error: Its standard error; None for a single problem.
        n: Number of problems.
        level: Coverage.
    """
    if unit == "share":
        return interval_about(value, error, n, level)
    if n < 2 or error is None:
        return Interval(min(value, -1.0), max(value, 1.0))
    half = _t_quantile(level, n - 1) * error
    if unit == "deviations":
        return Interval(value - half, value + half)
    return Interval(max(value - half, -1.0), min(value + half, 1.0))


@dataclass(frozen=True, slots=True)
class Paired:
    """Two verifiers on the same problems.

    Attributes:
        difference: Mean of p_a - p_b over problems.
        interval: Student's t interval of that mean.
        p_value: Two-sided sign-flip permutation test of "no difference".
        wins: Problems on which a is better.
        ties: Problems on which they are equal.
        losses: Problems on which b is better.
    """

    difference: float
    interval: Interval
    p_value: float
    wins: int
    ties: int
    losses: int


def paired(a: Floats, b: Floats, seed: int = 0, flips: int = SIGN_FLIPS, level: float = LEVEL) -> Paired:
    """Compare two verifiers problem by problem.

    Under the null the sign of each difference is a coin. All sign patterns are tried where there are at most 2^13 of
    them, else ``flips`` seeded ones, with p = (1 + patterns at least as extreme) / (1 + patterns).

    Args:
        a: p_i of the first verifier, shape [P].
        b: p_i of the second, the same problems in the same order.
        seed: Seed of the sign patterns.
        flips: Their number.
        level: Coverage of the interval.
    """
    d = np.asarray(a, dtype=np.float64) - np.asarray(b, dtype=np.float64)
    mean = float(np.mean(d))
    interval = difference_interval(d, level)
    p_value = float(paired_p_values(np.stack([a, b]), seed, flips)[0, 1])
    wins, losses = int(np.sum(d > _SAME)), int(np.sum(d < -_SAME))
    return Paired(mean, interval, p_value, wins, len(d) - wins - losses, losses)


def difference_interval(d: Floats, level: float = LEVEL) -> Interval:
    """Student's t interval of the mean of paired differences, inside [-1, 1]; [-1, 1] for a single problem.

    Args:
        d: p_i of one verifier minus p_i of another on the same problems, shape [P].
        level: Coverage.
    """
    error = standard_error(d)
    return interval_in("difference", float(np.mean(d)), error, len(d), level)


def adjusted_p_values(a: Floats, b: Floats, seed: int = 0, flips: int = SIGN_FLIPS) -> list[float]:
    """The p-values of ``paired`` at each of several N, Holm-adjusted over them: what ``bonbench compare`` prints.

    Values of N at which the same problems differ share the sign patterns, as they do in ``paired``.

    Args:
        a: p_i of the first verifier, shape [P, n_N].
        b: p_i of the second, the same problems and values of N.
        seed: Seed of the sign patterns.
        flips: Their number.
    """
    differ = np.abs(a - b) > _SAME
    out = np.ones(a.shape[1])
    for used in np.unique(differ.T, axis=0):
        if not used.any():
            continue
        columns = np.flatnonzero((differ == used[:, None]).all(axis=0))
        signs, add = _signs(int(used.sum()), seed, flips)
        own, other = a[np.ix_(used, columns)], b[np.ix_(used, columns)]
        extreme = np.abs(signs @ own - signs @ other) >= np.abs(own.sum(axis=0) - other.sum(axis=0)) - _SAME
        out[columns] = (add + extreme.sum(axis=0)) / (add + len(signs))
    return holm(out.tolist())


def paired_p_values(p: Floats, seed: int = 0, flips: int = SIGN_FLIPS) -> Floats:
    """Sign-flip p-values of every pair of verifiers, shape [K, K], symmetric, 1 on the diagonal.

    All pairs share the sign patterns S, so S (p_a - p_b) = S p_a - S p_b needs one product of S with p.

    Args:
        p: p_i of K verifiers on the same P problems, shape [K, P].
        seed: Seed of the sign patterns.
        flips: Their number, where there are too many to try them all.
    """
    k = len(p)
    used = np.flatnonzero(np.ptp(p, axis=0) > _SAME)
    if len(used) == 0:
        return np.ones((k, k))
    p = p[:, used]
    signs, add = _signs(len(used), seed, flips)
    flipped = signs @ p.T
    observed = p.sum(axis=1)
    out = np.ones((k, k))
    for i in range(k):
        difference = np.abs(flipped[:, i, None] - flipped[:, i + 1 :])
        extreme = difference >= np.abs(observed[i] - observed[i + 1 :]) - _SAME
        value = (add + extreme.sum(axis=0)) / (add + len(signs))
        out[i, i + 1 :] = out[i + 1 :, i] = value
    return out


def _signs(count: int, seed: int, flips: int) -> tuple[Floats, int]:
    """Sign patterns, shape [patterns, count]: all of them for up to 13 signs (add 0), else seeded ones (add 1)."""
    if count <= _ALL_PATTERNS:
        patterns = np.arange(2**count)[:, None] >> np.arange(count)[None, :]
        return 1.0 - 2.0 * (patterns & 1).astype(np.float64), 0
    # PCG64's raw stream is fixed across NumPy versions, unlike the methods built on it.
    words = np.random.PCG64(seed).random_raw(flips * ((count + 63) // 64))
    bits = np.unpackbits(np.asarray(words, dtype="<u8").view(np.uint8), bitorder="little")
    return 1.0 - 2.0 * bits.reshape(flips, -1)[:, :count].astype(np.float64), 1


def significant_pairs(p: Floats, seed: int = 0, alpha: float = 1.0 - LEVEL, flips: int = SIGN_FLIPS) -> Bools:
    """Which pairs of verifiers differ: sign-flip tests of all K (K - 1) / 2 pairs, adjusted together by Holm.

    ``flips`` random patterns cannot show a p-value under 1 / (1 + flips), which from K = 33 on is more than Holm asks
    of the clearest difference. Where the exact tail bound of sums of random signs lies below that, it stands in: with
    z = |sum d| / sqrt(sum d^2), P(|S| >= |sum d|) <= 2 c (1 - Phi(z)), c = 1 / (4 (1 - Phi(sqrt 2))) = 3.18.

    Args:
        p: p_i of K verifiers on the same problems, shape [K, P].
        seed: Seed of the sign patterns.
        alpha: Family-wise error rate.
        flips: Number of patterns, where there are too many to try them all.

    Returns:
        Shape [K, K], symmetric, False on the diagonal.

    Reference: Bentkus & Dzindzalieta 2015, Bernoulli 21(2), doi:10.3150/14-BEJ603 (the bound); Holm 1979.
    """
    k = len(p)
    used = np.flatnonzero(np.ptp(p, axis=0) > _SAME) if k else np.zeros(0, dtype=np.int64)
    if k < 2 or len(used) == 0:
        return np.zeros((k, k), dtype=bool)
    p = p[:, used]
    count, add = (2 ** len(used), 0) if len(used) <= _ALL_PATTERNS else (flips, 1)
    totals = p.sum(axis=1)
    gaps = np.abs(totals[:, None] - totals[None, :])
    squares = _square_distances(p)
    z = np.divide(gaps, np.sqrt(squares), out=np.zeros_like(gaps), where=squares > 0)
    bound = 2.0 * _TAIL * special.ndtr(-z)
    upper = np.triu_indices(k, 1)
    least = add / (count + add)  # the smallest p-value that the patterns can show
    p_values = np.where(bound[upper] <= least, bound[upper], 1.0)
    certain = p_values <= least
    # Holm reaches the other pairs only where every certain one is rejected and the next threshold is within reach.
    rejected = np.array(holm(p_values.tolist())) <= alpha
    if rejected[certain].all() and least * int((~certain).sum()) <= alpha:
        signs, _ = _signs(len(used), seed, flips)
        pairs = np.flatnonzero(~certain)
        first, second = upper[0][pairs], upper[1][pairs]
        exceeded = np.zeros(len(pairs))
        for start in range(0, count, _BLOCK):
            flipped = p @ signs[start : start + _BLOCK].T
            extreme = np.abs(flipped[first] - flipped[second]) >= (gaps[first, second] - _SAME)[:, None]
            exceeded += np.count_nonzero(extreme, axis=1)
        p_values[pairs] = (add + exceeded) / (add + count)
        rejected = np.array(holm(p_values.tolist())) <= alpha
    significant = np.zeros((k, k), dtype=bool)
    significant[upper] = rejected
    return significant | significant.T


def _square_distances(p: Floats) -> Floats:
    """Sums of (p_a - p_b)^2 of every pair of rows; exact where the rows are so close that a product of them is not."""
    product = p @ p.T
    own = np.diag(product)
    out: Floats = own[:, None] + own[None, :] - 2.0 * product
    for i, j in np.argwhere(np.triu(out < 1e-6 * (own[:, None] + own[None, :]), 1)):
        out[i, j] = out[j, i] = np.sum((p[i] - p[j]) ** 2)
    np.fill_diagonal(out, 0.0)
    return out


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values, in the order given: reject where they are below the family's error rate.

    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]

    Reference: Holm 1979, Scandinavian Journal of Statistics 6.
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    adjusted = np.empty(len(p))
    adjusted[order] = np.maximum.accumulate(np.minimum(1.0, np.arange(len(p), 0, -1) * p[order]))
    found: list[float] = adjusted.tolist()
    return found


def auc(scores: Floats, correct: Floats) -> float | None:
    """Probability that a right sample outscores a wrong one, ties counting half; None unless both kinds are present.

    Compute it within a problem and average over problems: pooled over problems it mostly measures their difficulty.
    """
    right = correct > 0.5
    n_right, n_wrong = int(right.sum()), int((~right).sum())
    if not n_right or not n_wrong:
        return None
    from scipy.stats import rankdata  # a second of imports, which no run needs

    ranks = rankdata(scores)
    return float((ranks[right].sum() - n_right * (n_right + 1) / 2) / (n_right * n_wrong))


def logit(p: Floats) -> Floats:
    """log(p / (1 - p))."""
    result: Floats = special.logit(p)
    return result


_TAIL = float(0.25 / special.ndtr(-math.sqrt(2.0)))  # the least constant of the tail bound in ``significant_pairs``
_ALL_PATTERNS = 13  # signs up to which all 2^13 patterns are tried
_BLOCK = 500  # sign patterns held at once
_SAME = 1e-12  # two expectations closer than the estimators' own error are the same
