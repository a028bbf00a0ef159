"""What verifiers are measured against: a pool's problems, its grades or step labels, the slices that are reported."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from harness.contamination import report as contamination
from harness.errors import BadInput
from harness.measure.graded import GradedPool, graded, of_answers
from harness.measure.labelled import StepTruth
from harness.measure.protocol import VOTE_DRAWS, check_ns, default_ns
from harness.measure.slices import Slice, quintiles, slices
from harness.pool import grading, pools
from harness.pool.grading import Grades
from harness.pool.manifest import StepSet
from harness.pool.pools import Pool
from harness.pool.problems import load_problems
from harness.progress import Progress, Stages
from harness.records import AnswerSpec, Problem, Task


@dataclass(frozen=True, slots=True)
class Options:
    """What a person may choose, and what therefore is part of a run's identity.

    Attributes:
        ns: Values of N; empty for ``protocol.default_ns``.
        aggregations: Of step scores; empty for all that apply.
        rules: Selection rules; empty for each verifier's own. Controls always keep theirs.
        quintiles: ``same`` (this pool's pass rates), ``cross-fit`` (even slots set the quintile, odd slots are
            measured), or the name of another pool of the same problems.
        transform: Of scores before a weighted vote: "", ``sigmoid`` or ``rank``.
        draws: Permutations per problem of a weighted vote.
        seed: Of those permutations.
        contamination: A contamination report's name, file or digest; the slices ``clean`` and ``contaminated`` are then
            reported too.
    """

    ns: tuple[int, ...] = ()
    aggregations: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    quintiles: str = "same"
    transform: str = ""
    draws: int = VOTE_DRAWS
    seed: int = 0
    contamination: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """What verifiers are measured against.

    Attributes:
        problems: In the pool's order.
        grades: Which samples are right; None for a step set, whose answers are not graded.
        graded: The same as arrays.
        truth: What is known of the samples' steps; None where none is labelled.
        ns: The values of N; none for a step set, where nothing is chosen.
        ranking: What set the quintiles; part of a run's identity.
        quintile: Of each problem; empty for a step set.
        parts: The slices that are reported.
        step_set: What a step set measures; None for samples to choose among.
        known: The contamination report, where one was named.
    """

    problems: list[Problem]
    grades: Grades | None
    graded: GradedPool
    truth: StepTruth | None
    ns: tuple[int, ...]
    ranking: str
    quintile: dict[str, str]
    parts: list[Slice]
    step_set: StepSet | None = None
    known: Any = field(default=None)

    def coverage(self, unscored: int) -> dict[str, int]:
        """Counts: slots, missing, unanswered, undecided and unscored samples; a step set asks for no answers."""
        found = {**self.graded.coverage(), "unscored": unscored}
        return found if self.step_set is None else {**found, "unanswered": 0}

    def pass_rates(self) -> dict[str, float]:
        """Right samples / M, by problem id; empty for a step set."""
        return self.graded.pass_rates() if self.step_set is None else {}


def material(
    task: Task | None, pool: Pool, options: Options, data: Path | None = None, progress: Stages | None = None
) -> Material:
    """Grade a pool, or read a step set's labels, and cut it into the slices that are reported.

    Raises:
        BadInput: The pool is another task's, an N is beyond its slots, or it does not go with the options.
    """
    if pool.manifest.steps is not None:
        return _judged(pool, pool.manifest.steps, options)
    problems, spec = graded_problems(task, pool, data)
    grades = grading.grade(pool, problems, spec, progress=stage(progress, "grade", pool.name))
    found = _graded(pool, grades)
    slots = int(found.slots.min())
    ns = check_ns(options.ns, slots) or default_ns(slots)
    ranking, quintile = _quintiles(options, found, task, data, progress)
    parts = slices(problems, quintile)
    known = contamination.read(options.contamination) if options.contamination else None
    if known is not None:
        parts += contamination.slices(known, pool.manifest.task, pool.manifest.task_version, problems)
    truth = _truth(pool, problems, found.correct)
    return Material(problems, grades, found, truth, tuple(ns), ranking, quintile, parts, known=known)


def _judged(pool: Pool, step_set: StepSet, options: Options) -> Material:
    """A step set: no answer is graded and nothing is chosen.

    Raises:
        BadInput: The options choose among samples.
    """
    if options != Options(aggregations=options.aggregations, seed=options.seed):
        raise BadInput(
            f"The pool {pool.name!r} is a step set ({step_set.title}): its steps are judged one by one and nothing is "
            "chosen among N. Leave out N, rules, quintiles, transforms and contamination."
        )
    entries = list(pool.problems.values())
    problems = [entry.problem for entry in entries]
    columns = pa.concat_tables(table for _, table in pool.batches(["index", "given_correct"]))
    answer = columns["given_correct"].cast(pa.float64()).to_numpy(zero_copy_only=False)
    samples = np.array([entry.samples for entry in entries], dtype=np.int64)
    none: list[None] = [None] * len(answer)
    found = of_answers(
        pool.problems,
        np.array([entry.slots for entry in entries], dtype=np.int64),
        np.concatenate([[0], np.cumsum(samples)]).astype(np.int64),
        columns["index"].to_numpy().astype(np.int64),
        none,
        none,
    )
    truth = _truth(pool, problems, answer)
    if truth is None:
        raise BadInput(f"The step set {pool.name!r} has no step labels. Import it again from its source.")
    return Material(problems, None, found, truth, (), "none", {}, slices(problems, None), step_set)


def _truth(pool: Pool, problems: Sequence[Problem], answer: Any) -> StepTruth | None:
    """What is known of the steps of the samples, or None where none is labelled."""
    if "step_labels" not in pool.columns():
        return None
    column = pa.concat_tables(table for _, table in pool.batches(["step_labels"]))["step_labels"].combine_chunks()
    if column.null_count == len(column):
        return None
    names = sorted({p.subject for p in problems if p.subject is not None})
    first: dict[str, int] = {}
    return StepTruth(
        column,
        np.array([-1 if p.subject is None else names.index(p.subject) for p in problems], dtype=np.int64),
        np.array([first.setdefault(e.group or f"={i}", i) for i, e in enumerate(pool.problems.values())], np.int64),
        answer,
        whole=pool.manifest.steps is not None,
    )


def _graded(pool: Pool, grades: Grades) -> GradedPool:
    return graded(list(pool.problems), {i: p.slots for i, p in pool.problems.items()}, grades.table)


def graded_problems(task: Task | None, pool: Pool, data: Path | None) -> tuple[list[Problem], AnswerSpec]:
    """The problems a pool is graded on, in its order, and what counts as the same answer.

    Raises:
        BadInput: The pool is another task's, or another version's.
    """
    if task is not None and pool.manifest.task != task.name:
        raise BadInput(
            f"The pool {pool.name!r} holds samples for the task {pool.manifest.task!r}, not for {task.name!r}. "
            f"Run it with --task {pool.manifest.task}, or import the samples under the right task."
        )
    if task is None or pool.manifest.problems == "pool":
        return pools.evaluated_problems(pool, None), (task.answer if task else AnswerSpec())
    if pool.manifest.task_version != task.version:
        raise BadInput(
            f"The pool {pool.name!r} was imported for version {pool.manifest.task_version} of the task {task.name!r}, "
            f"which is at version {task.version} now. Import the pool again."
        )
    # A pool keeps the texts and right answers it was matched with, so the task's own data is needed only once.
    if data is not None:
        return pools.evaluated_problems(pool, load_problems(task, data)), task.answer
    return pools.evaluated_problems(pool, None), task.answer


def reported_slices(task: Task | None, pool: Pool, options: Options) -> dict[tuple[str, str], tuple[str, ...]]:
    """The ids of the problems of every slice that a run with these options reports, by its kind and name."""
    found = material(task, pool, options)
    return {(part.kind, part.name): tuple(found.problems[i].id for i in part.members) for part in found.parts}


def _quintiles(
    options: Options, found: GradedPool, task: Task | None, data: Path | None, progress: Stages | None
) -> tuple[str, dict[str, str]]:
    """What set the quintiles (part of the run's identity), and the quintile of each problem."""
    if options.quintiles == "same":
        return "same", quintiles(found.pass_rates())
    if options.quintiles == "cross-fit":
        if found.slots.min() < 2:
            raise BadInput(
                "--quintiles cross-fit measures the odd slots in quintiles that the even ones set, and needs 2 slots "
                f"of every problem; one has {found.slots.min()}. Choose --quintiles same."
            )
        return "cross-fit", quintiles(found.half(0).pass_rates())
    other = pools.open_pool(options.quintiles)
    problems, spec = graded_problems(task, other, data)
    rates = _graded(other, grading.grade(other, problems, spec, progress=stage(progress, "grade", other.name)))
    ours = set(found.ids)
    return f"pool:{other.digest}", quintiles({i: r for i, r in rates.pass_rates().items() if i in ours})


def stage(progress: Stages | None, name: str, what: str) -> Progress | None:
    """The progress of one stage, where anybody asks for it."""
    return None if progress is None else progress(name, what)
