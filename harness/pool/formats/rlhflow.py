r"""RLHFlow's test sets: 1024 sampled answers a problem, as in ``RLHFlow/Deepseek-MATH500-Test``.

One problem a row (invented content):

    {"prompt": "What is 1 + 1?", "answers": ["Step 1: We add. ки\nStep 2: The answer is: 2 ки\n", "..."],
     "label": [1, 0], "step_scores": [[0.9, 0.8], [0.3, 0.1]]}

An answer's position is its slot. The Mistral generations mark steps with `` ки`` at the end of a line, the Deepseek
ones with an empty line; an answer that holds ``ки`` is split there, any other at empty lines, and the marks are taken
out of the text. ``label`` (in the upstream's README ``labels``) is the upstream's verdict. ``step_scores`` are there in
what its scripts write: the PRM's one list per answer, one value per step; the ORM's one number per answer. Carried as
``step_scores``.

The rows give no right answer: import them with ``--task``. Their prompt may hold the instruction beside the problem;
the option ``strip`` takes a text off its end.

Options:
    strip: Text to take off the end of every prompt.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.pool.fields import (
    Unfit,
    first_of,
    flag_of,
    item,
    number_of,
    same_lengths,
    solution_of,
    steps_score,
    text_of,
)
from harness.pool.formats import Converted, Described, Item, attempt, each
from harness.pool.sources import Record, Reject
from harness.records import Sample, Score

SLOTS = None
SPLIT = "test"
MARK = "ки"


def read(records: Iterable[Record | Reject], *, strip: str = "") -> Iterator[Item]:
    """One Entry per answer."""
    return each(records, lambda row: _convert(row, strip))


def _convert(row: Mapping[str, Any], strip: str) -> Iterator[Converted]:
    prompt = (text_of(row["prompt"]) or "").rstrip()
    problem = Described(text=text_of(prompt.removesuffix(strip.strip()).rstrip()))
    yield problem
    answers, labels, scores = row["answers"], first_of(row, "label", "labels"), row.get("step_scores")
    for i in range(same_lengths(answers=answers, label=labels, step_scores=scores)):
        yield problem, attempt(_sample, i, answers[i], item(labels, i), item(scores, i))


def _sample(index: int, answer: Any, label: Any, scored: Any) -> Sample:
    text = solution_of(answer)
    if text is None:
        raise Unfit("the answer is null")
    marked = MARK in text
    pieces = [piece.replace(MARK, "").strip() for piece in text.split(MARK + "\n" if marked else "\n\n")]
    steps = tuple(piece for piece in pieces if piece)
    scores: dict[str, Score] = {}
    if isinstance(scored, list | tuple):
        if len(scored) == len(pieces):
            steps = tuple(pieces)  # the upstream scores empty pieces too, as steps of their own
        elif len(scored) != len(steps):
            raise Unfit(f"{len(scored)} step scores for {len(steps)} steps")
        scores["step_scores"] = steps_score(scored)
    elif scored is not None:
        scores["step_scores"] = Score(number_of(scored))
    shown = "\n".join(steps) if marked else text
    return Sample(index, shown, steps, given_correct=flag_of(label), scores=scores)
