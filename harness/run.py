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

from harness import digest, plain
from harness.contamination import report as contamination
from harness.errors import BadInput, UnknownName, VerifierError
from harness.grader.answers import GRADER
from harness.material import Material, Options, material, stage
from harness.measure import evaluation
from harness.measure.aggregation import aggregation as aggregation_named
from harness.measure.curves import Curve, Row
from harness.measure.evaluation import Evidence, Request
from harness.measure.protocol import PROTOCOL, Ask
from harness.measure.rules import rule
from harness.measure.scored import scored
from harness.pool import pools
from harness.pool.grading import Grades
from harness.pool.pools import Pool
from harness.progress import Stages
from harness.records import Problem, Task, Verifier
from harness.run_record import Run
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
        grades: Its grades; None for a step set.
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
    grades: Grades | None
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
    found = material(task, pool, chosen, data, progress)
    ask = Ask(found.ns, chosen.transform, chosen.draws, chosen.seed)
    measured = [v for v in verifiers if found.step_set is None or not v.control]
    if not measured:
        raise BadInput(f"{pool.name!r} is a step set, where no control stands: name a verifier that scores steps.")
    read = pools.with_texts(pool)  # what a verifier reads; the numbers are the pool's, whose answers are the same
    shown = found.problems if read is pool else pools.evaluated_problems(read, None)
    out = []
    for verifier in measured:
        started, clock = datetime.now(UTC).isoformat(timespec="seconds"), time.monotonic()
        rules = () if found.step_set else _rules(verifier, chosen)
        scores = None
        try:
            if found.step_set or any(rule(name).needs_scores for name in rules):
                source, asked = (pool, found.problems) if verifier.carried else (read, shown)
                scores = scoring.score(verifier, source, asked, stage(progress, "score", verifier.name), executor)
            evidence = Evidence(found.graded, None if scores is None else scored(scores.table), found.truth)
            if found.step_set:
                _must_score_steps(verifier, evidence, pool)
        except VerifierError as error:
            if skip is None:
                raise
            skip(error)
            continue
        request = Request(verifier.name, rules, ask, verifier.aggregation, chosen.aggregations, bool(chosen.rules))
        curves, rows, notes = evaluation.numbers(evidence, request, found.parts, cross_fit=found.ranking == "cross-fit")
        lost = "are missed" if found.step_set else "count as last"
        notes += [*scores.notes, *scoring.unscored(scores, verifier.name, lost)] if scores else []
        unscored = 0 if evidence.scored is None else evidence.scored.unscored()
        resolved = {
            **asdict(replace(chosen, ns=found.ns, rules=rules)),
            "aggregations": () if found.step_set else request.applied(evidence.scored),
            "quintiles": found.ranking,
        }
        if request.by_default(evidence.scored):
            resolved["aggregation"] = "by default"
            notes.append(_BY_DEFAULT.format(name=verifier.name, aggregation=request.headline(evidence.scored)[1]))
        resolved.pop("contamination")  # a run without a report has the id that it always had
        if found.known is not None:
            resolved["contamination"] = found.known.digest
            notes.append(contamination.note(found.known, found.problems))
        coverage = found.coverage(unscored)
        if scores and scores.failed:
            coverage["failed_problems"] = len(scores.failed)
        run = made_run(
            pool, verifier, resolved, task=task, found=found, headline=_headline(found, curves, request, evidence),
            ns=found.ns, started=started, seconds=time.monotonic() - clock, coverage=coverage,
            cost=scores.cost if scores else {}, notes=notes,
        )  # fmt: skip
        made = (run, tuple(rows), tuple(curves), tuple(found.problems), found.quintile, found.pass_rates(), pool)
        out.append(Result(*made, found.grades, scores, task))
    return out


def made_run(
    pool: Pool,
    verifier: Verifier,
    options: Mapping[str, Any],
    *,
    task: Task | None,
    found: Material,
    headline: tuple[str, str],
    ns: tuple[int, ...],
    started: str,
    seconds: float,
    coverage: Mapping[str, int],
    cost: Mapping[str, Any],
    notes: Sequence[str],
) -> Run:
    """The identity and circumstances of what was measured of a verifier on a pool."""
    config = scoring.identity(verifier)
    return Run(
        **_identity(pool, verifier, options),
        task_title=_title(task, pool),
        domain=task.domain if task else "",
        pool=pool.name,
        generator=pool.manifest.generator,
        slots=pool.manifest.slots,
        n_problems=len(found.problems),
        task_problems=pool.manifest.task_problems,
        verifier=verifier.name,
        family=_family(config),
        verifier_config=config,
        spec=plain.without_secrets(verifier.spec),
        control=verifier.control,
        headline_measure=headline[0],
        headline_aggregation=headline[1],
        ns=ns,
        code_version=VERSION,
        libraries=libraries(),
        started=started,
        seconds=seconds,
        coverage=coverage,
        cost=cost,
        notes=tuple(notes),
    )


def _must_score_steps(verifier: Verifier, evidence: Evidence, pool: Pool) -> None:
    """Make sure that there is something to say of steps.

    Raises:
        VerifierError: There is not.
    """
    if evidence.scored is None or not evidence.scored.is_process:
        raise VerifierError(
            f"{verifier.name!r} gives no step scores, and {pool.name!r} asks what a verifier says of steps. Name one "
            "that scores steps ('bonbench verifiers' says which do)."
        )


def _headline(found: Material, curves: Sequence[Curve], request: Request, evidence: Evidence) -> tuple[str, str]:
    """The measure and aggregation that stand for a verifier: of a step set, the first of its own that was measured."""
    if found.step_set is None:
        return request.headline(evidence.scored)
    measured = [curve.measure for curve in curves]
    return next((name for name in (*found.step_set.headline, *measured) if name in measured), ""), ""


def _title(task: Task | None, pool: Pool) -> str:
    if task is not None:
        return task.title
    return pool.manifest.steps.title if pool.manifest.steps else pool.manifest.task


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
