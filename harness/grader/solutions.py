r"""The parts of a solution that mark its answer, and the spelling of answers."""

import json
import re
from collections.abc import Iterator

MAX_ANSWER = 1000  # characters; no gold answer of any task is half as long

_BOXED = re.compile(r"\\(?:boxed|fbox)\b\s*")
_LISTED = re.compile(  # between two boxes of one list: "$, $", " and $y = $"
    r"[\s$*\\)\]]{0,6}(?:[,;&]|\band\b|\bor\b|\\text\{\s{0,3}(?:and|or)\s{0,3}\}|和|或|、){1,2}"
    r"(?:\s{0,4}(?:and|or)\b)?[\s$*\\(\[]{0,6}(?:[A-Za-z][A-Za-z_0-9{}]{0,8}\s{0,3}=\s{0,3})?"
)
_NEXT_QUESTION = re.compile(r"^[ \t]{0,8}(?:Question|Problem|Q)[ \t]{0,4}\d{0,6}[ \t]{0,4}:", re.MULTILINE)
_BLANK_LINE = re.compile(r"\n[ \t\r]{0,8}\n\Z")
_ANSWERED = re.compile(r"answer\s*(?:is|:)|\\boxed", re.IGNORECASE)


def own_part(text: str) -> str:
    """The solution without what a base model writes on after it: the next question of the few-shot prompt."""
    answered = _ANSWERED.search(text)
    if answered is None:
        return text
    for match in _NEXT_QUESTION.finditer(text, answered.end()):
        if _BLANK_LINE.search(text, max(match.start() - 10, 0), match.start()):
            return text[: match.start()]
    return text


def last_boxed(text: str) -> str | None:
    r"""The content of the last ``\boxed{...}`` whose braces close, outer braces removed."""
    return next((content for _, _, content in _boxes(text)), None)


def _boxes(text: str) -> Iterator[tuple[int, int, str | None]]:
    """The last boxes that close, from the end: where each begins and ends, and what it holds."""
    for match in list(_BOXED.finditer(text))[-20:][::-1]:  # bounded: a text may be nothing but unclosed boxes
        start = match.end()
        if start < len(text) and text[start] == "{":
            end = _closing_brace(text, start)
            if end is not None:
                yield match.start(), end + 1, text[start + 1 : end].strip()
        elif start < len(text) and text[start] not in "\\}":
            content = re.split(r"[\s$.,]", text[start : start + MAX_ANSWER], maxsplit=1)[0]
            yield match.start(), start + len(content), content or None
            return


def boxes(text: str) -> str | None:
    r"""The content of the last box, or of the last ones where they are listed as one answer.

    >>> boxes(r"So \boxed{2} and $y = \boxed{3}$."), boxes(r"It is \boxed{2}. No: \boxed{3}.")
    ('2, 3', '3')
    """
    contents: list[str] = []
    first = len(text)
    for start, end, content in _boxes(text):
        if end > first or (contents and (first - end > 60 or not _LISTED.fullmatch(text, end, first))):
            break
        if not content:
            break
        contents.append(content)
        first = start
    distinct = list(dict.fromkeys(reversed(contents)))
    return ", ".join(distinct) or None


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


def json_answer(text: str) -> str | None:
    r"""The ``answer`` (or ``final_answer``) of a solution that is a JSON object, or ends in one in a fence.

    It may be cut short, and hold LaTeX whose backslashes nobody escaped.

    >>> json_answer('Here it is:\n```json\n{"steps": "...", "answer": "\\frac{1}{2}"}\n```')
    '\\frac{1}{2}'
    """
    body = _json_body(text)
    if body is None:
        return None
    try:
        reply = json.loads(body, strict=False)
        fields = reply if isinstance(reply, dict) else {}
        value = next((v for k, v in fields.items() if k.strip().casefold().replace(" ", "_") in _FIELDS), None)
    except (ValueError, RecursionError):
        found = _FIELD.findall(body)
        value = found[-1].strip('"').replace("\\\\", "\\") if found else None
    if isinstance(value, str):
        value = _EATEN.sub(lambda match: _ESCAPES[match.group()], value)
    return str(value).strip() or None if isinstance(value, str | int | float) else None


def _json_body(text: str) -> str | None:
    """The text from a solution's brace on: its first character, or the first of its last fence."""
    stripped = text.strip()
    if not stripped.startswith("{"):
        fences = list(_FENCE.finditer(stripped))
        if not fences:
            return None
        stripped = stripped[fences[-1].end() :].partition("```")[0].strip()
    return stripped.removesuffix("```").strip() if stripped.startswith("{") else None


_FIELDS = ("answer", "final_answer")
_FIELD = re.compile(r'"(?:final[_ ])?answer"\s*:\s*("(?:[^"\\]|\\.)*"|-?[\d.]+)', re.IGNORECASE)
_FENCE = re.compile(r"```(?:json)?\s{0,9}(?=\{)", re.IGNORECASE)
_ESCAPES = {"\x08": r"\b", "\x0c": r"\f", "\t": r"\t", "\r": r"\r"}  # what JSON makes of \binom, \frac, \text, \rho
_EATEN = re.compile("[\x08\x0c\t\r](?=[a-z])")
_SPACING = re.compile(r"\\[,;!: ]|~|\\q?quad\b|\\(?:left|right|displaystyle|bigl?|bigr?)\b\.?")
_WRAPPER = re.compile(r"^\\(?:text|mathrm|textbf|mathbf|mbox|textit)\{([^{}]*)\}$")
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
