r"""The answer of a solution that marks none: the last formula or number of its last line.

Lines and texts are cut before a pattern meets them, and every repetition in a pattern is bounded or begins with
something it cannot itself match.
"""

import re

from harness.grader import styles
from harness.grader.solutions import MAX_ANSWER

MATH_SEGMENT = re.compile(r"\\\[(.+?)\\\]|\\\((.+?)\\\)|\$\$(.+?)\$\$|(?<!\\)\$([^$\n]+?)(?<!\\)\$", re.DOTALL)
PROSE = re.compile(r"(?<![\\{A-Za-z])[A-Za-z]{2,} [A-Za-z]|\d (?:a|an|and|at|each|for|from|of|or|per|to|with) \Z")
_SCALE = r"(?:\s(?:hundred|thousand|million|billion|trillion)\b)?"
_CONSTANT = r"(?:\s?(?:π|\\pi(?![A-Za-z])|pi\b))"
_VULGAR = "½¼¾⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
_NUMBER = re.compile(
    r"(?<![\w.])[-−]?\d+(?:\.\d+)?\s{0,9}(?:×|\\times|\*|x)\s{0,9}10\s{0,9}(?:\^\s{0,9}\{?\s{0,9}[-−]?\d+\s{0,9}\}?|[⁻⁰¹²³⁴-⁹]+)"
    r"|(?<![\w.^/)])[-−]?\\?\$?\d{1,9}(?:\s{1,3}\d{1,6}/\d{1,6}(?![\d/])"
    rf"|\s?[{_VULGAR}]|\s{{0,3}}\\[dt]?frac\{{\d{{1,6}}\}}\{{\d{{1,6}}\}})"
    r"|-?\\[dtc]?frac\{-?[\d.]{1,99}\}\{[\d.]{1,99}\}"
    rf"|(?<![\w.^/)])[-−]?\\?\$?\s?(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d+)?(?:/\d+)?(?:{_CONSTANT}|{_SCALE})"
    rf"|(?<![\w.])-?\.\d+|[-−]?(?:(?<![\w.])π|\\pi(?![A-Za-z]))|[{_VULGAR}]"
)
_PAIR = re.compile(
    r"[(\[](?!\d{1,3}(?:,\d{3}){1,9}\))\s{0,3}[-−+]?[\d./πe]{1,20}(?:\s{0,3},\s{0,3}[-−+]?[\d./πe]{1,20}){1,5}\s{0,3}[)\]]"
)
_PAIR_AT_END = re.compile(r"(?:\bis|\bare|=|:|\bin)\s{0,9}\Z")
_RUN = re.compile(
    r"(?:\\(?!text|mathrm|approx|quad|qquad|Rightarrow|implies|therefore)[A-Za-z]{1,20}|[\d{}()\[\]+*/^_|!<>-]|[.,](?=\s?[\d\\])"
    r"|\s(?=[-+*/^(\\\d])|(?<![A-Za-z])[A-Za-z](?![A-Za-z]))+"
)
_COMMAND = re.compile(r"\\(?:sqrt|[dtc]?frac|pi|binom|infty|theta|alpha|beta|log|ln|sin|cos|tan)(?![A-Za-z])")
_DELIMITED = re.compile(r"(?<!\\)\$|\\[\[(]")
_CUT_SHORT = re.compile(r"\\(?:[dtc]?frac|sqrt|binom|log|ln|sin|cos|tan)\Z|[-+*/^_=]\Z")
_BEFORE_RESULT = re.compile(r"=|≈|\\approx(?![A-Za-z])|:|\b(?:is|are|equals|of|was|be|get|gives?|obtain)\b")
_RESULT = re.compile(
    r"(?:=|\\approx|≈)\s{0,9}\\?\$?\s{0,9}(-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?![\d,]*\d)"
    r"(?!\s{0,9}(?:[-+*/×^]\s{0,9}[\d($\\]|\\(?![\]),]|text|mathrm)))"
)
_NUMERIC = re.compile(r"[-+−(\s]{0,20}(?:[\d.]|\\(?:d?frac|sqrt|pi))[^<>=]*\Z(?<!\\leq)", re.DOTALL)
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b")
_RANKED = re.compile(r"(?:\b(?:is|was|are|be)(?:\s{1,3}(?:in|on|at))?|=)\s{0,3}(?:the\s{1,3})?\Z")
_OUT_OF = re.compile(
    r"\b(?:out\s{1,3}of|of\s{1,3}(?:the|all|these|those)|(?:from )?among)\s{1,3}(?:the\s{1,3}|all\s{1,3})?\Z"
)
_EQUALS = re.compile(r"(?:=|\\approx|≈)\s{0,9}\\?\$?\s{0,9}\Z")
_LAST_WORD = re.compile(r"\b(?:is|are)\s{1,9}(?:an?\s{1,9})?\*{0,4}([A-Za-z]{1,40})\*{0,4}\.?\s{0,9}$")
_ENDING = re.compile(
    r"\\end\s{0,3}\{(align|equation|gather|aligned|gathered|split|multline|displaymath|math)\*?\}\s{0,9}(?:\\\]|\$\$)?\.?\Z"
)
_POLITE = re.compile(
    r"\W{0,6}(?:I\s(?:hope|trust)|hope\s(?:this|that|it)|let\sme\sknow|please\s(?:let|feel|ask)|feel\sfree|if\syou\s(?:have|need|want|would)"
    r"|do\syou\s(?:have|want|need)|would\syou\slike|is\sthere\sany|thanks?\b|happy\sto|you'?re\swelcome|good\sluck|have\sa\s"
    r"|end\sof\s(?:solution|answer|proof)|q\.?e\.?d\b)|[-*_=#`\s]{1,60}\Z|</?[a-z]{1,20}>\s{0,3}\Z",
    re.IGNORECASE,
)


def without_politeness(text: str) -> str:
    r"""A solution without closing lines that say nothing of it, unless nothing else is there.

    >>> without_politeness("So there are 12 eggs.\n\nLet me know if you need more.")
    'So there are 12 eggs.'
    """
    stripped = text.rstrip()
    for _ in range(6):
        start = stripped.rfind("\n") + 1
        if start == 0 or not _POLITE.match(stripped, start, start + 200):
            break
        shorter = stripped[:start].rstrip()
        if not shorter:
            break
        stripped = shorter
    return stripped


def from_last_line(text: str, *, numeric: bool = False) -> str | None:
    """The last formula or number of the last line: how a solution ends that marks no answer."""
    stripped = text.rstrip()
    ended = _ENDING.search(stripped[-60:])
    if ended:
        return _last_row(stripped, ended.group(1))
    if stripped.endswith(("\\]", "$$")):
        line = stripped[max(stripped.rfind("\\["), stripped.rstrip("$").rfind("$$"), 0) :]
    else:
        line = stripped[stripped.rfind("\n") + 1 :]
    if len(line) > 5 * MAX_ANSWER:
        return None
    return _of_line(line, stripped[: -len(line)] if line else stripped, numeric=numeric)


def _last_row(text: str, name: str) -> str | None:
    start = text.rfind(f"\\begin{{{name}", max(len(text) - 5 * MAX_ANSWER, 0))
    body = text[start:].partition("}")[2] if start >= 0 else ""
    row = styles.rows(body[: body.rfind("\\end")], join=False)
    return re.split(r"(?<![\\<>!])=|\\approx|≈", row)[-1].strip(" .,") or None


def _of_line(line: str, before: str, *, numeric: bool) -> str | None:
    end, formula = 0, ""
    passed: list[tuple[int, int]] = []
    for match in MATH_SEGMENT.finditer(line):
        content = next(part for part in match.groups() if part is not None)
        if not PROSE.search(content):  # "$165 a month is $220" holds amounts, not a formula
            value = re.split(r"(?<![\\<>!])=|\\approx|≈", content)[-1].strip()
            if numeric and not _NUMERIC.match(value):
                passed.append(match.span())  # a chemical formula, a bound
                continue
            if any(c.isdigit() for c in value) or not formula:
                end, formula = match.end(), value
    if not formula and not passed and not numeric:
        written = _written(line)
        if written:
            return written
    found = [m for m in _NUMBER.finditer(line, end) if not any(a <= m.start() < b for a, b in passed)]
    bare = not any(c.isdigit() for c in formula)
    counted = [
        m for m in found if not _ORDINAL.match(line, m.end()) or _RANKED.search(line, max(m.start() - 20, 0), m.start())
    ]
    found = counted if counted or not bare else found  # "0.62, right to the 2nd digit"; but "in 6th place"
    if len(found) > 1:  # "5 apples left out of 12"
        found = [m for m in found if not _OUT_OF.search(line, max(m.start() - 30, 0), m.start())] or found
    if len({match.group() for match in found}) > 1 and bare and not _EQUALS.search(line, 0, found[-1].start()):
        computed = _last_result(before)
        found = [match for match in found if match.group().strip(" $\\").replace(",", "") == computed] or found
    if found or formula:
        return found[-1].group().strip(" $\\") if found and found[-1].group()[0] != "\\" else _plain(found, formula)
    word = _LAST_WORD.search(line)
    return word.group(1) if word else None


def _plain(found: list[re.Match[str]], formula: str) -> str:
    if not found:
        return formula
    text = found[-1].group()
    return text.strip(" $") if re.match(r"-?\\[A-Za-z]", text) else text.strip(" $\\")


def _written(line: str) -> str | None:
    r"""LaTeX without dollars, or a pair, at the end of a sentence: "The distance is \sqrt{17}."."""
    last = None
    for match in _BEFORE_RESULT.finditer(line):
        last = match
    start = last.end() if last else 0
    if _COMMAND.search(line, start) and not _DELIMITED.search(line):
        run = _RUN.match(line, start + len(line[start:]) - len(line[start:].lstrip()))
        value = run.group().strip(" .,") if run else ""
        return value if _COMMAND.search(value) and _is_whole(value) else None
    pairs = list(_PAIR.finditer(line))
    if pairs and not _NUMBER.search(line, pairs[-1].end()):
        first = pairs[-1].start()
        if first == 0 or _PAIR_AT_END.search(line, max(first - 12, 0), first):
            return pairs[-1].group()
    return None


def _is_whole(value: str) -> bool:
    """Whether an expression was not cut short: brackets that close, no command without its argument."""
    depth = 0
    for character in value:
        depth += (character in "{(") - (character in "})")
        if depth < 0:
            return False
    return depth == 0 and not _CUT_SHORT.search(value)


def _last_result(text: str) -> str | None:
    """What the last calculation of a text came to.

    It tells the answer from the other numbers of a closing sentence: "so 9 customers would pay $2500".
    """
    results = _RESULT.findall(text[-2 * MAX_ANSWER :])
    return results[-1].replace(",", "") if results else None
