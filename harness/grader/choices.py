r"""Find the option letters that a solution chooses.

Letters are taken where the solution says that it answers: behind the last "answer is" or "correct options are", in the
last ``\boxed{...}``, as an option's full text; else the letters of its last statement. Several letters are several
answers ("(A) and (C)"), whether or not the question allows it.
"""

import re

from harness.grader.solutions import MAX_ANSWER, boxes, json_answer, own_part, tidy
from harness.grader.turns import tagged
from harness.records import AnswerSpec

# Every repetition is bounded: a hostile text must not make a pattern try ways without end.
_ANSWERING = re.compile(r"answers?|options?|choices?|statements?|combinations?|letters?|choose|select", re.IGNORECASE)
_ANCHOR = re.compile(
    rf"(?:{_ANSWERING.pattern})"
    r"(?:\s{0,4}\((?:s|es)\))?\s{0,4}(?:(?:to|for|of|that|which|from)\s{1,4}[^.:\n]{1,80}?|choices?|options?|letters?)?\s{0,4}"
    r"(?:is|are|(?:would|should|must)\s{1,4}be|=|:|\*\*:?){1,3}\s{0,9}",
    re.IGNORECASE,
)
_NEAR = 20_000  # characters from the end (or the beginning) in which an answer is looked for
_MOST_TRIED = 2000
_MOST_ANCHORS = 12
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {ord("。"): ".", ord("、"): ","}
_BEFORE = re.compile(
    r"(?:[\s*_$:({\[\"'`~-]|\\(?:boxed|text|textbf|textit|mathrm|mathbf|mathit|rm|bf|quad|,|;|\(|\[)(?![A-Za-z])"
    r"|(?:options?|choices?|statements?|letters?|the|both|only|therefore|thus|correct|answers?|is|are)\b(?=[\s:*(\[$\\])"
    r"){0,60}",
    re.IGNORECASE,
)
# Possessive throughout: a bracket that several parts could take would make as many ways as there are letters.
_BETWEEN = (
    r"[\s)\]}*$]{0,8}+(?:,|;|&|/|\band\b|\bor\b|\\text\{\s{0,2}and\s{0,2}\})[\s,({\[*$]{0,8}+(?:and\s{1,3}+|or\s{1,3}+)?+"
    r"(?:\\text(?:bf)?\{)?+[({\[*]{0,3}+(?:option\s{1,3}+)?+[({\[]{0,3}+"
)
_IS_CORRECT = r"\s{1,3}(?:is|are)\s{1,3}(?:the\s{1,3})?(?:both\s{1,3}|all\s{1,3})?(?:correct|right|true)\b"
_AFTER = (
    r"(?=[)\]}.,:;*$\\\"'`?!/]|\s{0,9}\Z|\s{0,9}\n|\s{1,4}(?:is|are|and|or|because|since|as|with|which|only|[-–—=])"
    r"(?![A-Za-z])|\s{0,4}&)"
)
_INTRODUCES = re.compile(
    r"\b(?:each|every|given)\s{1,2}(?:of the\s)?\Z", re.IGNORECASE
)  # "analyze each option: (A) ..."
# "Now, combining all the answers:" lists those to other questions; "..., the final answer is:" does not.
_RECAP = re.compile(
    r"\n[^\n]{0,20}\b(?:combin|summari[sz]|consider)[a-z]{1,4} all the (?:questions and )?answers[ ,a-eg-z]{0,12}:",
    re.IGNORECASE,
)
_ANSWERED = re.compile(r"answer is", re.IGNORECASE)
_DENIED = re.compile(r"\b(?:incorrect|not|false|wrong|untrue|neither|except|rule[sd]?\s+out)\b", re.IGNORECASE)
_WRONG = re.compile(
    r"[\s)\]}*$.]*(?:is|are)\s+(?:also\s+)?(?:incorrect|not|false|wrong|untrue|eliminated)", re.IGNORECASE
)


def letters(answer: str, spec: AnswerSpec) -> str | None:
    """The option letters an answer names, sorted, as one string; None where it names none.

    Takes letters ("B", "(B)", "A and C", "ABD") and the full text of one option.

    >>> letters("A, C", AnswerSpec("choice", choices=("1", "2", "3")))
    'AC'
    """
    answer = answer[: 5 * MAX_ANSWER]
    answer = re.sub(r"\\(?:text|mathrm|textbf|mathbf|rm|bf)\b", "", answer).strip()
    bare = re.sub(r"[\s,;.&(){}\[\]$*\\]|\b(?:and|options?|choices?)\b", "", answer)
    if bare and re.fullmatch(rf"[A-{_last(spec)}]+", bare) and len(set(bare)) == len(bare):
        return "".join(sorted(bare))
    for position, option in enumerate(spec.choices):
        if option.strip() and tidy(option) == tidy(answer):
            return chr(ord("A") + position)
    return _leading(answer, spec)


def extract(text: str, spec: AnswerSpec) -> str | None:
    """The letters a solution answers with, or None.

    >>> extract("The answer is (C).", AnswerSpec("choice", choices=("1", "2", "3", "4")))
    'C'
    >>> extract("So options (A) and (C) are correct, (B) is not.", AnswerSpec("choice", choices=("1", "2", "3", "4")))
    'AC'
    """
    return find(text, spec)[0]


def find(text: str, spec: AnswerSpec) -> tuple[str | None, str]:
    """The letters a solution answers with, or None, and the rule that found them."""
    text = _without_recap(own_part(text if text.isascii() else text.translate(_FULL_WIDTH)))
    tag = tagged(text)
    found = letters(tag[0], spec) or find(tag[0], spec)[0] if tag and len(tag[0]) < len(text) else None
    if found:
        return found, "answer tag"
    replied = json_answer(text)
    if replied is not None:
        return letters(replied, spec), "json field"
    anchors = _anchors(text)
    for match in reversed(anchors):
        if _INTRODUCES.search(text, max(match.start() - 16, 0), match.start()):
            continue
        found = _leading(text[match.end() : match.end() + 400], spec)
        if found:
            boxed = text.rfind("\\boxed", match.end())
            later = boxes(text[boxed:]) if boxed > match.end() + 40 else None
            boxed_letters = letters(later, spec) if later else None
            return (boxed_letters, "box") if boxed_letters else (found, "stated answer")
    boxed_answer = boxes(text)
    found = letters(boxed_answer, spec) if boxed_answer else None
    if found:
        return found, "box"
    for match in reversed(anchors[-3:]):
        found = _option_text(text[match.end() : match.end() + _NEAR], spec)
        if found:
            return found, "stated answer"
    found = _chosen(text, spec) or _closing(text, spec)
    return (found, "closing sentence") if found else (None, "none")


def _anchors(text: str) -> list[re.Match[str]]:
    """The last places where a solution says that it answers; a bounded number of words is tried, from the end."""
    starts = [match.start() for match in _ANSWERING.finditer(text)][-_MOST_TRIED:]
    found: dict[int, re.Match[str]] = {}
    for start in reversed(starts):
        match = _ANCHOR.match(text, start)
        if match:
            found[match.end()] = match  # of "the answer of this option is", the whole
            if len(found) > _MOST_ANCHORS:
                break
    return [found[end] for end in sorted(found)][-_MOST_ANCHORS:]


def _chosen(text: str, spec: AnswerSpec) -> str | None:
    """The letters that a Chinese solution chooses."""
    if text.isascii():
        return None
    found = list(
        re.finditer(
            rf"(?:选择?|選擇?|答案(?:是|为|為)?)\s{{0,3}}:?\s{{0,3}}\(?([A-{_last(spec)}](?:[,和与、]?[A-{_last(spec)}])*)(?![A-Za-z])",
            text[-_NEAR:],
        )
    )
    return "".join(sorted(set(re.findall("[A-Z]", found[-1].group(1))))) if found else None


def _without_recap(text: str) -> str:
    """A solution up to where it goes on to list the answers to several questions."""
    recap = _RECAP.search(text)
    return text[: recap.start()] if recap and _ANSWERED.search(text, 0, recap.start()) else text


def _last(spec: AnswerSpec) -> str:
    return chr(ord("A") + (len(spec.choices) or 26) - 1)


def _leading(text: str, spec: AnswerSpec) -> str | None:
    """The letters that a text begins with: one, a list of them, or a run of capitals; never the list of all options."""
    before = _BEFORE.match(text)
    start = before.end() if before else 0
    one = f"[A-{_last(spec)}]"
    match = re.compile(rf"({one}(?:{_BETWEEN}{one})*|{one}{{2,}})(?:{_AFTER}|(?<![AI])(?=\s))").match(text, start)
    if match is None:
        return None
    found = set(re.findall(rf"(?<![A-Za-z]){one}(?![A-Za-z])", match.group(1)) or match.group(1))
    rest = text[match.end() :]
    block = re.match(rf"[)\].:][^\n]*((?:\n\s*[(\[]?{one}[)\].:]\s[^\n]*)+)", rest)
    if block and len(re.findall(r"\n\s*\S", block.group(1))) > 1:
        return None
    if text[match.start() - 1 : match.start()] in ("(", "["):
        line = block.group() if block else rest.split("\n", 1)[0]
        if not _DENIED.search(line):
            found |= set(re.findall(rf"(?:,|;|\band\b|\n)\s*(?:and\s+)?[(\[]({one})[)\]]", line))
    return "".join(sorted(found))


def _option_text(text: str, spec: AnswerSpec) -> str | None:
    """The option whose full text follows."""
    line = text.strip().split("\n", 1)[0][:MAX_ANSWER]
    said = {tidy(line), tidy(re.split(r"\.\s", line, maxsplit=1)[0])}
    options = [tidy(option) for option in spec.choices]
    fitting = [i for i, option in enumerate(options) if (len(option) > 1 or option.isdigit()) and option in said]
    return chr(ord("A") + fitting[0]) if len(fitting) == 1 else None


def _closing(text: str, spec: AnswerSpec) -> str | None:
    """The letters of the last statement, in brackets, called options, or at its very end, that are not called wrong.

    The options of a list ("are: (A) ..., (B) ...", each on a line of its own or not) are taken together.
    """
    tail = text.rstrip()[-1500:]
    lines = tail.split("\n")
    one = f"[A-{_last(spec)}]"
    own = re.compile(rf"\s*[(\[]{one}[)\]]")
    while len(lines) > 1 and (own.match(lines[-1]) or not lines[-1].strip()):
        lines.pop()
    line = re.split(r"(?<=[a-z)\]$])\.\s+(?=[A-Z])", tail[len("\n".join(lines[:-1])) :].strip())[-1]
    correct = list(re.finditer(rf"(?<![A-Za-z0-9_])({one}(?:{_BETWEEN}{one})*)[)\]*.]{{0,3}}{_IS_CORRECT}", line))
    if correct:
        return "".join(sorted(set(re.findall(rf"(?<![A-Za-z]){one}(?![A-Za-z])", correct[-1].group(1)))))
    bracketed = re.findall(rf"[(\[]({one})[)\]]", line)
    if bracketed and not _DENIED.search(line):
        return "".join(sorted(set(bracketed)))
    lists = re.compile(
        rf"(?:(?<=option )|(?<=options )|(?<=choice )|(?<=[(\[])){one}(?![A-Za-z0-9_'’^])[)\]]*"
        rf"(?:{_BETWEEN}{one}(?![A-Za-z0-9_'’]))*|(?<![A-Za-z0-9_\\^]){one}(?=[\s.*)\]$}}]*\Z)",
    )
    best = None
    for match in lists.finditer(line):
        if not _WRONG.match(line, match.end()):
            best = "".join(sorted(set(re.findall(rf"(?<![A-Za-z]){one}(?![A-Za-z])", match.group()))))
    if best is None:
        items = list(
            re.finditer(
                rf"^[*_ ]{{0,6}}[(\[]?({one})[*_]{{0,3}}\s?[).:\]][*_]{{0,3}}\s[^\n]{{0,200}}$", tail, re.MULTILINE
            )
        )
        if (
            len(items) == 1 and items[0].end() == len(tail) and not _DENIED.search(items[0].group())
        ):  # "**B)** 5", which is no list of options
            return items[0].group(1)
    return best
