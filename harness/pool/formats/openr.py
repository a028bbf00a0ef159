r"""Records of OpenR's evaluation (``record.jsonl``): sampled or searched solutions with a PRM value per step.

One problem a row (invented content; ``gold`` and ``unique_id`` only where somebody added them):

    {"question": "What is 1 + 1?", "groundtruth": "We add: $\\boxed{2}$.", "gold": "2", "unique_id": "test/x/0.json",
     "result": {"majority_vote": 1, "prm_min_max": 1, "prm_min_vote": 1, "prm_last_max": 1, "prm_last_vote": 1,
                "total_completion_tokens": 19},
     "output": [{"path_idx": 0, "text": "We add. It is $\\boxed{2}$.", "value": [0.9, 0.8], "completion_tokens": 12},
                {"path_idx": 1, "text": "It is $\\boxed{3}$.", "value": [0.1], "completion_tokens": 7}]}

``path_idx`` is the slot. ``value`` has one number per step that was scored, carried as ``value``; the steps are not
marked in the text. With a single output the upstream writes the placeholder ``[0]``, which is not carried. ``gold`` is
taken where it is there, else the last ``\boxed{...}`` of ``groundtruth``. ``completion_tokens`` count what was spent
between two solutions: after beam search all but the last are 0, and then none is kept. ``result`` is what the
upstream's own selection came to for this problem, which is no property of a sample and is not kept.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.pool.fields import (
    count_of,
    first_of,
    gold_in,
    index_of,
    level_of,
    list_of,
    solution_of,
    steps_score,
    text_of,
)
from harness.pool.formats import Converted, Described, Item, attempt, each
from harness.pool.sources import Record, Reject
from harness.records import Sample

SLOTS = None
SPLIT = "test"
FILES = ("*.jsonl", "*.json")


def read(records: Iterable[Record | Reject]) -> Iterator[Item]:
    """One Entry per output."""
    return each(records, _convert)


def _convert(row: Mapping[str, Any]) -> Iterator[Converted]:
    problem = Described(
        id=text_of(row.get("unique_id")),
        text=text_of(row["question"]),
        gold=text_of(row.get("gold")) or gold_in(first_of(row, "groundtruth", "answer")),
        subject=text_of(row.get("subject")),
        level=level_of(row.get("level")),
    )
    yield problem
    outputs = list_of(row, "output")
    unsure: set[str] = set() if all(count_of(o.get("completion_tokens")) for o in outputs) else {"completion_tokens"}
    unsure |= set() if len(outputs) > 1 else {"value"}
    for output in outputs:
        yield problem, attempt(_sample, {name: value for name, value in output.items() if name not in unsure})


def _sample(output: Mapping[str, Any]) -> Sample:
    value = output.get("value")
    return Sample(
        index_of(output["path_idx"]),
        solution_of(output["text"]),
        tokens=count_of(output.get("completion_tokens")),
        scores={} if value is None else {"value": steps_score(value)},
    )
