"""TRL's stepwise supervision as labelled solutions.

A row holds ``prompt``, ``completions`` (the steps) and ``labels`` (true or false, one per step), as in
``trl-lib/prm800k`` and ``trl-lib/math_shepherd``. Labels are read by the rule of ``labels``; a source that holds both 0
and -1 has three values, and is refused, since its 0 may be neutral.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.errors import BadInput
from harness.pool.labelled.labels import labels, text, texts, two_valued
from harness.pool.labelled.solution import LabelledSolution


def read_stepwise(rows: Iterable[Mapping[str, Any]], where: str = "Stepwise data") -> Iterator[LabelledSolution]:
    """The solutions of stepwise rows; whether the final answer is right is not known.

    Raises:
        BadInput: A row has another number of labels than of completions, or a label that is not known.
    """
    wrong: set[int] = set()
    for number, row in enumerate(rows, 1):
        here = f"{where}, row {number},"
        problem, steps = text(row.get("prompt"), f"{here} prompt"), texts(row.get("completions"), f"{here} completions")
        found = labels(row.get("labels"), len(steps), f"{here} labels", two_valued)
        wrong.update(label for label in row["labels"] if type(label) in (int, float) and label in (0, -1))
        if len(wrong) > 1:
            raise BadInput(
                f"{here} labels: there are both 0 and -1 in this data, so 0 may mean neutral. Write it in the format "
                "'labelled' (1, 0, -1 in step_labels), or with one value for wrong steps."
            )
        yield LabelledSolution(problem, steps, found)
