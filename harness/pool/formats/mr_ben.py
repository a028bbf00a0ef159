r"""MR-Ben: the first wrong step of solutions to multiple-choice questions of several subjects (arXiv 2406.13975).

One solution a row (invented content); the first wrong step counts from 1, "N/A" is none, empty steps are separators and
do not count:

    {"Question_UUID": "1a", "Subject": "college_physics", "Question": "Which is even?", "Options": "A: 1 \nB: 2 ",
     "Sampled_Model": "some-model", "Model_Solution_Steps": ["Step 1: A is odd.", "", "Solution: A"],
     "Model_Solution_Correctness": "incorrect", "Model_Solution_First_Error_Step": "2"}

The part is the subject. Whether the final answer is right is not stated: ``Model_Solution_Correctness`` is about the
whole solution.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.pool.fields import Unfit, text_of, texts_of
from harness.pool.formats import Converted, Item, Stated, each
from harness.pool.labelled.judged import Judged, counted_from_one, question_of, until
from harness.pool.manifest import StepSet
from harness.pool.sources import Record, Reject

SLOTS = 1
SPLIT = "test"
FILES = ("*.jsonl", "*.json")
STEPS = StepSet("MR-Ben", ("processbench-f1", "step-auc"), "subject")


def read(records: Iterable[Record | Reject]) -> Iterator[Item]:
    """One Entry per row."""
    return each(records, _convert)


def _convert(row: Mapping[str, Any]) -> Iterator[Converted]:
    model, options = text_of(row.get("Sampled_Model")) or "", text_of(row.get("Options"))
    question = question_of(row["Question"])
    steps = tuple(step for step in texts_of(row["Model_Solution_Steps"], "steps") if step.strip())
    first = counted_from_one(row["Model_Solution_First_Error_Step"])
    if (first is None) != (row["Model_Solution_Correctness"] == "correct"):
        raise Unfit(f"the solution is called {row['Model_Solution_Correctness']!r}, its first wrong step {first!r}")
    found = Judged(
        id=f"{row['Question_UUID']}/{model}",
        question=question if options is None else f"{question}\n\n{options}",
        steps=steps,
        labels=until(first, len(steps)),
        part=text_of(row.get("Subject")),
    )
    yield Stated(model)
    yield found.described(), found.sample()
