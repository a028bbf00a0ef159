"""Exact values agree with SymPy's."""

from fractions import Fraction

import sympy
from hypothesis import given
from hypothesis import strategies as st

from tasks.micromath import polynomials

X = sympy.Symbol("x")
COEFFICIENTS = st.lists(st.fractions(-50, 50, max_denominator=12), max_size=5)


def as_sympy(value):
    return sum((sympy.Rational(c.numerator, c.denominator) * X**i for i, c in enumerate(value)), sympy.Integer(0))


def trimmed(coefficients):
    return polynomials.add(tuple(coefficients), polynomials.ZERO)


@given(COEFFICIENTS, COEFFICIENTS)
def test_sums_and_products_are_those_of_sympy(a, b):
    p, q = trimmed(a), trimmed(b)

    assert sympy.expand(as_sympy(p) * as_sympy(q) - as_sympy(polynomials.multiply(p, q))) == 0
    assert sympy.expand(as_sympy(p) + as_sympy(q) - as_sympy(polynomials.add(p, q))) == 0


@given(COEFFICIENTS)
def test_equal_values_are_equal_tuples(a):
    """Trailing zeros go, so zero has one form and a - a is it."""
    p = trimmed(a)

    assert polynomials.add(p, polynomials.negative(p)) == polynomials.ZERO
    assert not p or p[-1] != 0


def test_a_number_is_a_polynomial_without_x():
    assert polynomials.number(polynomials.constant(0)) == 0
    assert polynomials.number((Fraction(7, 2),)) == Fraction(7, 2)
    assert polynomials.number(polynomials.X) is None
