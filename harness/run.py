"""The whole path, straight down: a task, a pool and verifiers in; results out.

    results = evaluate(registry.task("math500"), pools.open_pool("my-pool"), [verifier])

Nothing here knows a task or a verifier by name.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from harness import digest, plain
from harness.contamination import report as contamination
from harness.errors import BadInput, UnknownName, VerifierError
from harness.grader.answers import GRADER
from harness.measure import evaluation
from harness.measure.aggregation import aggregation as aggregation_named
from harness.measure.curves import Curve, Row
from harness.measure.evaluation import Evidence, Request
from harness.measure.graded import GradedPool, graded
from harness.measure.protocol import PROTOCOL, VOTE_DRAWS, Ask, check_ns, default_ns
from harness.measure.rules import rule
from harness.measure.scored import scored
from harness.measure.slices import quintiles, slices
from harness.pool import grading, pools
from harness.pool.grading import Grades
from harness.pool.pools import Pool
from harness.pool.problems import load_problems
from harness.progress import Progress, Stages
from harness.records import AnswerSpec, Problem, Run, Task, Verifier
from harness.score import scoring
from harness.score.asking import Executor
from harness.score.scoring import Scores
from harness.version import VERSION, libraries

_BY_DEFAULT = (
    "Nobody said how the step scores of {name!r} become one score, so {aggregation!r} stands for it by default; "
    "--aggregation names another, and for scores of the pool --carried {name}=VERIFIER takes that verifier's own."
)
MOST_DRAWS = 100_000  # of a vote; more change no printed digit, and a stranger's card may ask for any number


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
class Result:
    """One verifier measured on one pool.

    Attributes:
        run: Identity and circumstances.
        rows: Every reported number.
        curves: p_i by problem, for comparisons.
        problems: In the order of the curves' rows.
        quintile: Of each problem.
        pass_rate: Of each problem.
        pool: The pool.
        grades: Its grades.
        scores: The scores, or None for a verifier that needs none.
        task: The task, or None where the pool brings its own problems.
    """

    run: Run
    rows: tuple[Row, ...]
    curves: tuple[Curve, ...]
    problems: tuple[Problem, ...]
    quintile: Mapping[str, str]
    pass_rate: Mapping[str, float]
    pool: Pool
    grades: Grades
    scores: Scores | None
    task: Task | None

    @property
    def ns(self) -> tuple[int, ...]:
        """The values of N of the curves' columns."""
        return self.run.ns

    @property
    def headline(self) -> tuple[str, str]:
        """(rule, aggregation) that stands on the board for this verifier."""
        return self.run.headline_measure, self.run.headline_aggregation


def evaluate(
    task: Task | None,
    pool: Pool,
    verifiers: Sequence[Verifier],
    options: Options | None = None,
    data: Path | None = None,
    progress: Stages | None = None,
    executor: Executor | None = None,
    skip: Callable[[VerifierError], None] | None = None,
) -> list[Result]:
    """Measure verifiers on a pool.

    Args:
        task: The pool's task; None where the pool brings its problems and right answers itself.
        pool: The samples.
        verifiers: What to measure.
        options: Everything that can be chosen.
        data: A file or folder with the task's records; by default where the task's source says.
        progress: Told how far each stage is.
        executor: Runs the chunks of what has to be scored; by default that happens here.
        skip: Told of a verifier that failed on everything; the others go on. By default that is raised.

    Returns:
        One Result per verifier, in order.
    """
    chosen = options or Options()
    _check(chosen, verifiers)
    for name in chosen.rules:
        rule(name)
    problems, spec = graded_problems(task, pool, data)
    grades = grading.grade(pool, problems, spec, progress=_of(progress, "grade", pool.name))
    found = _graded(pool, grades)
    ns = check_ns(chosen.ns, int(found.slots.min())) or default_ns(int(found.slots.min()))
    ask = Ask(tuple(ns), chosen.transform, chosen.draws, chosen.seed)
    ranking, quintile = _quintiles(chosen, found, task, data, progress)
    parts = slices(problems, quintile)
    known = contamination.read(chosen.contamination) if chosen.contamination else None
    if known is not None:
        parts += contamination.slices(known, pool.manifest.task, pool.manifest.task_version, problems)
    labels = _labels(pool)
    read = pools.with_texts(pool)  # what a verifier reads; the numbers are the pool's, whose answers are the same
    shown = problems if read is pool else pools.evaluated_problems(read, None)
    out = []
    for verifier in verifiers:
        started, clock = datetime.now(UTC).isoformat(timespec="seconds"), time.monotonic()
        rules = _rules(verifier, chosen)
        scores = None
        if any(rule(name).needs_scores for name in rules):
            source, asked = (pool, problems) if verifier.carried else (read, shown)
            try:
                scores = scoring.score(verifier, source, asked, _of(progress, "score", verifier.name), executor)
            except VerifierError as error:
                if skip is None:
                    raise
                skip(error)
                continue
        evidence = Evidence(found, None if scores is None else scored(scores.table), labels)
        request = Request(verifier.name, rules, ask, verifier.aggregation, chosen.aggregations, bool(chosen.rules))
        curves, rows, notes = evaluation.numbers(evidence, request, parts, cross_fit=ranking == "cross-fit")
        notes += [*scores.notes, *scoring.unscored(scores, verifier.name)] if scores else []
        unscored = 0 if evidence.scored is None else evidence.scored.unscored()
        resolved = {
            **asdict(replace(chosen, ns=tuple(ns), rules=rules)),
            "aggregations": request.applied(evidence.scored),
            "quintiles": ranking,
        }
        if request.by_default(evidence.scored):
            resolved["aggregation"] = "by default"
            notes.append(_BY_DEFAULT.format(name=verifier.name, aggregation=request.headline(evidence.scored)[1]))
        resolved.pop("contamination")  # a run without a report has the id that it always had
        if known is not None:
            resolved["contamination"] = known.digest
            notes.append(contamination.note(known, problems))
        coverage = {**found.coverage(), "unscored": unscored}
        if scores and scores.failed:
            coverage["failed_problems"] = len(scores.failed)
        config = scoring.identity(verifier)
        headline, aggregation = request.headline(evidence.scored)
        run = Run(
            **_identity(pool, verifier, resolved),
            task_title=task.title if task else pool.manifest.task,
            domain=task.domain if task else "",
            pool=pool.name,
            generator=pool.manifest.generator,
            slots=pool.manifest.slots,
            n_problems=len(problems),
            task_problems=pool.manifest.task_problems,
            verifier=verifier.name,
            family=_family(config),
            verifier_config=config,
            spec=plain.without_secrets(verifier.spec),
            control=verifier.control,
            headline_measure=headline,
            headline_aggregation=aggregation,
            ns=tuple(ns),
            code_version=VERSION,
            libraries=libraries(),
            started=started,
            seconds=time.monotonic() - clock,
            coverage=coverage,
            cost=scores.cost if scores else {},
            notes=tuple(notes),
        )
        rates = found.pass_rates()
        out.append(
            Result(run, tuple(rows), tuple(curves), tuple(problems), quintile, rates, pool, grades, scores, task)
        )
    return out


def _check(chosen: Options, verifiers: Sequence[Verifier]) -> None:
    """Make sure, before anything is done, that so many votes can be drawn, and that rules and aggregations exist.

    Raises:
        BadInput: They are not, or do not.
    """
    if type(chosen.draws) is not int or not 1 <= chosen.draws <= MOST_DRAWS:
        raise BadInput(
            f"{chosen.draws!r} draws of a vote were asked for; a whole number from 1 to {MOST_DRAWS:,} is expected."
        )
    for verifier in verifiers:
        try:
            for name in verifier.rules:
                rule(name)
            if verifier.aggregation:
                aggregation_named(verifier.aggregation)
        except UnknownName as error:
            raise BadInput(f"The verifier {verifier.name!r} cannot be measured: {error}") from error


def _rules(verifier: Verifier, chosen: Options) -> tuple[str, ...]:
    """The rules that a verifier is measured under: those named, where they are about a verifier at all.

    Raises:
        BadInput: None of them is.
    """
    if verifier.control or not chosen.rules:
        return tuple(verifier.rules)
    about = tuple(name for name in chosen.rules if rule(name).needs_scores)
    if not about:
        raise BadInput(
            f"{', '.join(chosen.rules)} needs no verifier: it stands beside {verifier.name!r} as a control. Name a "
            "rule that chooses by scores, or none."
        )
    return about


def _graded(pool: Pool, grades: Grades) -> GradedPool:
    return graded(list(pool.problems), {i: p.slots for i, p in pool.problems.items()}, grades.table)


def _labels(pool: Pool) -> pa.ListArray | None:
    """The true step labels of every sample, or None where the pool has none."""
    if "step_labels" not in pool.columns():
        return None
    column = pa.concat_tables(table for _, table in pool.batches(["step_labels"]))["step_labels"].combine_chunks()
    return None if column.null_count == len(column) else column


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
    problems, spec = graded_problems(task, pool, None)
    found = _graded(pool, grading.grade(pool, problems, spec))
    parts = slices(problems, _quintiles(options, found, task, None, None)[1])
    if options.contamination:
        known = contamination.read(options.contamination)
        parts += contamination.slices(known, pool.manifest.task, pool.manifest.task_version, problems)
    return {(part.kind, part.name): tuple(problems[i].id for i in part.members) for part in parts}


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
    rates = _graded(other, grading.grade(other, problems, spec, progress=_of(progress, "grade", other.name)))
    ours = set(found.ids)
    return f"pool:{other.digest}", quintiles({i: r for i, r in rates.pass_rates().items() if i in ours})


def _identity(pool: Pool, verifier: Verifier, options: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that determines the numbers, and the run id that is its hash."""
    identity = {
        "task": pool.manifest.task,
        "task_version": pool.manifest.task_version or 0,
        "problems": pool.manifest.problems,
        "pool_digest": pool.digest,
        "verifier_fingerprint": scoring.fingerprint(verifier),
        "options": options,
        "protocol": PROTOCOL,
        "grader": GRADER,
    }
    return {"run_id": digest.of_json(identity)[:12], **identity}


def _family(config: Mapping[str, Any]) -> str:
    """A verifier's class, or the family of one that runs a model, or ``carried``: scores that came with the samples."""
    return str(config.get("class") or config.get("options", {}).get("family") or "carried")


def _of(progress: Stages | None, stage: str, what: str) -> Progress | None:
    return None if progress is None else progress(stage, what)
