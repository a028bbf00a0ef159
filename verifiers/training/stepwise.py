"""TRL's stepwise supervision as labelled solutions.

A row holds ``prompt``, ``completions`` (the steps) and ``labels`` (true or false, one per step), as in
``trl-lib/prm800k`` and ``trl-lib/math_shepherd``.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.errors import BadInput
from verifiers.training.labelled import NEGATIVE, POSITIVE, LabelledSolution


def read_stepwise(rows: Iterable[Mapping[str, Any]], where: str = "Stepwise data") -> Iterator[LabelledSolution]:
    """The solutions of stepwise rows; whether the final answer is right is not known.

    Raises:
        BadInput: A row has another number of labels than of completions.
    """
    for number, row in enumerate(rows, 1):
        steps, labels = row.get("completions") or (), row.get("labels") or ()
        if not steps or len(steps) != len(labels) or not row.get("prompt"):
            raise BadInput(
                f"{where}, row {number}, has {len(steps)} completions and {len(labels)} labels; a prompt and one "
                "label per completion are expected."
            )
        yield LabelledSolution(
            str(row["prompt"]), tuple(map(str, steps)), tuple(POSITIVE if good else NEGATIVE for good in labels)
        )
