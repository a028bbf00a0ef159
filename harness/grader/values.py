"""The values of expressions: exact where they are rational, else to 40 digits, and never more work than is bounded.

A symbol stands for a fixed number that depends on its name alone. Two expressions that agree at two such points to 12
digits are taken to be equal; no simplification has to find out.
"""

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

import mpmath

from harness.grader.nodes import Node
from harness.grader.notation import TooLarge, Unreadable

Number = Any  # a Fraction where the value is rational and small enough, else an mpmath number

MAX_BITS = 20_000  # of an exact rational
MAX_EXPONENT = 5_000  # |log| of the size of a power
_mp = mpmath.MPContext()
_mp.dps = 40


class Undefined(Unreadable):
    """The expression has no value: a division by zero."""


def evaluate(node: Node, point: int = 0, fixed: Mapping[str, Number] | None = None, *, percent: bool = False) -> Number:
    """The value of an expression at one of the fixed points, to 40 digits, exact where it is rational.

    Args:
        node: An expression.
        point: Which of the fixed points.
        fixed: Values of symbols, in place of the point's.
        percent: Whether 50% is 1/2; it is 50 otherwise.

    Raises:
        TooLarge: A number that nobody should compute.
        Undefined: It has no value.
        Unreadable: It is not an expression.
    """
    kind = node.kind
    if kind in ("number", "decimal"):
        return node.value
    if kind == "symbol":
        name = node.value
        return fixed[name] if fixed and name in fixed else _symbol_value(name, point)
    if kind == "constant":
        return {"pi": _mp.pi, "e": _mp.e, "i": _mp.j, "oo": _mp.inf}[node.value] * 1
    parts = [evaluate(part, point, fixed, percent=percent) for part in node.parts]
    if kind == "add":
        return _exactly(lambda a, b: a + b, *parts)
    if kind == "multiply":
        return times(*parts)
    if kind == "divide":
        return divide(*parts)
    if kind == "power":
        return _power(*parts)
    if kind == "percent":
        return divide(parts[0], Fraction(100)) if percent else parts[0]
    if kind == "function":
        return _function(node.value, parts)
    raise Unreadable(f"a {kind} is not an expression")


@lru_cache(maxsize=4096)
def _symbol_value(name: str, point: int) -> Number:
    """A number in (0.4, 1.6) for a symbol: without pattern, the same everywhere."""
    draw = int.from_bytes(hashlib.sha256(f"{name}/{point}".encode()).digest()[:12], "big")
    return _mp.mpf("0.4") + _mp.mpf("1.2") * draw / _mp.mpf(2) ** 96


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def _float(value: Number) -> Number:
    return _mp.mpf(value.numerator) / value.denominator if isinstance(value, Fraction) else value


def _exactly(operation: Callable[[Number, Number], Number], a: Number, b: Number) -> Number:
    if isinstance(a, Fraction) and isinstance(b, Fraction) and _bits(a) + _bits(b) < MAX_BITS:
        return operation(a, b)
    return operation(_float(a), _float(b))


def divide(a: Number, b: Number) -> Number:
    """The quotient a / b.

    Raises:
        Undefined: b is zero.
    """
    if b == 0 or abs(b) < 1e-37:
        raise Undefined("a division by zero")
    return _exactly(lambda x, y: x / y, a, b)


def minus(a: Number, b: Number) -> Number:
    """The difference a - b."""
    return _exactly(lambda x, y: x - y, a, b)


def times(a: Number, b: Number) -> Number:
    """The product a b."""
    return _exactly(lambda x, y: x * y, a, b)


def _power(base: Number, exponent: Number) -> Number:
    if base == 0:
        if _real(exponent) <= 0:
            raise Undefined("zero to a power that is not positive")
        return Fraction(0)
    if isinstance(base, Fraction) and isinstance(exponent, Fraction) and exponent.denominator == 1:
        if abs(exponent) * _bits(base) <= MAX_BITS:
            return base**exponent.numerator
        raise TooLarge("a power with too many digits")
    base, exponent = _float(base), _float(exponent)
    if not _mp.isinf(base) and not _mp.isinf(exponent) and abs(exponent * _mp.log(base)) > MAX_EXPONENT:
        raise TooLarge("a power that is too large")
    return base**exponent


def _real(value: Number) -> Number:
    return value if isinstance(value, Fraction) else value.real


def _function(name: str, parts: Sequence[Number]) -> Number:
    if name in ("factorial", "binomial", "gcd", "lcm"):
        return _of_integers(name, parts)
    if name in ("floor", "ceil", "max", "min", "abs"):
        return _of_reals(name, parts)
    x = parts[0]
    if name == "root":
        return _root(x, parts[1])
    if name in ("log", "ln", "lg"):
        if x == 0:
            raise Undefined("the logarithm of zero")
        base = _float(parts[1]) if len(parts) > 1 else (_mp.e * 1 if name == "ln" else _mp.mpf(10))
        return divide(_mp.log(_float(x)), _mp.log(base))
    if name == "exp":
        return _power(_mp.e * 1, x)
    if name == "sqrt":
        return _root(x, Fraction(2))
    if name not in _FUNCTIONS:
        raise Unreadable(f"the function {name}")
    if abs(x) > 10**30 or (name.endswith("h") and abs(x) > MAX_EXPONENT):
        raise TooLarge(f"{name} of a number that large")
    try:
        return _FUNCTIONS[name](_float(x))
    except (ZeroDivisionError, ValueError) as error:
        raise Undefined(f"{name} has no value there") from error


_FUNCTIONS: dict[str, Callable[[Number], Number]] = {
    **{name: getattr(_mp, name) for name in ("sin", "cos", "tan", "cot", "sec", "csc")},
    **{name: getattr(_mp, name) for name in ("sinh", "cosh", "tanh", "coth", "sech", "csch")},
    **{"arc" + name: getattr(_mp, "a" + name) for name in ("sin", "cos", "tan", "cot", "sec", "csc")},
    **{"arc" + name: getattr(_mp, "a" + name) for name in ("sinh", "cosh", "tanh")},
    **{name: getattr(_mp, name) for name in ("asin", "acos", "atan")},
    **{"ar" + name: getattr(_mp, "a" + name) for name in ("sinh", "cosh", "tanh")},
    "cis": lambda x: _mp.cos(x) + _mp.j * _mp.sin(x),
}


def _integer(value: Number) -> int:
    if isinstance(value, Fraction) and value.denominator == 1:
        return value.numerator
    raise Unreadable("a whole number was expected")


def _of_integers(name: str, parts: Sequence[Number]) -> Number:
    if name in ("factorial", "binomial") and not all(isinstance(p, Fraction) and p.denominator == 1 for p in parts):
        x = [_float(part) for part in parts]
        if any(abs(v) > 1000 for v in x):
            raise TooLarge(f"{name} of a number that large")
        return _mp.gamma(x[0] + 1) if name == "factorial" else _mp.binomial(x[0], x[1])
    values = [_integer(part) for part in parts]
    if name in ("gcd", "lcm"):
        if any(v.bit_length() > 2000 for v in values):
            raise TooLarge(f"the {name} of numbers that large")
        return Fraction(math.gcd(*values) if name == "gcd" else math.lcm(*values))
    if any(not 0 <= v <= 5000 for v in values):
        raise TooLarge(f"{name} of {max(values)}" if min(values) >= 0 else f"{name} of a negative number")
    return Fraction(math.factorial(values[0]) if name == "factorial" else math.comb(values[0], values[1]))


def _of_reals(name: str, parts: Sequence[Number]) -> Number:
    if name == "abs":
        return abs(parts[0])
    if any(not isinstance(p, Fraction) and _mp.im(p) != 0 for p in parts):
        raise Undefined(f"{name} of a complex number")
    if name in ("max", "min"):
        return max(map(_float, parts)) if name == "max" else min(map(_float, parts))
    if abs(parts[0]) > 10**30:
        raise TooLarge(f"{name} of a number that large")
    exact = isinstance(parts[0], Fraction)
    if name == "floor":
        return Fraction(math.floor(parts[0]) if exact else int(_mp.floor(parts[0])))
    return Fraction(math.ceil(parts[0]) if exact else int(_mp.ceil(parts[0])))


def _root(x: Number, degree: Number) -> Number:
    """The principal root; the real one where the degree is odd and the number negative."""
    if degree == 0:
        raise Undefined("a root of degree zero")
    odd = isinstance(degree, Fraction) and degree.denominator == 1 and degree.numerator % 2 == 1
    if odd and isinstance(x, Fraction) and x < 0:
        return -_power(-x, 1 / degree)
    return _power(x, divide(Fraction(1), degree))


# ---------------------------------------------------------------------------------------------- keys of numbers

_DIGITS = 12
_LARGE = Fraction(10) ** 30
_ABOVE = 1 + _mp.mpf(10) ** -25  # a tie in the last digit falls the same way however the value was reached


def digits(value: Number) -> str:
    """A number to 12 significant digits, whole numbers in full; equal values give equal texts.

    >>> digits(Fraction(1, 3)), digits(Fraction(-6, 2))
    ('3.33333333333e-1', '-3')
    """
    if isinstance(value, Fraction):
        return str(value.numerator) if value.denominator == 1 and abs(value) < _LARGE else _text(_float(value))
    real, imaginary = _mp.re(value), _mp.im(value)
    size = max(abs(real), abs(imaginary))
    if size < 1e-36:
        return "0"
    noise = size * _mp.mpf(10) ** -25 if not _mp.isinf(size) else 0
    parts = [_text(part) if abs(part) > noise else "0" for part in (real, imaginary)]
    return parts[0] if parts[1] == "0" else f"{parts[0]}+{parts[1]}i"


def _text(value: Number) -> str:
    if _mp.isnan(value):
        raise Undefined("no number")
    if _mp.isinf(value):
        return "oo" if value > 0 else "-oo"
    if abs(value) < _mp.mpf(10) ** 30:
        nearest = int(_mp.nint(value))
        if abs(value - nearest) < 1e-25 * abs(nearest):
            return str(nearest)
        return str(_mp.nstr(value * _ABOVE, _DIGITS, min_fixed=0, max_fixed=0))
    return str(_mp.nstr(value * _ABOVE, 30, min_fixed=0, max_fixed=0))
