"""The data that OpenR trains its PRMs on (openreasoner/openr) as labelled solutions.

A row holds ``question``, ``process`` (the steps, each ended by the tag) and ``labels``, one a step: 1 for a right one,
0 or -1 for a wrong one; in its PRM800K part neutral steps count as right. They are read by the
rule of ``labels``.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.errors import BadInput
from harness.pool.labelled.labels import labels, text, two_valued
from harness.pool.labelled.shepherd import TAG
from harness.pool.labelled.solution import LabelledSolution


def read_openr(rows: Iterable[Mapping[str, Any]], where: str = "OpenR data") -> Iterator[LabelledSolution]:
    """The solutions of OpenR rows; whether the final answer is right is not known.

    Raises:
        BadInput: A row has another number of labels than of tags, or a label that is not known.
    """
    for number, row in enumerate(rows, 1):
        here = f"{where}, row {number},"
        problem = text(row.get("question"), f"{here} question")
        *pieces, rest = text(row.get("process"), f"{here} process").split(TAG)
        if not pieces or rest.strip():
            raise BadInput(f"{here} process does not end in {TAG!r}; steps that each end in it are expected.")
        found = labels(row.get("labels"), len(pieces), f"{here} labels", two_valued)
        yield LabelledSolution(problem.strip(), tuple(piece.strip() for piece in pieces), found)
