"""Texts that no reader would call a solution, told without a model: empty ones, and ones that repeat themselves."""

import zlib
from collections import Counter

TIMES = 3  # that a line stands in a text, from which on it repeats itself
LONG, PACKED = 200, 0.25  # from so many characters on, a text that packs to this share of its bytes repeats itself


def degenerate(text: str) -> str:
    r"""What is wrong with a text: ``empty``, ``repeats``, or "" for nothing that can be told this way.

    >>> degenerate(" ...\n"), degenerate("So 2 = 2.\n" * 3), degenerate("1 + 1 = 2\nAnswer: 2")
    ('empty', 'repeats', '')
    """
    if not any(c.isalnum() for c in text):
        return "empty"
    lines = Counter(line for part in text.splitlines() if (line := part.strip()))
    if max(lines.values()) >= TIMES:
        return "repeats"
    data = text.encode(errors="surrogatepass")
    return "repeats" if len(text) >= LONG and len(zlib.compress(data)) < PACKED * len(data) else ""
