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
    Unfit,
    count_of,
    first_of,
    flag_of,
    index_of,
    kind_spec,
    level_of,
    list_of,
    number_of,
    score_name,
    shown,
    solution_of,
    step_labels_of,
    steps_score,
    text_of,
    texts_of,
)
from harness.pool.formats import SEVERAL_MODELS, Converted, Described, Item, Stated, Unusable, attempt, each
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
        if nested is None:
            samples: list[Any] = [row]
        else:
            samples = list_of(row, "samples")
            yield problem
        for sample in samples:
            if not isinstance(sample, Mapping):
                yield problem, Unusable(f"it is {shown(sample)}; an object was expected")
            elif self.is_wanted(sample):
                yield problem, attempt(self.sample, problem, sample)

    def is_wanted(self, row: Mapping[str, Any]) -> bool:
        """Whether the sample is of the model and the run that were asked for; of one of each, where it has a number."""
        if not self.slots.chosen(**_names(row)):
            return False
        numbered = first_of(row, *_INDEX) is not None
        self.indexed = self.indexed or numbered
        return not numbered or (self.slots.is_single("model") and self.slots.is_single("run"))

    def sample(self, problem: Described, row: Mapping[str, Any]) -> Sample:
        """The sample, in the slot of its number, else of its names, else in the next one."""
        index, names = first_of(row, *_INDEX), _names(row)
        slot = None if index is None else index_of(index)
        if index is None and any(name is not None for name in names.values()):
            slot = self.slots.slot(self.taken.setdefault((problem.id, problem.text), set()), **names)
        return _sample(row, slot)

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


def _names(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the sample says that it is of, None where it does not say."""
    return {"model": first_of(row, *_MODEL), "run": row.get("run"), "epoch": row.get("epoch")}


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
        raise Unfit(f"neither an id ({', '.join(_PROBLEM_ID)}) nor a text ({', '.join(_PROBLEM_TEXT)})")
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


def _sample(row: Mapping[str, Any], slot: int | None) -> Sample:
    if not any(name in row for name in (*_TEXT, *_STEPS, *_ANSWER)):
        raise Unfit(f"the sample has none of {', '.join((*_TEXT, *_STEPS, *_ANSWER))}")
    steps = first_of(row, *_STEPS)
    steps = None if steps is None else texts_of(steps, "steps")
    return Sample(
        index=slot,
        text=solution_of(first_of(row, *_TEXT)),
        steps=steps,
        answer=text_of(first_of(row, *_ANSWER)),
        finish=text_of(first_of(row, *_FINISH)),
        tokens=count_of(first_of(row, *_TOKENS)),
        given_correct=flag_of(first_of(row, *_CORRECT)),
        step_labels=step_labels_of(row.get("step_labels"), steps),
        scores=_scores(row, steps),
    )


def _scores(row: Mapping[str, Any], steps: tuple[str, ...] | None) -> dict[str, Score]:
    out: dict[str, Score] = {}
    for name, value in _object(row, "scores").items():
        out[score_name(name)] = Score(number_of(value))
    for name, values in _object(row, "step_scores").items():
        if values is None:
            continue
        if not isinstance(values, list | tuple):
            raise Unfit(f"the step scores of {name!r} are {shown(values)}; a list was expected")
        if steps is not None and len(values) != len(steps):
            raise Unfit(f"{len(values)} step scores of {name!r} for {len(steps)} steps")
        if score_name(name) in out:
            raise Unfit(f"{name!r} has both step scores and a score of the whole solution")
        out[score_name(name)] = steps_score(values)
    return out


def _object(row: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = row.get(name) or {}
    if not isinstance(found, Mapping):
        raise Unfit(f"{name} is {shown(found)}; an object of names and numbers was expected")
    return found
