"""Numbers with tolerance: read them, compare them, cluster them for a vote."""

import math
import re
from collections.abc import Mapping

from harness.answers import plain_number, tidy
from harness.records import AnswerSpec

_SCIENTIFIC = re.compile(
    r"([-+]?\d*\.?\d+)(?:[eE]([-+]?\d+)|(?:\\times|\\cdot|\*|×|x)10(?:\^|\*\*)\{?\(?([-+]?\d+)\)?\}?)"
)
_POWER_OF_TEN = re.compile(r"([-+]?)10\^\{?([-+]?\d+)\}?")
_LEADING = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?\.?\d*")


def number(answer: str) -> float | None:
    r"""The number an answer states, any unit behind it aside; None where it states none or more than one.

    >>> number(r"2.5 \times 10^{-3} \text{ m}"), number("1,200 J"), number("3/4"), number("about")
    (0.0025, 1200.0, 0.75, None)
    """
    exact = plain_number(answer)
    if exact is not None:
        return float(exact[0])
    text = re.sub(r"^[^=]*(?:=|\\approx|≈|\\sim)", "", tidy(answer))
    text = re.sub(r"\\(?:text|mathrm|mbox|rm|operatorname)\{.*$", "", text)
    match = _SCIENTIFIC.match(text)
    if match:
        exponent = int(match.group(2) or match.group(3))
        return float(match.group(1)) * 10.0**exponent if abs(exponent) < 300 else None
    power = _POWER_OF_TEN.match(text)
    if power:
        exponent = int(power.group(2))
        return math.copysign(10.0**exponent, -1.0 if power.group(1) == "-" else 1.0) if abs(exponent) < 300 else None
    leading = _LEADING.match(text)
    if not leading or not any(c.isdigit() for c in leading.group()):
        return None
    rest = text[leading.end() :]
    if len(leading.group()) > 40 or re.match(r"[\d^*/(\\+-]", rest):  # the start of a formula, not a number
        return None
    return float(leading.group().replace(",", ""))


def within(answer: float, gold: float, spec: AnswerSpec) -> bool:
    """|answer - gold| within the absolute or the relative tolerance."""
    return abs(answer - gold) <= max(spec.absolute_tolerance, spec.relative_tolerance * abs(gold), 1e-9 * abs(gold))


def number_keys(counts: Mapping[float, int], spec: AnswerSpec) -> dict[float, str]:
    """Voting keys for the distinct numbers given to one problem.

    "Within a tolerance" is not transitive, so no key can be found from a number alone. The numbers are taken from the
    most frequent down (ties: the smaller first); each joins the first earlier one it is within tolerance of, or
    becomes a key itself. Neither the gold nor the order of the samples matters.
    """
    leaders: list[float] = []
    keys: dict[float, str] = {}
    for value in sorted(counts, key=lambda v: (-counts[v], v)):
        leader = next((lead for lead in leaders if within(value, lead, spec)), None)
        if leader is None:
            leaders.append(value)
            leader = value
        keys[value] = f"n:{leader:.12g}"
    return keys
