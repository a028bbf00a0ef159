r"""PRMBench: solutions into which errors of nine classes were put, every wrong step listed (arXiv 2501.03124).

One solution a row (invented content); ``error_steps`` counts from 1:

    {"idx": "prm_test_p1_0", "classification": "circular", "original_question": "What is 1 + 1?",
     "modified_question": "What is 1 + 1?", "original_process": ["1. We add.", "2. It is 2."],
     "modified_process": ["1. It is 2.", "2. So it is 2."], "modified_steps": [1, 2], "error_steps": [2]}

The part is the class. A row of the class ``multi_solutions`` is a right solution, without an error. What is judged is
the modified process under the modified question; rows that were made from one original question belong together. About
2 % of the rows list a step beyond the last one, which names nothing, as upstream.

Scores that others recorded may lie beside the rows, named by class and idx, with their own verdict on each step, which
is carried as a score of 0 or 1:

    {"idx": "circular_prm_test_p1_0", "scores": {"step_level_validity_scores": [0.9, 0.2],
     "step_level_validity_labels": [true, false]}}

Options:
    verifier: The name of the verifier of the recorded scores.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from harness.pool.fields import flag_of, index_of, list_of, score_name, steps_score, text_of, texts_of
from harness.pool.formats import Converted, Item, OpenRecords, each
from harness.pool.labelled.judged import Judged, question_of, wrong_at
from harness.pool.labelled.recorded import Lines
from harness.pool.manifest import StepSet
from harness.records import Score

SLOTS = 1
SPLIT = "train"
FILES = ("*.jsonl", "*.json", "*.parquet")
STEPS = StepSet("PRMBench", ("prm-score", "step-auc"), "error class")


def read_files(files: Sequence[Path | str], open_records: OpenRecords, *, verifier: str = "recorded") -> Iterator[Item]:
    """One Entry per row. Recorded scores are read before the rows, in whatever order the files are named."""
    lines = Lines(partial(_recorded, verifier=score_name(verifier)))
    yield from lines.take(record for file in files for record in open_records(file))

    def convert(row: Mapping[str, Any]) -> Iterator[Converted]:
        part = str(row["classification"])
        name = f"{part}_{row['idx']}"
        steps = texts_of(row["modified_process"], "steps")
        found = Judged(
            id=name,
            question=question_of(row["modified_question"]),
            steps=steps,
            labels=wrong_at([index_of(n) - 1 for n in list_of(row, "error_steps")], len(steps)),
            part=part,
            asked=text_of(row["original_question"]),
            scores=lines.of(name) or {},
        )
        yield found.described(), found.sample()

    yield from each(lines.rows, convert)
    yield from lines.left()


def _recorded(row: Mapping[str, Any], verifier: str) -> tuple[str, dict[str, Score]]:
    scores = row["scores"]
    out = {verifier: steps_score(list_of(scores, "step_level_validity_scores"))}
    if "step_level_validity_labels" in scores:
        verdicts = [flag_of(value) for value in list_of(scores, "step_level_validity_labels")]
        out[f"{verifier}-verdict"] = steps_score([float(v) for v in verdicts if v is not None])
    return str(row["idx"]), out
