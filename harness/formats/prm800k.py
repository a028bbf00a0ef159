r"""OpenAI's ``scored-test-samples.jsonl``: the 1860 scored samples of each of the paper's 500 MATH problems.

One sample a row (invented content):

    {"problem": "What is 1 + 1?", "answer": "2", "is_correct": true, "subject": "Prealgebra", "level": 1,
     "unique_id": "test/prealgebra/0.json", "ground_truth_answer": "2",
     "steps": ["We add.", "It is 2.\n\n# Answer\n\n2"],
     "rating_probs": [{"-1": 0.01, "0": 0.19, "1": 0.8}, {"-1": 0.1, "0": 0.1, "1": 0.8}],
     "prm_score": 0.89, "orm_score": 0.93}

``prm_score`` is the product over steps of P(1) + P(0): neutral counts as positive. Besides it and ``orm_score`` the
pool carries the step scores both ways: ``prm`` (neutral as positive) and ``prm-neutral-as-negative``. About 12 % of
the 500 x 1860 samples are absent (unfinished generations): they stay missing slots, as in the paper.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.formats import NEXT_SLOT, Described, Entry, each, text_of
from harness.records import Sample, Score
from harness.sources import Record, Reject

SLOTS = 1860
SPLIT = "test"


def read(records: Iterable[Record | Reject]) -> Iterator[Entry | Reject]:
    """One Entry per row."""
    return each(records, _convert)


def _convert(row: Mapping[str, Any]) -> Iterable[tuple[Described, Sample]]:
    problem = Described(
        id=row.get("unique_id"),
        text=row["problem"],
        gold=row.get("ground_truth_answer"),
        subject=row.get("subject"),
        level=row.get("level"),
    )
    steps = tuple(row["steps"])
    scores: dict[str, Score] = {}
    rating = row.get("rating_probs")
    if rating is not None:
        if len(rating) != len(steps):
            raise ValueError(f"{len(rating)} rating_probs for {len(steps)} steps")
        scores["prm"] = Score(steps=tuple([min(p["1"] + p["0"], 1.0) for p in rating]))
        scores["prm-neutral-as-negative"] = Score(steps=tuple([p["1"] for p in rating]))
    for name, field in (("prm-score", "prm_score"), ("orm-score", "orm_score")):
        if row.get(field) is not None:
            scores[name] = Score(float(row[field]))
    answer = row.get("answer") if "answer" in row else row.get("given_answer")
    yield (
        problem,
        Sample(
            problem_id="",
            index=NEXT_SLOT,
            steps=steps,
            answer=text_of(answer),
            given_correct=row.get("is_correct"),
            scores=scores,
        ),
    )
