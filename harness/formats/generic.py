"""The project's own exchange form: JSON lines or Parquet, samples nested under problems or one sample a row.

Nested (invented content; every field but the problem's text or id, and each sample's text, answer or steps, may be
left out):

    {"problem_id": "add-1", "problem": "What is 1 + 1?", "gold": "2", "subject": "Algebra", "level": 1, "n": 32,
     "choices": ["1", "2"],
     "samples": [{"index": 0, "text": "It is 2.", "answer": "2", "correct": true, "tokens": 5, "finish": "stop",
                  "steps": ["It is 2."], "step_labels": [1],
                  "scores": {"my-orm": 0.93}, "step_scores": {"my-prm": [0.97]}}]}

One sample a row has the fields of the problem and of the sample side by side. Other spellings in use are understood:
``unique_id`` or ``id`` or ``idx``; ``question``; ``answer`` of the problem for ``gold``; ``i`` for ``index``;
``is_correct_upstream`` for ``correct``; ``num_tokens``; ``steps_upstream``; ``response``, ``completion`` for ``text``.

Step scores come with the steps they were given to. Where a source scored another segmentation than its text gives,
``steps`` holds the scored one.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.formats import NEXT_SLOT, Described, Entry, each, level_of, text_of
from harness.records import AnswerSpec, Sample, Score
from harness.sources import Record, Reject

SLOTS = None
SPLIT = "test"

_PROBLEM_ID = ("unique_id", "problem_id", "id", "idx")
_PROBLEM_TEXT = ("problem", "question")
_INDEX = ("index", "i", "sample_index", "epoch_index")
_TEXT = ("text", "response", "completion", "solution", "output")
_CORRECT = ("correct", "is_correct", "is_correct_upstream", "graded_correct")
_TOKENS = ("tokens", "num_tokens", "completion_tokens", "generated_tokens")
_FINISH = ("finish", "finish_reason")
_STEPS = ("steps", "steps_upstream")
_SAMPLE_ANSWER = ("answer", "extracted_answer", "parsed_answer", "extract", "pred")


def read(records: Iterable[Record | Reject]) -> Iterator[Entry | Reject]:
    """One Entry per sample."""
    return each(records, _convert)


def _convert(row: Mapping[str, Any]) -> Iterable[tuple[Described, Sample]]:
    nested = row.get("samples")
    golds = ("gold", "gold_answer", "target") if nested is None else ("gold", "gold_answer", "target", "answer")
    problem = Described(
        id=text_of(_first(row, _PROBLEM_ID)),
        text=text_of(_first(row, _PROBLEM_TEXT)),
        gold=text_of(_first(row, golds)),
        subject=text_of(row.get("subject")),
        level=level_of(row.get("level")),
        answer=_answer_spec(row),
    )
    if problem.id is None and problem.text is None:
        raise ValueError(f"neither an id ({', '.join(_PROBLEM_ID)}) nor a text ({', '.join(_PROBLEM_TEXT)})")
    for sample in [row] if nested is None else nested:
        yield problem, _sample(sample)


def _answer_spec(row: Mapping[str, Any]) -> AnswerSpec | None:
    choices = row.get("choices") or row.get("options")
    if choices:
        return AnswerSpec("choice", choices=tuple(map(str, choices)))
    tolerance = row.get("relative_tolerance")
    return AnswerSpec("number", relative_tolerance=float(tolerance)) if tolerance is not None else None


def _sample(row: Mapping[str, Any]) -> Sample:
    index = _first(row, _INDEX)
    steps = _first(row, _STEPS)
    text = _first(row, _TEXT)
    answer = text_of(_first(row, _SAMPLE_ANSWER))
    if steps is None and text is None and answer is None:
        raise ValueError("a sample has neither text, steps nor answer")
    scores = {str(name): Score(_number(value)) for name, value in (row.get("scores") or {}).items()}
    for name, values in (row.get("step_scores") or {}).items():
        if values is None:
            continue
        if steps is not None and len(values) != len(steps):
            raise ValueError(f"{len(values)} step scores of {name!r} for {len(steps)} steps")
        scores[str(name)] = Score(steps=tuple(map(float, values)))
    labels = row.get("step_labels")
    if labels is not None and steps is not None and len(labels) != len(steps):
        raise ValueError(f"{len(labels)} step labels for {len(steps)} steps")
    return Sample(
        problem_id="",
        index=NEXT_SLOT if index is None else int(index),
        text=text,
        steps=None if steps is None else tuple(steps),
        answer=answer,
        finish=text_of(_first(row, _FINISH)),
        tokens=_first(row, _TOKENS),
        given_correct=_first(row, _CORRECT),
        step_labels=None if labels is None else tuple(map(int, labels)),
        scores=scores,
    )


def _first(row: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
