r"""Second readings of an answer: the base under a numeral, an option's letter before its value, unit vectors."""

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from harness.grader import points
from harness.grader.expressions import UNIT_VECTORS
from harness.grader.nodes import Node

_NUMERAL = re.compile(
    r"\s{0,3}(?:\(\s{0,3}([0-9A-Fa-f]{1,60})\s{0,3}\)|([0-9A-Fa-f]{0,59}[0-9A-F]))\s{0,3}_\s{0,3}"
    r"(?:\{\s{0,3}⟦?\s{0,3}([0-9]{1,2}|[A-Za-z]{1,12})\s{0,3}⟧?\s{0,3}\}|⟦\s{0,3}([0-9]{1,2}|[A-Za-z]{1,12})\s{0,3}⟧|([0-9a-z]))"
)
_OPTION = re.compile(
    r"\A[\s{]{0,3}⟦?\s{0,3}\(\s{0,2}([A-J])\s{0,2}\)\s{0,3}⟧?+[\s}.:]{0,4}+(?=\S)(?![,;]|⟦?\s{0,3}(?:and|or)\b)"
)
_BASES = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "eleven": "11", "twelve": "12", "sixteen": "16", "binary": "2", "octal": "8", "hex": "16",
}  # fmt: skip
_VECTORS = tuple(sorted(UNIT_VECTORS))


def numeral(text: str) -> tuple[str, str] | None:
    """The digits of a cleaned answer that is a numeral with its base, and the base; "" where a letter stands for it.

    >>> numeral("137_8"), numeral("101_{two}"), numeral("a_5")
    (('137', '8'), ('101', '2'), None)
    """
    match = _NUMERAL.fullmatch(text)
    if match is None:
        return None
    digits = match.group(1) or match.group(2)
    base = next(group for group in match.groups()[2:] if group is not None)
    if not any(c.isdigit() for c in digits):
        return None
    return digits, base if base.isdigit() else _BASES.get(base.lower(), "")


def option(text: str) -> tuple[str, str] | None:
    """The letter and the value of a cleaned answer that gives both, as "(A) 5"."""
    match = _OPTION.match(text)
    if match is None:
        return None
    rest = text[match.end() :]
    return match.group(1), f"⟦{rest}" if rest.find("⟧") < rest.find("⟦") or ("⟧" in rest and "⟦" not in rest) else rest


def coordinates(node: Node) -> tuple[Node, ...] | None:
    """The coordinates of a sum of unit vectors; None of anything else."""
    found = set(points.symbols(node)) & UNIT_VECTORS
    if len(found) < 2:
        return None
    names = _VECTORS if _VECTORS[2] in found else _VECTORS[:2]
    return tuple(_with(node, {other: Fraction(other == name) for other in _VECTORS}) for name in names)


def _with(node: Node, values: Mapping[str, Fraction]) -> Node:
    if node.kind == "symbol" and node.value in values:
        return Node("number", value=values[node.value])
    return replace(node, parts=tuple(_with(part, values) for part in node.parts))
