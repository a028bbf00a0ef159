r"""MR-GSM8K: the first wrong step of solutions to GSM8K questions and their rewritings (arXiv 2312.17080).

One solution a row (invented content); the first wrong step counts from 1, "N/A" is none:

    {"uuid": "1a", "question": "What is 1 + 1?", "question_type": "original", "model_output_steps": ["Step 1: 3."],
     "model_output_answer_correctness": "wrong", "model_output_solution_correctness": "wrong",
     "model_output_solution_first_error_step": 1,
     "scores": {"some-prm": [0.2], "three-labelled": [[0.7, 0.1, 0.2]], "roscoe-sa": 0.9}}

The part is the kind of question: original, reversed, POT. ``scores``, where somebody recorded them, hold one number a
step, or the probabilities of negative, neutral and positive (ReasonEval), read both ways: NAME is neutral + positive,
how valid the step is, NAME-neutral-as-negative the positive alone; or one number for the solution (ROSCOE).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.pool.fields import text_of, texts_of
from harness.pool.formats import Converted, Item, each
from harness.pool.labelled.judged import Judged, counted_from_one, question_of, until
from harness.pool.labelled.recorded import one_for_each
from harness.pool.manifest import StepSet
from harness.pool.sources import Record, Reject

SLOTS = 1
SPLIT = "test"
FILES = ("*.jsonl", "*.json")
STEPS = StepSet("MR-GSM8K", parts="kind of question")


def read(records: Iterable[Record | Reject]) -> Iterator[Item]:
    """One Entry per row."""
    return each(records, _convert)


def _convert(row: Mapping[str, Any]) -> Iterator[Converted]:
    steps = texts_of(row["model_output_steps"], "steps")
    found = Judged(
        id=str(row["uuid"]),
        question=question_of(row["question"]),
        steps=steps,
        labels=until(counted_from_one(row["model_output_solution_first_error_step"]), len(steps)),
        part=text_of(row.get("question_type")),
        right=row.get("model_output_answer_correctness") == "correct",
        scores=one_for_each(row.get("scores") or {}, [1] * len(steps)),
    )
    yield found.described(), found.sample()
