"""Whether work grows faster than a text, and texts that make a regular expression work: one for each of its loops."""

import re
import time
from collections.abc import Iterator

FREE = 0.3  # processor seconds that nobody need explain
_TRIED = "a1 $\\{(A.x=-\n}<|"


def cost(function, text):
    started = time.process_time()
    function(text)
    return time.process_time() - started


def filled(prefix, unit, suffix, size):
    """A text of about this size."""
    return (prefix + unit * (size // len(unit)))[:size] + suffix


def grows_too_fast(function, small, large):
    """Whether the work grows by more than four times as much as the text; small costs are noise.

    What really grows does so every time it is looked at; what a busy machine does to a clock is gone in one of ten.
    """
    for _ in range(10):
        dear = cost(function, large)
        if dear < FREE or dear <= 4 * len(large) / len(small) * max(cost(function, small), FREE / 64):
            return False
    return True


def loops(pattern: re.Pattern[str], size: int) -> Iterator[str]:
    """For each loop of the pattern a text of about this size that goes round in it, and then does not match."""
    tree = re._parser.parse(pattern.pattern, pattern.flags)
    for loop in _found(tree):
        text = _text(tree, loop, size)
        if len(text) >= size // 2:
            yield text + "\x00"


def _parts(op, value) -> list:
    """The sub-patterns of a node."""
    name = str(op)
    if name == "BRANCH":
        return list(value[1])
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return [value[2]]
    if name == "SUBPATTERN":
        return [value[3]]
    if name in ("ASSERT", "ASSERT_NOT"):
        return [value[1]]
    return [value] if name == "ATOMIC_GROUP" else []


def _found(tree) -> Iterator[object]:
    """The nodes that repeat something often."""
    for op, value in tree:
        if str(op).endswith("REPEAT") and value[1] > 4:
            yield value
        for part in _parts(op, value):
            yield from _found(part)


def _holds(tree, loop) -> bool:
    return any(value is loop or any(_holds(part, loop) for part in _parts(op, value)) for op, value in tree)


def _text(tree, loop, size: int) -> str:
    """A text that the tree matches, but for what looks around; the loop goes on for so many characters."""
    out = []
    for op, value in tree:
        name, parts = str(op), _parts(op, value)
        inside = any(_holds(part, loop) for part in parts)
        if name == "LITERAL":
            out.append(chr(value))
        elif name in ("NOT_LITERAL", "ANY", "IN"):
            out.append(_character(op, value))
        elif name.endswith("REPEAT"):
            once = _text(value[2], loop, size)
            times = size // max(len(once), 1) if value is loop else max(value[0], int(inside))
            out.append(once * times)
        elif name in ("ASSERT", "ASSERT_NOT"):
            out.append(_text(parts[0], loop, size) if inside else "")
        elif parts:
            chosen = next((part for part in parts if _holds(part, loop)), parts[0])
            out.append(_text(chosen, loop, size))
    return "".join(out)


def _character(op, value) -> str:
    """One that the node matches."""
    name = str(op)
    if name == "ANY":
        return "a"
    if name == "NOT_LITERAL":
        return next(c for c in _TRIED if ord(c) != value)
    for kind, inner in value:
        if str(kind) == "LITERAL" and str(value[0][0]) != "NEGATE":
            return chr(inner)
    return next((c for c in _TRIED if _within(c, value)), "a")


def _within(character: str, members) -> bool:
    kinds = {"DIGIT": str.isdigit, "SPACE": str.isspace, "WORD": lambda c: c.isalnum() or c == "_"}
    negated, found = False, False
    for kind, value in members:
        name = str(kind)
        if name == "NEGATE":
            negated = True
        elif name == "LITERAL":
            found |= ord(character) == value
        elif name == "RANGE":
            found |= value[0] <= ord(character) <= value[1]
        else:
            word = str(value).removeprefix("CATEGORY_")
            found |= kinds[word.removeprefix("NOT_")](character) != word.startswith("NOT_")
    return found != negated
