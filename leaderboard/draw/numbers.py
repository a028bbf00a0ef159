"""Numbers as text: the same form in every table, chart and tooltip."""

UNKNOWN = "–"
_MINUS = "−"
_NONE = 1e-12  # what is nearer to zero is rounding
_SCALES = ((1e15, "P"), (1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))


def percent(value: float | None, digits: int = 1) -> str:
    """A share of one as a number of per cent, without the sign.

    >>> percent(0.824), percent(None)
    ('82.4', '–')
    """
    return UNKNOWN if value is None else f"{100 * value:.{digits}f}"


def points(value: float | None, digits: int = 1) -> str:
    """A difference of shares in percentage points, with its sign even where it rounds to nothing.

    >>> points(0.06), points(-0.0575), points(0.0001), points(0.0)
    ('+6.0', '−5.8', '+0.0', '0.0')
    """
    if value is None:
        return UNKNOWN
    sign = "" if abs(value) < _NONE else "+" if value > 0 else _MINUS
    return f"{sign}{abs(100 * value):.{digits}f}"


def signed(value: float | None, digits: int = 0) -> str:
    """A share in per cent that may be negative, with a true minus sign.

    >>> signed(-0.047), signed(0.55), signed(-0.001)
    ('−5', '55', '−0')
    """
    if value is None:
        return UNKNOWN
    return f"{_MINUS if value < -_NONE else ''}{abs(100 * value):.{digits}f}"


def decimal(value: float | None, digits: int = 3) -> str:
    """A plain number.

    >>> decimal(0.81234), decimal(None)
    ('0.812', '–')
    """
    return UNKNOWN if value is None else f"{value:.{digits}f}"


def count(value: int | None) -> str:
    """A number of things.

    >>> count(12345), count(None)
    ('12,345', '–')
    """
    return UNKNOWN if value is None else f"{value:,}"


def large(value: float | None) -> str:
    """A large number with three digits and a unit.

    >>> large(7_615_616_512), large(1234), large(12), large(None)
    ('7.62B', '1.23k', '12', '–')
    """
    if value is None:
        return UNKNOWN
    for scale, unit in _SCALES:
        if abs(value) >= scale:
            return f"{value / scale:.3g}{unit}"
    return f"{value:.3g}"


def interval(low: float | None, high: float | None) -> str:
    """An interval of shares in per cent.

    >>> interval(0.7721, 0.866)
    '77.2–86.6'
    """
    return UNKNOWN if low is None or high is None else f"{percent(low)}–{percent(high)}"
