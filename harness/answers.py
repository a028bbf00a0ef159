r"""Find the answer in a solution, and compare answers as far as text and plain numbers allow.

What needs symbolic mathematics is in ``symbolic``, which only the grading processes import: nothing here parses more
than a number, so these functions are safe on hostile text.
"""

import json
import re
from fractions import Fraction

from harness.records import AnswerSpec

GRADER = "grader-1"
MAX_ANSWER = 1000  # characters; no gold answer of any task is half as long

_BOXED = re.compile(r"\\(?:boxed|fbox)\b\s*")
_ANSWER_BLOCK = re.compile(r"^#+\s*Answer\s*\n+(.+?)\s*\Z", re.MULTILINE | re.DOTALL)
_HASHES = re.compile(r"^####\s*(.+?)\s*\Z", re.MULTILINE)
_STATED = re.compile(
    r"(?:final\s+answer|correct\s+(?:answer|option|choice)|answer)\s*(?:is|are|=|:)\s*:?\s*(?:option\s+)?",
    re.IGNORECASE,
)
_MATH_SEGMENT = re.compile(r"\\\[(.+?)\\\]|\\\((.+?)\\\)|\$\$(.+?)\$\$|(?<!\\)\$([^$\n]+?)(?<!\\)\$", re.DOTALL)
_NUMBER = re.compile(
    r"-?\\d?frac\{-?[\d.]+\}\{[\d.]+\}"
    r"|(?<![\w.])[-−]?\\?\$?\s?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:/\d+)?|(?<![\w.])-?\.\d+"
)
_PROSE = re.compile(r"(?<![\\{A-Za-z])[A-Za-z]{2,} [A-Za-z]+")
_LAST_WORD = re.compile(r"\b(?:is|are)\s+(?:an?\s+)?\**([A-Za-z]+)\**\.?\s*$")
_LETTER = re.compile(r"(?<![A-Za-z0-9_\\])\(?\[?([A-Z])\)?\]?(?![A-Za-z0-9_'’])")


def extract(text: str, spec: AnswerSpec) -> str | None:
    r"""The final answer of a solution, or None where it states none.

    In this order: the last ``\boxed{...}``; a closing ``# Answer`` block; ``#### x``; the ``answer`` field of a JSON
    reply; what follows the last "answer is"; and, for mathematics and numbers, the last formula or number of the last
    line. Braces are matched, however deep.

    >>> extract(r"So $x = \boxed{\frac{1}{2}}$.", AnswerSpec())
    '\\frac{1}{2}'
    >>> extract("So she pays $1,200 in all.", AnswerSpec())
    '1,200'
    >>> extract("The answer is (C).", AnswerSpec("choice", choices=("1", "2", "3", "4")))
    'C'
    """
    found = _explicit(text)
    if spec.kind == "choice":
        letters = choice_letters(found, spec) if found is not None else None
        return letters or _last_letters(text, spec)
    if found is not None:
        return found
    return _from_last_line(text)


def last_boxed(text: str) -> str | None:
    r"""The content of the last ``\boxed{...}`` whose braces close, outer braces removed."""
    for match in list(_BOXED.finditer(text))[-20:][::-1]:  # bounded: a text may be nothing but unclosed boxes
        start = match.end()
        if start < len(text) and text[start] == "{":
            end = _closing_brace(text, start)
            if end is not None:
                return text[start + 1 : end].strip()
        elif start < len(text) and text[start] not in "\\}":
            return re.split(r"[\s$.,]", text[start:], maxsplit=1)[0] or None
    return None


def _closing_brace(text: str, start: int) -> int | None:
    depth = 0
    position = start
    while position < min(len(text), start + 5 * MAX_ANSWER):
        character = text[position]
        if character == "\\":
            position += 2
            continue
        depth += (character == "{") - (character == "}")
        if depth == 0:
            return position
        position += 1
    return None


def _explicit(text: str) -> str | None:
    """An answer that the solution marks as its answer."""
    boxed = last_boxed(text)
    if boxed:
        return boxed
    for pattern in (_ANSWER_BLOCK, _HASHES):
        matches = pattern.findall(text)
        if matches:
            return str(matches[-1]).strip() or None
    return _json_answer(text) or _stated(text)


def _json_answer(text: str) -> str | None:
    stripped = text.strip().removeprefix("```json").removeprefix("```").removesuffix("```").strip()
    if not stripped.startswith("{"):
        return None
    try:
        reply = json.loads(stripped, strict=False)
        value = reply.get("answer") if isinstance(reply, dict) else None
    except (ValueError, RecursionError):
        fields = re.findall(r'"answer"\s*:\s*("(?:[^"\\]|\\.)*"|-?[\d.]+)', stripped)
        value = fields[-1].strip('"').replace("\\\\", "\\") if fields else None
    return str(value).strip() or None if isinstance(value, str | int | float) else None


def _stated(text: str) -> str | None:
    """What follows the last "answer is" of the last two lines; of a sentence, its last formula or number."""
    lines = [line for line in text.rstrip()[-4 * MAX_ANSWER :].split("\n") if line.strip()][-2:]
    tail = "\n".join(lines)
    matches = list(_STATED.finditer(tail))
    if not matches:
        return None
    rest = tail[matches[-1].end() :].lstrip("*_ \n\t")
    segment = _MATH_SEGMENT.match(rest)
    if segment:
        return next(part for part in segment.groups() if part is not None).strip()
    sentence = re.split(r"\n|\.(?=\s|\*|$)|;\s", rest, maxsplit=1)[0].strip(" *_`\"'.,")
    if len(sentence.split()) > 4:
        return _from_last_line(sentence) or sentence
    return sentence or None


def _from_last_line(text: str) -> str | None:
    """The last formula or number of the last line: how a solution ends that marks no answer."""
    stripped = text.rstrip()
    if stripped.endswith(("\\]", "$$")):
        line = stripped[max(stripped.rfind("\\["), stripped.rstrip("$").rfind("$$"), 0) :]
    else:
        line = stripped[stripped.rfind("\n") + 1 :]
    if len(line) > 5 * MAX_ANSWER:
        return None
    last: tuple[int, str] | None = None
    for match in _MATH_SEGMENT.finditer(line):
        content = next(part for part in match.groups() if part is not None)
        if not _PROSE.search(content):  # "$165 a month is $220" holds amounts, not a formula
            last = (match.end(), re.split(r"(?<![\\<>!])=|\\approx|≈", content)[-1].strip())
    for match in _NUMBER.finditer(line):
        if last is None or match.start() >= last[0]:
            last = (match.end(), match.group().strip(" $\\"))
    if last:
        return last[1] or None
    word = _LAST_WORD.search(line)
    return word.group(1) if word else None


# ---------------------------------------------------------------------------------------------- choice


def choice_letters(answer: str, spec: AnswerSpec) -> str | None:
    """The option letters an answer names, sorted, as one string; None where it names none.

    Takes letters ("B", "(B)", "A and C", "ABD") and the full text of one option.

    >>> choice_letters("A, C", AnswerSpec("choice", choices=("1", "2", "3")))
    'AC'
    """
    answer = re.sub(r"\\(?:text|mathrm|textbf|mathbf|rm|bf)\b", "", answer).strip()
    last = chr(ord("A") + (len(spec.choices) or 26) - 1)
    bare = re.sub(r"[\s,;.&(){}\[\]$*\\]|\band\b", "", answer)
    if bare and re.fullmatch(rf"[A-{last}]+", bare) and len(set(bare)) == len(bare):
        return "".join(sorted(bare))
    for position, option in enumerate(spec.choices):
        if option.strip() and tidy(option) == tidy(answer):
            return chr(ord("A") + position)
    leading = re.match(rf"[\s({{\[*$]*([A-{last}])[)}}\]*.:,]+(?:\s|$|\*|\\|\$)", answer + " ")
    if leading:
        return leading.group(1)
    return None


def _last_letters(text: str, spec: AnswerSpec) -> str | None:
    """The last stand-alone option letter of the last line, as a solution ends that marks no answer."""
    last = chr(ord("A") + (len(spec.choices) or 26) - 1)
    line = text.rstrip()[-300:].rsplit("\n", 1)[-1]
    letters = [letter for letter in _LETTER.findall(line) if letter <= last]
    if not letters or (letters[-1] in "AI" and len(line) > 20 and f"({letters[-1]})" not in line):
        return None
    return str(letters[-1])


# ---------------------------------------------------------------------------------------------- plain answers

_SPACING = re.compile(r"\\[,;!: ]|~|\\q?quad\b|\\(?:left|right|displaystyle|bigl?|bigr?)\b\.?")
_WRAPPER = re.compile(r"^\\(?:text|mathrm|textbf|mathbf|mbox|textit)\{([^{}]*)\}$")
_RATIONAL = re.compile(r"([-+]?)(?:\\[dt]?frac\{(\d+)\}\{(\d+)\}|(\d+)/(\d+)|(\d+)(?:\.(\d+))?|\.(\d+))")
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:,(?:\\!)?\d{3})+(?:\.\d+)?")


def tidy(answer: str) -> str:
    r"""The answer without what never carries meaning: dollar signs, spacing commands, ``\left``, a final full stop.

    >>> tidy(r" $\left( 3, \dfrac{\pi}{2} \right)$. ")
    '(3,\\frac{\\pi}{2})'
    """
    text = answer.strip().replace("−", "-")
    text = _SPACING.sub("", text).replace("\\$", "").strip("$ ").removesuffix(".").strip("$ ")
    text = text.replace("\\dfrac", "\\frac").replace("\\tfrac", "\\frac")
    wrapped = _WRAPPER.match(text)
    if wrapped:
        text = wrapped.group(1)
    text = text.replace("^\\circ", "").replace("^{\\circ}", "").replace("\\%", "").replace("%", "")
    if _THOUSANDS.fullmatch(text.strip()):
        text = text.replace(",", "").replace("\\!", "")
    return re.sub(r"\s+", "", text)


def plain_number(answer: str) -> tuple[Fraction, bool] | None:
    """The exact value of an integer, decimal or simple fraction, and whether it is a decimal; None for anything else.

    >>> plain_number("1,200"), plain_number("0.50"), plain_number("x")
    ((Fraction(1200, 1), False), (Fraction(1, 2), True), None)
    """
    text = tidy(answer)
    if len(text) > 40:
        return None
    match = _RATIONAL.fullmatch(text)
    if not match:
        return None
    sign, top, bottom, over, under, whole, decimals, bare = match.groups()
    if (bottom and int(bottom) == 0) or (under and int(under) == 0):
        return None
    if top or over:
        value = Fraction(int(top or over), int(bottom or under))
    else:
        value = Fraction(f"{whole or 0}.{decimals or bare or 0}")
    return (-value if sign == "-" else value), bool(decimals or bare)


def compare_plain(answer: str, gold: str) -> bool | None:
    """Right or wrong where text and exact numbers settle it; None where mathematics is needed.

    Equal numbers are settled, and unequal ones unless a decimal is among them: whether 0.3333 may stand for 1/3 is
    left to the symbolic comparison.
    """
    if tidy(answer) == tidy(gold):
        return True
    a, g = plain_number(answer), plain_number(gold)
    if a is None or g is None:
        return None
    if a[0] == g[0]:
        return True
    return None if a[1] or g[1] else False


def plain_key(answer: str) -> str | None:
    """The voting key of an exact plain number, None for anything else. Equal values have equal keys."""
    number = plain_number(answer)
    return f"n:{number[0]}" if number else None
