"""Exact values: polynomials in x with rational coefficients. A number is a polynomial of degree 0.

A polynomial is the tuple of its coefficients, constant first and without trailing zeros: ``(-5, 0, 3)`` is
3x^2 - 5 and ``()`` is zero. Two values are equal exactly when their tuples are.
"""

from fractions import Fraction
from itertools import zip_longest

Polynomial = tuple[Fraction, ...]

ZERO: Polynomial = ()
X: Polynomial = (Fraction(0), Fraction(1))


def constant(value: int | Fraction) -> Polynomial:
    """The number as a polynomial.

    >>> constant(0)
    ()
    """
    return (Fraction(value),) if value else ZERO


def number(value: Polynomial) -> Fraction | None:
    """The number that the polynomial is, or None when x occurs in it."""
    if len(value) > 1:
        return None
    return value[0] if value else Fraction(0)


def add(a: Polynomial, b: Polynomial) -> Polynomial:
    """The sum, coefficient by coefficient."""
    return _trimmed([p + q for p, q in zip_longest(a, b, fillvalue=Fraction(0))])


def negative(a: Polynomial) -> Polynomial:
    """The negative."""
    return tuple(-c for c in a)


def multiply(a: Polynomial, b: Polynomial) -> Polynomial:
    """The product: the convolution of the coefficients."""
    if not a or not b:
        return ZERO
    product = [Fraction(0)] * (len(a) + len(b) - 1)
    for i, p in enumerate(a):
        for j, q in enumerate(b):
            product[i + j] += p * q
    return _trimmed(product)


def render(value: Polynomial) -> str:
    """The polynomial as it is written in a problem or a step, highest power first.

    >>> render((Fraction(-5), Fraction(-1), Fraction(3)))
    '3x^2 - x - 5'
    >>> render((Fraction(-1, 2),))
    '-1/2'
    """
    if not value:
        return "0"
    text = ""
    for power in range(len(value) - 1, -1, -1):
        coefficient = value[power]
        if not coefficient:
            continue
        sign = "-" if coefficient < 0 else "+"
        text += f" {sign} " if text else sign.replace("+", "")
        text += _term(abs(coefficient), power)
    return text


def _term(size: Fraction, power: int) -> str:
    if power == 0:
        return str(size)
    letter = "x" if power == 1 else f"x^{power}"
    if size == 1:
        return letter
    return f"{size}{letter}" if size.denominator == 1 else f"({size}){letter}"


def _trimmed(coefficients: list[Fraction]) -> Polynomial:
    while coefficients and not coefficients[-1]:
        coefficients.pop()
    return tuple(coefficients)
