r"""Interlace's trajectories: sampled solutions with the generator's own mean log-probability.

One problem a row of ``best-of-n/results/gsm8k_trajectories.jsonl`` (invented content):

    {"i": 0, "gsm8k_id": 7, "question": "What is 1 + 1?", "gold": "2", "prompt_suffix": "\n\nReason step by step.",
     "trajectories": [{"text": "It is \\boxed{2}.", "answer": "2", "finish_reason": "stop", "logprob": -0.15,
                       "n_tokens": 12}]}

A trajectory's position is its slot. ``logprob`` is the mean over its tokens, carried as ``logprob``. The problem's id
is ``gsm8k_id``, the upstream's number for it; an empty ``answer`` is none.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.pool.fields import count_of, list_of, number_of, solution_of, text_of
from harness.pool.formats import Converted, Described, Item, attempt, each
from harness.pool.sources import Record, Reject
from harness.records import Sample, Score

SLOTS = None
SPLIT = "test"
FILES = ("*trajectories*.jsonl",)


def read(records: Iterable[Record | Reject]) -> Iterator[Item]:
    """One Entry per trajectory."""
    return each(records, _convert)


def _convert(row: Mapping[str, Any]) -> Iterator[Converted]:
    problem = Described(id=text_of(row["gsm8k_id"]), text=text_of(row["question"]), gold=text_of(row["gold"]))
    yield problem
    for slot, trajectory in enumerate(list_of(row, "trajectories")):
        yield problem, attempt(_sample, slot, trajectory)


def _sample(slot: int, trajectory: Mapping[str, Any]) -> Sample:
    return Sample(
        slot,
        solution_of(trajectory["text"]),
        answer=text_of(trajectory.get("answer")),
        finish=text_of(trajectory.get("finish_reason")),
        tokens=count_of(trajectory.get("n_tokens")),
        scores={"logprob": Score(number_of(trajectory.get("logprob")))},
    )
