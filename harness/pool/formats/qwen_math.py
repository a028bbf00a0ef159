r"""Output of Qwen2.5-Math's evaluation, with or without the scores of a reward model.

One problem a row of ``{split}_{prompt}_{num}_seed{}_t{}_s{}_e{}.jsonl`` (invented content):

    {"idx": 0, "question": "What is 1 + 1?", "gt_cot": "We add: $\\boxed{2}$.", "gt": "2", "level": "Level 1",
     "type": "Prealgebra", "solution": "...", "answer": "2",
     "code": ["We add. It is $\\boxed{2}$.", "It is $\\boxed{3}$."], "pred": ["2", "3"], "report": [null, null],
     "score": [true, false], "pred_score": [[3.5], [2.25]]}

``code`` holds the texts; a text's position is its slot. ``pred`` is the upstream's extracted answer, ``score`` its
verdict. ``pred_score`` is there once a reward model has run: a list of one number is the score of the whole solution, a
longer one is step scores; carried as ``pred_score``. The files of metrics beside it (``..._metrics.json``) are no pool.
"""

from collections.abc import Iterable, Iterator, Mapping
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
from harness.pool.formats import Converted, Described, Item, attempt, each
from harness.pool.sources import Record, Reject
from harness.records import Sample, Score

SLOTS = None
SPLIT = "test"
FILES = ("*.jsonl",)


def read(records: Iterable[Record | Reject]) -> Iterator[Item]:
    """One Entry per text."""
    return each(records, _convert)


def _convert(row: Mapping[str, Any]) -> Iterator[Converted]:
    problem = Described(
        id=text_of(first_of(row, "unique_id", "idx")),
        text=text_of(row["question"]),
        gold=text_of(row["gt"]) if "gt" in row else gold_in(first_of(row, "answer", "gt_cot")),
        subject=text_of(first_of(row, "subject", "type")),
        level=level_of(row.get("level")),
    )
    texts, answers, labels, scores = row["code"], row.get("pred"), row.get("score"), row.get("pred_score")
    for i in range(same_lengths(code=texts, pred=answers, score=labels, pred_score=scores)):
        yield problem, attempt(_sample, i, texts[i], item(answers, i), item(labels, i), item(scores, i))


def _sample(index: int, text: Any, answer: Any, label: Any, scored: Any) -> Sample:
    scores: dict[str, Score] = {}
    if isinstance(scored, list | tuple) and len(scored) != 1:
        scores["pred_score"] = steps_score(scored) if scored else Score()
    elif scored is not None:
        scores["pred_score"] = Score(number_of(scored[0] if isinstance(scored, list | tuple) else scored))
    return Sample("", index, solution_of(text), answer=text_of(answer), given_correct=flag_of(label), scores=scores)
