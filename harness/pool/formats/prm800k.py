r"""OpenAI's ``scored-test-samples.jsonl``: the 1860 scored samples of each of the paper's 500 MATH problems.

One sample a row (invented content):

    {"problem": "What is 1 + 1?", "answer": "2", "is_correct": true, "subject": "Prealgebra", "level": 1,
     "unique_id": "test/prealgebra/0.json", "ground_truth_answer": "2",
     "steps": ["We add.", "It is 2.\n\n# Answer\n\n2"],
     "rating_probs": [{"-1": 0.01, "0": 0.19, "1": 0.8}, {"-1": 0.1, "0": 0.1, "1": 0.8}],
     "prm_score": 0.89, "orm_score": 0.93}

``prm_score`` is the product over steps of P(1) + P(0): neutral counts as positive. Besides it and ``orm_score`` the
pool carries the step scores both ways: ``prm`` (neutral as positive) and ``prm-neutral-as-negative``. About 12 % of
the 500 x 1860 samples are absent (unfinished generations): they stay missing slots, as in the paper. ``answer`` may be
null, and older rows call it ``given_answer``. The rows carry no sample number: a problem's samples fill its slots in
the order of the file.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from math import isnan
from typing import Any

from harness.pool.fields import Unfit, flag_of, level_of, number_of, text_of, texts_of
from harness.pool.formats import Converted, Described, Item, attempt, each
from harness.pool.sources import Record, Reject
from harness.records import Sample, Score

SLOTS = 1860
SPLIT = "test"


def read(records: Iterable[Record | Reject]) -> Iterator[Item]:
    """One Entry per row."""
    return each(records, _convert)


def _convert(row: Mapping[str, Any]) -> tuple[Converted]:
    get = row.get
    problem = _problem(get("unique_id"), row["problem"], get("ground_truth_answer"), get("subject"), get("level"))
    return ((problem, attempt(_sample, row)),)


def _sample(row: Mapping[str, Any]) -> Sample:
    get = row.get
    steps = texts_of(row["steps"], "steps")
    scores: dict[str, Score] = {}
    rating = row.get("rating_probs")
    if rating is not None:
        if len(rating) != len(steps):
            raise Unfit(f"{len(rating)} rating_probs for {len(steps)} steps")
        scores["prm"] = _steps([p["1"] + p["0"] for p in rating])
        scores["prm-neutral-as-negative"] = _steps([p["1"] + 0.0 for p in rating])
    for name in ("prm_score", "orm_score"):
        if get(name) is not None:
            scores[name] = Score(number_of(row[name]))
    return Sample(
        index=None,
        steps=steps,
        answer=text_of(row["answer"] if "answer" in row else get("given_answer")),
        given_correct=flag_of(get("is_correct")),
        scores=scores,
    )


@lru_cache(maxsize=4096)
def _problem(unique_id: Any, text: Any, gold: Any, subject: Any, level: Any) -> Described:
    """The problem of a row; every problem has up to 1860 rows."""
    return Described(text_of(unique_id), text_of(text), text_of(gold), text_of(subject), level_of(level))


def _steps(values: list[float]) -> Score:
    if isnan(sum(values)):
        return Score()
    if values and max(values) > 1.0:
        values = [min(value, 1.0) for value in values]  # P(1) + P(0) of rounded probabilities
    return Score(steps=tuple(values))
