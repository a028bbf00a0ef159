r"""The notation of answers: from text, LaTeX or plain, to a flat list of tokens that ``latex`` reads.

A token is a number, one letter, a mark, a command with its backslash, or a run of words, which begins with ``⟦``.
"""

import re
from fractions import Fraction

from harness.grader import styles

MAX_DEPTH = 40


def names(text: str) -> frozenset[str]:
    """A set of names, written as one row of words."""
    return frozenset(text.split())


FUNCTIONS = names(
    "sin cos tan cot sec csc arcsin arccos arctan arccot arcsec arccsc sinh cosh tanh coth sech csch arcsinh arccosh "
    "arctanh arsinh arcosh artanh asin acos atan ln lg exp log sqrt cbrt cis abs gcd lcm max min floor ceil sgn"
)
GREEK = names(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi rho varrho sigma tau "
    "upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega ell hbar "
    "triangle angle"
)
_UNICODE = str.maketrans(
    {
        "−": "-", "–": "-", "‐": "-", "÷": "/", "’": "'", "′": "'", "½": "\\frac12", "¼": "\\frac14",
        "¾": "\\frac34", "ℝ": "\\mathbb{R}", "ℤ": "\\mathbb{Z}", "€": "", "£": "", "¥": "", "⟦": "", "⟧": "",
        "×": "\\times ", "⋅": "\\cdot ", "·": "\\cdot ", "∙": "\\cdot ", "π": "\\pi ", "∞": "\\infty ",
        "√": "\\sqrt ", "≤": "\\le ", "≥": "\\ge ", "≠": "\\ne ", "≈": "\\approx ", "∪": "\\cup ", "∩": "\\cap ",
        "∈": "\\in ", "±": "\\pm ", "∓": "\\mp ", "°": "^\\circ ", "∅": "\\emptyset ", "⟨": "\\langle ",
        "⟩": "\\rangle ", "θ": "\\theta ", "α": "\\alpha ", "β": "\\beta ", "λ": "\\lambda ", "μ": "\\mu ",
        "φ": "\\phi ", "ω": "\\omega ", "ρ": "\\rho ", "\u2009": " ", "⅓": "\\frac13", "⅔": "\\frac23",
        "⅕": "\\frac15", "⅖": "\\frac25", "⅗": "\\frac35", "⅘": "\\frac45", "⅙": "\\frac16", "⅚": "\\frac56",
        "⅛": "\\frac18", "⅜": "\\frac38", "⅝": "\\frac58", "⅞": "\\frac78", "⁄": "/", "。": ".", "、": ",",
        "℃": "^\\circ C", "℉": "^\\circ F", "Ω": "\\Omega ", "₩": "", "₹": "", "\u3000": " ", "\u00a0": " ",
        "⌊": "\\lfloor ", "⌋": "\\rfloor ", "⌈": "\\lceil ", "⌉": "\\rceil ", "∖": "\\setminus ",
        "⩽": "\\le ", "⩾": "\\ge ", "“": "", "”": "", "‑": "-", "—": "-",
        **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    }
)  # fmt: skip
_RAISED = re.compile("[⁻⁺⁰¹²³⁴-⁹]+")
_LOWERED = str.maketrans("⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹", "-+0123456789")
_DROPPED = re.compile(
    r"\\(?:left|right|middle|m?[Bb]igg?[lr]?|displaystyle|textstyle|scriptstyle|limits|nolimits|boldsymbol|mathstrut|"
    r"strut|(?:phantom|hspace|label|tag)\{[^{}]*\})(?![A-Za-z])\.?|(?<!\\)\\!|\\?\$"
)
_SPACES = re.compile(r"(?:(?<!\\)\\(?:[,;:> ]|q?quad(?![A-Za-z])|enspace|thinspace)|~|&nbsp;|\s)+")
_TEXT = re.compile(
    r"\\(?:text(?:bf|it|rm|normal|tt|sf)?|mathrm|mathbf|mathit|mathsf|mathtt|mathnormal|mbox|hbox|rm|bf|it|emph|operatorname)"
    r"\*?\s{0,4}\{([^{}]*)\}|\{\s{0,4}\\(?:rm|bf|it|sf|tt)\s+([^{}]*)\}"
)
_EMPHASIS = re.compile(r"\s{0,4}\*\*(?=[^*\s])(.*[^*\s])\*\*\s{0,4}", re.DOTALL)
_BOX = re.compile(r"\\(?:boxed|fbox)(?![A-Za-z])")
_DOUBLED = re.compile(r"\\\\(?=[A-Za-z])")  # a backslash that was escaped once too often
_DELIMITERS = {
    "\\lbrace": "\\{", "\\rbrace": "\\}", "\\lvert": "|", "\\rvert": "|", "\\vert": "|", "\\mid": "|", "\\lbrack": "[",
    "\\rbrack": "]", "\\lparen": "(", "\\rparen": ")",
}  # fmt: skip
_DELIMITER = re.compile(r"\\(?:lbrace|rbrace|lvert|rvert|vert|mid|lbrack|rbrack|lparen|rparen)(?![A-Za-z])")
_MATH_SIGNS = re.compile(r"(?<!\\)\\[()\[\]]")
_PRIMES = re.compile(r"\^\s{0,4}(?:\\prime(?![A-Za-z])|\{\s{0,4}(?:\\prime\s{0,4})+\})")
_ARC = re.compile(
    r"(?<![\d.])(\d{1,9})\s{0,4}\^\s{0,4}\{?\s{0,4}\\circ\s{0,4}\}?\s{0,4}(?:(\d{1,2}(?:\.\d{1,9})?)\s{0,4}'(?!'))\s{0,4}"
    r"(?:(\d{1,2}(?:\.\d{1,9})?)\s{0,4}''(?!'))?"
)
_TIME_OF_DAY = re.compile(r"\d{1,2}\s{0,4}:\s{0,4}\d\d\s{0,4}[ap]\.?\s{0,4}m\b\.?", re.IGNORECASE)
_REPEATING = re.compile(r"(\d{0,40})\.(\d{0,40})\\(?:overline|bar|dot)\s{0,4}\{?(\d{1,40})\}?")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?![\d,])")
_TOKEN = re.compile(
    r"(?P<number>\d{1,3}(?:(?:\{,\}|,\\!|\\!,)\d{3})+(?!\d)(?:\.\d+)?|\d{1,3}(?: \d{3})+(?!\d)(?:\.\d+)?"
    r"|(?:\d+(?:\.\d+|\.(?=\s{0,4}[-+*/^)]))?|\.\d+)(?:[eE][-+]?\d+)?)"
    r"|(?P<command>\\[A-Za-z]+|\\[{}|%#&\\])|⟦(?P<text>[^⟧]*)⟧|(?P<word>[A-Za-z]+)"
    r"|(?P<mark>\*\*|<=|>=|!=|==|[-+*/^_=<>()\[\]{}|,;:!%'&])|(?P<space> )"
)
_NAMED = {"infinity": "\\infty", "inf": "\\infty", "oo": "\\infty", "pi": "\\pi", "theta": "\\theta"}
_UNITS = names("cm mm km kg mg ml nm ft in mi lb lbs oz hr hrs sec min mph kph deg sq cu pm am gal yd yr")
_SHORT_WORDS = frozenset(("yes", "no", "odd", "one", "two", "six", "ten", "all", "red"))
_CAPITALISED = frozenset(("No", "In", "At", "If", "It", "Is", "To", "Of", "On"))
_RUN_TOGETHER = ("arcsin", "arccos", "arctan", "sqrt", "sin", "cos", "tan", "log", "ln", "pi")


class Unreadable(ValueError):
    """The text is not in the notation that is read here."""


class TooLarge(Unreadable):
    """It is, but nobody should evaluate it."""


def clean(answer: str) -> str:
    """The answer without what carries no meaning: spacing, sizes, dollar signs, fonts; text blocks stand in ⟦⟧."""
    if answer.isascii() and answer.isdigit():
        return answer
    emphasised = _EMPHASIS.fullmatch(answer)
    text = styles.bare(_BOX.sub("", emphasised.group(1) if emphasised else answer))
    text = _RAISED.sub(lambda m: "^{" + m.group().translate(_LOWERED) + "}", text).translate(_UNICODE)
    text = re.sub(r",\\!\s{0,4}(?=\d{3})|\b(?:np|math)\.(?=[a-z])", "", text)
    if "\\begin" not in text:
        text = _DOUBLED.sub("\\\\", text)
    text = _DROPPED.sub("", text)
    text = _DELIMITER.sub(lambda m: _DELIMITERS[m.group()], _MATH_SIGNS.sub("", text))
    text = _PRIMES.sub(lambda m: "'" * m.group().count("prime"), text)
    text = _ARC.sub(_degrees, text)
    text = re.sub(r"\\[dtc]frac(?![A-Za-z])", r"\\frac", text)
    text = _REPEATING.sub(_repeating, text)
    text = re.sub(r"(?<=\d)\\,(?=\d{3}(?!\d))", "", text)
    text = _SPACES.sub(" ", text)
    for _ in range(3 if "\\" in text else 0):  # a font inside a font
        text, changed = _TEXT.subn(lambda m: f"⟦{m.group(1) or m.group(2) or ''}⟧", text)
        if not changed:
            break
    return styles.unlabelled(text.strip()).rstrip(". \\" if text.endswith((" \\", " \\ ")) else ". ").strip()


def _repeating(match: re.Match[str]) -> str:
    r"""0.1\overline{6} as an exact fraction."""
    whole, fixed, cycle = match.groups()
    scale, period = 10 ** len(fixed), 10 ** len(cycle) - 1
    value = Fraction(int((whole or "0") + fixed), scale) + Fraction(int(cycle), scale * period)
    return f"\\frac{{{value.numerator}}}{{{value.denominator}}}"


def _degrees(match: re.Match[str]) -> str:
    r"""63^\circ 45' 36'' as one exact number of degrees."""
    whole, minutes, seconds = (Fraction(part or 0) for part in match.groups())
    value = whole + minutes / 60 + seconds / 3600
    return f"\\frac{{{value.numerator}}}{{{value.denominator}}}^\\circ "


def words(text: str) -> str | None:
    """The whole of a cleaned answer as words; None where it is, or may be, mathematics."""
    bare = text.replace("⟦", " ").replace("⟧", " ")
    found = re.findall(r"[A-Za-z]+", bare)
    block = text.startswith("⟦") and text.find("⟧") == len(text) - 1
    if block and sum(len(w) > 1 for w in found) > 2:
        return plain_text(bare)  # a sentence, numbers and all
    if _TIME_OF_DAY.fullmatch(bare.strip()):
        return plain_text(bare)
    if "\\" in bare or re.search(r"[\d=<>^_|+*/\[{]", bare):
        return None
    if not found or any(w.lower() in _NAMED or w in FUNCTIONS for w in found):
        return None
    if all(len(w) == 1 or w in ("and", "or") for w in found):
        return None  # x, (C), A and B
    if len(found) == 1 and len(found[0]) <= 3 and found[0].islower() and not block and found[0] not in _SHORT_WORDS:
        return None  # ab: a product
    return plain_text(bare)


def plain_text(text: str) -> str:
    """The letters and digits of a text answer, in lower case."""
    return "".join(c for c in text.casefold() if c.isalnum())


def tokens(text: str) -> list[str]:
    """The tokens of a cleaned answer.

    Raises:
        Unreadable: A character that has no place in an answer, or brackets nested too deeply.
    """
    joined = _without_thousands(text)
    out: list[str] = []
    position = 0
    while position < len(joined):
        match = _TOKEN.match(joined, position)
        if match is None:
            raise Unreadable(f"{joined[position]!r}")
        kind, token = match.lastgroup, match.group()
        if kind == "number":
            out.append(re.sub(r"\{,\}|\\!|[ ,]", "", token))
        elif kind == "text":
            out += _text_tokens(match.group("text") or "", joined[position - 1] if position else "")
        elif kind == "word":
            before = joined[position - 1] if position else ""
            out += _word_tokens(token, before)
        elif kind != "space":
            out.append(token)
        position = match.end()
    return out


def _without_thousands(text: str) -> str:
    """1,200 as 1200, outside brackets, where a comma separates."""
    depth = 0
    pieces: list[str] = []
    position = 0
    while position < len(text):
        character = text[position]
        opens = character in "([" or (character == "{" and text[position - 1 : position] == "\\")
        closes = character in ")]" or (character == "}" and text[position - 1 : position] == "\\")
        depth += opens - closes
        if depth > MAX_DEPTH:
            raise TooLarge("nested too deeply")
        starts = character.isdigit() and depth <= 0 and (position == 0 or text[position - 1] not in "0123456789.,")
        match = _THOUSANDS.match(text, position) if starts else None
        pieces.append(match.group().replace(",", "") if match else character)
        position = match.end() if match else position + 1
    return "".join(pieces)


def _text_tokens(text: str, before: str) -> list[str]:
    """A text block: a separator, a symbol or function set upright, or words."""
    inner = text.strip(" .")
    if inner.lower().strip(" ,") in ("and", "or", ""):
        return [","] if inner else []
    if len(inner) == 1 and inner.isalpha():
        unit = inner not in "eid" and (text.startswith(" ") or before.isdigit()) and before != ""
        return ["⟦" + inner] if unit else [inner]
    if inner in ("mod", "sign"):
        return ["\\mod" if inner == "mod" else "\\sgn"]
    if inner in FUNCTIONS and inner not in ("min", "sec"):
        return ["\\" + inner]
    return ["⟦" + inner]


def _word_tokens(word: str, before: str) -> list[str]:
    """A run of letters outside a text block: a function, a constant, a product of letters, or a word."""
    if word in ("and", "or"):
        return [","]
    if word.lower() in _NAMED:
        return [_NAMED[word.lower()]]
    if word in FUNCTIONS and not (word == "min" and before == " "):
        return ["\\" + word]
    if word in _UNITS and (before == " " or before.isdigit()):
        return ["⟦" + word]
    if len(word) <= (2 if before == " " or word.istitle() else 4) and word not in _CAPITALISED:
        return list(word)
    for name in _RUN_TOGETHER:
        first, found, rest = word.partition(name)
        if found and len(first) <= 2 and len(rest) <= 2:  # xsin, sinx, 2pir
            return [*first, "\\" + name, *rest]
    return ["⟦" + word]
