r"""Samples of Large Language Monkeys: rows of ``ScalingIntelligence/monkey_business``, or one YAML file a problem.

One problem a row or file (invented content):

    {"prompt": "Question: ...", "question": "What is 1 + 1?", "samples": ["1 + 1 = 2\n#### 2", "#### 3"],
     "is_corrects": [true, false], "gt_answer": "1 + 1 = 2\n#### 2", "orig_dset_idx": 7, "orig_dset_split": "test"}

A sample's position is its slot. ``is_corrects`` (in the upstream's README ``is_correct``) is the upstream's label.
``gt_answer`` is the reference answer of the dataset: for GSM8K and MATH a worked solution, of which what follows
``####``, or else the last ``\boxed{...}``, is the right answer. The rows carry neither steps, tokens nor scores. The
problem's text is ``question``; the id is ``orig_dset_idx`` or, for YAML files, the name of the file.

CodeContests and MiniF2F files have tests or theorems instead of ``gt_answer`` and cannot be graded here: they have no
right answer unless the task gives it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from harness.pool.fields import first_of, flag_of, gold_in, item, same_lengths, solution_of, text_of
from harness.pool.formats import Converted, Described, Item, OpenRecords, attempt, each
from harness.pool.sources import kind_of
from harness.records import Sample

SLOTS = None
SPLIT = "test"
FILES = ("*.yaml", "*.yml", "*.jsonl", "*.json", "*.parquet")


def read_files(files: Sequence[Path | str], open_records: OpenRecords) -> Iterator[Item]:
    """One Entry per sample."""
    for file in files:
        name = file.name.split(".")[0] if isinstance(file, Path) and kind_of(file) in (".yaml", ".yml") else None
        yield from each(open_records(file), partial(_convert, name))


def _convert(name: str | None, row: Mapping[str, Any]) -> Iterable[Converted]:
    number = row.get("orig_dset_idx")
    problem = Described(
        id=text_of(name if number is None else number),
        text=text_of(row["question"]),
        gold=gold_in(row.get("gt_answer")),
    )
    yield problem
    samples, labels = row["samples"], first_of(row, "is_corrects", "is_correct")
    for i in range(same_lengths(samples=samples, is_corrects=labels)):
        yield problem, attempt(_sample, i, samples[i], item(labels, i))


def _sample(index: int, text: Any, label: Any) -> Sample:
    return Sample(index, solution_of(text), given_correct=flag_of(label))
