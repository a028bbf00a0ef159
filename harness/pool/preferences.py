"""Training data out of a pool: pairs of a right and a wrong solution, and solutions with a label for each step.

What is right is the grader's word, never the pool's own label and never a verifier's; a solution that the grader left
undecided is in no pair. Rows are TRL's: ``prompt``, ``chosen``, ``rejected`` for DPO, ``prompt``, ``completions``,
``labels`` for a PRM; further columns say where each came from.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from harness.errors import BadInput
from harness.pool import steps
from harness.pool.exporting import PLACE
from harness.pool.pools import Pool
from harness.records import Problem, Task

TRAINING = ("train", "training")  # the splits of a task that are there to be trained on


@dataclass(frozen=True, slots=True)
class Pairing:
    """How pairs are made.

    Attributes:
        most: Pairs of a problem, each of two solutions that no other pair has.
        length: Largest difference of the two lengths in characters, as a share of the longer; None for any. Without it
            a pool whose wrong solutions are longer teaches to be short.
        seed: Of what is paired with what, where lengths do not decide.
    """

    most: int = 1
    length: float | None = None
    seed: int = 0


@dataclass(slots=True)
class Told:
    """What came of it.

    Attributes:
        problems: Problems with at least one row.
        rows: Rows.
        one_sided: Problems whose graded solutions are all right or all wrong.
        unmatched: Problems with both kinds, but no two of about equal length.
        undecided: Samples that the grader left undecided; they are in no row.
        longer: Sum over the pairs of the chosen solution's characters less the rejected one's.
    """

    problems: int = 0
    rows: int = 0
    one_sided: int = 0
    unmatched: int = 0
    undecided: int = 0
    longer: int = 0


def refuse_test(pool: Pool, task: Task | None) -> None:
    """Make sure that a pool is none of problems that verifiers and policies are measured on.

    Raises:
        BadInput: It is: whatever is trained on it cannot be measured on it any more.
    """
    if task is None or task.source.split in TRAINING:
        return
    raise BadInput(
        f"The pool {pool.name!r} holds problems of {task.name!r} that models are measured on (split "
        f"{task.source.split!r}). A model that is trained on them has seen the answers, so no number on "
        f"{task.name!r} would mean anything for it, nor for what is trained from it. Export a pool of training "
        "problems; or pass --force, and say so wherever the model is measured."
    )


def template_of(pool: Pool, task: Task | None) -> str:
    """What a generator was asked, with ``{problem}`` for the problem: the pool's own word, else its task's."""
    return str(pool.manifest.sampling.get("prompt") or (task.prompt if task else PLACE))


def pairs(
    pool: Pool, problems: Sequence[Problem], template: str, grades: pa.Table, pairing: Pairing, told: Told
) -> Iterator[dict[str, Any]]:
    """Pairs for DPO, problem by problem.

    Args:
        pool: The samples.
        problems: In the pool's order.
        template: Of a prompt.
        grades: The pool's.
        pairing: How pairs are made.
        told: Is filled in.
    """
    correct, undecided = _graded(grades)
    told.undecided = undecided
    for problem, (problem_id, table) in zip(problems, pool.batches(["index", "text", "steps"]), strict=True):
        right: dict[str, int] = {}
        wrong: dict[str, int] = {}
        for index, solution in zip(table["index"].to_pylist(), pool.solutions(table), strict=True):
            verdict = correct[problem_id, index]
            if solution.text and verdict is not None:
                (right if verdict else wrong).setdefault(solution.text, index)
        if not right or not wrong:
            told.one_sided += 1
            continue
        found = _paired([*right], [*wrong], pairing, problem_id)
        told.unmatched += not found
        told.problems += bool(found)
        for chosen, rejected in found:
            told.rows += 1
            told.longer += len(chosen) - len(rejected)
            yield {
                "prompt": template.replace(PLACE, problem.text),
                "chosen": chosen,
                "rejected": rejected,
                "problem_id": problem_id,
                "chosen_index": right[chosen],
                "rejected_index": wrong[rejected],
            }


def stepwise(pool: Pool, problems: Sequence[Problem], template: str, told: Told) -> Iterator[dict[str, Any]]:
    """Solutions with the pool's true step labels, in the layout of TRL's stepwise supervision: neutral counts as right.

    Args:
        pool: The samples.
        problems: In the pool's order.
        template: Of a prompt.
        told: Is filled in.

    Raises:
        BadInput: The pool has no true step labels: the grader judges answers, not steps.
    """
    columns = [c for c in ("index", "text", "steps", "step_labels") if c in pool.columns()]
    for problem, (problem_id, table) in zip(problems, pool.batches(columns), strict=True):
        seen: set[tuple[str, ...]] = set()
        for row in table.to_pylist():
            parts = tuple(row["steps"] or steps.split(row["text"] or "", pool.manifest.step_joiner))
            labels = row.get("step_labels") or ()
            if parts in seen or not parts or len(labels) != len(parts) or None in labels:
                continue
            told.problems += not seen
            seen.add(parts)
            told.rows += 1
            yield {
                "prompt": template.replace(PLACE, problem.text),
                "completions": list(parts),
                "labels": [label >= 0 for label in labels],
                "problem_id": problem_id,
                "index": row["index"],
            }
    if not told.rows:
        raise BadInput(
            f"The pool {pool.name!r} has no true step labels, and a grade of the answer says nothing of a step. Export "
            "'--format pairs', or a pool with step labels (PRM800K, ProcessBench, micromath)."
        )


def _graded(grades: pa.Table) -> tuple[Mapping[tuple[str, int], bool | None], int]:
    """For each sample whether it is right, no answer being wrong; None where undecided, and how many are."""
    found: dict[tuple[str, int], bool | None] = {}
    undecided = 0
    for row in grades.select(["problem_id", "index", "key", "correct"]).to_pylist():
        verdict = False if row["key"] is None else row["correct"]
        undecided += verdict is None
        found[row["problem_id"], row["index"]] = verdict
    return found, undecided


def _paired(right: list[str], wrong: list[str], pairing: Pairing, problem_id: str) -> list[tuple[str, str]]:
    """Pairs of one problem; no solution is in two."""
    rng = random.Random(f"{pairing.seed}/{problem_id}")
    rng.shuffle(right)
    rng.shuffle(wrong)
    if pairing.length is None:
        return list(zip(right, wrong, strict=False))[: pairing.most]
    near = sorted(
        (abs(len(a) - len(b)), i, j)
        for i, a in enumerate(right)
        for j, b in enumerate(wrong)
        if abs(len(a) - len(b)) <= pairing.length * max(len(a), len(b))
    )
    out: list[tuple[str, str]] = []
    taken: set[tuple[str, int]] = set()
    for _, i, j in near:
        if len(out) < pairing.most and not taken & {("right", i), ("wrong", j)}:
            taken |= {("right", i), ("wrong", j)}
            out.append((right[i], wrong[j]))
    return out
