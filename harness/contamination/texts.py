"""What of a text is compared: its words for n-grams and near duplicates, its characters for equality."""

import re
import unicodedata

_WORD = re.compile(r"[^\W\d_]+|\d+")
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[-+*/=<>^]")
_SPACING = re.compile(r"\\(?:left|right|displaystyle|limits|big|Big|bigg|Bigg)(?![A-Za-z])|\\[,;:!]|~|[\s${}]+")
_SAME = ((r"\dfrac", r"\frac"), (r"\tfrac", r"\frac"), (r"\cdot", "*"), (r"\times", "*"), (r"\leq", r"\le"),
         (r"\geq", r"\ge"), (r"\(", ""), (r"\)", ""), (r"\[", ""), (r"\]", ""))  # fmt: skip
_EDGES = ".,;:?!\"'`*#-_"


def words(text: str) -> list[str]:
    r"""Words and numbers in lower case, in order; punctuation, operators and LaTeX's marks fall away.

    >>> words(r"What is $\frac{1}{2} + 0.5x$?")
    ['what', 'is', 'frac', '1', '2', '0', '5', 'x']
    """
    return _WORD.findall(_plain(text))


def squeezed(text: str) -> str:
    r"""The characters that make a text: without spaces, dollar signs, braces and LaTeX's spacing, in lower case.

    >>> squeezed(r"What is  $\dfrac{1}{2}$ ?") == squeezed(r"what is \(\frac12\)?")
    True
    """
    plain = _plain(text)
    for written, meant in _SAME:
        plain = plain.replace(written, meant)
    return _SPACING.sub("", plain).strip(_EDGES)


def shingles(text: str, n: int = 3) -> frozenset[str]:
    """Runs of n words, numbers and operators, or all of them where there are fewer: what near duplicates share.

    >>> sorted(shingles("What is 1 + 2?"))
    ['1 + 2', 'is 1 +', 'what is 1']
    """
    own = _TOKEN.findall(_plain(text))
    return frozenset(" ".join(own[i : i + n]) for i in range(max(1, len(own) - n + 1))) if own else frozenset()


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
