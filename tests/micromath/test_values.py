"""Two expressions do the same thing when they do the same operations on the same numbers."""

import pytest

from tasks.micromath import polynomials
from tasks.micromath.parsing import parse
from tasks.micromath.values import canonical, evaluate, literal


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 * 7", "7 * 12"),
        ("3 + 4 - 5", "3 - 5 + 4"),
        ("(3 + 4) + 5", "3 + (4 + 5)"),
        ("a * (b + c)", "(c + b) * a"),
        ("6 * 4 / 2", "4 / 2 * 6"),
        ("gcd(12, 18)", "gcd(18, 12)"),
        ("3 * (-2)", "-2 * 3"),
        ("8 - (-2)", "8 + 2"),
    ],
)
def test_order_and_brackets_do_not_matter(one, other):
    assert canonical(parse(one)) == canonical(parse(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2 + 2", "2 * 2"),
        ("12 * 7", "84"),
        ("3 - 5", "5 - 3"),
        ("6 / 3", "3 / 6"),
        ("2^3", "3^2"),
        ("C(5, 2)", "C(5, 3)"),
        ("7 mod 3", "3 mod 7"),
        ("2 * (3 + 4)", "2 * 3 + 4"),
        ("3 * 4", "2 * 6"),
    ],
)
def test_other_operations_are_other_even_where_the_value_is_the_same(one, other):
    assert canonical(parse(one)) != canonical(parse(other))


@pytest.mark.parametrize("text", ["0", "-3", "7/2", "-7/2", "3x^2 - x + 1/2", "-x"])
def test_a_written_value_is_the_tree_it_is_read_as(text):
    value = evaluate(parse(text))

    assert evaluate(literal(value)) == value
    assert polynomials.render(value) == text
