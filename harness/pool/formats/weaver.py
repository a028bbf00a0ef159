r"""Weaver's datasets: Llama samples with the scores of dozens of verifiers, as in ``hazyresearch/MATH500_with_...``.

One problem a row (invented content):

    {"instruction": "What is 1 + 1?", "problem": "What is 1 + 1?", "solution": "...", "subject": "Prealgebra",
     "level": 1, "unique_id": "test/prealgebra/0.json", "answer": "2",
     "samples": ["We add. The answer is: 2", "The answer is: 3"], "extracted_answers": ["2", "3"],
     "answer_correct": [true, false],
     "GRM_scores": [0.8, -1.2], "QwenPRM_min_scores": [0.9, 0.1], "QwenPRM_max_scores": [0.9, 0.2],
     "QwenPRM_avg_scores": [0.9, 0.15], "QwenPRM_step_scores": [[0.9, 0.9], [0.1]],
     "GPT-4o-mini_verdicts": [[1.0], [0.0]], "weaver_scores": [0.97, 0.02]}

A sample's position is its slot. Every column that ends in ``_scores``, ``_verdicts``, ``_verdicts_v1`` or
``_correctness`` is carried under its name without ``_scores`` or ``_verdicts`` (``GRM``, ``QwenPRM_min``,
``QwenPRM_step``, ``GPT-4o-mini``); where two would then have the same name, letter case ignored, the later one keeps
its full column name. Step scores are process scores, everything else outcome scores. Verdicts are lists: the mean of
those that are there, as in the upstream's own code. NaN, null and empty lists mean that the verifier gave no score.

GPQA, MMLU and MMLU-Pro rows have ``options`` or ``choices`` and a letter as ``answer``; their problem's text is
``original_instruction`` or ``question`` with the options. The upstream shuffled the options of GPQA: import it with
``--problems from-pool``. MATH rows have ``problem``, with or without the upstream's prompt around it, and an ``answer``
that may be a whole solution. The labels ``answer_correct`` come from a language model: grade again.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from harness.pool.fields import (
    first_of,
    flag_of,
    gold_in,
    item,
    level_of,
    number_of,
    same_lengths,
    solution_of,
    steps_score,
    text_of,
    texts_of,
    unique_names,
    with_options,
)
from harness.pool.formats import Converted, Described, Item, attempt, each
from harness.pool.sources import Record, Reject
from harness.records import AnswerSpec, Sample, Score

SLOTS = None
SPLIT = "data"

_SCORES = re.compile(r".+(?:_scores|_verdicts(?:_v\d+)?|_correctness)")
_MATH_PROMPT = re.compile(
    r"Problem: (.*)\n\nPlease solve this step by step, then output your answer on a new line as 'The answer is: X'\s*",
    re.DOTALL,
)


def read(records: Iterable[Record | Reject]) -> Iterator[Item]:
    """One Entry per sample."""
    return each(records, _convert)


def _convert(row: Mapping[str, Any]) -> Iterator[Converted]:
    problem = _problem(row)
    yield problem
    samples, answers, labels = row["samples"], row.get("extracted_answers"), row.get("answer_correct")
    names = _names(tuple(row))
    columns = {column: row[column] for column in names if row[column] is not None}
    lists = {**columns, "extracted_answers": answers, "answer_correct": labels}
    for i in range(same_lengths(samples=samples, **lists)):
        scores = {column: values[i] for column, values in columns.items()}
        yield problem, attempt(_sample, i, samples[i], item(answers, i), item(labels, i), scores, names)


def _problem(row: Mapping[str, Any]) -> Described:
    options = first_of(row, "options", "choices")
    spec = None
    if options:
        options = texts_of(options, "options")
        spec = AnswerSpec("choice", choices=options)
        text = with_options(first_of(row, "question", "original_instruction") or row["instruction"], options)
    else:
        text = first_of(row, "problem", "original_instruction") or row["instruction"]
        prompted = _MATH_PROMPT.fullmatch(text)
        text = prompted.group(1) if prompted else text
    return Described(
        id=text_of(row.get("unique_id")),
        text=text_of(text),
        gold=text_of(row.get("answer")) if options else gold_in(row.get("answer")),
        subject=text_of(row.get("subject")),
        level=level_of(row.get("level")),
        answer=spec,
    )


@lru_cache(maxsize=64)
def _names(columns: Sequence[str]) -> dict[str, str]:
    """The score columns and what their scores are called."""
    found = [c for c in columns if _SCORES.fullmatch(c)]
    return unique_names((c, re.sub(r"_scores$|_verdicts(?=$|_v\d+$)", "", c)) for c in found)


def _sample(
    index: int, text: Any, answer: Any, label: Any, values: Mapping[str, Any], names: Mapping[str, str]
) -> Sample:
    scores: dict[str, Score] = {}
    for column, value in values.items():
        if column.endswith("_step_scores"):
            score = steps_score(value) if value else Score()
        elif isinstance(value, list | tuple):
            known = [v for v in map(number_of, value) if v is not None]
            score = Score(sum(known) / len(known)) if known else Score()
        else:
            score = Score(number_of(value))
        scores[names[column]] = score
    return Sample(index, solution_of(text), answer=text_of(answer), given_correct=flag_of(label), scores=scores)
