r"""Find the answer in a solution. Nothing here parses mathematics; ``meanings`` understands what was found."""

import re

from harness.grader import choices
from harness.grader.solutions import MAX_ANSWER, json_answer, last_boxed, own_part
from harness.records import AnswerSpec

GRADER = "grader-1"

_ANSWER_BLOCK = re.compile(r"^#{1,6}[ \t]{0,4}Answer[ \t\r]{0,4}\n(.+)\Z", re.MULTILINE | re.DOTALL)
_HASHES = re.compile(r"^####(.+)\Z", re.MULTILINE)
_STATED = re.compile(
    r"(?:final\s{1,9}answer|correct\s{1,9}(?:answer|option|choice)|answer)\s{0,9}(?:is|are|=|:)\s{0,9}:?\s{0,9}"
    r"(?:option\s{1,9})?",
    re.IGNORECASE,
)
_ANSWER_LINE = re.compile(
    r"^[ \t*_#>$\\\[-]{0,16}(?:\\(?:text|textbf|mathbf|boxed)\{ {0,4})?(?:the )?(?:final )?answer\b[\s*_]{0,16}:",
    re.IGNORECASE | re.MULTILINE,
)
_MATH_SEGMENT = re.compile(r"\\\[(.+?)\\\]|\\\((.+?)\\\)|\$\$(.+?)\$\$|(?<!\\)\$([^$\n]+?)(?<!\\)\$", re.DOTALL)
_NUMBER = re.compile(
    r"(?<![\w.])[-−]?\d+(?:\.\d+)?\s*(?:×|\\times|\*|x)\s*10\s*(?:\^\s*\{?\s*[-−]?\d+\s*\}?|[⁻⁰¹²³⁴-⁹]+)"
    r"|-?\\d?frac\{-?[\d.]+\}\{[\d.]+\}"
    r"|(?<![\w.^/)])[-−]?\\?\$?\s?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:/\d+)?"
    r"|(?<![\w.])-?\.\d+"
)
_RESULT = re.compile(
    r"(?:=|\\approx|≈)\s*\\?\$?\s*(-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?![\d,]*\d)"
    r"(?!\s*(?:[-+*/×^]\s*[\d($\\]|\\(?![\]),]|text|mathrm)))"
)
_NUMERIC = re.compile(r"[-+−(\s]*(?:[\d.]|\\(?:d?frac|sqrt|pi))[^<>=]*\Z(?<!\\leq)", re.DOTALL)
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b")
_COUNT = re.compile(
    r"((?:\\?\$\s?)?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?=\s+[A-Za-z])(?!\s+(?:x|e|times|to|or|and)\b)"
)
_EQUALS = re.compile(r"(?:=|\\approx|≈)\s*\\?\$?\s*\Z")
_PROSE = re.compile(r"(?<![\\{A-Za-z])[A-Za-z]{2,} [A-Za-z]|\d (?:a|an|and|at|each|for|from|of|or|per|to|with) \Z")
_BARE = re.compile(r"(?:[^A-Za-z=]|(?<![A-Za-z])[A-Za-z](?![A-Za-z]))+")  # no word, no "=": "2x^2 - 11x - 21"
_LAST_WORD = re.compile(r"\b(?:is|are)\s+(?:an?\s+)?\**([A-Za-z]+)\**\.?\s*$")


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
    if spec.kind == "choice":
        return choices.extract(text, spec)
    text = own_part(text)
    numeric = spec.kind == "number"
    return _explicit(text, numeric=numeric) or _from_last_line(text, numeric=numeric)


def _explicit(text: str, *, numeric: bool) -> str | None:
    """An answer that the solution marks as its answer; of a box and a later "Answer:" line, the line."""
    boxed = last_boxed(text)
    if boxed:
        line = _last_match(_ANSWER_LINE, text)
        later = (
            _statement(text[line.end() :], numeric=numeric) if line and line.start() > text.rfind("\\boxed") else None
        )
        return later if later and len(later.split()) == 1 else boxed
    for pattern in (_ANSWER_BLOCK, _HASHES):
        match = pattern.search(text.rstrip())
        if match:
            return match.group(1).strip() or None
    replied = json_answer(text)
    if replied and len(replied.split()) > 12 and _PROSE.search(replied):
        return _from_last_line(replied, numeric=numeric) or replied  # the whole solution, in the field of its answer
    return replied or _stated(text, numeric=numeric)


def _last_match(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return next(iter(list(pattern.finditer(text))[-1:]), None)


def _stated(text: str, *, numeric: bool) -> str | None:
    """What the last line that begins with "Answer:" says, else the last "answer is" of the last two lines."""
    line = _last_match(_ANSWER_LINE, text)
    if line and text[line.end() :].strip():
        return _statement(text[line.end() :], numeric=numeric)
    last = [line for line in text.rstrip()[-4 * MAX_ANSWER :].split("\n") if line.strip()][-2:]
    tail = "\n".join(last)
    stated = _last_match(_STATED, tail)
    return _statement(tail[stated.end() :], numeric=numeric) if stated else None


def _statement(text: str, *, numeric: bool) -> str | None:
    """A formula, or the beginning of a line; of a sentence, its last formula or number."""
    rest = text.lstrip("*_ \n\t}:")
    segment = _MATH_SEGMENT.match(rest)
    if segment:
        return next(part for part in segment.groups() if part is not None).strip()
    sentence = re.split(r"\n|\.(?=\s|\*|$)|;\s", rest, maxsplit=1)[0].strip(" *_`\"'.,")
    if sentence.count("}") > sentence.count("{"):  # \\[\\text{ANSWER: 5}\\]
        sentence = re.sub(r"[\s}]*(?:\\[\])])?\s*\Z", "", sentence)
    if len(sentence.split()) > 4 and not _BARE.fullmatch(sentence):
        first = _COUNT.match(sentence)  # "6 moles are released for 4 moles"
        return first.group(1) if first else _from_last_line(sentence, numeric=numeric) or sentence
    return sentence or None


def _from_last_line(text: str, *, numeric: bool = False) -> str | None:
    """The last formula or number of the last line: how a solution ends that marks no answer."""
    stripped = text.rstrip()
    if stripped.endswith(("\\]", "$$")):
        line = stripped[max(stripped.rfind("\\["), stripped.rstrip("$").rfind("$$"), 0) :]
    else:
        line = stripped[stripped.rfind("\n") + 1 :]
    if len(line) > 5 * MAX_ANSWER:
        return None
    end, formula = 0, ""
    passed: list[tuple[int, int]] = []
    for match in _MATH_SEGMENT.finditer(line):
        content = next(part for part in match.groups() if part is not None)
        if not _PROSE.search(content):  # "$165 a month is $220" holds amounts, not a formula
            value = re.split(r"(?<![\\<>!])=|\\approx|≈", content)[-1].strip()
            if numeric and not _NUMERIC.match(value):
                passed.append(match.span())  # a chemical formula, a bound
                continue
            if any(c.isdigit() for c in value) or not formula:
                end, formula = match.end(), value
    found = [m for m in _NUMBER.finditer(line, end) if not any(a <= m.start() < b for a, b in passed)]
    bare = not any(c.isdigit() for c in formula)
    counted = [m for m in found if not _ORDINAL.match(line, m.end())]
    found = counted if counted or not bare else found  # "0.62, right to the 2nd digit"; but "in 6th place"
    if len({match.group() for match in found}) > 1 and bare and not _EQUALS.search(line, 0, found[-1].start()):
        computed = _last_result(stripped[: -len(line)])
        found = [match for match in found if match.group().strip(" $\\").replace(",", "") == computed] or found
    if found or formula:
        return found[-1].group().strip(" $\\") if found else formula
    word = _LAST_WORD.search(line)
    return word.group(1) if word else None


def _last_result(text: str) -> str | None:
    """What the last calculation of a text came to.

    It tells the answer from the other numbers of a closing sentence: "so 9 customers would pay $2500".
    """
    results = _RESULT.findall(text[-2 * MAX_ANSWER :])
    return results[-1].replace(",", "") if results else None
