"""Error bars and tests, by hand arithmetic and by simulation of their coverage."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from harness.measure.ranking import Place, places
from harness.measure.statistics import (
    adjusted_p_values,
    auc,
    draw_deviation,
    holm,
    mean_interval,
    paired,
    paired_p_values,
    standard_error,
)


def test_draw_deviation_is_the_spread_of_one_draw():
    """For independent coins p_i the accuracy of a draw has variance sum p (1 - p) / P^2."""
    p = np.array([0.1, 0.5, 0.9, 1.0])
    rng = np.random.default_rng(1)
    draws = (rng.random((200_000, 4)) < p).mean(axis=1)

    assert draw_deviation(p) == pytest.approx(math.sqrt(0.09 + 0.25 + 0.09) / 4)
    assert draw_deviation(p) == pytest.approx(draws.std(), rel=0.01)


def test_standard_error_is_unknown_for_one_problem():
    """One problem says nothing of the spread over problems."""
    assert standard_error(np.array([0.4])) is None
    assert standard_error(np.array([0.0, 1.0])) == pytest.approx(0.5)


def test_the_interval_of_zeros_and_ones_is_wilsons_with_students_t():
    """8 of 10 right: n_eff = 10 - 1 by the sample variance, and t for 9 degrees of freedom."""
    p = np.array([1.0] * 8 + [0.0] * 2)
    t, n = stats.t.ppf(0.975, 9), 9
    centre = (0.8 + t * t / (2 * n)) / (1 + t * t / n)
    half = t * math.sqrt(0.8 * 0.2 / n + t * t / (4 * n * n)) / (1 + t * t / n)

    got = mean_interval(p)

    assert (got.low, got.high) == pytest.approx((centre - half, centre + half))


@pytest.mark.parametrize("p", [np.zeros(20), np.ones(20), np.full(20, 0.5)])
def test_equal_problems_still_leave_doubt(p):
    """No observed spread is not certainty: the interval has width and stays inside [0, 1]."""
    got = mean_interval(p)

    assert 0.0 <= got.low <= p[0] <= got.high <= 1.0
    assert got.high - got.low > 0.1


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    """95 % intervals over 60 problems with p_i spread by a beta distribution cover the true mean in 93 to 98 %."""
    rng = np.random.default_rng(2)
    covered = 0
    for _ in range(2000):
        got = mean_interval(rng.beta(2.0, 0.6, 60))
        covered += got.low <= 2.0 / 2.6 <= got.high

    assert 0.93 <= covered / 2000 <= 0.98


def test_the_sign_flip_test_tries_every_pattern_where_it_can():
    """Three problems, differences 1, 1, 0: two that count, four patterns, two as extreme: p = 1/2."""
    got = paired(np.array([1.0, 1.0, 0.3]), np.array([0.0, 0.0, 0.3]))

    assert got.p_value == 0.5
    assert (got.wins, got.ties, got.losses) == (2, 1, 0)
    assert got.difference == pytest.approx(2 / 3)


def test_the_exact_sign_flip_p_value_equals_enumeration():
    """For ten problems p is the share of the 1024 sign patterns with a sum at least as far from zero."""
    rng = np.random.default_rng(3)
    d = rng.normal(0.4, 1.0, 10)
    patterns = np.array(list(itertools.product([-1, 1], repeat=10)))
    expected = np.mean(np.abs(patterns @ d) >= abs(d.sum()) - 1e-12)

    assert paired_p_values(np.stack([d, np.zeros(10)]))[0, 1] == pytest.approx(expected)


def test_sampled_sign_flips_are_seeded_and_calibrated():
    """Under no difference 5 % of the tests reject at 5 %, and the same seed gives the same p."""
    rng = np.random.default_rng(4)
    p = rng.random((60, 80))
    first, again = paired_p_values(p, seed=7), paired_p_values(p, seed=7)
    upper = first[np.triu_indices(60, 1)]

    assert np.array_equal(first, again)
    assert np.array_equal(first, first.T)
    assert 0.02 <= np.mean(upper <= 0.05) <= 0.09


def test_holm_by_hand():
    """Sorted .01 .02 .5 times 3, 2, 1, made monotone; the order given is kept."""
    assert holm([0.5, 0.01, 0.02]) == pytest.approx([0.5, 0.03, 0.04])
    assert holm([]) == []


def test_p_values_over_n_are_those_of_each_n_adjusted_together():
    """Whether the same problems differ at each N or other ones, and few of them or many."""
    rng = np.random.default_rng(3)
    a, b = rng.random((30, 4)), rng.random((30, 4))
    b[:, 2] = np.where(np.arange(30) < 6, b[:, 2], a[:, 2])
    b[:, 3] = a[:, 3]
    each = [paired(a[:, i], b[:, i]).p_value for i in range(4)]

    assert adjusted_p_values(a, b) == pytest.approx(holm(each))


def test_rank_intervals_separate_what_is_significant_only():
    """Two clearly different verifiers and a twin of the better one: 1-2, 1-2, 3."""
    rng = np.random.default_rng(5)
    good = np.clip(rng.normal(0.8, 0.1, 200), 0, 1)
    twin = np.clip(good + rng.normal(0, 0.01, 200), 0, 1)
    bad = np.clip(good - 0.3, 0, 1)

    found = places(np.stack([good, bad, twin]))

    assert [(x.best, x.worst) for x in found] == [(1, 2), (3, 3), (1, 2)]


def test_what_is_not_counted_has_no_place_and_moves_none():
    """A control that is clearly best is tested with the rest; the only verifier stays first."""
    p = np.stack([np.full(40, 0.9), np.full(40, 0.1)])

    assert places(p, [False, True]) == [None, Place(1, shared=False, best=1, worst=1)]


def test_a_single_verifier_has_rank_one():
    """There is nobody to compare it with."""
    assert [(x.rank, x.best, x.worst) for x in places(np.array([[0.2, 0.9]]))] == [(1, 1, 1)]


def test_auc_counts_ties_as_half_and_needs_both_kinds():
    """Right 0.9 and 0.5 against wrong 0.5 and 0.1: 1, 1, 1/2, 1 of four pairs."""
    assert auc(np.array([0.9, 0.5, 0.5, 0.1]), np.array([1.0, 1.0, 0.0, 0.0])) == pytest.approx(3.5 / 4)
    assert auc(np.array([0.9, 0.5]), np.array([1.0, 1.0])) is None
