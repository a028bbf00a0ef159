r"""ZeroEval's result files: one model's greedy answer to every problem, in JSON; many files make a pool of many models.

One problem a row (invented content):

    {"session_id": "0", "id": "0", "dataset": "math-l5", "problem": "What is 1 + 1?", "answer": "2",
     "generator": "some/model", "configs": {"engine": "vllm", "temperature": 0.0}, "model_input": "...",
     "output": ["{\"reasoning\": \"We add.\", \"answer\": \"2\"}"]}

Each model gets a slot of its own, in order of first sight, the same for every problem; a model that lacks a problem
leaves that slot missing. Greedy answers of different models are not draws of one generator: such a pool tells which
model's answer a verifier picks, and its curve against N is over random subsets of the models. ``problem`` may be called
``question``; ``choices`` with ``correct_answer`` make a choice. The same problems with their samples nested under them
(``samples[{model, text, parsed_answer}]``) are the ``generic`` form.

Options:
    model: Take only the answers of this model.
    kind: ``math``, ``number`` or ``choice``, where the records do not say what an answer is.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.pool.fields import first_of, kind_spec, list_of, solution_of, text_of, texts_of, with_options
from harness.pool.formats import SEVERAL_MODELS, Converted, Described, Item, Stated, attempt, each
from harness.pool.slots import NamedSlots
from harness.pool.sources import Record, Reject
from harness.records import AnswerSpec, Sample

SLOTS = None
SPLIT = "test"
FILES = ("*.json",)


def read(records: Iterable[Record | Reject], *, model: str = "", kind: str = "") -> Iterator[Item]:
    """One Entry per output."""
    form = _Form(NamedSlots(model=model), kind_spec(kind))
    yield from each(records, form.convert)
    form.models.check()
    kept = form.models.kept("model")
    yield Stated(kept[0]) if len(kept) == 1 else Stated(SEVERAL_MODELS, {"slots": form.models.names()})


class _Form:
    def __init__(self, models: NamedSlots, spec: AnswerSpec | None) -> None:
        self.models = models
        self.spec = spec
        self.taken: dict[str | None, set[int]] = {}

    def convert(self, row: Mapping[str, Any]) -> Iterator[Converted]:
        if not self.models.chosen(model=row["generator"]):
            return
        problem = self._problem(row)
        yield problem
        taken = self.taken.setdefault(problem.text, set())
        for text in list_of(row, "output"):
            slot = self.models.slot(taken, model=row["generator"])
            yield problem, attempt(lambda text=text, slot=slot: Sample(slot, solution_of(text)))

    def _problem(self, row: Mapping[str, Any]) -> Described:
        text, choices = first_of(row, "problem", "question"), row.get("choices")
        if text is None:
            raise KeyError("problem")
        if choices:
            choices = texts_of(choices, "choices")
        return Described(
            id=text_of(row.get("id")),
            text=with_options(text, choices) if choices else text_of(text),
            gold=text_of(first_of(row, "correct_answer", "answer")),
            subject=text_of(row.get("subject")),
            answer=AnswerSpec("choice", choices=choices) if choices else self.spec,
        )
