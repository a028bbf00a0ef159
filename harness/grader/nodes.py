r"""The tree that an answer is read into.

Kinds of nodes. Expressions: ``number`` (value: a Fraction), ``decimal`` (likewise, written with a point), ``symbol``,
``constant`` (pi, e, i, oo), ``add``, ``multiply``, ``divide``, ``power``, ``function``, ``percent``, ``plus-minus``.
Structures: ``list`` (bare, commas between), ``tuple`` (value: its two brackets), ``set``, ``matrix`` (value: its
shape), ``relation`` (value: its operators), ``union``, ``difference``, ``universe`` (R, Z, ... and the empty set),
``text``.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from harness.grader.notation import TooLarge

_MAX_DIGITS = 400


@dataclass(frozen=True, slots=True)
class Node:
    """One part of an answer: its kind, its parts, and its value where it has one of its own."""

    kind: str
    parts: tuple["Node", ...] = ()
    value: Any = None


def negative(node: Node) -> Node:
    """Minus a node."""
    if node.kind in ("number", "decimal"):
        return Node(node.kind, value=-node.value)
    return Node("multiply", (Node("number", value=Fraction(-1)), node))


def number(text: str) -> Node:
    """A number as written: ``12``, ``.5``, ``1.2e-5``.

    Raises:
        TooLarge: It has more digits, or stands for more, than anybody should compute with.
    """
    if len(text) > _MAX_DIGITS:
        raise TooLarge(f"a number of more than {_MAX_DIGITS} digits")
    _, e, exponent = text.lower().partition("e")
    if e and abs(int(exponent)) > _MAX_DIGITS:
        raise TooLarge(f"a power of ten beyond {_MAX_DIGITS}")
    return Node("decimal" if "." in text or e else "number", value=Fraction("0" + text if text[0] == "." else text))
