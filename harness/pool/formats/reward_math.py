r"""RewardMATH: one right and nine wrong solutions of each problem, with the scores of many reward models and judges.

Name the folder ``results/RewardMATH``; a file ``NAME_reward.json`` is the list of a model's scores (invented content):

    [{"problem": "What is 1 + 1?", "solution_reference": ["human_to_GPT-4", "some-model"], "score": [0.9, 0.2]},
     {"problem": "What is 1 + 2?", "solution_reference": ["human_to_GPT-4", "some-model"], "score": [0.7, 0.8]}]

with the same problems in the same order in every file; ``score`` has a list for each solution where the model scores
steps. The solution at position 0 is the right one, and that is all that is known of the ten: neither texts nor answers
are in these files. The question that the pool asks is therefore *which of them is right*: it is one of choice, the
right answer is ``A``, and each solution answers with the letter of its position, so that no two are the same vote.
Import with ``--problems from-pool``. What a model could not score is null.

Files ``NAME_pairwise_reward.json`` hold preferences between two solutions, which are no scores, and are not read.
A problem that stands there twice counts once: its second record is set aside.
"""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from harness.pool.fields import Unfit, list_of, number_of, score_name, steps_score, text_of
from harness.pool.formats import Described, Entry, Item, OpenRecords, Stated
from harness.pool.sources import Record, Reject
from harness.records import AnswerSpec, Sample, Score

SLOTS = 10
SPLIT = "test"
FILES = ("*_reward.json",)
_ENDING = "_reward.json"
_LETTERS = "ABCDEFGHIJ"


def read_files(files: Sequence[Path | str], open_records: OpenRecords) -> Iterator[Item]:
    """One Entry per solution. The files are read side by side: the same line of each is the same problem."""
    names = [Path(str(f)).name.removesuffix(".gz").removesuffix(_ENDING) for f in files]
    wanted = [(score_name(n), f) for n, f in zip(names, files, strict=True) if not n.endswith("_pairwise")]
    yield Stated("several models")
    seen: set[str] = set()
    for found in zip_longest(*(open_records(file) for _, file in wanted)):
        rejects = [item for item in found if isinstance(item, Reject)]
        yield from rejects
        rows = {n: r for (n, _), r in zip(wanted, found, strict=True) if isinstance(r, Record)}
        if rejects or not rows:
            continue
        first = next(iter(rows.values()))
        try:
            entries = _entries(rows, first, complete=len(rows) == len(wanted))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            yield Reject(first.file, first.line, f"unexpected content: {error}")
            continue
        text = str(entries[0].problem.text)
        if text in seen:
            yield Reject(first.file, first.line, "the problem stands there already")
            continue
        seen.add(text)
        yield entries[0].problem
        yield from entries


def _entries(rows: dict[str, Record], first: Record, *, complete: bool) -> list[Entry]:
    problem = text_of(first.row["problem"])
    if not complete or any(record.row["problem"] != problem for record in rows.values()):
        raise Unfit("the files do not hold the same problems in the same order")
    columns = {name: list_of(record.row, "score") for name, record in rows.items()}
    count = len(list_of(first.row, "solution_reference"))
    wrong = next((name for name, values in columns.items() if len(values) != count), None)
    if wrong or not 0 < count <= len(_LETTERS):
        of = f"{len(columns[wrong])} scores of {wrong} for " if wrong else ""
        raise Unfit(f"{of}{count} solutions; one right and nine wrong ones were expected")
    described = Described(text=problem, gold=_LETTERS[0], answer=AnswerSpec("choice"))
    return [
        Entry(described, Sample(i, answer=_LETTERS[i], scores=_scores(columns, i)), first.file, first.line)
        for i in range(count)
    ]


def _scores(columns: dict[str, list[Any]], position: int) -> dict[str, Score]:
    found = {name: values[position] for name, values in columns.items() if values[position] is not None}
    return {n: steps_score(v) if isinstance(v, list) else Score(number_of(v)) for n, v in found.items()}
