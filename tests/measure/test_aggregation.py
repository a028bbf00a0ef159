"""Splitting and aggregating."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import BadInput, UnknownName
from harness.measure import aggregation
from harness.pool import steps


def test_every_aggregation_by_hand():
    """One solution with steps .5, .8, .25."""
    values, offsets = np.array([0.5, 0.8, 0.25]), np.array([0, 3])

    got = {name: aggregation.aggregate(values, offsets, name)[0] for name in aggregation.AGGREGATIONS}

    assert got == pytest.approx(
        {"product": math.log(0.1), "min": 0.25, "last": 0.25, "mean": 1.55 / 3, "max": 0.8, "sum": 1.55}
    )


def test_a_solution_without_steps_has_no_score():
    """It is unscored, not zero, and its neighbours keep their own steps."""
    got = aggregation.aggregate(np.array([0.5, 0.25]), np.array([0, 1, 1, 2]), "min")

    assert got[0] == 0.5
    assert math.isnan(got[1])
    assert got[2] == 0.25


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50), st.randoms(use_true_random=False))
def test_the_product_does_not_depend_on_the_order_of_the_steps(values, random):
    """Exactly, not nearly: solutions with the same step scores must tie."""
    shuffled = list(values)
    random.shuffle(shuffled)

    assert aggregation.product(values) == aggregation.product(shuffled)


def test_the_product_of_a_thousand_small_probabilities_does_not_underflow():
    """In log space it is still larger than a worse one."""
    assert aggregation.product([1e-5] * 1000) > aggregation.product([1e-5] * 1001) > -math.inf
    assert aggregation.product([0.5, 0.0]) == -math.inf


def test_raw_rewards_cannot_enter_a_product():
    """The message names the range found and the rules that would do."""
    with pytest.raises(BadInput, match=r"'product' aggregation needs.*found -2 to 3.*min, last, mean or sum"):
        aggregation.aggregate(np.array([-2.0, 3.0]), np.array([0, 2]), "product")


def test_an_unknown_aggregation_is_answered_with_the_nearest():
    """As every unknown name is."""
    with pytest.raises(UnknownName, match="No aggregation is called 'prodct'. Did you mean 'product'"):
        aggregation.aggregation("prodct")


def test_blank_lines_make_no_steps():
    """However many separators stand between two steps."""
    assert steps.split("\n\nOne.\n\n\n\n  Two.  \n\n", "\n\n") == ("One.", "Two.")
    assert steps.split("   ", "\n\n") == ()
