"""The compiled inner loops of the two votes.

``rules.majority`` and ``rules.weighted_vote`` say what they compute, and are their only callers.
"""

import math

import numpy as np
from numba import njit

from harness.measure.arrays import Floats, Ints

# Gauss-Legendre on [0, 1]. y^t is integrated exactly with t // 2 + 1 nodes; 3.2 sqrt(t) + 8 nodes leave an error
# below 1e-14 (measured for t up to 10,000), so a tie among a thousand answers does not need five hundred nodes.
_LADDER = np.array([*range(1, 33), 48, 64, 96, 128, 192, 256, 384], dtype=np.int64)
_NODES = np.zeros((len(_LADDER), int(_LADDER[-1])))
_WEIGHTS = np.zeros_like(_NODES)
for _row, _q in enumerate(_LADDER):
    _x, _w = np.polynomial.legendre.leggauss(int(_q))
    _NODES[_row, :_q], _WEIGHTS[_row, :_q] = (_x + 1.0) / 2.0, _w / 2.0


@njit(cache=True, nogil=True)
def _binomial_masses(n: int, p: float) -> Floats:
    """P(X = 0..n) for X ~ Binomial(n, p), 0 < p < 1: ratios outward from the mode, then normalised."""
    mass = np.zeros(n + 1)
    mode = min(int((n + 1) * p), n)
    mass[mode] = 1.0
    odds = p / (1.0 - p)
    for j in range(mode, n):
        mass[j + 1] = mass[j] * odds * (n - j) / (j + 1.0)
    for j in range(mode, 0, -1):
        mass[j - 1] = mass[j] * j / (odds * (n - j + 1.0))
    return mass / mass.sum()


@njit(cache=True, nogil=True)
def _times(re: Floats, im: Floats, by_re: Floats, by_im: Floats) -> None:
    """Complex numbers times others, in place: real and imaginary parts apart, so that the loop runs on vectors."""
    for m in range(len(re)):
        real = re[m] * by_re[m] - im[m] * by_im[m]
        im[m] = re[m] * by_im[m] + im[m] * by_re[m]
        re[m] = real


@njit(cache=True, nogil=True)
def _times_power(re: Floats, im: Floats, base_re: Floats, base_im: Floats, exponent: int) -> None:
    """Complex numbers times powers of others, exponent >= 1, in place; the others are lost."""
    while exponent > 1 and not exponent & 1:
        _square(base_re, base_im)
        exponent >>= 1
    if exponent > 1:
        out_re, out_im = base_re.copy(), base_im.copy()
        while exponent > 1:
            _square(base_re, base_im)
            exponent >>= 1
            if exponent & 1:
                _times(out_re, out_im, base_re, base_im)
        _times(re, im, out_re, out_im)
    else:
        _times(re, im, base_re, base_im)


@njit(cache=True, nogil=True)
def _square(re: Floats, im: Floats) -> None:
    for m in range(len(re)):
        real = re[m] * re[m] - im[m] * im[m]
        im[m] = re[m] * im[m] + im[m] * re[m]
        re[m] = real


@njit(cache=True, nogil=True)
def _plurality(counts: Ints, right: Floats) -> float:
    """Share of the most frequent answers that is right: the vote over the whole pool (N = M)."""
    top, value, ties = 0, 0.0, 0
    for c, r in zip(counts, right):  # noqa: B905  numba compiles no strict=
        if c > top:
            top, value, ties = c, r, 1
        elif c == top and top > 0:
            value += r
            ties += 1
    return value / ties if ties else 0.0


@njit(cache=True, nogil=True)
def _win_probability(
    c: int, values: Ints, multiplicity: Ints, slots: int, n: int, ladder: Ints, nodes: Floats, weights: Floats
) -> float:
    """P(an answer given c times wins the draw of n), ties split; the others come as (count, how many such answers)."""
    p = n / slots
    others = slots - c
    own = _binomial_masses(c, p)
    rest = _binomial_masses(others, p)
    total = _binomial_masses(slots, p)[n]
    roots = min(slots + 1, int(10.0 * math.sqrt(n * (1.0 - p))) + 24)
    half = roots // 2 + 1
    n_values = len(values)
    turned = np.empty((2, roots))  # the roots of unity, the way back
    for m in range(roots):
        turned[0, m] = math.cos(-2.0 * math.pi * m / roots)
        turned[1, m] = math.sin(-2.0 * math.pi * m / roots)
    point = np.empty((2, half))  # all that follows: real and imaginary parts, at the roots m of one half
    plain = np.empty((2, half))
    for m in range(half):
        point[0, m] = math.cos(2.0 * math.pi * m / roots)
        point[1, m] = math.sin(2.0 * math.pi * m / roots)
        plain[0, m] = 1.0 - p + p * point[0, m]
        plain[1, m] = p * point[1, m]
    # inner[v, :, m]: sum over j < k of the binomial mass of an answer with count values[v], at root m
    masses = np.zeros((n_values, int(values.max()) + 1 if n_values else 1))
    for v in range(n_values):
        masses[v, : values[v] + 1] = _binomial_masses(values[v], p)
    inner = np.zeros((n_values, 2, half))
    for v in range(n_values):
        inner[v, 0, :] = masses[v, 0]
    lump = np.zeros((2, half))
    lump_size, near = -1, half
    power = np.zeros((2, half))  # point ** k
    power[0, :] = 1.0
    tied, product, integral = np.empty((3, 2, half))
    win = 0.0
    first = 0  # values ascend: from here on they reach k
    for k in range(1, min(c, n) + 1):
        _times(power[0], power[1], point[0], point[1])
        chance = own[k] * rest[n - k] / total if n - k <= others else 0.0
        while first < n_values and values[first] < k:
            first += 1
        reach, size = 0, others
        room = 0
        for v in range(first, n_values):
            reach += multiplicity[v]
            size -= values[v] * multiplicity[v]
            room += k * multiplicity[v]
        if chance > 1e-18 and n - k <= room + size:
            if reach == 0:
                win += chance
            else:
                if size != lump_size:
                    lump[0, :] = 1.0
                    lump[1, :] = 0.0
                    if size:
                        tied[:] = plain
                        _times_power(lump[0], lump[1], tied[0], tied[1], size)
                    lump_size = size
                    # no product is larger than its lump, and lumps fall with m: those beyond add less than 1e-18
                    near = half
                    while near > 1 and lump[0, near - 1] ** 2 + lump[1, near - 1] ** 2 < 1e-44:
                        near -= 1
                ties = min(reach, n // k - 1)
                wanted = min(ties // 2 + 1, int(3.2 * math.sqrt(ties)) + 8)
                row = min(int(np.searchsorted(ladder, wanted)), len(ladder) - 1)
                integral[:] = 0.0
                for i in range(ladder[row]):
                    product[:, :near] = lump[:, :near]
                    for v in range(first, n_values):
                        share = nodes[row, i] * masses[v, k]
                        for m in range(near):
                            tied[0, m] = inner[v, 0, m] + share * power[0, m]
                            tied[1, m] = inner[v, 1, m] + share * power[1, m]
                        _times_power(
                            product[0, :near], product[1, :near], tied[0, :near], tied[1, :near], multiplicity[v]
                        )
                    for m in range(near):
                        integral[0, m] += weights[row, i] * product[0, m]
                        integral[1, m] += weights[row, i] * product[1, m]
                coefficient = 0.0
                for m in range(near):
                    sides = 1.0 if m == 0 or 2 * m == roots else 2.0
                    back = (m * (n - k)) % roots
                    coefficient += sides * (integral[0, m] * turned[0, back] - integral[1, m] * turned[1, back])
                win += own[k] * coefficient / roots / total
        for v in range(first, n_values):
            for m in range(half):
                inner[v, 0, m] += masses[v, k] * power[0, m]
                inner[v, 1, m] += masses[v, k] * power[1, m]
    return win


@njit(cache=True, nogil=True)
def _majority(
    counts: Ints, right: Floats, slots: int, ns: Ints, ladder: Ints, nodes: Floats, weights: Floats
) -> Floats:
    out = np.zeros(len(ns))
    sorted_counts = np.sort(counts)
    distinct = np.unique(sorted_counts)
    for i in range(len(ns)):
        if ns[i] == slots:
            out[i] = _plurality(counts, right)
            continue
        seen = np.zeros(len(distinct))  # win probability of one answer with this count, computed once
        known = np.zeros(len(distinct), np.bool_)
        for a in range(len(counts)):
            if right[a] <= 0.0 or counts[a] <= 0:
                continue
            d = np.searchsorted(distinct, counts[a])
            if not known[d]:
                multiplicity = np.zeros(len(distinct), np.int64)
                for b in range(len(counts)):
                    if b != a:
                        multiplicity[np.searchsorted(distinct, counts[b])] += 1
                keep = (multiplicity > 0) & (distinct > 0)
                seen[d] = _win_probability(
                    counts[a], distinct[keep], multiplicity[keep], slots, ns[i], ladder, nodes, weights
                )
                known[d] = True
            out[i] += right[a] * seen[d]
        out[i] = min(max(out[i], 0.0), 1.0)
    return out


def majority(counts: Ints, right: Floats, slots: int, ns: Ints) -> Floats:
    """Expected correctness of the plurality answer of one problem at each N, shape [n_N]."""
    result: Floats = _majority(counts, right, slots, ns, _LADDER, _NODES, _WEIGHTS)
    return result


@njit(cache=True, nogil=True)
def _splitmix64(state: np.uint64) -> np.uint64:
    z = state
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@njit(cache=True, nogil=True)
def _weighted_vote(key: Ints, units: Ints, right: Floats, slots: int, ns: Ints, draws: int, seed: np.uint64) -> Floats:
    n_answers = len(right)
    mean = np.zeros(len(ns))
    square = np.zeros(len(ns))
    slot = np.arange(slots)
    sums = np.zeros(n_answers, np.int64)
    state = seed
    last = ns.max()
    for _ in range(draws):
        sums[:] = 0
        voted = np.zeros(n_answers, np.bool_)
        at = 0
        for j in range(last):
            state += np.uint64(0x9E3779B97F4A7C15)
            # the multiply-shift map of 32 random bits onto the remaining slots
            pick = j + int(((_splitmix64(state) >> np.uint64(32)) * np.uint64(slots - j)) >> np.uint64(32))
            slot[j], slot[pick] = slot[pick], slot[j]
            s = slot[j]
            if s < len(key):
                sums[key[s]] += units[s]
                voted[key[s]] = True
            if j + 1 == ns[at]:
                top, value, ties = np.int64(-1), 0.0, 0
                for a in range(n_answers):
                    if voted[a]:
                        if sums[a] > top:
                            top, value, ties = sums[a], right[a], 1
                        elif sums[a] == top:
                            value += right[a]
                            ties += 1
                won = value / ties if ties else 0.0
                mean[at] += won
                square[at] += won * won
                at += 1
    mean /= draws
    out = np.zeros((2, len(ns)))
    out[0] = mean
    for i in range(len(ns)):
        out[1, i] = max(square[i] / draws - mean[i] * mean[i], 0.0)
    return out


def weighted_vote(key: Ints, units: Ints, right: Floats, slots: int, ns: Ints, draws: int, seed: int) -> Floats:
    """Mean and variance per draw of the weighted vote's correctness on one problem, shape [2, n_N]."""
    result: Floats = _weighted_vote(key, units, right, slots, ns, draws, np.uint64(seed & (2**64 - 1)))
    return result
