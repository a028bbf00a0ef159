"""What an expression is worth, exactly, and when two expressions do the same thing."""

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tasks.micromath import polynomials
from tasks.micromath.expressions import Expression, Name, NotAnExpression, Number, Operation
from tasks.micromath.parsing import parse
from tasks.micromath.polynomials import Polynomial

LARGEST_EXPONENT = 20
LARGEST_POWER_BITS = 400
LARGEST_DEGREE = 20
LARGEST_FACTORIAL = 20


def evaluate(tree: Expression, values: Mapping[str, Polynomial] | None = None) -> Polynomial:
    """The exact value of a tree; the name ``x`` is the variable unless it has a value.

    >>> evaluate(parse("(3 + 5) * x / 2"))
    (Fraction(0, 1), Fraction(4, 1))

    Raises:
        NotAnExpression: The value does not exist, is not rational, or is out of bounds.
    """
    match tree:
        case Number(value):
            return polynomials.constant(value)
        case Name(name):
            if values and name in values:
                return values[name]
            if name == "x":
                return polynomials.X
            raise NotAnExpression(f"The name {name!r} has no value here.")
        case Operation("+", (left, right)):
            return polynomials.add(evaluate(left, values), evaluate(right, values))
        case Operation("-", (left, right)):
            return polynomials.add(evaluate(left, values), polynomials.negative(evaluate(right, values)))
        case Operation("*", (left, right)):
            return polynomials.multiply(evaluate(left, values), evaluate(right, values))
        case Operation("negative", (inner,)):
            return polynomials.negative(evaluate(inner, values))
        case Operation("/", (left, right)):
            divisor = _number(evaluate(right, values))
            if not divisor:
                raise NotAnExpression("A division by zero has no value.")
            return tuple(c / divisor for c in evaluate(left, values))
        case Operation("^", (base, exponent)):
            return _power(evaluate(base, values), _number(evaluate(exponent, values)))
        case Operation(symbol, operands):
            numbers = [_number(evaluate(operand, values)) for operand in operands]
            return polynomials.constant(_function(symbol, numbers))


def literal(value: Polynomial) -> Expression:
    """The tree that the written value parses to.

    >>> literal(polynomials.constant(-3))
    Operation(symbol='negative', operands=(Number(value=3),))
    """
    return parse(polynomials.render(value))


def canonical(tree: Expression) -> Any:
    """A form shared by exactly the trees that do the same operations on the same numbers.

    Sums and products lose their order and brackets, a difference is the sum with a negative, a quotient the product
    with a reciprocal; nothing is computed, so 3 + 4, 4 + 3 and 7 have two forms, not one.

    >>> canonical(parse("3 * (4 - 5)")) == canonical(parse("(-5 + 4) * 3"))
    True
    >>> canonical(parse("2 * 2")) == canonical(parse("2 + 2"))
    False
    """
    sign, form = _signed(tree)
    return form if sign > 0 else ("negative", form)


def _signed(tree: Expression) -> tuple[int, Any]:
    match tree:
        case Number(value):
            return 1, ("number", value)
        case Name(name):
            return 1, ("name", name)
        case Operation("negative", (inner,)):
            sign, form = _signed(inner)
            return -sign, form
        case Operation("+" | "-", _):
            return 1, ("sum", tuple(sorted(_addends(tree, 1), key=repr)))
        case Operation("*" | "/", _):
            sign, factors = _factors(tree, 1)
            return sign, ("product", tuple(sorted(factors, key=repr)))
        case Operation(symbol, operands):
            forms = [canonical(operand) for operand in operands]
            return 1, (symbol, tuple(sorted(forms, key=repr) if symbol in ("gcd", "lcm") else forms))


def _addends(tree: Expression, sign: int) -> list[Any]:
    match tree:
        case Operation("+", (left, right)):
            return _addends(left, sign) + _addends(right, sign)
        case Operation("-", (left, right)):
            return _addends(left, sign) + _addends(right, -sign)
        case Operation("negative", (inner,)):
            return _addends(inner, -sign)
        case _:
            own, form = _signed(tree)
            return [(own * sign, form)]


def _factors(tree: Expression, power: int) -> tuple[int, list[Any]]:
    match tree:
        case Operation("*", (left, right)):
            return _joined(_factors(left, power), _factors(right, power))
        case Operation("/", (left, right)):
            return _joined(_factors(left, power), _factors(right, -power))
        case Operation("negative", (inner,)):
            sign, factors = _factors(inner, power)
            return -sign, factors
        case _:
            sign, form = _signed(tree)
            return sign, [(power, form)]


def _joined(a: tuple[int, list[Any]], b: tuple[int, list[Any]]) -> tuple[int, list[Any]]:
    return a[0] * b[0], a[1] + b[1]


def _number(value: Polynomial) -> Fraction:
    found = polynomials.number(value)
    if found is None:
        raise NotAnExpression(f"A number is needed here; found {polynomials.render(value)}.")
    return found


def _power(base: Polynomial, exponent: Fraction) -> Polynomial:
    if exponent.denominator != 1 or abs(exponent) > LARGEST_EXPONENT:
        raise NotAnExpression(f"The exponent {exponent} is not a whole number of at most {LARGEST_EXPONENT}.")
    bits = max((max(abs(c.numerator), c.denominator).bit_length() for c in base), default=0)
    if bits * abs(exponent) > LARGEST_POWER_BITS or (len(base) - 1) * exponent > LARGEST_DEGREE:
        raise NotAnExpression(f"The power {exponent} of {polynomials.render(base)} is too large to be written out.")
    if exponent < 0:
        divisor = _number(base)
        if not divisor:
            raise NotAnExpression("Zero has no negative power.")
        return polynomials.constant(divisor ** int(exponent))
    power = polynomials.constant(1)
    for _ in range(int(exponent)):
        power = polynomials.multiply(power, base)
    return power


def _function(symbol: str, numbers: list[Fraction]) -> Fraction | int:
    if symbol == "floor":
        return math.floor(numbers[0])
    if any(n.denominator != 1 for n in numbers):
        raise NotAnExpression(f"{symbol} takes whole numbers; found {', '.join(map(str, numbers))}.")
    whole = [int(n) for n in numbers]
    match symbol, whole:
        case "gcd", [a, b]:
            return math.gcd(a, b)
        case "lcm", [a, b]:
            return math.lcm(a, b)
        case "mod", [a, b] if b > 0:
            return a % b
        case "C", [n, k] if 0 <= k <= n <= LARGEST_FACTORIAL:
            return math.comb(n, k)
        case "!", [n] if 0 <= n <= LARGEST_FACTORIAL:
            return math.factorial(n)
        case "sqrt", [n] if n >= 0 and math.isqrt(n) ** 2 == n:
            return math.isqrt(n)
    raise NotAnExpression(f"{symbol} of {', '.join(map(str, whole))} has no value here.")
