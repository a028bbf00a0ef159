"""Sets of real numbers as intervals: what is left of one when points and intervals are taken away."""

from dataclasses import dataclass

from harness.grader import numerals
from harness.grader.numerals import Number
from harness.grader.scalars import Meaning

_MOST = 24  # pieces; nobody writes a set of more


@dataclass(frozen=True, slots=True)
class Piece:
    """An interval: its two ends, and its two brackets."""

    low: Meaning
    high: Meaning
    brackets: str


def pieces(found: Meaning, line: Piece) -> list[Piece] | None:
    """The intervals a set consists of; None where it is no set of intervals and points of the real line."""
    if found.key == "u:R":
        return [line]
    if found.kind in ("interval", "tuple") and len(found.parts) == 2:
        if any(_real(part) is None for part in found.parts):
            return None
        return [Piece(found.parts[0], found.parts[1], found.key[0] + found.key[-1])]
    if found.kind == "scalar":
        return None if _real(found) is None else [Piece(found, found, "[]")]
    if found.kind != "collection" or len(found.parts) > _MOST:
        return None
    out: list[Piece] = []
    for part in found.parts:
        inside = pieces(part, line)
        if inside is None:
            return None
        out += inside
    return out


def _real(end: Meaning) -> Number | None:
    """The value of a real number, which may be infinite."""
    if end.kind != "scalar" or not end.key.startswith("n:") or not end.numbers:
        return None
    value = end.numbers[0]
    return value if numerals.MP.im(numerals.as_float(value)) == 0 else None


def without(whole: list[Piece], removed: list[Piece]) -> list[Piece]:
    """What is left of a set, its pieces in rising order."""
    left = whole
    for hole in removed:
        left = [rest for piece in left for rest in _cut(piece, hole)][:_MOST]
    return left


def _cut(piece: Piece, hole: Piece) -> list[Piece]:
    below = Piece(piece.low, hole.low, piece.brackets[0] + (")" if hole.brackets[0] == "[" else "]"))
    above = Piece(hole.high, piece.high, ("(" if hole.brackets[1] == "]" else "[") + piece.brackets[1])
    if _empty(Piece(piece.low, hole.high, piece.brackets[0] + hole.brackets[1])) or _empty(
        Piece(hole.low, piece.high, hole.brackets[0] + piece.brackets[1])
    ):
        return [piece]  # they do not meet
    return [rest for rest in (below, above) if not _empty(rest)]


def _empty(piece: Piece) -> bool:
    low, high = _real(piece.low), _real(piece.high)
    if numerals.equal(low, high):
        return piece.brackets != "[]"
    return bool(numerals.as_float(low) > numerals.as_float(high))
