"""Small words of messages."""


def counted(count: int, noun: str, plural: str = "") -> str:
    """A count with its noun.

    >>> counted(1, "problem"), counted(1200, "problem"), counted(2, "entry", "entries")
    ('1 problem', '1,200 problems', '2 entries')
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"
