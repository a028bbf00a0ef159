r"""ProcessBench: solutions with the index of their first wrong step (Zheng et al. 2024, arXiv 2412.06559).

One solution a row (invented content); ``label`` counts from 0, -1 is no error:

    {"id": "gsm8k-0", "generator": "some-model", "problem": "What is 1 + 1?", "steps": ["We add.", "It is 3."],
     "final_answer_correct": false, "label": 1}

The part is what stands before the number in the id: one of the four subsets. Steps after the first wrong one are
unknown. MR-GSM8K and others are published in this layout too; their ids are bare numbers, and they have no parts.
Scores that others recorded may lie beside the rows, as

    {"id": "gsm8k-0", "label": 1, "scores": {"some-prm": [0.9, 0.2]}}

for every step, or up to the first wrong one, which is all that the measures of the first error ask for.

Options:
    rows: ``all``, or ``scored`` for those with recorded scores alone: where only some were scored, the others would
        count as missed.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.errors import BadInput
from harness.pool.fields import Unfit, flag_of, index_of, score_name, steps_score, text_of, texts_of
from harness.pool.formats import UNEXPECTED, Converted, Item, OpenRecords, Stated, each, reason
from harness.pool.labelled.judged import Judged, question_of, until
from harness.pool.manifest import StepSet
from harness.pool.sources import Record, Reject
from harness.records import Score

SLOTS = 1
SPLIT = "test"
FILES = ("*.jsonl", "*.json", "*.parquet")
STEPS = StepSet("ProcessBench", ("processbench-f1", "step-auc"), "subset")
Recorded = tuple[int, Mapping[str, Score]]  # the label that stands beside the scores, and they


def read_files(files: Sequence[Path | str], open_records: OpenRecords, *, rows: str = "all") -> Iterator[Item]:
    """One Entry per row. Recorded scores are read before the rows, in whatever order the files are named."""
    if rows not in ("all", "scored"):
        raise BadInput(f"The option rows is all or scored, not {rows!r}.")
    recorded: dict[str, tuple[Record, Recorded]] = {}
    kept: list[Record | Reject] = []
    for record in (record for file in files for record in open_records(file)):
        if isinstance(record, Reject) or "scores" not in record.row:
            kept.append(record)
            continue
        try:
            recorded[str(record.row["id"])] = record, _recorded(record.row)
        except UNEXPECTED as error:
            yield Reject(record.file, record.line, f"no line of recorded scores: {reason(error, record.row)}")
    form = _Form(recorded, scored_only=rows == "scored")
    yield from each(kept, form.convert)
    for name in recorded.keys() - form.seen:
        record = recorded[name][0]
        yield Reject(record.file, record.line, f"recorded scores without their solution: {name!r}")


def _recorded(row: Mapping[str, Any]) -> Recorded:
    return index_of(row["label"]), {score_name(name): steps_score(values) for name, values in row["scores"].items()}


class _Form:
    def __init__(self, recorded: Mapping[str, tuple[Record, Recorded]], *, scored_only: bool) -> None:
        self.recorded = recorded
        self.scored_only = scored_only
        self.seen: set[str] = set()

    def convert(self, row: Mapping[str, Any]) -> Iterator[Converted]:
        name, label = str(row["id"]), index_of(row["label"])
        self.seen.add(name)
        if self.scored_only and name not in self.recorded:
            return
        steps = texts_of(row["steps"], "steps")
        found = Judged(
            id=name,
            question=question_of(row["problem"]),
            steps=steps,
            labels=until(None if label == -1 else label, len(steps)),
            part=name.rpartition("-")[0] or None,
            right=flag_of(row.get("final_answer_correct")),
            scores=self._scores(name, label, len(steps)),
        )
        yield Stated(text_of(row.get("generator")) or "")
        yield found.described(), found.sample()

    def _scores(self, name: str, label: int, steps: int) -> Mapping[str, Score]:
        if name not in self.recorded:
            return {}
        beside, scores = self.recorded[name][1]
        if beside != label:
            raise Unfit(f"the label is {label}, and {beside} beside the recorded scores")
        for verifier, score in scores.items():
            if score.steps and len(score.steps) not in (steps, label + 1):
                raise Unfit(f"{len(score.steps)} step scores of {verifier} for {steps} steps")
        return scores
