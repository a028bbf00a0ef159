"""One labelled solution, and the row that it is in the project's own form.

A row has ``problem``, ``steps`` and at least one of ``step_labels`` (1, 0, -1 or null for each step) and ``correct``.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.errors import BadInput
from harness.pool.labelled.labels import flag, labels, text, texts, three_valued


@dataclass(frozen=True, slots=True)
class LabelledSolution:
    """A solution and what is known of it.

    Attributes:
        problem: The problem's text.
        steps: The steps' texts.
        step_labels: 1 (positive), 0 (neutral), -1 (negative) or None (not to be trained on), one per step; empty
            when no step is labelled.
        correct: Whether the final answer is right, where known.
    """

    problem: str
    steps: tuple[str, ...]
    step_labels: tuple[int | None, ...] = ()
    correct: bool | None = None


def from_row(row: Mapping[str, Any], where: str) -> LabelledSolution:
    """The row as a labelled solution.

    Raises:
        BadInput: A field is missing or of another kind, or labels and steps do not match.
    """
    missing = [key for key in ("problem", "steps") if not row.get(key)]
    if missing:
        raise BadInput(
            f"{where} has no {' and no '.join(missing)}; a row needs problem, steps, step_labels or correct."
        )
    steps = texts(row["steps"], f"{where} steps")
    given = row.get("step_labels")
    read = labels(given, len(steps), f"{where} step_labels", three_valued) if given not in (None, [], ()) else ()
    return LabelledSolution(
        text(row["problem"], f"{where} problem"), steps, read, flag(row.get("correct"), f"{where} correct")
    )


def solutions_of(rows: Iterable[Mapping[str, Any]], where: str) -> Iterator[LabelledSolution]:
    """The rows as labelled solutions; ``where`` they are from is said where one is not."""
    for number, row in enumerate(rows, 1):
        yield from_row(row, f"{where}, row {number},")
