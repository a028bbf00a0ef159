"""PRM800K's files (openai/prm800k, ``phase1_train.jsonl`` and so on) as labelled solutions.

A record walks through a solution. At each step there are one or more completions with a rating (1, 0, -1 or null);
one of them, or in phase 1 a person's own text, was chosen to go on from. Every completion becomes supervision once:
the chosen path as one solution, every completion beside it as a solution whose earlier steps carry no label.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.errors import BadInput
from harness.pool.labelled.labels import POSITIVE, three_valued
from harness.pool.labelled.solution import LabelledSolution


def read_prm800k(records: Iterable[Mapping[str, Any]], where: str = "PRM800K") -> Iterator[LabelledSolution]:
    """The solutions of one file's records.

    Quality-control and screening records are left out, as they repeat across labelers.
    """
    for number, record in enumerate(records, 1):
        if record.get("is_quality_control_question") or record.get("is_initial_screening_question"):
            continue
        try:
            yield from solutions_of(record, f"{where}, record {number},")
        except (KeyError, TypeError, IndexError) as error:
            raise BadInput(
                f"{where}, record {number}, is not a PRM800K record ({error!r}); question.problem and "
                "label.steps[].completions are expected."
            ) from None


def solutions_of(record: Mapping[str, Any], where: str = "PRM800K,") -> Iterator[LabelledSolution]:
    """The labelled solutions of one record: every path beside the chosen one, then the chosen one.

    Raises:
        BadInput: A rating is none.
    """
    problem = record["question"]["problem"]
    texts: list[str] = []
    labels: list[int | None] = []
    for number, step in enumerate(record["label"]["steps"]):
        completions = step["completions"] or []
        ratings = [
            three_valued(c["rating"], f"{where} label.steps[{number}].completions[{i}].rating")
            for i, c in enumerate(completions)
        ]
        chosen = step["chosen_completion"]
        if chosen is None and not step.get("human_completion") and completions:
            chosen = 0 if len(completions) == 1 else _first_with(completions, record["label"].get("finish_reason"))
        for position, completion in enumerate(completions):
            if position != chosen and ratings[position] is not None:
                unlabelled: tuple[None, ...] = (None,) * len(texts)
                yield LabelledSolution(problem, (*texts, completion["text"]), (*unlabelled, ratings[position]))
        if chosen is not None:
            texts.append(completions[chosen]["text"])
            labels.append(ratings[chosen])
        elif step.get("human_completion"):
            texts.append(_text(step["human_completion"]))
            labels.append(POSITIVE)
        else:
            break
    if any(label is not None for label in labels):
        yield LabelledSolution(problem, tuple(texts), tuple(labels))


def _first_with(completions: list[Mapping[str, Any]], reason: str | None) -> int | None:
    """Where nothing was chosen the walk ended: on a wrong step (``found_error``), or on nothing to go on from."""
    if reason != "found_error":
        return None
    return next((i for i, completion in enumerate(completions) if completion["rating"] == -1), None)


def _text(completion: str | Mapping[str, Any]) -> str:
    return completion if isinstance(completion, str) else str(completion["text"])
