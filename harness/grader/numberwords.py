"""Numbers written in words: seven, twenty-one, two hundred and five, three million."""

import re
from fractions import Fraction

_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SMALL = {name: n for n, name in enumerate(_UNITS)} | {name: 10 * n for n, name in enumerate(_TENS, 2)}
_LARGE = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_SHARES = {"half": Fraction(1, 2), "onehalf": Fraction(1, 2)}
_SCALED = re.compile(
    r"(?<=[\d}])(?:\s|\\times|\\cdot|⟦){0,4}(hundred|thousand|million|billion|trillion)s?\b(?!\w)\s{0,2}(⟧?)",
    re.IGNORECASE,
)
_MAX_WORDS = 16


def value(text: str) -> Fraction | None:
    """The number that words say, or None where they say none, or something else too.

    >>> value("twenty-one"), value("two hundred and five"), value("seven days"), value("one to one")
    (Fraction(21, 1), Fraction(205, 1), None, None)
    """
    found = re.findall(r"[a-z]+", text.lower())
    if not 0 < len(found) <= _MAX_WORDS or not (found[0] in _SMALL or "".join(found) in _SHARES):
        return None
    if "".join(found) in _SHARES:
        return _SHARES["".join(found)]
    total = group = last = 0
    for position, word in enumerate(found):
        if word == "and" and 0 < position < len(found) - 1 and last >= 100:
            continue
        if word in _SMALL and (position == 0 or last >= 100 or (last >= 20 and 0 < _SMALL[word] < 10)):
            group += _SMALL[word]
            last = _SMALL[word]
        elif word == "hundred" and 0 < group < 100:
            group, last = group * 100, 100
        elif word in _LARGE and group and (not total or total % 10 ** (_LARGE[word] + 3) == 0):
            total, group, last = total + group * 10 ** _LARGE[word], 0, 1000
        else:
            return None
    return Fraction(total + group)


def scaled(text: str) -> str:
    r"""A cleaned answer with "3 million" as a product.

    >>> scaled("3 million"), scaled("2.5⟦ billion dollars⟧"), scaled("a millionaire")
    ('3\\times 10^{6} ', '2.5\\times 10^{9} ⟦dollars⟧', 'a millionaire')
    """

    def product(match: re.Match[str]) -> str:
        power = {"hundred": 2, **_LARGE}[match.group(1).lower()]
        opened = "⟦" in match.group() and not match.group(2)
        closed = "⟧" if match.group(2) and "⟦" not in match.group() else ""
        return rf"\times 10^{{{power}}} {'⟦' if opened else ''}{closed}"

    return _SCALED.sub(product, text) if "illion" in text or "thousand" in text or "hundred" in text else text
