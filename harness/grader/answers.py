r"""Find the answer in a solution. Nothing here parses mathematics; ``meanings`` understands what was found."""

import re
from dataclasses import dataclass

from harness.grader import choices, turns
from harness.grader.closing import MATH_SEGMENT, PROSE, from_last_line, without_politeness
from harness.grader.solutions import MAX_ANSWER, boxes, json_answer, own_part
from harness.records import AnswerSpec

GRADER = "grader-2"

_ANSWER_BLOCK = re.compile(r"^#{1,6}[ \t]{0,4}Answer[ \t\r]{0,4}\n(.+)\Z", re.MULTILINE | re.DOTALL)
_HASHES = re.compile(r"^####(?!#)[ \t]{0,9}([^\n]{0,400})", re.MULTILINE)
_HEADING = re.compile(r"[^\n]{0,200}:[ *_]{0,4}\Z")
_VALUE = re.compile(
    r"[*$ ]{0,4}(?!\d{1,3}[.)]\s)[-+−]?(?:\\?\$)?(?:[\d.,/%()]{1,60}|\\[^\n]{1,60})"
    r"(?: [A-Za-z²³/°%]{1,20}){0,3}[*$. ]{0,4}"
)
_STATED = re.compile(
    r"(?:final\s{1,9}answer|correct\s{1,9}(?:answer|option|choice)|answer)\s{0,9}(?:is|are|=|:)\s{0,9}:?\s{0,9}"
    r"(?:option\s{1,9})?|(?:答案|答え|结果|結果)\s{0,3}(?:应该|應該)?(?:是|为|為|は|:|：)\s{0,3}[:：]?\s{0,3}",
    re.IGNORECASE,
)
_ANSWER_LINE = re.compile(
    r"^[ \t*_#>$\\\[✅-]{0,16}(?:\\(?:text|textbf|mathbf|boxed)\{ {0,4})?(?:the )?(?:final )?answer\b[\s*_]{0,16}:",
    re.IGNORECASE | re.MULTILINE,
)
_COUNT = re.compile(
    r"((?:\\?\$\s?)?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?=\s{1,9}[A-Za-z])"
    r"(?!\s{1,9}(?:x|e|times|to|or|and|hundred|thousand|million|billion|trillion)\b)"
)
_BARE = re.compile(r"(?:[^A-Za-z=]|(?<![A-Za-z])[A-Za-z](?![A-Za-z]))+")  # no word, no "=": "2x^2 - 11x - 21"
_SENTENCE_END = re.compile(r"\n|\.(?=\s|\*|$)|;\s|。")
_CORRECTED = re.compile(r"not\s{1,9}[^\n]{1,60}?\bbut\s{1,9}(?:rather\s{1,9}|actually\s{1,9})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """What a solution answers, and the rule that found it."""

    answer: str | None
    rule: str


def extract(text: str, spec: AnswerSpec, *, thoughts: bool = False) -> str | None:
    r"""The final answer of a solution, or None where it states none.

    Of what stands behind the thinking, in this order: an ``<answer>`` tag behind the last box; the last
    ``\boxed{...}``; a closing ``# Answer`` block; ``#### x``; the ``answer`` field of a JSON reply; what follows the
    last "answer is"; and, for mathematics and numbers, the last formula or number of the last line. Braces are
    matched, however deep.

    Args:
        text: The solution.
        spec: What kind of answer is looked for.
        thoughts: Whether to read the thinking of a reply that is nothing else.

    >>> extract(r"So $x = \boxed{\frac{1}{2}}$.", AnswerSpec())
    '\\frac{1}{2}'
    >>> extract("So she pays $1,200 in all.", AnswerSpec())
    '1,200'
    >>> extract("The answer is (C).", AnswerSpec("choice", choices=("1", "2", "3", "4")))
    'C'
    """
    return find(text, spec, thoughts=thoughts).answer


def find(text: str, spec: AnswerSpec, *, thoughts: bool = False) -> Found:
    """The final answer of a solution and the rule that found it; see ``extract``."""
    text = turns.visible(text, thoughts=thoughts)
    if spec.kind == "choice":
        return Found(*choices.find(text, spec))
    return _find(own_part(text), numeric=spec.kind == "number")


def _find(text: str, *, numeric: bool) -> Found:
    tag = turns.tagged(text)
    if tag and tag[1] > text.rfind("\\boxed"):
        inside = _find(tag[0], numeric=numeric) if len(tag[0].split()) > 6 or "boxed" in tag[0] else None
        return Found(inside.answer if inside and inside.answer else tag[0].strip("$ \n"), "answer tag")
    answer = _boxed(text, numeric=numeric)
    if answer:
        return Found(answer, "box")
    answer = _block(text)
    if answer:
        return Found(answer, "answer block")
    answer = _hashed(text)
    if answer:
        return Found(answer, "####")
    replied = json_answer(text)
    if replied and len(replied.split()) > 12 and PROSE.search(replied):
        # the whole solution, in the field of its answer
        return Found(from_last_line(replied, numeric=numeric) or replied, "json field")
    if replied:
        return Found(replied, "json field")
    stated = _stated(text, numeric=numeric)
    if stated:
        return Found(stated, "stated answer")
    found = from_last_line(without_politeness(text), numeric=numeric)
    return Found(found, "last expression" if found else "none")


def _boxed(text: str, *, numeric: bool) -> str | None:
    """The last box, or boxes; of a box and a later "Answer:" line, the line."""
    boxed = boxes(text)
    if not boxed:
        return None
    line = _last_match(_ANSWER_LINE, text, text.rfind("\\boxed") + 1)
    later = _statement(text[line.end() :], numeric=numeric) if line else None
    return later if later and len(later.split()) == 1 else boxed


def _block(text: str) -> str | None:
    """What stands under a closing heading "Answer"."""
    match = _ANSWER_BLOCK.search(text.rstrip())
    return match.group(1).strip() or None if match else None


def _hashed(text: str) -> str | None:
    """What a line that begins with ``####`` says: the last of all, or one before it that is nothing but a value."""
    if "####" not in text:
        return None
    stripped = text.rstrip()
    for match in list(_HASHES.finditer(stripped))[-20:][::-1]:
        line = match.group(1).strip()
        if match.end() == len(stripped) and not _HEADING.match(line):
            return line or None
        if _VALUE.fullmatch(line) and not _STATED.search(stripped, match.end()):
            return line
    return None


def _last_match(pattern: re.Pattern[str], text: str, start: int = 0) -> re.Match[str] | None:
    last = None
    for match in pattern.finditer(text, start):
        last = match
    return last


def _stated(text: str, *, numeric: bool) -> str | None:
    """What the last line that begins with "Answer:" says, else the last "answer is" of the last two lines."""
    line = _last_match(_ANSWER_LINE, text)
    if line and text[line.end() :].strip():
        return _statement(text[line.end() :], numeric=numeric)
    end = without_politeness(text)[-4 * MAX_ANSWER :]
    last = [line for line in end.split("\n") if line.strip()][-2:]
    tail = "\n".join(last)
    stated = _last_match(_STATED, tail)
    return _statement(tail[stated.end() :], numeric=numeric) if stated else None


def _statement(text: str, *, numeric: bool) -> str | None:
    """A formula, or the beginning of a line; of a sentence, its last formula or number."""
    rest = text.lstrip("*_ \n\t}:")[: 4 * MAX_ANSWER]
    segment = MATH_SEGMENT.match(rest)
    if segment:
        return next(part for part in segment.groups() if part is not None).strip()
    sentence = _SENTENCE_END.split(rest, maxsplit=1)[0].strip(" *_`\"'.,")
    corrected = _CORRECTED.match(sentence)
    sentence = sentence[corrected.end() :] if corrected else sentence
    if sentence.count("}") > sentence.count("{"):  # \\[\\text{ANSWER: 5}\\]
        sentence = sentence.rstrip().removesuffix("\\]").removesuffix("\\)").rstrip(" \t\r}")
    if len(sentence.split()) > 4 and not _BARE.fullmatch(sentence):
        first = _COUNT.match(sentence)  # "6 moles are released for 4 moles"
        return first.group(1) if first else from_last_line(sentence, numeric=numeric) or sentence
    return sentence or None
