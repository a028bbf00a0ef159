r"""BIG-Bench Mistake: the first wrong step of chains of thought, one file a task (arXiv 2311.08516).

One chain a row (invented content); ``mistake_index`` counts from 0, null is none:

    {"input": "2 * 3 =", "steps": ["2 * 3 is 2 + 2.", "That is 5."], "answer": "5", "target": "6", "mistake_index": 1}

The part is the task, which the file's name says.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from harness.pool.fields import index_of, text_of, texts_of
from harness.pool.formats import Converted, Item, OpenRecords, each
from harness.pool.labelled.judged import Judged, content_id, question_of, until
from harness.pool.manifest import StepSet

SLOTS = 1
SPLIT = "test"
FILES = ("*.jsonl",)
STEPS = StepSet("BIG-Bench Mistake", ("processbench-f1", "step-auc"), "task")


def read_files(files: Sequence[Path | str], open_records: OpenRecords) -> Iterator[Item]:
    """One Entry per row."""
    for file in files:
        yield from each(open_records(file), partial(_convert, Path(file).name.partition(".")[0]))


def _convert(task: str, row: Mapping[str, Any]) -> Iterator[Converted]:
    steps, first = texts_of(row["steps"], "steps"), row["mistake_index"]
    found = Judged(
        id=f"{task}-{content_id(question_of(row['input']), *steps)}",
        question=question_of(row["input"]),
        steps=steps,
        labels=until(None if first is None else index_of(first), len(steps)),
        part=task,
        right=text_of(row["answer"]) == text_of(row["target"]),
    )
    yield found.described(), found.sample()
