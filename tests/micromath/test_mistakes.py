"""Every mistake is an error: the value it gives is not the true one."""

from fractions import Fraction
from itertools import product

import pytest

from tasks.micromath import polynomials
from tasks.micromath.expressions import NotAnExpression, Operation
from tasks.micromath.mistakes import MISREADINGS, MISTAKES
from tasks.micromath.parsing import parse
from tasks.micromath.values import evaluate, literal

NUMBERS = [Fraction(n) for n in (*range(-12, 30), 47, 58, 96, 120)] + [Fraction(1, 2), Fraction(2, 3), Fraction(7, 4)]
NUMBERS += [Fraction(n**2) for n in range(6, 12)] + [Fraction(5, 3), Fraction(9, 8)]
ONE_OPERAND = {"!", "floor", "sqrt"}
NEVER_COINCIDES = {m.name for m in MISTAKES} - {
    "fractions divided instead of multiplied",  # by one
    "fraction divided upside down",  # by itself
    "quotient for remainder",  # 8 mod 7 is 8 / 7 rounded down
    "remainder of the size",  # half the modulus
    "quotient rounded down",
    "sum for factorial",  # 3! = 1 + 2 + 3
    "half for root",
}


def truth(symbol, numbers):
    try:
        return evaluate(Operation(symbol, tuple(literal(polynomials.constant(n)) for n in numbers)))
    except NotAnExpression:
        return None


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_can_be_made_and_gives_a_wrong_value(mistake):
    made = []
    for numbers in product(NUMBERS, repeat=1 if mistake.symbol in ONE_OPERAND else 2):
        right = truth(mistake.symbol, numbers)
        if right is None:
            continue
        wrong = mistake.result(numbers)
        if wrong is not None:
            made.append(polynomials.constant(wrong) == right)

    assert len(made) >= 5
    if mistake.name in NEVER_COINCIDES:
        assert not any(made)


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        ("misremembered product", "7 * 8", "54"),
        ("dropped carry in a product", "27 * 4", "88"),
        ("dropped carry in a sum", "27 + 35", "52"),
        ("smaller digit from larger", "52 - 27", "35"),
        ("numerators and denominators added", "1/2 + 1/3", "2/5"),
        ("minus minus is minus", "8 - (-2)", "6"),
        ("square of a negative is negative", "(-4)^2", "-16"),
        ("cube tripled", "4^3", "12"),
        ("only the numerator squared", "(2/3)^2", "4/3"),
        ("quotient rounded down", "7 / 2", "3"),
        ("remainder of the size", "(-3) mod 5", "3"),
        ("product for least common multiple", "lcm(4, 6)", "24"),
        ("order counted", "C(5, 2)", "20"),
        ("smaller digit from larger", "113 - 45", "72"),
    ],
)
def test_mistakes_give_the_wrong_values_people_give(name, text, wrong):
    tree = parse(text)
    numbers = tuple(polynomials.number(evaluate(operand)) for operand in tree.operands)
    mistake = next(m for m in MISTAKES if m.name == name)

    assert polynomials.render(polynomials.constant(mistake.result(numbers))) == wrong


def test_misreadings_move_the_brackets():
    left_to_right, first_only = MISREADINGS

    assert left_to_right.rewrite(parse("3 + 4 * 5")) == parse("(3 + 4) * 5")
    assert first_only.rewrite(parse("9 - (3 + 4)")) == parse("9 - 3 + 4")
    assert left_to_right.rewrite(parse("3 * 4 + 5")) is None
