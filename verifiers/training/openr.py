"""The data that OpenR trains its PRMs on (openreasoner/openr) as labelled solutions.

A row holds ``question``, ``process`` (the steps, each ended by the tag) and ``labels``, one a step: 1 for a right one,
0 or -1 for a wrong one; in its PRM800K part neutral steps count as right. The same as "+" and "-" is read.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.errors import BadInput
from verifiers.training.labelled import NEGATIVE, POSITIVE, LabelledSolution
from verifiers.training.shepherd import TAG

_LABELS: Mapping[Any, int] = {1: POSITIVE, 0: NEGATIVE, -1: NEGATIVE, "+": POSITIVE, "-": NEGATIVE}


def read_openr(rows: Iterable[Mapping[str, Any]], where: str = "OpenR data") -> Iterator[LabelledSolution]:
    """The solutions of OpenR rows; whether the final answer is right is not known.

    Raises:
        BadInput: A row has another number of labels than of tags, or a label that is not known.
    """
    for number, row in enumerate(rows, 1):
        *pieces, rest = str(row.get("process", "")).split(TAG)
        labels = row.get("labels") or ()
        if not pieces or rest.strip() or len(pieces) != len(labels) or not row.get("question"):
            raise BadInput(
                f"{where}, row {number}, has {len(labels)} labels for {len(pieces)} steps ended by {TAG!r}; a question "
                "and one label per step are expected."
            )
        strange = [label for label in labels if label not in _LABELS]
        if strange:
            raise BadInput(f"{where}, row {number}, has the label {strange[0]!r}; 1, 0, -1, + or - is expected.")
        steps = tuple(piece.strip() for piece in pieces)
        yield LabelledSolution(str(row["question"]).strip(), steps, tuple(_LABELS[label] for label in labels))
