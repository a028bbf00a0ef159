r"""OpenAI's ``example_model_solutions.jsonl``: GSM8K problems with one solution of each of four models.

One problem a row (invented content):

    {"question": "Ann has 1 pear and buys 1. How many?", "ground_truth": "Ann has 1+1=2 pears.\nA: 2",
     "6b_finetuning": {"is_correct": true, "solution": "1+1=2\nA: 2"},
     "6b_verification": {"is_correct": false, "solution": "A: 3"},
     "175b_finetuning": {"is_correct": true, "solution": "A: 2"},
     "175b_verification": {"is_correct": true, "solution": "A: 2"}}

Each model gets a slot of its own, in the order of the record; the ``_verification`` ones are solutions that a verifier
picked, so the four are not draws of one generator. The right answer is what follows ``A:`` or ``####`` at the end of
``ground_truth``.

Options:
    model: Take only the solutions of this model.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.pool.fields import Unfit, flag_of, solution_of, text_of
from harness.pool.formats import SEVERAL_MODELS, Converted, Described, Item, Stated, attempt, each
from harness.pool.slots import NamedSlots
from harness.pool.sources import Record, Reject
from harness.records import Sample

SLOTS = None
SPLIT = "test"

_GOLD = re.compile(r"(?:^|\n)(?:A:|####)\s*(.+?)\s*\Z")


def read(records: Iterable[Record | Reject], *, model: str = "") -> Iterator[Item]:
    """One Entry per solution."""
    models = NamedSlots(model=model)
    yield from each(records, lambda row: _convert(row, models))
    models.check()
    kept = models.kept("model")
    yield Stated(kept[0]) if len(kept) == 1 else Stated(SEVERAL_MODELS, {"slots": models.names()})


def _convert(row: Mapping[str, Any], models: NamedSlots) -> Iterator[Converted]:
    gold = _GOLD.search(row["ground_truth"])
    if gold is None:
        raise Unfit("ground_truth does not end in 'A: ...'")
    problem = Described(text=text_of(row["question"]), gold=gold.group(1))
    found = {name: value for name, value in row.items() if isinstance(value, dict) and "solution" in value}
    if not found:
        raise Unfit("no model's solution in the record")
    yield problem
    taken: set[int] = set()
    for name, value in found.items():
        if models.chosen(model=name):
            yield problem, attempt(_sample, value, models.slot(taken, model=name))


def _sample(row: Mapping[str, Any], slot: int) -> Sample:
    return Sample(slot, solution_of(row["solution"]), given_correct=flag_of(row.get("is_correct")))
