r"""StrictPRMBench's best-of-N candidates, one file a problem, with the step scores of its verifiers beside them.

Name a folder of ``pools/bon_candidates`` and the files of ``scores/aggregation_sweep_cache/step_scores_cache`` whose
verifiers are wanted. A problem's file (invented content):

    {"problem_id": "math500_000", "n": 2, "temperature": 0.8, "candidates": [
      {"problem": {"id": "math500_000", "question": "What is 1 + 1?", "ground_truth": "2", "domain": "algebra"},
       "raw_text": "system\n...\nuser\nWhat is 1 + 1?\nassistant\nWe add.\n\nIt is $\\boxed{2}$.",
       "steps": [{"index": 0, "text": "We add."}, {"index": 1, "text": "It is $\\boxed{2}$."}],
       "extracted_answer": "2", "is_correct": true, "num_tokens": 12, "model_name": "some-model"}]}

and a line of a verifier's scores:

    {"prm_name": "some-prm", "problem_id": "math500_000", "candidate_index": 0, "step_scores": [0.99, 0.97]}

A candidate's position is its slot; the prompt before its reply is left out of the text. ``ground_truth`` is only the
last number of the right answer (``2`` of ``(3, \frac{\pi}{2})``) and is therefore not taken: the right answers are the
task's, so import with ``--task``. ``is_correct`` was made with it, and is kept as the source's label. A score without
its candidate is set aside, and so is a candidate with scores of another number of steps.

Options:
    decimals: Round step scores to so many decimals; by default they stay as they are.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from harness.errors import BadInput
from harness.pool.fields import (
    Unfit,
    count_of,
    flag_of,
    index_of,
    list_of,
    score_name,
    solution_of,
    steps_score,
    text_of,
    texts_of,
)
from harness.pool.formats import Converted, Described, Item, OpenRecords, Stated, attempt, each
from harness.pool.sources import Record, Reject
from harness.records import Sample, Score

SLOTS = None
SPLIT = "test"
FILES = ("*.json", "*.jsonl")
_REPLY = "\nassistant\n"
_MOST_DECIMALS = 17
Scores = dict[str, dict[int, dict[str, Score]]]  # of a problem's id, slot and verifier


def read_files(files: Sequence[Path | str], open_records: OpenRecords, *, decimals: str = "") -> Iterator[Item]:
    """One Entry per candidate. Files of scores (JSON lines) are read before those of problems, in whatever order."""
    if decimals and not (decimals.isdecimal() and int(decimals) <= _MOST_DECIMALS):
        raise BadInput(f"The option decimals is a whole number from 0 to {_MOST_DECIMALS}, not {decimals!r}.")
    digits = int(decimals) if decimals else None
    scores: Scores = defaultdict(lambda: defaultdict(dict))
    candidates = []
    for file in files:
        if not str(file).removesuffix(".gz").endswith(".jsonl"):
            candidates.append(file)
            continue
        for record in open_records(file):
            if isinstance(record, Reject) or "step_scores" not in record.row:
                missing = Reject(record.file, record.line, "the field 'step_scores' is missing")
                yield record if isinstance(record, Reject) else missing
                continue
            yield from _keep(scores, record, digits)
    for file in candidates:
        yield from each(open_records(file), partial(_convert, scores))
    for problem, slots in scores.items():
        for slot in slots:
            yield Reject("", 0, f"step scores without their candidate: {problem!r}, candidate {slot}", whole=False)


def _keep(scores: Scores, record: Record, digits: int | None) -> Iterator[Reject]:
    """Put one line of scores aside for its candidate."""
    row = record.row
    try:
        score = steps_score(list_of(row, "step_scores"))
        if digits is not None:
            score = Score(steps=tuple(round(value, digits) for value in score.steps))
        scores[str(row["problem_id"])][index_of(row["candidate_index"])][score_name(row["prm_name"])] = score
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        yield Reject(record.file, record.line, f"no line of step scores: {error}")


def _convert(scores: Scores, row: Mapping[str, Any]) -> Iterator[Converted]:
    name, candidates = row["problem_id"], list_of(row, "candidates")
    known = scores.get(str(name), {})
    described = Described(id=text_of(name), text=text_of(candidates[0]["problem"]["question"]))
    yield Stated(
        text_of(candidates[0].get("model_name")) or "", {"temperature": row.get("temperature")}, count_of(row.get("n"))
    )
    yield described
    for slot, candidate in enumerate(candidates):
        yield described, attempt(_sample, slot, candidate, known.pop(slot, {}))


def _sample(slot: int, candidate: Mapping[str, Any], scores: Mapping[str, Score]) -> Sample:
    steps = texts_of([step["text"] for step in list_of(candidate, "steps")], "steps")
    for name, score in scores.items():
        if score.steps and len(score.steps) != len(steps):
            raise Unfit(f"{len(score.steps)} step scores of {name} for {len(steps)} steps")
    raw = candidate["raw_text"]
    return Sample(
        slot,
        solution_of(raw.partition(_REPLY)[2] if raw.startswith("system\n") and _REPLY in raw else raw),
        steps=steps,
        answer=text_of(candidate.get("extracted_answer")),
        tokens=count_of(candidate.get("num_tokens")),
        given_correct=flag_of(candidate.get("is_correct")),
        scores=scores,
    )
