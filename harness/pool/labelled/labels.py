"""Labels and texts as they stand in data files, read by a stated rule; whatever else stands there is refused.

Three-valued: 1, 0, -1. Two-valued: true, 1, "1", "+" or "true" is right; false, 0, -1, "0", "-1", "-" or "false" is
wrong. In both, null (and NaN, as a table writes it) is not asked about. Nothing is read by its truth in Python, where
-1, "-" and "False" would be true.
"""

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from harness.errors import BadInput
from harness.wording import counted

POSITIVE, NEUTRAL, NEGATIVE = 1, 0, -1
_TWO: Mapping[str, int] = {
    "+": POSITIVE, "1": POSITIVE, "true": POSITIVE, "-": NEGATIVE, "-1": NEGATIVE, "0": NEGATIVE, "false": NEGATIVE
}  # fmt: skip
TWO_VALUED = "true, 1 or + (right), false, 0, -1 or - (wrong), or null (not asked about)"
THREE_VALUED = "1 (right), 0 (neutral), -1 (wrong), or null (not asked about)"


def three_valued(value: Any, where: str) -> int | None:
    """A label of three values; a boolean is none, since false may mean neutral or wrong.

    Raises:
        BadInput: It is none; ``where`` says which record and field.
    """
    if _is_unknown(value):
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and value in (POSITIVE, NEUTRAL, NEGATIVE):
        return int(value)
    raise BadInput(f"{where} is {_shown(value)}; {THREE_VALUED} is expected.")


def two_valued(value: Any, where: str) -> int | None:
    """A label of two values: right or wrong, or None.

    Raises:
        BadInput: It is none; ``where`` says which record and field.
    """
    if _is_unknown(value):
        return None
    known = None
    if isinstance(value, str | bool):
        known = _TWO.get(str(value).strip().casefold())
    elif isinstance(value, int | float) and value in (1, 0, -1):
        known = _TWO[str(int(value))]
    if known is None:
        raise BadInput(f"{where} is {_shown(value)}; {TWO_VALUED} is expected.")
    return known


def flag(value: Any, where: str) -> bool | None:
    """Whether an answer is right, read as a two-valued label.

    Raises:
        BadInput: It is none.
    """
    label = two_valued(value, where)
    return None if label is None else label == POSITIVE


def labels(values: Any, steps: int, where: str, read: Callable[[Any, str], int | None]) -> tuple[int | None, ...]:
    """The labels of a solution, one per step.

    Args:
        values: The field.
        steps: How many there must be.
        where: Record and field, for the message.
        read: ``two_valued`` or ``three_valued``.

    Raises:
        BadInput: They are no list, as many as something else, or one of them is no label.
    """
    if not isinstance(values, list | tuple):
        raise BadInput(f"{where} is {_shown(values)}; a list is expected.")
    if len(values) != steps:
        raise BadInput(
            f"{where} holds {counted(len(values), 'label')} for {counted(steps, 'step')}; one per step is expected."
        )
    return tuple(read(value, f"{where}[{i}]") for i, value in enumerate(values))


def texts(values: Any, where: str) -> tuple[str, ...]:
    """The steps of a solution: a list of texts, and nothing turned into one.

    Raises:
        BadInput: They are something else, or there are none.
    """
    if not isinstance(values, list | tuple) or not values:
        raise BadInput(f"{where} is {_shown(values)}; a list of the steps' texts is expected.")
    strange = [i for i, value in enumerate(values) if not isinstance(value, str)]
    if strange:
        raise BadInput(f"{where}[{strange[0]}] is {_shown(values[strange[0]])}; a step's text is expected.")
    return tuple(values)


def text(value: Any, where: str) -> str:
    """A text.

    Raises:
        BadInput: It is something else, or blank.
    """
    if not isinstance(value, str) or not value.strip():
        raise BadInput(f"{where} is {_shown(value)}; a text is expected.")
    return value


def _is_unknown(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _shown(value: Any) -> str:
    shown = json.dumps(value, ensure_ascii=False, default=str)
    return shown if len(shown) <= 60 else shown[:60] + "..."
