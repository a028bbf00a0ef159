r"""Read one field of an upstream's record: a text, a number, a level, a label, a score, a right answer.

Each function takes whatever stands in the field and gives the value, or None where it says nothing; content that
cannot be what the field is for is ``Unfit``, whose words become the reason of a reject.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from harness.errors import BadInput
from harness.grader import answers
from harness.records import AnswerSpec, Score

_HIGHEST_LEVEL = 10_000
_MOST = 2**31 - 1
_SHOWN = 60
_SPECS = {"": None, "math": AnswerSpec("math"), "number": AnswerSpec("number"), "choice": AnswerSpec("choice")}
_FLAGS = {"true": True, "false": False, "1": True, "0": False, "1.0": True, "0.0": False}


class Unfit(ValueError):
    """Content that cannot be used, in words for the person who has the file: what was found, what was expected."""


def text_of(value: Any) -> str | None:
    """A text out of a field that may be None, a number or blank.

    >>> text_of(7), text_of("  "), text_of(None)
    ('7', None, None)
    """
    if value.__class__ is str:
        return value if value.strip() else None
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, list | tuple | dict):
        raise Unfit(f"a text was expected, found {shown(value)}")
    return str(value)


def level_of(value: Any) -> int | None:
    """A difficulty level out of 3, "3" or "Level 3"; None for anything else.

    >>> level_of("Level 4"), level_of(2), level_of("?")
    (4, 2, None)
    """
    if value.__class__ is int and 0 <= value <= _HIGHEST_LEVEL:
        level: int = value
        return level
    digits = re.search(r"\d+", str(value)) if value is not None else None
    return int(digits.group()) if digits and int(digits.group()) <= _HIGHEST_LEVEL else None


def number_of(value: Any) -> float | None:
    """A number, NaN being none.

    >>> number_of("0.5"), number_of(float("nan")), number_of(None)
    (0.5, None, None)
    """
    if value is None or value == "":
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise Unfit(f"a number was expected, found {shown(value)}") from None
    return None if math.isnan(number) else number


def count_of(value: Any) -> int | None:
    """A count, such as tokens; None where the upstream writes -1 or nothing.

    >>> count_of("12"), count_of(12.0), count_of(-1)
    (12, 12, None)
    """
    number = number_of(value)
    if number is not None and number > _MOST:
        raise Unfit(f"a count of {number:g}")
    return None if number is None or number < 0 else int(number)


def index_of(value: Any) -> int:
    """A sample's number: a whole number, and there.

    >>> index_of("3"), index_of(2.0)
    (3, 2)
    """
    number = None if isinstance(value, bool) else number_of(value)
    if number is None or not number.is_integer():
        raise Unfit(f"a sample's number is {shown(value)}; a whole number was expected")
    return int(number)


def flag_of(value: Any) -> bool | None:
    """True or false out of a boolean, 0, 1 or the words.

    >>> flag_of(1), flag_of("False"), flag_of(None)
    (True, False, None)
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, float) and math.isnan(value):
        return None
    known = _FLAGS.get(str(value).strip().casefold())
    if known is None:
        raise Unfit(f"a label is {shown(value)}; true, false, 0 or 1 was expected")
    return known


def texts_of(values: Any, what: str) -> tuple[str, ...]:
    """A list of texts, as it is.

    Args:
        values: The field.
        what: What the texts are, for the message.
    """
    if not isinstance(values, list | tuple):
        raise Unfit(f"{what} were expected as a list, found {shown(values)}")
    for value in values:
        if value.__class__ is not str:
            raise Unfit(f"one of the {what} is not a text but {shown(value)}")
    return tuple(values)


def solution_of(value: Any) -> str | None:
    """The text of a solution: None where there is none, an error where it is not a text."""
    if value is not None and not isinstance(value, str):
        raise Unfit(f"a solution is not a text but {shown(value)}")
    return value


def step_labels_of(values: Any, steps: Sequence[str] | None = None) -> tuple[int, ...] | None:
    """True step labels: 1 right, 0 neutral, -1 wrong, one per step; nothing else is taken for one of these.

    >>> step_labels_of([1, 0.0, -1]), step_labels_of(None)
    ((1, 0, -1), None)
    """
    if values is None:
        return None
    if not isinstance(values, list | tuple):
        raise Unfit(f"step labels were expected as a list, found {shown(values)}")
    strange = [v for v in values if isinstance(v, bool) or not isinstance(v, int | float) or v not in (-1, 0, 1)]
    if strange:
        raise Unfit(f"a step label is {shown(strange[0])}; -1, 0 or 1 was expected")
    if steps is not None and len(values) != len(steps):
        raise Unfit(f"{len(values)} step labels for {len(steps)} steps")
    return tuple(map(int, values))


def shown(value: Any) -> str:
    """A value as a reader of its file knows it, cut short: in JSON's words, not in Python's.

    >>> shown(None), shown([1, 2]), shown("x" * 99)[-5:]
    ('null', 'a list', 'xx...')
    """
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, Mapping):
        return "an object"
    text = str(value).lower() if isinstance(value, bool) else "null" if value is None else repr(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


def list_of(row: Mapping[str, Any], name: str) -> list[Any]:
    """The list in a field that has to be there."""
    values = row[name]
    if not isinstance(values, list | tuple):
        raise Unfit(f"{name} is {shown(values)}; a list was expected")
    return list(values)


def same_lengths(**lists: Sequence[Any] | None) -> int:
    """The length that all these lists have; None stands for a list that is not there.

    >>> same_lengths(texts=["a", "b"], scores=[1, 2], labels=None)
    2
    """
    odd = [(name, values) for name, values in lists.items() if not isinstance(values, list | tuple | None)]
    if odd:
        raise Unfit(f"{odd[0][0]} is {shown(odd[0][1])}; a list was expected")
    lengths = {name: len(values) for name, values in lists.items() if values is not None}
    if len(set(lengths.values())) > 1:
        raise Unfit("lists of different lengths: " + ", ".join(f"{n} {name}" for name, n in lengths.items()))
    return next(iter(lengths.values()), 0)


def item(values: Sequence[Any] | None, position: int) -> Any:
    """The entry of a list that may not be there."""
    return None if values is None else values[position]


# ------------------------------------------------------------------------------------------------ scores


def steps_score(values: Iterable[float]) -> Score:
    """Step scores as a Score; unknown as a whole where one of them is not a number, since no aggregation could tell.

    >>> steps_score([0.5, 0.25]).steps, steps_score([0.5, None]).steps
    ((0.5, 0.25), ())
    """
    known = [number_of(value) for value in values]
    return Score() if None in known else Score(steps=tuple(v for v in known if v is not None))


@lru_cache(maxsize=4096)
def score_name(upstream: str) -> str:
    """The name of a carried score: the upstream's own, with anything but letters, digits, ``.``, ``_``, ``-`` as ``-``.

    >>> score_name("meta-llama/Llama 3.3")
    'meta-llama-Llama-3.3'
    """
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", upstream).strip("-")
    if not name:
        raise Unfit(f"the score {upstream!r} has no name that can be kept")
    return name


def unique_names(columns: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Score names for columns, none equal to another even where letter case is ignored.

    Args:
        columns: (column, the name it should have) in the upstream's order. Where a name is taken, the column's full
            name is used, then that with a number.

    >>> unique_names([("GRM_scores", "GRM"), ("grm_scores", "grm")])
    {'GRM_scores': 'GRM', 'grm_scores': 'grm_scores'}
    """
    out: dict[str, str] = {}
    taken: set[str] = set()
    for column, wanted in columns:
        full = score_name(column)
        candidates = [score_name(wanted), full, *(f"{full}-{k}" for k in range(2, 2 + len(taken)))]
        out[column] = next(c for c in candidates if c.casefold() not in taken)
        taken.add(out[column].casefold())
    return out


# ------------------------------------------------------------------------------------------------ right answers


def gold_in(reference: Any) -> str | None:
    r"""The right answer in a reference: its last ``\boxed{...}``, or what follows ``####``, else the whole of it.

    >>> gold_in("4 + 4 = 8\n#### 8"), gold_in(r"So \boxed{\frac{1}{2}}."), gold_in("(C)")
    ('8', '\\frac{1}{2}', '(C)')
    """
    text = text_of(reference)
    if text is None:
        return None
    marked = "####" in text or "\\boxed" in text
    return (answers.extract(text, AnswerSpec()) if marked else None) or text.strip()


def kind_spec(kind: str) -> AnswerSpec | None:
    """What counts as the same answer, for the formats whose records do not say: the option ``kind``.

    Raises:
        BadInput: It is none of math, number and choice.
    """
    if kind not in _SPECS:
        raise BadInput(f"The option kind is math, number or choice, not {kind!r}.")
    return _SPECS[kind]


def with_options(question: str, options: Sequence[str]) -> str:
    r"""A question with its options, lettered, as a generator or a verifier sees it.

    >>> with_options("Which is even?", ["1", "2"])
    'Which is even?\n\n(A) 1\n(B) 2'
    """
    return question + "\n\n" + "\n".join(f"({chr(ord('A') + i)}) {option}" for i, option in enumerate(options))


def first_of(row: Mapping[str, Any], *names: str) -> Any:
    """The first of these fields that is there and not null."""
    return next((row[name] for name in names if row.get(name) is not None), None)
