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
from harness.pool.formats import Converted, Item, OpenRecords, Stated, each
from harness.pool.labelled.judged import Judged, question_of, until
from harness.pool.labelled.recorded import Lines
from harness.pool.manifest import StepSet
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
    lines = Lines(_recorded)
    yield from lines.take(record for file in files for record in open_records(file))
    yield from each(lines.rows, _Form(lines, scored_only=rows == "scored").convert)
    yield from lines.left()


def _recorded(row: Mapping[str, Any]) -> tuple[str, Recorded]:
    scores = {score_name(name): steps_score(values) for name, values in row["scores"].items()}
    return str(row["id"]), (index_of(row["label"]), scores)


class _Form:
    def __init__(self, lines: Lines[Recorded], *, scored_only: bool) -> None:
        self.lines = lines
        self.scored_only = scored_only

    def convert(self, row: Mapping[str, Any]) -> Iterator[Converted]:
        name, label = str(row["id"]), index_of(row["label"])
        recorded = self.lines.of(name)
        if self.scored_only and recorded is None:
            return
        steps = texts_of(row["steps"], "steps")
        found = Judged(
            id=name,
            question=question_of(row["problem"]),
            steps=steps,
            labels=until(None if label == -1 else label, len(steps)),
            part=name.rpartition("-")[0] or None,
            right=flag_of(row.get("final_answer_correct")),
            scores=_scores(recorded, label, len(steps)),
        )
        yield Stated(text_of(row.get("generator")) or "")
        yield found.described(), found.sample()


def _scores(recorded: Recorded | None, label: int, steps: int) -> Mapping[str, Score]:
    if recorded is None:
        return {}
    beside, scores = recorded
    if beside != label:
        raise Unfit(f"the label is {label}, and {beside} beside the recorded scores")
    for verifier, score in scores.items():
        if score.steps and len(score.steps) not in (steps, label + 1):
            raise Unfit(f"{len(score.steps)} step scores of {verifier} for {steps} steps")
    return scores
