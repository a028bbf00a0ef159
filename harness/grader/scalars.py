"""What a single value means: a number, or an expression sampled at fixed points."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from harness.grader import numerals, points, values
from harness.grader.nodes import Node
from harness.grader.notation import TooLarge
from harness.grader.numerals import Number, Undefined

POINTS = 2
_FINE = 200  # digits to which a value that looks whole is computed again
_ENOUGH = 3  # points at which two expressions must both have a value


@dataclass(frozen=True, slots=True)
class Meaning:
    """An answer understood.

    Attributes:
        kind: ``scalar`` (a number or an expression), ``tuple``, ``interval``, ``collection`` (order does not count),
            ``matrix``, ``equation``, ``inequality``, ``universe``, ``difference`` or ``text``.
        key: Equal keys are the same vote.
        parts: Of a structure, in the order they were written.
        numbers: Of a scalar: its values at the fixed points.
        shares: Of a scalar with a percent sign: its values where 50% is 1/2.
        rough: Of a scalar: it holds a decimal, so it may be rounded.
        bare: A collection written without brackets.
        states: What else the answer states: of an equation between something with symbols and a number that number, of
            a chain (x = y = 1) the values in the order of their names.
        node: Of a scalar: the expression.
        steps: Of a scalar: it jumps or bends, so that it is sampled at ``points.STEPS``.
        solved: Of an equation that could be solved for several of its symbols: the one it was solved for.
        base: Of a numeral: the base written under it.
    """

    kind: str
    key: str
    parts: tuple["Meaning", ...] = ()
    numbers: tuple[Number, ...] = ()
    shares: tuple[Number, ...] = ()
    rough: bool = False
    bare: bool = False
    states: "Meaning | None" = None
    node: Node | None = field(default=None, compare=False)
    steps: bool = False
    solved: str = ""
    base: str = ""


def scalar(node: Node) -> Meaning:
    """The meaning of an expression."""
    rough = holds(node, "decimal")
    if points.steps(node):
        return Meaning("scalar", step_key(node), rough=rough, node=node, steps=True)
    numbers = tuple(values.evaluate(node, point) for point in range(POINTS))
    shares: tuple[Number, ...] = ()
    if holds(node, "percent"):
        shares = tuple(values.evaluate(node, point, percent=True) for point in range(POINTS))
    if not isinstance(numbers[0], Fraction) and not holds(node, "measured") and not points.has_symbol(node):
        numbers = (_finer(node, numbers[0]),) * POINTS
    return Meaning("scalar", number_key(numbers, rough=rough), numbers=numbers, shares=shares, rough=rough, node=node)


def number_key(numbers: tuple[Number, ...], *, rough: bool) -> str:
    """The key of an expression from its values; of a rational number nothing is rounded away, unless it is rough."""
    texts = [numerals.digits(number) for number in numbers]
    if texts[0] != texts[1]:
        return "f:" + ";".join(texts)
    return f"n:{texts[0] if rough else numerals.exact(numbers[0])}"


def _finer(node: Node, number: Number) -> Number:
    """A value that looks like a whole number to 25 digits, and is none to 200, with what it differs by.

    1 - e^{-100} is not 1: it comes back as a rational so close to 1 that only ``numerals.equal`` tells them apart.
    """
    if numerals.MP.isinf(number) or not numerals.digits(number).lstrip("-").isdigit():
        return number
    with numerals.MP.workdps(_FINE):
        fine = values.evaluate(node)
        if isinstance(fine, Fraction):
            return fine
        fine, noise = numerals.MP.re(fine), abs(numerals.MP.im(fine))
        if not numerals.MP.isfinite(fine) or noise > numerals.MP.mpf(10) ** (20 - _FINE):
            return number
        whole = int(numerals.MP.nint(fine))
        gap = fine - whole
        if abs(gap) <= max(abs(whole), 1) * numerals.MP.mpf(10) ** (20 - _FINE):
            return Fraction(whole)
        mantissa, exponent = numerals.MP.frexp(gap)
        return whole + Fraction(int(mantissa * 2**60), 2**60) * Fraction(2) ** int(exponent)


def step_key(node: Node) -> str:
    """The key of an expression that jumps: its values at all points where it has one."""
    found = step_values(node, points.integers(node))
    texts = ["?" if value is None else numerals.digits(value) for value in found]
    known = {text for text in texts if text != "?"}
    if not known:
        raise Undefined("no value at any of the points")
    return f"n:{known.pop()}" if len(known) == 1 else "g:" + ";".join(texts)


def step_values(node: Node, whole: frozenset[str]) -> list[Number | None]:
    """The values of an expression at the points for what jumps; None where it has none."""
    names = set(points.symbols(node))
    return [_at(node, {n: points.step_value(n, p, whole=n in whole) for n in names}) for p in range(points.STEPS)]


def _at(node: Node, fixed: Mapping[str, Number]) -> Number | None:
    try:
        return values.evaluate(node, fixed=fixed)
    except (Undefined, TooLarge):
        return None


def step_equal(one: Meaning, other: Meaning) -> bool:
    """Whether two expressions, at least one of which jumps, are equal wherever both have a value."""
    if one.node is None or other.node is None:
        return False
    whole = points.integers(one.node) | points.integers(other.node)
    pairs = zip(step_values(one.node, whole), step_values(other.node, whole), strict=True)
    both = [(a, b) for a, b in pairs if a is not None and b is not None]
    return len(both) >= _ENOUGH and all(numerals.digits(a) == numerals.digits(b) for a, b in both)


def holds(node: Node, kind: str) -> bool:
    """Whether a node of this kind is in it."""
    return node.kind == kind or any(holds(part, kind) for part in node.parts)


def collection(parts: Iterable[Meaning], *, distinct: bool) -> Meaning:
    """Several values without order; where they are not distinct, each counts as often as it stands there."""
    flat: list[Meaning] = []
    for part in parts:
        flat += part.parts if part.kind == "collection" else [part]
    if distinct:
        flat = list({part.key: part for part in flat}.values())
    if len(flat) == 1:
        return flat[0]
    return Meaning("collection", "{" + ",".join(sorted(part.key for part in flat)) + "}", tuple(flat))


def bare(found: Meaning) -> Meaning:
    """A collection as one written without brackets."""
    return replace(found, bare=True) if found.kind == "collection" else found
