"""Numbers as keys: exact where they are rational, else to 12 digits of the 40 that are computed."""

import hashlib
import math
from fractions import Fraction
from typing import Any

import mpmath

from harness.grader.notation import Unreadable

Number = Any  # a Fraction where the value is rational, else an mpmath number

MP = mpmath.MPContext()
MP.dps = 40
_DIGITS = 12
_LARGE = Fraction(10) ** 30
_SIMPLE = 10**6  # numerators and denominators up to it are told apart by 12 digits
_LONG = 60  # characters of an exact number that are shown; longer ones are cut and hashed
_ABOVE = 1 + MP.mpf(10) ** -25  # a tie in the last digit falls the same way however the value was reached
_MAX_ROOT_BITS = 20_000


class Undefined(Unreadable):
    """The expression has no value: a division by zero."""


def as_float(value: Number) -> Number:
    """A number as mpmath's."""
    return MP.mpf(value.numerator) / value.denominator if isinstance(value, Fraction) else value


def exact_root(value: Fraction, degree: int) -> Fraction | None:
    """The root of a positive rational, where that is rational.

    >>> exact_root(Fraction(8, 27), 3), exact_root(Fraction(2), 2)
    (Fraction(2, 3), None)
    """
    if degree > 64 or max(value.numerator.bit_length(), value.denominator.bit_length()) > _MAX_ROOT_BITS:
        return None
    top, bottom = _integer_root(value.numerator, degree), _integer_root(value.denominator, degree)
    if top**degree == value.numerator and bottom**degree == value.denominator:
        return Fraction(top, bottom)
    return None


def _integer_root(value: int, degree: int) -> int:
    """The whole part of a root: Newton's method from above."""
    if degree == 2:
        return math.isqrt(value)
    guess = 1 << -(-value.bit_length() // degree)
    while True:
        better = ((degree - 1) * guess + value // guess ** (degree - 1)) // degree
        if better >= guess:
            return guess
        guess = better


def equal(a: Number, b: Number) -> bool:
    """Whether two numbers are one: as rationals where both are, else to 12 digits."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a == b
    return digits(a) == digits(b)


def exact(value: Number) -> str:
    """A rational number without loss; where 12 digits tell it from every other simple one, as ``digits`` does.

    >>> exact(Fraction(1, 3)), exact(Fraction(10**13 + 1, 10**13))
    ('3.33333333333e-1', '10000000000001/10000000000000')
    """
    if not isinstance(value, Fraction):
        return digits(value)
    if value.denominator == 1:
        return _cut(_written(value.numerator))
    text = digits(value)
    if max(abs(value.numerator), value.denominator) <= _SIMPLE or Fraction(text) == value:
        return text
    return _cut(f"{_written(value.numerator)}/{_written(value.denominator)}")


def _written(value: int) -> str:
    """An integer in full; in hexadecimal where Python refuses to write that many decimal digits."""
    return str(value) if value.bit_length() < 10_000 else hex(value)


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[:20]}...{hashlib.sha256(text.encode()).hexdigest()[:24]}"


def digits(value: Number) -> str:
    """A number to 12 significant digits, whole numbers in full; equal values give equal texts.

    >>> digits(Fraction(1, 3)), digits(Fraction(-6, 2))
    ('3.33333333333e-1', '-3')
    """
    if isinstance(value, Fraction):
        return str(value.numerator) if value.denominator == 1 and abs(value) < _LARGE else _text(as_float(value))
    real, imaginary = MP.re(value), MP.im(value)
    size = max(abs(real), abs(imaginary))
    if size < 1e-36:
        return "0"
    noise = size * MP.mpf(10) ** -25 if not MP.isinf(size) else 0
    parts = [_text(part) if abs(part) > noise else "0" for part in (real, imaginary)]
    return parts[0] if parts[1] == "0" else f"{parts[0]}+{parts[1]}i"


def _text(value: Number) -> str:
    if MP.isnan(value):
        raise Undefined("no number")
    if MP.isinf(value):
        return "oo" if value > 0 else "-oo"
    if abs(value) < MP.mpf(10) ** 30:
        nearest = int(MP.nint(value))
        if abs(value - nearest) < 1e-25 * abs(nearest):
            return str(nearest)
        return str(MP.nstr(value * _ABOVE, _DIGITS, min_fixed=0, max_fixed=0))
    return str(MP.nstr(value * _ABOVE, 30, min_fixed=0, max_fixed=0))
