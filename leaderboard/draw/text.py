"""Model output is hostile text: here it becomes text that shows as itself, never markup.

Characters that would not be seen, or would reorder what is seen, are made visible; long texts are folded; mathematics
is handed to KaTeX only where ``mathematics.harmless`` says so, and the rest has every Markdown character escaped.
"""

import re
import string

from harness.plain import visible
from leaderboard.draw import mathematics

__all__ = ["escaped", "folded", "markdown", "visible"]

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
    pieces, at, typeset = [], 0, False
    for found in _MATH.finditer(text):
        formula = next(g for g in found.groups() if g is not None).strip()
        if not mathematics.harmless(formula):
            continue
        block = found["block"] is not None or found["display"] is not None
        pieces.append(escaped(text[at : found.start()]))
        pieces.append(f"\n\n$$\n{formula}\n$$\n\n" if block else f"${formula}$")
        at, typeset = found.end(), True
    pieces.append(escaped(text[at:]))
    plain = _MATH.sub(" ", text) if typeset else text
    return None if not typeset or _REPLACED.search(plain) else "".join(pieces)


def escaped(text: str) -> str:
    """The text with every Markdown character escaped, line ends kept."""
    lines = [line.translate(_PUNCTUATION) for line in text.split("\n")]
    return "  \n".join(line.lstrip(" ") if line.strip() else "" for line in lines)
