r"""Where expressions with letters are sampled.

Most expressions are analytic: two that agree at two points without pattern are equal, and the letters may stand for
positive numbers, as authors mean them to. Floors, greatest common divisors, minima, absolute values and signs are not:
between two small points they are constants. What holds one is sampled at whole and broken, negative, small and large
numbers, at squares, powers of two and in every residue of the small moduli.
"""

import hashlib
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from harness.grader.nodes import Node

STEPS = 21
# At each point a number first + step * (one of count): a power of two and a square first, then multiples of 60, odd
# numbers, the residues of small moduli, small, negative and large ones.
_ORDINARY = (
    (0, 0, 1), (0, 0, 1), (60, 60, 6), (7, 2, 12), (7, 6, 30), (17, 12, 20), (1, 1, 3), (-2, -1, 40), (-3, -2, 30),
    (100, 1, 900), (3, 4, 40), (2, 4, 40), (1000, 1, 3000), (5, 1, 9), (1, 0, 1),
)  # fmt: skip
_BROKEN = frozenset((3, 5, 6, 8, 9, 13, 14))  # where what need not be whole is not
_STEP_FUNCTIONS = frozenset(("floor", "ceil", "abs", "min", "max", "gcd", "lcm", "mod", "sgn", "double factorial"))
_OF_INTEGERS = frozenset(("gcd", "lcm", "mod", "double factorial"))
_INTEGERS = frozenset("ijklmn")  # what these letters stand for unless somebody says otherwise


def symbols(node: Node) -> Iterator[str]:
    """The names of the symbols of a tree, as often as they stand in it."""
    if node.kind == "symbol":
        yield str(node.value)
    for part in node.parts:
        yield from symbols(part)


def has_symbol(node: Node) -> bool:
    """Whether a symbol is in it."""
    return node.kind == "symbol" or any(map(has_symbol, node.parts))


def steps(node: Node) -> bool:
    """Whether something that jumps or bends at single points, and depends on a letter, is in it."""
    return _is_step(node) or any(map(steps, node.parts))


def _is_step(node: Node) -> bool:
    if node.kind == "function" and node.value in _STEP_FUNCTIONS:
        return has_symbol(node)
    if node.kind == "power":
        return _alternates(node)
    return node.kind == "function" and node.value in ("root", "sqrt") and _squared_difference(node.parts[0])


def _alternates(node: Node) -> bool:
    """(-1)^n: a negative number to a power with a letter."""
    base, exponent = node.parts
    return base.kind == "number" and base.value < 0 and has_symbol(exponent)


def _squared_difference(node: Node) -> bool:
    r"""(a - b)^2: its root is |a - b|, and which of the two differences that is depends on the point."""
    if node.kind != "power" or not has_symbol(node):
        return False
    base, exponent = node.parts
    even = exponent.kind == "number" and exponent.value.denominator == 1 and exponent.value % 2 == 0
    return even and base.kind == "add" and any(_is_negative(part) for part in base.parts)


def _is_negative(node: Node) -> bool:
    if node.kind in ("number", "decimal"):
        return bool(node.value < 0)
    return node.kind == "multiply" and _is_negative(node.parts[0])


def integers(node: Node) -> frozenset[str]:
    """The names that stand for whole numbers: by custom, or because only those have a common divisor or a parity."""
    found = set(_among_integers(node))
    if found or _rounds(node):  # min(k^2, 1) may well be of a real k
        found |= {name for name in symbols(node) if name.partition("_")[0].lower() in _INTEGERS}
    return frozenset(found)


def _rounds(node: Node) -> bool:
    return (node.kind == "function" and node.value in ("floor", "ceil")) or any(map(_rounds, node.parts))


def _among_integers(node: Node) -> Iterator[str]:
    if node.kind == "function" and node.value in _OF_INTEGERS:
        yield from symbols(node)
    elif node.kind == "power" and _alternates(node):
        yield from symbols(node.parts[1])
    for part in node.parts:
        yield from _among_integers(part)


@lru_cache(maxsize=4096)
def step_value(name: str, point: int, *, whole: bool) -> Fraction:
    """What a symbol stands for at one of the ``STEPS`` points: exact, and without a pattern among the names."""
    draw = int.from_bytes(hashlib.sha256(f"{name}/step {point}".encode()).digest()[:6], "big")
    if point >= len(_ORDINARY):  # the signs of any two names differ at some of these
        if whole:  # a least common multiple of numbers of two signs is a matter of convention
            return Fraction(2 + draw % 200)
        sign = 1 if hashlib.sha256(name.encode()).digest()[0] >> (point - len(_ORDINARY)) & 1 else -1
        return sign * (Fraction(2 + draw % 50) + Fraction(1 + (draw >> 16) % 100, 101))
    first, step, count = _ORDINARY[point]
    number = first + step * (draw % count)
    if point == 0:
        number = 2 ** (2 + draw % 7)
    elif point == 1:
        number = (3 + draw % 10) ** 2
    broken = not whole and point in _BROKEN
    return Fraction(number) - (Fraction(1 + (draw >> 16) % 100, 101) if broken else 0)
