"""Step rewards: what each form gives, that the credits add up, and each way in which it is gamed, in numbers."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UnknownName
from harness.measure.aggregation import AGGREGATIONS
from harness.measure.step_rewards import FORMS, credit, min_form, reward

STEPS = (0.9, 0.5, 0.8)


@pytest.mark.parametrize(
    ("form", "given"),
    [
        ("last", [0.0, 0.0, 0.8]),
        ("product", [0.0, 0.0, 0.36]),
        ("sum", [0.9, 0.5, 0.8]),
        ("mean", [0.3, 0.5 / 3, 0.8 / 3]),
    ],
)
def test_what_each_form_gives(form, given):
    assert credit(STEPS, form) == pytest.approx(given)
    assert reward(STEPS, form) == pytest.approx(sum(given))


@given(st.lists(st.floats(0.01, 1.0), min_size=1, max_size=9))
def test_rewards_are_the_aggregated_scores(steps):
    """The sum of the credits is the solution's value under the aggregation of the same name; a product is itself."""
    for form in ("last", "sum", "mean"):
        assert reward(steps, form) == pytest.approx(AGGREGATIONS[form](steps))
    assert reward(steps, "product") == pytest.approx(math.prod(steps))
    assert all(len(credit(steps, form)) == len(steps) for form in FORMS)


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=9))
def test_min_form_lies_between_the_minimum_and_the_mean(steps):
    """And goes to the minimum as its temperature goes to 0."""
    assert min(steps) - 1e-9 <= reward(steps, "min-form") <= sum(steps) / len(steps) + 1e-9
    assert math.fsum(min_form(steps, 1e-4)) == pytest.approx(min(steps), abs=1e-3)


def test_without_steps_there_is_no_reward():
    """None, not 0; and an unknown form is an error with the known ones."""
    assert reward((), "sum") is None
    assert credit((), "mean") == []
    with pytest.raises(UnknownName, match="No form of step reward is called 'means'. Did you mean 'mean'"):
        credit(STEPS, "means")


# ------------------------------------------------------------------------------------------- the ways of being gamed


def test_last_overlooks_what_comes_before():
    assert reward((0.0, 0.0, 0.9), "last") == reward((0.9, 0.9, 0.9), "last")


def test_the_product_pays_for_few_steps():
    """The same confidence in every step, and fewer of them."""
    assert reward((0.9,), "product") > reward((0.9,) * 3, "product") > reward((0.9,) * 9, "product")


def test_the_sum_pays_for_more_steps_and_a_decay_does_too():
    """Even for steps that are hardly believed."""
    assert reward((*STEPS, 0.1), "sum") > reward(STEPS, "sum")
    decayed = [math.fsum(0.9**t * 0.5 for t in range(n)) for n in (3, 4, 50)]
    assert decayed[0] < decayed[1] < decayed[2] < 0.5 / (1 - 0.9)


def test_the_mean_hides_a_wrong_step_among_easy_ones():
    assert reward((0.1, *(0.99,) * 20), "mean") > reward((0.9, 0.9), "mean")


def test_min_form_pays_nothing_for_length_and_everything_for_saying_little():
    """Repeating the worst step adds nothing; one vague step beats an honest solution with a hard one."""
    assert reward((*STEPS, 0.5), "min-form") == pytest.approx(reward(STEPS, "min-form"), abs=0.03)
    assert reward((0.9,), "min-form") > reward(STEPS, "min-form")


def test_a_baseline_off_every_step_pays_for_few_steps_below_it_and_for_many_above():
    def paid(score, steps, baseline=0.5):
        return math.fsum(s - baseline for s in (score,) * steps)

    assert paid(0.4, 1) > paid(0.4, 5)
    assert paid(0.6, 5) > paid(0.6, 1)
