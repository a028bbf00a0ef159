"""Model output is hostile text: here it becomes text that shows as itself, never markup.

Characters that would not be seen, or would reorder what is seen, are made visible; long texts are folded; mathematics
is handed to KaTeX only where ``mathematics.harmless`` says so, and the rest has every Markdown character escaped.
"""

import re
import string

from harness.plain import visible
from leaderboard.draw import mathematics

__all__ = ["answer", "escaped", "folded", "markdown", "visible"]

FOLD = 4_000  # characters shown before "show all"
_MATH = re.compile(
    r"\$\$(?P<block>[^$]+?)\$\$|\\\[(?P<display>(?:(?!\\[\[\]]).)+?)\\\]|\\\((?P<inline>(?:(?!\\[()]).)+?)\\\)"
    r"|(?<![\\$\w])\$(?=\S)(?P<dollar>[^$\n]+?)(?<=\S)\$(?![\w$])",
    re.DOTALL,
)
# What Streamlit's Markdown replaces even where it is escaped: emoji and icon codes, arrows and dashes.
_REPLACED = re.compile(r":[\w+/-]+:|:\w+\[|<-|->|--|>=|<=|~=")
_PUNCTUATION = str.maketrans({c: "\\" + c for c in string.punctuation})


def folded(text: str, limit: int = FOLD) -> str:
    """The beginning of a long text, cut at a character; the whole of a short one."""
    return text if len(text) <= limit else text[:limit]


def markdown(text: str) -> str | None:
    """The text as Markdown that shows as itself with its mathematics typeset; None where Markdown would change it."""
    pieces, at, typeset, begins = [], 0, False, True
    for found in _MATH.finditer(text):
        formula = next(g for g in found.groups() if g is not None).strip()
        if not mathematics.harmless(formula):
            continue
        block = found["block"] is not None or found["display"] is not None
        pieces.append(escaped(text[at : found.start()], begins=begins))
        pieces.append(f"\n\n$$\n{formula}\n$$\n\n" if block else f"${formula}$")
        at, typeset, begins = found.end(), True, block
    pieces.append(escaped(text[at:], begins=begins))
    plain = _MATH.sub(" ", text) if typeset else text
    return None if not typeset or _REPLACED.search(plain) else "".join(pieces)


def answer(text: str) -> str:
    r"""An answer as Markdown on one line: typeset where it is mathematics that KaTeX takes, else as itself.

    >>> answer(r"\frac{1}{2}"), answer("42"), answer("east"), answer(r"\frac{1}")
    ('$\\frac{1}{2}$', '42', 'east', '\\\\frac\\{1\\}')
    """
    line = " ".join(text.split())
    inner = line.removeprefix("$").removesuffix("$").strip()
    if re.search(r"[\\^_{]", inner) and "|" not in inner and mathematics.harmless(inner):
        return f"${inner}$"
    return escaped(line)


def escaped(text: str, *, begins: bool = True) -> str:
    """The text with every Markdown character escaped, line ends kept.

    Args:
        text: The text.
        begins: Whether it begins a line; if not, the space that it begins with separates it from what stands before.
    """
    lines = [line.translate(_PUNCTUATION) for line in text.split("\n")]
    kept = [line.lstrip(" ") if i or begins else line for i, line in enumerate(lines)]
    return "  \n".join(line if line.strip() or not (i or begins) else "" for i, line in enumerate(kept))
