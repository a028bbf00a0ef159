"""Authors: reference solutions make no mistake, usual ones make the world's, and carry wrong values on."""

import random
from collections import Counter

import pytest

from tasks.micromath.builder import build
from tasks.micromath.checker import Checker
from tasks.micromath.expressions import render
from tasks.micromath.families.catalogue import IN_DISTRIBUTION
from tasks.micromath.parsing import parse
from tasks.micromath.writers import REFERENCE, Author, solve, work_out

SHOPPING = next(f for f in IN_DISTRIBUTION if f.name == "shopping")
RNG = random.Random(3)


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("12 * 7", "12 * 7 = 84"),
        ("3 + 4 * 5", "3 + 4 * 5 = 3 + 20 = 23"),
        ("2 * 3 - 4 * 5", "2 * 3 - 4 * 5 = 6 - 20 = -14"),
        ("14 / 4", "14/4 = 7/2"),
        ("7 / 2", "7/2"),
        ("84 / 7 + 3", "84/7 + 3 = 12 + 3 = 15"),
        ("3 * x^2 - 12 * x", "3x^2 - 12x"),
        ("3x^2 - (2x + 1)", "3x^2 - (2x + 1) = 3x^2 - 2x - 1"),
        ("sqrt(9 + 16)", "sqrt(9 + 16) = sqrt(25) = 5"),
        ("9", "9"),
    ],
)
def test_a_calculation_is_written_out_round_by_round(text, sides):
    assert " = ".join(map(render, work_out(parse(text), REFERENCE, RNG))) == sides


def test_mistakes_come_as_often_as_their_chances_say():
    """The order of operations is misread in 55 of 100 cases; 3 + 4 * 5 has no other trap."""
    author = Author(errs=1.0)
    rng = random.Random(4)
    ends = Counter(render(work_out(parse("3 + 4 * 5"), author, rng)[-1]) for _ in range(2000))

    assert set(ends) == {"23", "35"}
    assert abs(ends["35"] / 2000 - 0.55) < 0.04


def test_a_wrong_value_is_carried_on():
    """Whatever the author believes the cost to be, the bill adds the shipping to that."""
    rng = random.Random(5)
    plan = build(SHOPPING, 2, "carry")
    for _ in range(200):
        cost, shipping, bill, answer = solve(plan, Author(errs=1.0), rng)
        believed = cost.split(" ")[-1], shipping.split(" ")[-1]

        assert bill.startswith(f"The bill is {believed[0]} + {believed[1]}")
        assert answer == "Answer: " + bill.split(" ")[-1]


def test_digressions_are_true_steps_without_progress():
    rng = random.Random(6)
    author = Author(errs=0.0, digresses=0.6)
    labels = Counter()
    for level in (3, 5):
        plan = build(SHOPPING, level, "digress")
        for _ in range(100):
            labels.update(Checker(plan).labels(solve(plan, author, rng)))

    assert set(labels) == {0, 1}
    assert labels[0] > 300
