"""The values of expressions: exact where they are rational, else to 40 digits, and never more work than is bounded.

A symbol stands for a fixed number that depends on its name alone. Two expressions that agree at two such points to 12
digits are taken to be equal; no simplification has to find out.
"""

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache

from harness.grader.nodes import Node
from harness.grader.notation import TooLarge, Unreadable
from harness.grader.numerals import MP, Number, Undefined, as_float, exact_root

MAX_BITS = 20_000  # of an exact power
MAX_WORK = 130_000  # bits of the two operands of an exact operation
MAX_EXPONENT = 5_000  # |log| of the size of a power


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
    if kind == "measured":
        return as_float(node.value)
    if kind == "numeral":
        return evaluate(node.parts[0], point, fixed, percent=percent)
    if kind == "symbol":
        name = node.value
        return fixed[name] if fixed and name in fixed else _symbol_value(name, point)
    if kind == "constant":
        return {"pi": MP.pi, "e": MP.e, "i": MP.j, "oo": MP.inf}[node.value] * 1
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
    return MP.mpf("0.4") + MP.mpf("1.2") * draw / MP.mpf(2) ** 96


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def _exactly(operation: Callable[[Number, Number], Number], a: Number, b: Number) -> Number:
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        if _bits(a) + _bits(b) > MAX_WORK:
            raise TooLarge("a number with too many digits")
        return operation(a, b)
    return operation(as_float(a), as_float(b))


def divide(a: Number, b: Number) -> Number:
    """The quotient a / b.

    Raises:
        Undefined: b is zero.
    """
    if b == 0 or (not isinstance(b, Fraction) and abs(b) < 1e-37):
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
    if isinstance(base, Fraction) and isinstance(exponent, Fraction) and base > 0:
        root = exact_root(base, exponent.denominator)
        if root is not None:
            return _power(root, Fraction(exponent.numerator))
    base, exponent = as_float(base), as_float(exponent)
    if not MP.isinf(base) and not MP.isinf(exponent) and abs(exponent * MP.log(base)) > MAX_EXPONENT:
        raise TooLarge("a power that is too large")
    return base**exponent


def _real(value: Number) -> Number:
    return value if isinstance(value, Fraction) else value.real


def _function(name: str, parts: Sequence[Number]) -> Number:
    if name in ("factorial", "binomial", "gcd", "lcm", "mod", "double factorial"):
        return _of_integers(name, parts)
    if name in ("floor", "ceil", "max", "min", "abs", "sgn"):
        return _of_reals(name, parts)
    x = parts[0]
    if name == "root":
        return _root(x, parts[1])
    if name in ("log", "ln", "lg"):
        if x == 0:
            raise Undefined("the logarithm of zero")
        base = as_float(parts[1]) if len(parts) > 1 else (MP.e * 1 if name == "ln" else MP.mpf(10))
        return divide(MP.log(as_float(x)), MP.log(base))
    if name == "exp":
        return _power(MP.e * 1, x)
    if name == "sqrt":
        return _root(x, Fraction(2))
    if name not in _FUNCTIONS:
        raise Unreadable(f"the function {name}")
    if abs(x) > 10**30 or (name.endswith("h") and abs(x) > MAX_EXPONENT):
        raise TooLarge(f"{name} of a number that large")
    try:
        return _FUNCTIONS[name](as_float(x))
    except (ZeroDivisionError, ValueError) as error:
        raise Undefined(f"{name} has no value there") from error


_FUNCTIONS: dict[str, Callable[[Number], Number]] = {
    **{name: getattr(MP, name) for name in ("sin", "cos", "tan", "cot", "sec", "csc")},
    **{name: getattr(MP, name) for name in ("sinh", "cosh", "tanh", "coth", "sech", "csch")},
    **{"arc" + name: getattr(MP, "a" + name) for name in ("sin", "cos", "tan", "cot", "sec", "csc")},
    **{"arc" + name: getattr(MP, "a" + name) for name in ("sinh", "cosh", "tanh")},
    **{name: getattr(MP, name) for name in ("asin", "acos", "atan")},
    **{"ar" + name: getattr(MP, "a" + name) for name in ("sinh", "cosh", "tanh")},
    "cis": lambda x: MP.cos(x) + MP.j * MP.sin(x),
}


def _integer(value: Number) -> int:
    if isinstance(value, Fraction) and value.denominator == 1:
        return value.numerator
    raise Unreadable("a whole number was expected")


def _of_integers(name: str, parts: Sequence[Number]) -> Number:
    if name in ("factorial", "binomial") and not all(isinstance(p, Fraction) and p.denominator == 1 for p in parts):
        x = [as_float(part) for part in parts]
        if any(abs(v) > 1000 for v in x):
            raise TooLarge(f"{name} of a number that large")
        return MP.gamma(x[0] + 1) if name == "factorial" else MP.binomial(x[0], x[1])
    if name == "mod":
        return _remainder(*parts)
    values = [_integer(part) for part in parts]
    if name in ("gcd", "lcm"):
        if any(v.bit_length() > 2000 for v in values):
            raise TooLarge(f"the {name} of numbers that large")
        return Fraction(math.gcd(*values) if name == "gcd" else math.lcm(*values))
    if name in ("factorial", "double factorial") and values[0] < 0:
        raise Undefined("the factorial of a negative number")
    if any(not 0 <= v <= 5000 for v in values):
        raise TooLarge(f"{name} of a number that large" if min(values) >= 0 else f"{name} of a negative number")
    if name == "double factorial":
        return Fraction(math.prod(range(values[0], 0, -2)))
    return Fraction(math.factorial(values[0]) if name == "factorial" else math.comb(values[0], values[1]))


def _remainder(a: Number, b: Number) -> Number:
    if b == 0:
        raise Undefined("a remainder by zero")
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a % b
    quotient = _of_reals("floor", [divide(a, b)])
    return minus(a, times(b, quotient))


def _of_reals(name: str, parts: Sequence[Number]) -> Number:
    if name == "abs":
        return abs(parts[0])
    if any(not isinstance(p, Fraction) and MP.im(p) != 0 for p in parts):
        raise Undefined(f"{name} of a complex number")
    if name == "sgn":
        return Fraction((parts[0] > 0) - (parts[0] < 0))
    if name in ("max", "min"):
        exact = all(isinstance(part, Fraction) for part in parts)
        compared = list(parts) if exact else list(map(as_float, parts))
        return max(compared) if name == "max" else min(compared)
    if isinstance(parts[0], Fraction):
        return Fraction(math.floor(parts[0]) if name == "floor" else math.ceil(parts[0]))
    if abs(parts[0]) > 10**30:
        raise TooLarge(f"{name} of a number that large")
    nearest = int(MP.nint(parts[0]))
    if abs(parts[0] - nearest) < MP.mpf(10) ** -25:  # log_2 8 is 3, however the logarithm was rounded
        return Fraction(nearest)
    return Fraction(int(MP.floor(parts[0]) if name == "floor" else MP.ceil(parts[0])))


def _root(x: Number, degree: Number) -> Number:
    """The principal root; the real one where the degree is odd and the number negative."""
    if degree == 0:
        raise Undefined("a root of degree zero")
    odd = isinstance(degree, Fraction) and degree.denominator == 1 and degree.numerator % 2 == 1
    if odd and isinstance(x, Fraction) and x < 0:
        return -_power(-x, 1 / degree)
    return _power(x, divide(Fraction(1), degree))
