"""The steps of a solution that comes as one text."""

import re
from functools import lru_cache


def split(text: str, separator: str) -> tuple[str, ...]:
    r"""The steps of a solution: its parts between separators, stripped, empty ones dropped.

    A line break of the separator is found as a carriage return and a line feed too, and a line that it wants empty may
    hold white space; a carriage return alone is no line break.

    >>> split("First.\n\n\n\nSecond.\n\n", "\n\n")
    ('First.', 'Second.')
    >>> split("First.\r\n \r\nSecond,\nand more.", "\n\n")
    ('First.', 'Second,\nand more.')
    """
    return tuple(part for piece in _pattern(separator).split(text) if (part := piece.strip()))


@lru_cache(maxsize=64)
def _pattern(separator: str) -> re.Pattern[str]:
    r"""What the separator is found as; between two of its line breaks white space may stand, but no further break.

    It never begins with white space that may be left out, so that long runs of spaces are read once only.
    """
    first, *others = map(re.escape, separator.split("\n"))
    if not others:
        return re.compile(first)
    return re.compile(first + (r"[^\S\n]*\n" if first else r"\n") + r"[^\S\n]*\n".join(others))
