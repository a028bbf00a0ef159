"""The steps of a solution that comes as one text."""


def split(text: str, separator: str) -> tuple[str, ...]:
    r"""The steps of a solution: its parts between separators, stripped, empty ones dropped.

    >>> split("First.\n\n\n\nSecond.\n\n", "\n\n")
    ('First.', 'Second.')
    """
    return tuple(part for piece in text.split(separator) if (part := piece.strip()))
