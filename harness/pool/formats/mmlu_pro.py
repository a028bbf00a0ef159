r"""MMLU-Pro outputs: the letter, and maybe the reasoning, that each of many models gave to every question.

One question a row (invented content), with the letters of many models, or with their texts:

    {"question_id": 7, "category": "math", "src": "...", "question": "Which is even?", "options": ["1", "2"],
     "answer": "B", "preds": {"model-a": "B", "model-b": null}}
    {"question_id": 7, "category": "math", "src": "...", "question": "Which is even?", "options": ["1", "2"],
     "answer": "B", "samples": [{"model": "model-a", "pred": "B", "text": "Two is. The answer is (B)."}]}

or the upstream's own ``model_outputs_{model}_5shots.json``, one model a file, with ``pred`` and ``model_outputs``
beside the question. Each model gets a slot of its own in order of first sight; a model that lacks a question leaves
that slot missing, and a null letter is no answer. The problem's text is the question with its options. Answers of
different models are not draws of one generator: see the format ``zeroeval``.

Options:
    model: Take only the answers of this model.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from harness.pool.fields import solution_of, text_of, texts_of, with_options
from harness.pool.formats import SEVERAL_MODELS, Converted, Described, Item, OpenRecords, Stated, attempt, each
from harness.pool.slots import NamedSlots
from harness.records import AnswerSpec, Sample

SLOTS = None
SPLIT = "test"
FILES = ("*.jsonl", "model_outputs_*.json")

_MODEL_FILE = re.compile(r"model_outputs_(.+?)(?:_\d+shots?)?\.json(?:\.gz)?")


def read_files(files: Sequence[Path | str], open_records: OpenRecords, *, model: str = "") -> Iterator[Item]:
    """One Entry per model and question."""
    form = _Form(NamedSlots(model=model))
    for file in files:
        named = _MODEL_FILE.fullmatch(Path(file).name)
        yield from each(open_records(file), partial(form.convert, named.group(1) if named else "unnamed"))
    form.models.check()
    kept = form.models.kept("model")
    yield Stated(kept[0]) if len(kept) == 1 else Stated(SEVERAL_MODELS, {"slots": form.models.names()})


class _Form:
    def __init__(self, models: NamedSlots) -> None:
        self.models = models
        self.taken: dict[str, set[int]] = {}

    def convert(self, file_model: str, row: Mapping[str, Any]) -> Iterator[Converted]:
        options = texts_of(row["options"], "options")
        number = str(row["question_id"])
        problem = Described(
            id=number,
            text=with_options(row["question"], options),
            gold=text_of(row["answer"]),
            subject=text_of(row.get("category")),
            answer=AnswerSpec("choice", choices=options),
        )
        yield problem
        for sample in _samples(row, file_model):
            if self.models.chosen(model=sample["model"]):
                slot = self.models.slot(self.taken.setdefault(number, set()), model=sample["model"])
                yield problem, attempt(_sample, sample, slot)


def _samples(row: Mapping[str, Any], file_model: str) -> Iterable[Mapping[str, Any]]:
    if "preds" in row:
        return [{"model": model, "pred": letter} for model, letter in row["preds"].items()]
    if "samples" in row:
        samples: list[Mapping[str, Any]] = row["samples"]
        return samples
    return [{"model": file_model, "pred": row["pred"], "text": row.get("model_outputs")}]


def _sample(row: Mapping[str, Any], slot: int) -> Sample:
    return Sample(slot, solution_of(row.get("text")), answer=text_of(row["pred"]))
