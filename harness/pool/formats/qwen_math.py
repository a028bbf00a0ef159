r"""Output of Qwen2.5-Math's evaluation, with or without the scores of a reward model.

One problem a row of ``{split}_{prompt}_{num}_seed{}_t{}_s{}_e{}.jsonl`` (invented content):

    {"idx": 0, "question": "What is 1 + 1?", "gt_cot": "We add: $\\boxed{2}$.", "gt": "2", "level": "Level 1",
     "type": "Prealgebra", "solution": "...", "answer": "2",
     "code": ["We add. It is $\\boxed{2}$.", "It is $\\boxed{3}$."], "pred": ["2", "3"], "report": [null, null],
     "score": [true, false], "pred_score": [[3.5], [2.25]]}

``code`` holds the texts; a text's position is its slot. ``pred`` is the upstream's extracted answer, ``score`` its
verdict. ``pred_score`` is there once a reward model has run, a list a solution, carried as ``pred_score``. Where every
list of the source holds one number, that is the score of the whole solution; where one of them holds more, they are all
step scores, and a list of one number is a solution of one step. The
files of metrics beside it (``..._metrics.json``) are no pool.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from harness.pool.fields import (
    first_of,
    flag_of,
    gold_in,
    item,
    level_of,
    number_of,
    same_lengths,
    solution_of,
    steps_score,
    text_of,
)
from harness.pool.formats import Converted, Described, Item, OpenRecords, attempt, each
from harness.pool.sources import Record
from harness.records import Sample, Score

SLOTS = None
SPLIT = "test"
FILES = ("*.jsonl",)


def read_files(files: Sequence[Path | str], open_records: OpenRecords) -> Iterator[Item]:
    """One Entry per text. A source is read up to its first step scores before, to know of what kind its scores are."""
    found = (record for file in files for record in open_records(file))
    stepwise = any(isinstance(record, Record) and _has_steps(record.row) for record in found)
    for file in files:
        yield from each(open_records(file), partial(_convert, stepwise))


def _has_steps(row: Mapping[str, Any]) -> bool:
    """Whether a solution of this record has several scores."""
    scores = row.get("pred_score")
    return isinstance(scores, list | tuple) and any(isinstance(s, list | tuple) and len(s) > 1 for s in scores)


def _convert(stepwise: bool, row: Mapping[str, Any]) -> Iterator[Converted]:  # noqa: FBT001  bound by position
    problem = Described(
        id=text_of(first_of(row, "unique_id", "idx")),
        text=text_of(row["question"]),
        gold=text_of(row["gt"]) if "gt" in row else gold_in(first_of(row, "answer", "gt_cot")),
        subject=text_of(first_of(row, "subject", "type")),
        level=level_of(row.get("level")),
    )
    yield problem
    texts, answers, labels, scores = row["code"], row.get("pred"), row.get("score"), row.get("pred_score")
    for i in range(same_lengths(code=texts, pred=answers, score=labels, pred_score=scores)):
        yield problem, attempt(_sample, i, texts[i], item(answers, i), item(labels, i), item(scores, i), stepwise)


def _sample(index: int, text: Any, answer: Any, label: Any, scored: Any, stepwise: bool) -> Sample:  # noqa: FBT001
    scores: dict[str, Score] = {}
    if isinstance(scored, list | tuple):
        whole = Score(number_of(scored[0])) if scored else Score()
        scores["pred_score"] = steps_score(scored) if stepwise else whole
    elif scored is not None:
        scores["pred_score"] = Score(number_of(scored))
    return Sample(index, solution_of(text), answer=text_of(answer), given_correct=flag_of(label), scores=scores)
