"""Lines through accuracy against labels, the ratio of their slopes, and where a curve turns."""

import math
import random

import numpy as np
import pytest

from experiments.reward_hacking import turn
from experiments.slopes import Line, fit, labels_saved, ratio


def test_the_line_is_least_squares_in_the_logarithm():
    """Labels 1, 2, 4 at accuracies .2, .2, .5: x = 0, 1, 2; slope .15, mean .3, so .15 at one label.

    Residuals .05, -.1, .05; their squares sum to .015; over 1 degree of freedom and Sxx = 2: error sqrt(.0075).
    """
    line = fit([1, 2, 4], [0.2, 0.2, 0.5])

    assert line.slope == pytest.approx(0.15)
    assert line.at_one == pytest.approx(0.15)
    assert line.error == pytest.approx(math.sqrt(0.0075))


def test_the_ratio_of_exact_lines_is_exact():
    found = ratio(Line(0.26, 0.0, 0.0), Line(0.1, 0.0, 0.0))

    assert (found.value, found.low, found.high) == pytest.approx((2.6, 2.6, 2.6))


def test_a_slope_that_may_be_zero_gives_no_bound():
    found = ratio(Line(0.05, 0.0, 0.01), Line(0.01, 0.0, 0.01))

    assert found.value == pytest.approx(5.0)
    assert (found.low, found.high) == (None, None)
    assert ratio(Line(0.05, 0.0, 0.01), Line(0.0, 0.0, 0.0)).value is None


def test_the_interval_of_the_ratio_covers_the_truth_as_often_as_it_says():
    """2,000 seeded pairs of normal slopes around .2 and .1 with errors .02 and .01: the interval holds 2 in 95 %."""
    rng = random.Random(1)
    hits = 0
    for _ in range(2000):
        found = ratio(Line(rng.gauss(0.2, 0.02), 0.0, 0.02), Line(rng.gauss(0.1, 0.01), 0.0, 0.01))
        hits += found.low <= 2.0 <= found.high

    assert 0.935 < hits / 2000 < 0.965


def test_labels_saved_compares_at_the_same_accuracy():
    """Above reaches .4 with 4 labels; below, at .1 + .1 log2(n), needs 8: twice as many."""
    assert labels_saved(Line(0.05, 0.3, 0.0), Line(0.1, 0.1, 0.0), 4) == pytest.approx(2.0)


def test_a_curve_that_turns_down_says_where_and_how_far():
    """Two seeds; their mean is .5, .7, .6: the peak is the second N and the fall .1."""
    first = np.array([[0.4, 0.8, 0.5], [0.4, 0.8, 0.5]])
    second = np.array([[0.6, 0.6, 0.7], [0.6, 0.6, 0.7]])
    found = turn([first, second], [1, 2, 4])

    assert found["peak_n"] == 2
    assert found["peak_ns"] == [2, 4]
    assert found["last_minus_peak"]["difference"] == pytest.approx(-0.1)
