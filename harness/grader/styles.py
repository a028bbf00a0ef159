r"""What an answer wears: colours, sizes, fonts, labels, remarks, counters and environments around what it says.

``bare`` works on the answer as written, ``unlabelled`` on one whose text blocks already stand in ⟦⟧. Every repetition
in a pattern is bounded.
"""

import re

from harness.grader import numberwords

_SIZES = "tiny|scriptsize|footnotesize|small|normalsize|large|Large|LARGE|huge|Huge"
_DRESS = re.compile(
    rf"\\(?:text|f)?color(?:box)?\s{{0,3}}(?:\[[A-Za-z]{{1,9}}\])?\{{[^{{}}]{{0,40}}\}}(?:\{{[^{{}}]{{0,40}}\}}(?=\{{))?"
    rf"|\\(?:{_SIZES}|underline|bm|therefore|because|bfseries|itshape|rmfamily|blacksquare|square|Box|qed|checkmark"
    r"|ensuremath|mathstrut|hfill|centering|leavevmode|noindent|par|protect)(?![A-Za-z])"
    r"|(?<!\{)\\(?:bf|it|rm|sf|tt|em)(?![A-Za-z])(?!\s{0,3}\{)"
    r"|[✓✔✅■□∎★🎉]\ufe0f?"
)
_ENVIRONMENT = re.compile(
    r"\\begin\s{0,3}\{(aligned|align|alignat|gathered|gather|split|equation|displaymath|math|multline)\*?\}"
    r"(?:\{\d\})?(.{0,1000}?)\\end\s{0,3}\{\1\*?\}",
    re.DOTALL,
)
_CHOOSE = re.compile(
    r"\{([^{}\\]{1,40})\\choose(?![A-Za-z])([^{}\\]{1,40})\}|\A([^{}\\]{1,40})\\choose\s([^{}\\]{1,40})\Z"
)
_TRANSPOSED = re.compile(
    r"\A(?:\\left)?[(\[]([^()\[\]]{1,200}?)(?:\\right)?[)\]]\s{0,3}\^\s{0,3}(?:\{\s{0,3})?\\?(?:T|top|intercal|mathrm\{T\}"
    r"|mathsf\{T\}|text\{T\})\s{0,3}\}?\Z"
)
_LETTER = (
    r"(?:\\(?:mathbf|vec|bm|boldsymbol|textbf)\s{0,2}\{\s{0,2}\\?%s(?:math)?\s{0,2}\}|\\hat\s{0,2}(?:\{\s{0,2}"
    r"(?:\\(?:mathbf|bm|boldsymbol)\s{0,2}\{\s{0,2}\\?%s(?:math)?\s{0,2}\}|\\?%s(?:math)?)\s{0,2}\}|%s(?![A-Za-z])))"
)
_VECTORS = {letter: re.compile(_LETTER % ((letter,) * 4)) for letter in "ijk"}
_DOTS = re.compile(r"(?<![\d.])(\d{0,20})\.(\d{1,40})(?:\.{2,3}|…|\\(?:ldots|dots|cdots)(?![A-Za-z]))\s{0,3}\Z")
_CYCLE = re.compile(r"(\d{1,12}?)\1{1,40}\Z")
_CJK = "\u3400-\u4dbf\u4e00-\u9fff\u3040-\u30ff\uac00-\ud7af"
_COUNTER = re.compile(rf"(?<=[\d}})\]%⟧])[\s⟦]{{0,3}}[{_CJK}]{{1,8}}[\s⟧.]{{0,3}}\Z")
_FOREIGN_LABEL = re.compile(rf"\A[\s⟦]{{0,3}}[{_CJK}]{{1,8}}[\s⟧]{{0,3}}[:=]?\s{{0,3}}(?=[\d\\({{\[+-])")
_MYRIADS = re.compile(r"(?<=\d)\s{0,2}([万亿萬億])")

_LABEL = re.compile(
    r"\A\s{0,3}(?:⟦\s{0,3})?(?:(?:the\s{1,3})?(?:final\s{1,3}|correct\s{1,3})?answer|result|solution)s?(?:\s{1,3}is)?"
    r"\s{0,3}(?::|=|(?<=is))\s{0,3}(⟧?)\s{0,3}:?",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"\A\s{0,3}(⟦?)\s{0,3}(?:about|approximately|approx\.?|roughly|around|exactly|only|usd|eur|gbp|rs\.?|inr|us)(?![A-Za-z])"
    r"\s{0,3}(⟧?)\s{0,3}(?=[⟦\d.\\({$+-])",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    r"(?<=\d)(?:\s{0,2}\^\s{0,2}(?:\{\s{0,2})?(?:⟦\s{0,2})?(?:st|nd|rd|th)(?:\s{0,2}⟧)?(?:\s{0,2}\})?|(?:st|nd|rd|th)(?![A-Za-z]))"
)
_PERCENT = re.compile(r"(?<=[\d}])[\s⟦]{0,3}(?:percent|per\scent|pct)(?![A-Za-z])[\s⟧.]{0,3}", re.IGNORECASE)
_ODDS = re.compile(r"\A(\d{1,9})[\s⟦]{1,4}(?:out\s{1,3}of|in)[\s⟧]{1,4}(\d{1,9})\Z", re.IGNORECASE)
_NESTED_TEXT = re.compile(r"⟦([^⟦⟧]{0,200})⟦([^⟦⟧]{0,200})⟧([^⟦⟧]{0,200})⟧")
_MICRO = re.compile(r"(?<=[\d}\s])\s{0,3}\\mu\s{0,3}⟦\s{0,3}(?=[A-Za-zΩ])")
_OHM = re.compile(r"(?<=[\d}])\s{0,4}(?:⟦\s{0,3}([kMGmµn]?)\s{0,3}⟧)?\s{0,3}\\Omega\s{0,3}\Z")
_EMPTY_GROUP = re.compile(r"\A\s{0,3}\{\s{0,3}\}|\{\s{0,3}\}\s{0,3}\Z")


def bare(text: str) -> str:
    r"""An answer without its colours, sizes and environments, and a few notations in the commoner one.

    >>> bare(r"\color{red}5"), bare(r"{10\choose3}"), bare("0.1666...")
    ('5', '\\binom{10}{3}', '0.1\\overline{6}')
    """
    if "\\" in text:
        text = _DRESS.sub("", text)
        if "\\begin" in text:
            text = _ENVIRONMENT.sub(lambda match: rows(match.group(2)), text)
        if "\\choose" in text:
            text = _CHOOSE.sub(_binomial, text)
        if _VECTORS["i"].search(text) and _VECTORS["j"].search(text):
            for letter, pattern in _VECTORS.items():
                text = pattern.sub(lambda _, letter=letter: rf" \unitvector{letter} ", text)  # type: ignore[misc]
    elif "✅" in text or "✓" in text or "✔" in text:
        text = _DRESS.sub("", text)
    if "^" in text:
        text = _TRANSPOSED.sub(r"(\1)", text.strip(" $"))
    if text.rstrip(" $.…").endswith(("dots",)) or text.rstrip(" $").endswith(("..", "…")):
        text = _DOTS.sub(_repeated, text.strip(" $"))
    return text


def rows(body: str, *, join: bool = True) -> str:
    """The rows of an environment: what the last one says, or all of them where each names something of its own."""
    found = [row.replace("&", " ").strip(" \n\t,;.") for row in re.split(r"\\\\(?:\[[^\]]{0,9}\])?", body)]
    found = [row for row in found if row]
    names = [row.partition("=")[0].strip() for row in found]
    if join and len(found) > 1 and all(name and len(name) < 12 for name in names) and len(set(names)) == len(names):
        return ", ".join(found)
    return found[-1] if found else ""


def _binomial(match: re.Match[str]) -> str:
    top, bottom = (group for group in match.groups() if group is not None)
    return rf"\binom{{{top.strip()}}}{{{bottom.strip()}}}"


def _repeated(match: re.Match[str]) -> str:
    whole, shown = match.groups()
    cycle = _CYCLE.search(shown)
    return rf"{whole}.{shown[: cycle.start()]}\overline{{{cycle.group(1)}}}" if cycle else f"{whole}.{shown}"


def unlabelled(text: str) -> str:
    """A cleaned answer without its label, its counter and its remarks, number words as powers of ten."""
    if "⟦" in text:
        for _ in range(3):
            text, changed = _NESTED_TEXT.subn(r"⟦\1\2\3⟧", text)
            if not changed:
                break
        if "\\mu" in text:
            text = _MICRO.sub("⟦µ", text)
    if "\\Omega" in text:
        text = _OHM.sub(lambda match: f"⟦{match.group(1) or ''}Ω⟧", text)
    if not text.isascii():
        text = _MYRIADS.sub(lambda m: rf"\\times 10^{{{4 if m.group(1) in '万萬' else 8}}}".replace("\\\\", "\\"), text)
        text = _FOREIGN_LABEL.sub("", _COUNTER.sub("", text))
    label = _LABEL.match(text)
    if label and label.end() < len(text):
        opened = "⟦" in label.group() and not label.group(1)
        text = ("⟦" if opened else "") + text[label.end() :].lstrip()
    remark = _REMARK.match(text)
    if remark:
        text = (remark.group(1) if not remark.group(2) else "") + text[remark.end() :]
    if "p" in text:
        text = _PERCENT.sub(r"\\% ", text)
    if text.startswith("{⟦") and text.endswith("⟧}"):
        text = text[1:-1]
    text = _ODDS.sub(r"\\frac{\1}{\2}", _ORDINAL.sub("", text))
    return _EMPTY_GROUP.sub("", numberwords.scaled(text))
