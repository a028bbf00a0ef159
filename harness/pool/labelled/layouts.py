"""The layouts in which labelled solutions are published, told apart by the fields of a row."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from harness.errors import BadInput
from harness.pool.labelled.openr import read_openr
from harness.pool.labelled.prm800k import read_prm800k
from harness.pool.labelled.shepherd import read_shepherd
from harness.pool.labelled.solution import LabelledSolution, solutions_of
from harness.pool.labelled.stepwise import read_stepwise

Row = Mapping[str, Any]
READERS: dict[str, Callable[[Iterable[Row], str], Iterator[LabelledSolution]]] = {
    "labelled": solutions_of,
    "prm800k": read_prm800k,
    "math-shepherd": read_shepherd,
    "stepwise": read_stepwise,
    "openr": read_openr,
}
FIELDS: dict[str, tuple[str, ...]] = {
    "labelled": ("problem", "steps"),
    "prm800k": ("question", "label"),
    "math-shepherd": ("input", "label"),
    "stepwise": ("prompt", "completions", "labels"),
    "openr": ("question", "process", "labels"),
}


def told_from(row: Row, place: str) -> str:
    """The layout of a row.

    Args:
        row: The row.
        place: Where it is from, for the message.

    Raises:
        BadInput: It has the fields of none.
    """
    for form, fields in FIELDS.items():
        if all(field in row for field in fields):
            return form
    known = "; ".join(f"{form}: {', '.join(fields)}" for form, fields in FIELDS.items())
    raise BadInput(
        f"The rows of {place!r} have the fields {', '.join(row) or '(none)'}, from which the format cannot be "
        f"told. Fields of each format: {known}."
    )
