"""The rules of OpenAI's PRM800K grader, written out from their description, for comparison only.

Source: openai/prm800k, prm800k/grading/grader.py. Two answers are the same when they are spelled the same after
normalisation (units, currency signs, degrees, text commands, commas between thousands and letter case dropped); or when
they are tuples with the same brackets and as many parts, each of which is the same: two fractions must be spelled the
same, so an unreduced one is wrong; a whole number only matches a whole number; anything else must have the same value.
The value is found by our reader instead of SymPy's ``parse_expr``, which evaluates Python.
"""

import re

from harness.grader import meanings
from harness.grader.notation import Unreadable

_UNITS = (
    "degree", "cm", "centimeter", "meter", "mile", "second", "minute", "hour", "day", "week", "month", "year", "foot",
    "feet", "inch", "yard",
)  # fmt: skip
_FRACTION = re.compile(r"-?\d+/\d+")


def normalised(answer: str) -> str:
    """The spelling that is compared."""
    text = re.sub(r"\\text\{(.+?)\}", r"\1", answer.strip().lower())
    text = text.replace("\\%", "%").replace("\\$", "$").replace("$", "").replace("%", "")
    text = text.replace(" or ", " , ").replace(" and ", " , ")
    for unit in _UNITS:
        text = re.sub(rf"{unit}(es)?(s)? *(\^\d+)?", "", text)
    text = re.sub(r"\^ *\\circ|\^\{\\circ\}|\\left|\\right|\\!|\\,|\\ ", "", text)
    text = re.sub(r"\\[dt]?frac\{(-?\d+)\}\{(\d+)\}", r"\1/\2", text)
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    if text.startswith("{") and text.endswith("}"):
        text = text[1:-1]
    text = re.sub(r"\s+", "", text)
    whole = re.fullmatch(r"(-?\d+)\.0+", text)
    return whole.group(1) if whole else text


def parts(text: str) -> list[str]:
    """The parts of a tuple, or the text alone."""
    if len(text) > 2 and text[0] in "([" and text[-1] in ")]" and not re.search(r"[()\[\]]", text[1:-1]):
        return [part.strip() for part in text[1:-1].split(",")]
    return [text]


def same(answer: str, gold: str) -> bool:
    """Whether the rules call the answer right."""
    given, right = normalised(answer), normalised(gold)
    if given == right:
        return True
    if not given:
        return False
    ours, theirs = parts(given), parts(right)
    if len(ours) != len(theirs) or (len(theirs) > 1 and (given[0], given[-1]) != (right[0], right[-1])):
        return False
    return all(_same_part(a, g) for a, g in zip(ours, theirs, strict=True))


def _same_part(answer: str, gold: str) -> bool:
    if _FRACTION.fullmatch(answer) and _FRACTION.fullmatch(gold):
        return answer == gold
    if _whole(answer) != _whole(gold):
        return False
    try:
        return meanings.meaning(answer).key == meanings.meaning(gold).key
    except Unreadable:
        return False


def _whole(text: str) -> bool:
    return re.fullmatch(r"-?\d+", text) is not None
