r"""MR-MATH: steps of solutions to MATH problems, for errors and for redundancy (ReasonEval, arXiv 2404.05692).

One solution a row, in one of two files (invented content). Invalid errors, where the first wrong step counts from 1:

    {"id": 0, "question": "What is 1 + 1?", "generator": "some-model", "model_output_step_format": [["1. We add."],
     ["2. It is", "3."]], "model_output_answer_correctness": "wrong", "model_output_solution_correctness": "wrong",
     "model_output_solution_first_error_step": 2, "scores": {"some-prm": [0.9, 0.8, 0.1]}}

and redundant ones, where every step has a rating (1 good, 0 redundant, -1 wrong):

    {"id": 0, "question": "What is 1 + 1?", "generator": "some-model", "model_output_step_format": [["We add."]],
     "rating": [1], "scores": {"some-prm": [0.9]}}

A step is a numbered one with all its lines. Recorded scores hold one entry a line: of a step's lines the lowest
counts. What an entry may be is said in the format mr-gsm8k. The part is ``invalid`` or
``redundant``, and the generator is only stated.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.pool.fields import list_of, step_labels_of, text_of, texts_of
from harness.pool.formats import Converted, Item, Stated, each
from harness.pool.labelled.judged import Judged, counted_from_one, question_of, until
from harness.pool.labelled.recorded import one_for_each
from harness.pool.manifest import StepSet
from harness.pool.sources import Record, Reject

SLOTS = 1
SPLIT = "test"
FILES = ("*.jsonl", "*.json")
STEPS = StepSet("MR-MATH", parts="kind of error")


def read(records: Iterable[Record | Reject]) -> Iterator[Item]:
    """One Entry per row."""
    return each(records, _convert)


def _convert(row: Mapping[str, Any]) -> Iterator[Converted]:
    written = [texts_of(lines, "lines of a step") for lines in list_of(row, "model_output_step_format")]
    steps = tuple("\n".join(lines) for lines in written)
    rated = "rating" in row
    part = "redundant" if rated else "invalid"
    labels: tuple[int | None, ...] = step_labels_of(row["rating"], steps) or () if rated else _labels(row, len(steps))
    correctness = row.get("model_output_answer_correctness")
    found = Judged(
        id=f"{part}/{row['id']}",
        question=question_of(row["question"]),
        steps=steps,
        labels=labels,
        part=part,
        right=None if correctness is None else correctness == "correct",
        scores=one_for_each(row.get("scores") or {}, list(map(len, written))),
    )
    yield Stated(text_of(row.get("generator")) or "")
    yield found.described(), found.sample()


def _labels(row: Mapping[str, Any], steps: int) -> tuple[int | None, ...]:
    return until(counted_from_one(row["model_output_solution_first_error_step"]), steps)
