"""The project's own exchange form: JSON lines or Parquet, samples nested under problems or one sample a row.

Nested (invented content; every field but the problem's text or id, and each sample's text, answer or steps, may be
left out):

    {"problem_id": "add-1", "problem": "What is 1 + 1?", "gold": "2", "subject": "Algebra", "level": 1, "n": 32,
     "temperature": 0.8, "choices": ["1", "2"],
     "samples": [{"index": 0, "text": "It is 2.", "answer": "2", "correct": true, "tokens": 5, "finish": "stop",
                  "steps": ["It is 2."], "step_labels": [1],
                  "scores": {"my-orm": 0.93}, "step_scores": {"my-prm": [0.97]}}]}

One sample a row has the fields of the problem and of the sample side by side. Other spellings in use are understood:
``unique_id`` or ``id`` or ``idx``; ``question``; ``gold_answer``, ``target`` or the problem's own ``answer`` for
``gold``; ``options``; ``i`` for ``index``; ``is_correct``, ``is_correct_upstream``, ``graded_correct``; ``num_tokens``,
``completion_tokens``, ``generated_tokens``; ``finish_reason``; ``steps_upstream``; ``response``, ``completion``,
``solution``, ``output`` for ``text``; ``extracted_answer``, ``parsed_answer``, ``extract``, ``pred`` for a sample's
``answer``. ``n`` is M. ``relative_tolerance`` or ``absolute_tolerance`` make the answer a number, ``choices`` a letter;
the problem's text is what a verifier sees, so it should show the choices too.

Step scores come with the steps they were given to. Where a source scored another segmentation than its text gives,
``steps`` holds the scored one.

A sample may name its ``model`` (or ``generator``), its ``run`` and its ``epoch``. Samples with an ``index`` are then
samples of one model, and where a source holds several, one must be picked. Samples without one get a slot for each
name, the same in every problem, so that a file with one sample of each of many models becomes a pool whose slots are
the models.

Options:
    model, run: Take only the samples of this model, of this run.
    kind: ``math``, ``number`` or ``choice``, where the records do not say what an answer is.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.pool.fields import (
    count_of,
    first_of,
    flag_of,
    index_of,
    kind_spec,
    level_of,
    number_of,
    score_name,
    solution_of,
    steps_score,
    text_of,
    texts_of,
)
from harness.pool.formats import NEXT_SLOT, SEVERAL_MODELS, Converted, Described, Item, Stated, attempt, each
from harness.pool.slots import NamedSlots
from harness.pool.sources import Record, Reject
from harness.records import AnswerSpec, Sample, Score

SLOTS = None
SPLIT = "test"

_PROBLEM_ID = ("unique_id", "problem_id", "id", "idx")
_PROBLEM_TEXT = ("problem", "question")
_GOLD = ("gold", "gold_answer", "target")
_INDEX = ("index", "i", "sample_index")
_TEXT = ("text", "response", "completion", "solution", "output")
_CORRECT = ("correct", "is_correct", "is_correct_upstream", "graded_correct")
_TOKENS = ("tokens", "num_tokens", "completion_tokens", "generated_tokens")
_FINISH = ("finish", "finish_reason")
_STEPS = ("steps", "steps_upstream")
_ANSWER = ("answer", "extracted_answer", "parsed_answer", "extract", "pred")
_MODEL = ("model", "generator")


def read(records: Iterable[Record | Reject], *, model: str = "", run: str = "", kind: str = "") -> Iterator[Item]:
    """One Entry per sample."""
    form = _Form(NamedSlots(model=model, run=run, epoch=""), kind_spec(kind))
    yield from each(records, form.convert)
    form.check()
    yield form.stated()


class _Form:
    def __init__(self, slots: NamedSlots, spec: AnswerSpec | None) -> None:
        self.slots = slots
        self.spec = spec
        self.taken: dict[tuple[str | None, str | None], set[int]] = {}
        self.settings: dict[str, Any] = {}
        self.asked = 0
        self.indexed = False

    def convert(self, row: Mapping[str, Any]) -> Iterator[Converted]:
        nested = row.get("samples")
        problem = _problem(row, _GOLD if nested is None else (*_GOLD, "answer"), self.spec)
        self.asked = max(self.asked, count_of(row.get("n")) or 0)
        if row.get("temperature") is not None:
            self.settings["temperature"] = row["temperature"]
        for sample in [row] if nested is None else nested:
            slot = self.slot(problem, sample)
            if slot is not None:
                yield problem, attempt(_sample, sample, slot)

    def slot(self, problem: Described, row: Mapping[str, Any]) -> int | None:
        """The sample's slot; None where another model or run was asked for."""
        names = {"model": first_of(row, *_MODEL), "run": row.get("run"), "epoch": row.get("epoch")}
        if not self.slots.chosen(**names):
            return None
        index = first_of(row, *_INDEX)
        if index is not None:
            self.indexed = True
            return index_of(index) if self.slots.is_single("model") and self.slots.is_single("run") else None
        if all(name is None for name in names.values()):
            return NEXT_SLOT
        return self.slots.slot(self.taken.setdefault((problem.id, problem.text), set()), **names)

    def check(self) -> None:
        self.slots.check()
        if self.indexed:
            self.slots.check_single("model")
            self.slots.check_single("run")

    def stated(self) -> Stated:
        models, runs, names = self.slots.kept("model"), self.slots.kept("run"), self.slots.names()
        generator = models[0] if len(models) == 1 else ""
        several = len(models) > 1 or (not models and len(runs) > 1)
        settings = {**self.settings, "slots": names} if several else self.settings
        return Stated(SEVERAL_MODELS if several else generator, settings, self.asked or None)


def _problem(row: Mapping[str, Any], golds: tuple[str, ...], spec: AnswerSpec | None) -> Described:
    problem = Described(
        id=text_of(first_of(row, *_PROBLEM_ID)),
        text=text_of(first_of(row, *_PROBLEM_TEXT)),
        gold=text_of(first_of(row, *golds)),
        subject=text_of(row.get("subject")),
        level=level_of(row.get("level")),
        answer=_answer_spec(row) or spec,
    )
    if problem.id is None and problem.text is None:
        raise ValueError(f"neither an id ({', '.join(_PROBLEM_ID)}) nor a text ({', '.join(_PROBLEM_TEXT)})")
    return problem


def _answer_spec(row: Mapping[str, Any]) -> AnswerSpec | None:
    choices = row.get("choices") or row.get("options")
    if choices:
        return AnswerSpec("choice", choices=texts_of(choices, "choices"))
    relative, absolute = number_of(row.get("relative_tolerance")), number_of(row.get("absolute_tolerance"))
    if relative is None and absolute is None:
        return None
    unit = text_of(row.get("unit")) or ""
    return AnswerSpec("number", relative_tolerance=relative or 0.0, absolute_tolerance=absolute or 0.0, unit=unit)


def _sample(row: Mapping[str, Any], slot: int) -> Sample:
    if not any(name in row for name in (*_TEXT, *_STEPS, *_ANSWER)):
        raise ValueError(f"the sample has none of {', '.join((*_TEXT, *_STEPS, *_ANSWER))}")
    steps = first_of(row, *_STEPS)
    steps = None if steps is None else texts_of(steps, "steps")
    labels = None if row.get("step_labels") is None else tuple(map(int, row["step_labels"]))
    if labels is not None and steps is not None and len(labels) != len(steps):
        raise ValueError(f"{len(labels)} step labels for {len(steps)} steps")
    if labels is not None and not set(labels) <= {-1, 0, 1}:
        raise ValueError(f"step labels {sorted(set(labels))}; -1, 0 and 1 were expected")
    return Sample(
        problem_id="",
        index=slot,
        text=solution_of(first_of(row, *_TEXT)),
        steps=steps,
        answer=text_of(first_of(row, *_ANSWER)),
        finish=text_of(first_of(row, *_FINISH)),
        tokens=count_of(first_of(row, *_TOKENS)),
        given_correct=flag_of(first_of(row, *_CORRECT)),
        step_labels=labels,
        scores=_scores(row, steps),
    )


def _scores(row: Mapping[str, Any], steps: tuple[str, ...] | None) -> dict[str, Score]:
    out: dict[str, Score] = {}
    for name, value in (row.get("scores") or {}).items():
        out[score_name(name)] = Score(number_of(value))
    for name, values in (row.get("step_scores") or {}).items():
        if values is None:
            continue
        if steps is not None and len(values) != len(steps):
            raise ValueError(f"{len(values)} step scores of {name!r} for {len(steps)} steps")
        if score_name(name) in out:
            raise ValueError(f"{name!r} has both step scores and a score of the whole solution")
        out[score_name(name)] = steps_score(values)
    return out
