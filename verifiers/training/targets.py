"""What the model is asked at which token.

A PRM is asked for a step's label at the end of its separator, up to and with the first negative step: what follows an
error is neither right nor wrong (arXiv 2305.20050, section 2.6). An ORM is asked at every token of the solution
whether the final answer will be right (appendix E), and read at the last.

Either may also be taught to go on as a good solution does (``TrainConfig.language``): a PRM on the steps before the
first error, an ORM on solutions with the right answer.
"""

import numpy as np

from harness.errors import BadInput
from harness.pool.labelled.labels import NEGATIVE
from harness.pool.labelled.solution import LabelledSolution
from verifiers.formats.layout import Encoded, Kind
from verifiers.training.batches import IGNORED, Item


def item(solution: LabelledSolution, encoded: Encoded, kind: Kind) -> Item | None:
    """The solution as ids and targets, or None when nothing in it is labelled for this kind of verifier."""
    targets = np.full(len(encoded.ids), IGNORED, dtype=np.int32)
    if kind == "orm":
        if solution.correct is None:
            return None
        targets[encoded.prompt :] = int(solution.correct)
        good = len(encoded.ids) if solution.correct else encoded.prompt
    else:
        good = encoded.prompt
        for end, label in zip(encoded.ends, solution.step_labels, strict=bool(solution.step_labels)):
            if label is not None:
                targets[end] = label - NEGATIVE
            if label == NEGATIVE:
                break
            good = end + 1
    asked = np.flatnonzero(targets != IGNORED)
    if not asked.size:
        return None
    read = int(asked[-1]) + 1  # a decoder sees nothing of what follows
    return Item(np.array(encoded.ids[:read], dtype=np.int32), targets[:read], (encoded.prompt, min(good, read)))


def missing(kind: Kind, found: int, too_long: int, longest: int) -> BadInput:
    """The error for data with nothing to learn from: no label of the kind that is needed, or all too long."""
    if too_long == found > 0:
        return BadInput(
            f"Each of the {found} solutions has more than {longest} tokens with its problem; allow more (longest)."
        )
    need = "a final-answer label (correct)" if kind == "orm" else "step labels (step_labels)"
    return BadInput(
        f"None of the {found} solutions has {need}, so no {kind.upper()} can be trained on them. PRM800K, OpenR and "
        "TRL's stepwise data have step labels only; a pool has final-answer labels, Math-Shepherd both."
    )
