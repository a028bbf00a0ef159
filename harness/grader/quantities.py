r"""Numbers with a tolerance and, where both sides have one, a unit: read, compared, clustered for a vote.

A number may be written in any way ``expressions`` knows, scientific notation and roots of pi included. Its unit is
read by ``units``; where one side has none, or one of another dimension, the bare numbers are compared, as the authors
of the data sets do.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from harness.grader import latex, notation, numerals, units, values
from harness.grader.notation import Unreadable
from harness.grader.units import Unit
from harness.records import AnswerSpec

_LABEL = re.compile(r"^.*(?:=|\\(?:approx|simeq|sim|equiv)(?![A-Za-z])|\b(?:about|approximately|roughly)\b)")
_NUMERIC = re.compile(
    r"(?:[\d.,\s+\-*/(){}!]|\^(?!\s{0,4}\{?\s{0,4}\\circ)|\\(?:times|cdot|div|frac|sqrt|pi|pm)(?![A-Za-z])|[eE](?=[-+]?\d)"
    r"|[xX](?=\s{0,4}10))*"
)
_POWER_OF_TEN = re.compile(r"[xX](?=\s{0,4}10)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and its unit, None where there is none or none that is known."""

    value: float
    unit: Unit | None = None


def number(answer: str) -> float | None:
    r"""The number an answer states, any unit behind it aside; None where it states none or more than one.

    >>> number(r"2.5 \times 10^{-3} \text{ m}"), number("1,200 J"), number("3/4"), number("about")
    (0.0025, 1200.0, 0.75, None)
    """
    found = quantity(answer)
    return None if found is None else found.value


@lru_cache(maxsize=16_384)
def quantity(answer: str) -> Quantity | None:
    """The number an answer states and its unit; None where it states no single number."""
    if len(answer) > 1000:
        return None
    text = notation.clean(answer)
    text = _LABEL.sub("", re.sub(r"\{\s{0,4}\}", "", text)).strip()
    match = _NUMERIC.match(text)
    end = match.end() if match else 0
    value = _value(text[:end])
    if value is not None:
        known, unit = units.read(text[end:])
        if known:
            return Quantity(value, unit)
    value = None if "⟦" in text else _value(text)
    return None if value is None else Quantity(value)


def _value(text: str) -> float | None:
    """The value of a real number written out; None for anything else."""
    text = _POWER_OF_TEN.sub(r"\\times ", text.strip().rstrip(",."))
    try:
        node = latex.read(text)
        if node.kind == "plus-minus":
            node = node.parts[0]  # 5.2 ± 0.1
        first, second = (values.evaluate(node, point) for point in (0, 1))
        if first != second or numerals.digits(first) in ("oo", "-oo"):
            return None
        value = complex(first)
    except (Unreadable, OverflowError, RecursionError):
        return None
    return value.real if value.imag == 0.0 and math.isfinite(value.real) else None


def gold(text: str, spec: AnswerSpec) -> Quantity | None:
    """The right answer as a quantity, in the unit its task states or else in its own; None where it is no number."""
    found = quantity(text)
    if found is None or not spec.unit.strip(" $"):
        return found
    return Quantity(found.value, units.unit(spec.unit))


def right(answer: Quantity, gold: Quantity, spec: AnswerSpec) -> bool:
    """Whether the answer is within the tolerance of the right one, in any reading of its unit."""
    return any(within(value, gold.value, spec) for value in _readings(answer, gold.unit))


def _readings(answer: Quantity, unit: Unit | None) -> list[float]:
    """What the answer's number is in the right answer's unit: one value, or two where the unit was left out."""
    theirs = answer.unit
    if theirs and unit and theirs.dimension == unit.dimension and (theirs.dimension or theirs.scale != 1.0):
        return [(answer.value * theirs.factor + theirs.offset - unit.offset) / unit.factor]
    scale = (theirs.scale if theirs else 1.0) / (unit.scale if unit else 1.0)
    return [answer.value] if scale == 1.0 else [answer.value, answer.value * scale]


def within(answer: float, gold: float, spec: AnswerSpec) -> bool:
    """|answer - gold| within the absolute or the relative tolerance, and never closer than floating point can tell."""
    limit = max(spec.absolute_tolerance, spec.relative_tolerance * abs(gold))
    return abs(answer - gold) <= limit * (1.0 + 1e-9) + 1e-9 * abs(gold)


def keys(counts: Mapping[str, int], unit: Unit | None, spec: AnswerSpec) -> dict[str, str]:
    """Voting keys for the answers given to one problem; answers that are no numbers have none.

    "Within a tolerance" is not transitive, so no key can be found from a number alone. The numbers are taken from the
    most frequent down (ties: the smaller first); each joins the first earlier one it is within tolerance of, or
    becomes a key itself. Neither the gold's value nor the order of the samples matters.

    Args:
        counts: How often each answer was given.
        unit: The unit the problem asks for.
        spec: The tolerance.
    """
    weights: dict[float, int] = {}
    numbers: dict[str, float] = {}
    for answer, count in counts.items():
        found = quantity(answer)
        if found is not None:
            numbers[answer] = _readings(found, unit)[0]
            weights[numbers[answer]] = weights.get(numbers[answer], 0) + count
    leaders: list[float] = []
    names: dict[float, str] = {}
    for value in sorted(weights, key=lambda v: (-weights[v], v)):
        leader = next((lead for lead in leaders if within(value, lead, spec)), None)
        if leader is None:
            leaders.append(value)
            leader = value
        names[value] = f"n:{leader:.12g}"
    return {answer: names[value] for answer, value in numbers.items()}
