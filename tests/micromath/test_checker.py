"""The checker, step by step, on one problem worked by hand.

A garden is 12 meters long and 5 meters wide. A path 2 meters wide runs around it. How long is garden with path?
"""

import random

import pytest

from tasks.micromath.builder import build
from tasks.micromath.checker import Checker, answer_of, same_answer
from tasks.micromath.families.catalogue import IN_DISTRIBUTION, OUT_OF_DISTRIBUTION
from tasks.micromath.parsing import parse
from tasks.micromath.plans import Plan, Slip, Step
from tasks.micromath.values import evaluate
from tasks.micromath.writers import USUAL, Author, solve


def value(text):
    return evaluate(parse(text))


PLAN = Plan(
    id="field",
    family="field",
    subject="geometry",
    level=3,
    text="A garden is 12 meters long and 5 meters wide. A path 2 meters wide runs around it. What area is that?",
    givens={"l": value("12"), "w": value("5"), "p": value("2")},
    steps=(
        Step("length", "outer length", parse("l + 2 * p"), value("16"), (Slip(parse("l + p"), 0.4),)),
        Step("width", "outer width", parse("w + 2 * p"), value("9"), also=(parse("length - l + w"),)),
        Step("area", "area", parse("length * width"), value("144")),
    ),
)


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("The outer length is 12 + 2 * 2 = 12 + 4 = 16", 1),
        ("The outer length is 2 * 2 + 12 = 16", 1),
        ("The outer length is 16", 1),
        ("The outer width is 16 - 12 + 5 = 9", 1),
        ("The area is 16 * 9 = 144", 1),
        ("Answer: 144", 1),
        ("Answer: 288/2", 1),
        ("We need the area", 0),
        ("Check: 16 - 4 = 12", 0),
        ("The outer length is 12 + 2 = 14", -1),  # the slip
        ("The outer length is 12 + 2 * 2 = 14 * 2 = 16", -1),  # a false equation in between
        ("The outer length is 12 + 2 * 2 = 28", -1),
        ("The outer length is 12 + 4 = 16", -1),  # where the 4 is from is the step
        ("The outer length is 8 * 2 = 16", -1),  # the right value by operations that are not the plan's
        ("The perimeter is 2 * (12 + 5) = 34", -1),  # true, and not what the plan needs
        ("We need the perimeter", -1),
        ("Check: 16 - 4 = 11", -1),
        ("Check: 16", -1),
        ("Answer: 145", -1),
        ("Answer: 144 = 144", -1),
        ("Answer:", -1),
        ("The area is", -1),
        ("The area is big", -1),
        ("The area is 16 * 9 = ", -1),
        ("12 + 2 * 2 = 16", -1),
        ("the outer length is 12 + 2 * 2 = 16", -1),
        ("The outer length is __import__('os')", -1),
        ("", -1),
    ],
)
def test_a_step_is_judged_by_what_it_says(line, label):
    assert Checker(PLAN).labels([line]) == [label]


def test_saying_it_again_is_no_progress():
    lines = ["The outer length is 16", "So the outer length is 16", "The outer length is 12 + 2 * 2 = 16"]

    assert Checker(PLAN).labels(lines) == [1, 0, 0]


def test_labels_go_on_after_an_error():
    """A step that uses a wrong value is wrong, one that does not need it is right."""
    lines = [
        "The outer length is 12 + 2 = 14",
        "The outer width is 5 + 2 * 2 = 5 + 4 = 9",
        "The area is 14 * 9 = 126",
        "Answer: 126",
    ]

    assert Checker(PLAN).labels(lines) == [-1, 1, -1, -1]


def test_a_right_answer_can_stand_on_a_wrong_step():
    """The false positive that an outcome label cannot see."""
    lines = ["The outer length is 8 + 8 = 16", "The outer width is 9", "The area is 16 * 9 = 144", "Answer: 144"]

    assert Checker(PLAN).labels(lines) == [-1, 1, 1, 1]
    assert same_answer(answer_of(lines), PLAN.answer)


def test_the_last_answer_counts():
    assert answer_of(["Answer: 3", "Answer: 4"]) == "4"
    assert answer_of(["The area is 4"]) is None
    assert answer_of(["Answer:"]) is None
    assert not same_answer(None, PLAN.answer)


def corrupted(lines, rng):
    """Solutions as a broken model may write them: steps dropped, doubled, shuffled, or with a digit changed."""
    lines = list(lines)
    match rng.randrange(5):
        case 0:
            lines.pop(rng.randrange(len(lines)))
        case 1:
            lines.insert(rng.randrange(len(lines)), rng.choice(lines))
        case 2:
            rng.shuffle(lines)
        case 3:
            row = rng.randrange(len(lines))
            digits = [i for i, c in enumerate(lines[row]) if c.isdigit()]
            if digits:
                place = rng.choice(digits)
                lines[row] = lines[row][:place] + rng.choice("0123456789") + lines[row][place + 1 :]
        case _:
            pass
    return lines


@pytest.mark.parametrize("errs", [0.0, 0.5, 1.0])
def test_without_a_negative_step_an_answer_is_right_without_exception(errs):
    """On thousands of solutions, sound, erring and damaged."""
    rng = random.Random(20)
    author = Author(errs=errs, digresses=0.2)
    sound = wrong = 0
    for family in (*IN_DISTRIBUTION, *OUT_OF_DISTRIBUTION):
        for level in (1, 3, 5):
            plan = build(family, level, "exception")
            checker = Checker(plan)
            for _ in range(10):
                lines = corrupted(solve(plan, author, rng), rng)
                answer = answer_of(lines)
                if answer is not None and min(checker.labels(lines)) >= 0:
                    assert same_answer(answer, plan.answer), (plan.text, lines)
                    sound += 1
                wrong += not same_answer(answer, plan.answer)

    assert sound > 100
    assert wrong > 100


def test_outcome_labels_miss_some_errors():
    """False positives of the final-answer check exist and are a few percent: the reason for process labels."""
    rng = random.Random(21)
    missed = total = 0
    for family in IN_DISTRIBUTION:
        for level in (2, 3, 4):
            plan = build(family, level, "missed")
            for _ in range(20):
                lines = solve(plan, USUAL, rng)
                total += 1
                missed += same_answer(answer_of(lines), plan.answer) and min(Checker(plan).labels(lines)) < 0

    assert 0.005 < missed / total < 0.10
