"""Math-Shepherd's data (peiyi9979/Math-Shepherd) as labelled solutions.

A row holds ``input`` (the question, then lines "Step i: ..." that end in the tag), ``label`` (the same text with each
tag replaced by + or -) and ``task``. The last step's label says whether the final answer is right; the others were
estimated by rolling out. There is no neutral label.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.errors import BadInput
from harness.pool.labelled.labels import NEGATIVE, POSITIVE, text
from harness.pool.labelled.solution import LabelledSolution

TAG = "ки"
FIRST_STEP = "Step 1:"
_LABELS = {"+": POSITIVE, "-": NEGATIVE}


def read_shepherd(rows: Iterable[Mapping[str, Any]], where: str = "Math-Shepherd") -> Iterator[LabelledSolution]:
    """The solutions of Math-Shepherd rows; ``where`` they are from is said in errors.

    Raises:
        BadInput: A row's ``label`` is not its ``input`` with every tag replaced by a sign.
    """
    for number, row in enumerate(rows, 1):
        here = f"{where}, row {number},"
        yield _solution(text(row.get("input"), f"{here} input"), text(row.get("label"), f"{here} label"), here)


def _solution(given: str, labelled: str, where: str) -> LabelledSolution:
    problem, found, rest = given.partition(FIRST_STEP)
    pieces = (FIRST_STEP + rest).split(TAG)
    if not found or len(pieces) < 2:
        raise BadInput(f"{where} has no {FIRST_STEP!r} followed by the tag {TAG!r}.")
    labels: list[int | None] = []
    position = len(problem)
    for piece in pieces[:-1]:
        position += len(piece)
        sign = labelled[position : position + 1]
        if sign not in _LABELS:
            raise BadInput(f"{where} has {sign!r} where a step's + or - is expected.")
        labels.append(_LABELS[sign])
        position += 1
    steps = tuple(piece.strip() for piece in pieces[:-1])
    return LabelledSolution(problem.strip(), steps, tuple(labels), labels[-1] == POSITIVE)
