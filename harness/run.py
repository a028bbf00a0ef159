"""The whole path, straight down: a task, a pool and verifiers in; results out.

    results = evaluate(registry.task("math500"), pools.open_pool("my-pool"), [verifier])

Nothing here knows a task or a verifier by name.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np

from harness import digest
from harness.contamination import report as contamination
from harness.errors import BadInput
from harness.grader.answers import GRADER
from harness.measure import estimators, results, slices
from harness.measure.results import Curve, RawScores, Row, Sheet
from harness.measure.slices import Slice
from harness.pool import grading, pools
from harness.pool.grading import Grades
from harness.pool.pools import Pool
from harness.pool.problems import load_problems
from harness.records import AnswerSpec, Problem, Rule, Run, Task, Verifier
from harness.score import scoring
from harness.score.scoring import Scores
from harness.version import VERSION, libraries

Stage = Literal["grade", "score", "evaluate"]
Progress = Callable[[Stage, str, int, int, int], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What a person may choose, and what therefore is part of a run's identity.

    Attributes:
        ns: Values of N; empty for ``estimators.default_ns``.
        aggregations: Of step scores; empty for all that apply.
        rules: Selection rules; empty for the verifier's own.
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
    rules: tuple[Rule, ...] = ()
    quintiles: str = "same"
    transform: str = ""
    draws: int = estimators.VOTE_DRAWS
    seed: int = 0
    contamination: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One verifier measured on one pool.

    Attributes:
        run: Identity and circumstances.
        rows: Every reported number.
        curves: p_i by problem, for comparisons.
        ns: The values of N of the curves' columns.
        problems: In the order of the curves' rows.
        quintile: Of each problem.
        pass_rate: Of each problem.
        headline: (rule, aggregation) that stands on the board for this verifier.
        notes: What a reader should know, as sentences.
        pool: The pool.
        grades: Its grades.
        scores: The scores, or None for a verifier that needs none.
        task: The task, or None where the pool brings its own problems.
    """

    run: Run
    rows: tuple[Row, ...]
    curves: tuple[Curve, ...]
    ns: tuple[int, ...]
    problems: tuple[Problem, ...]
    quintile: Mapping[str, int]
    pass_rate: Mapping[str, float]
    headline: tuple[Rule, str]
    notes: tuple[str, ...]
    pool: Pool
    grades: Grades
    scores: Scores | None
    task: Task | None


def evaluate(
    task: Task | None,
    pool: Pool,
    verifiers: Sequence[Verifier],
    options: Options | None = None,
    data: Path | None = None,
    progress: Progress | None = None,
    executor: scoring.Executor | None = None,
) -> list[Result]:
    """Measure verifiers on a pool.

    Args:
        task: The pool's task; None where the pool brings its problems and right answers itself.
        pool: The samples.
        verifiers: What to measure.
        options: Everything that can be chosen.
        data: A file or folder with the task's records; by default where the task's source says.
        progress: Called with (stage, what, done, in all, tokens now).
        executor: Runs the chunks of what has to be scored; by default that happens here.

    Returns:
        One Result per verifier, in order.
    """
    chosen = options or Options()
    problems, spec = graded_problems(task, pool, data)
    grades = grading.grade(pool, problems, spec, progress=_on(progress, "grade", pool.name))
    slots = {i: p.slots for i, p in pool.problems.items()}
    graded = results.sheet(problems, slots, grades.table)
    ns = tuple(estimators.check_ns(chosen.ns, int(graded.slots.min()))) or tuple(
        estimators.default_ns(int(graded.slots.min()))
    )
    ranking, quintile = _quintiles(chosen, graded, task, data, progress)
    known = contamination.read(chosen.contamination) if chosen.contamination else None
    parts = slices.slices(problems, quintile)
    if known is not None:
        parts += contamination.slices(known, pool.manifest.task, pool.manifest.task_version, problems)
    out = []
    for verifier in verifiers:
        started, clock = datetime.now(UTC).isoformat(timespec="seconds"), time.monotonic()
        rules = chosen.rules or verifier.rules
        scores = None
        if "best-of-n" in rules or "weighted-vote" in rules:
            scores = scoring.score(verifier, pool, problems, _on3(progress, "score", verifier.name), executor)
        measured = _Measured(graded, verifier, scores, replace(chosen, ns=ns, rules=tuple(rules)))
        curves, notes = measured.curves()
        notes += scoring.unscored(scores, verifier.name) if scores else []
        rows = _rows(measured, curves, parts)
        coverage = {**graded.coverage(), "unscored": measured.unscored()}
        resolved = {**asdict(measured.options), "aggregations": measured.aggregations(), "quintiles": ranking}
        resolved.pop("contamination")  # a run without a report has the id that it always had
        if known is not None:
            resolved["contamination"] = known.digest
            notes.append(contamination.note(known, problems))
        run = _record(pool, verifier, resolved, coverage, scores, started, time.monotonic() - clock)
        out.append(
            Result(
                run=run,
                rows=tuple(rows),
                curves=tuple(curves),
                ns=ns,
                problems=tuple(problems),
                quintile=quintile,
                pass_rate=graded.pass_rates(),
                headline=measured.headline(),
                notes=tuple(notes),
                pool=pool,
                grades=grades,
                scores=scores,
                task=task,
            )
        )
    return out


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


def _quintiles(
    options: Options, graded: Sheet, task: Task | None, data: Path | None, progress: Progress | None
) -> tuple[str, dict[str, int]]:
    """What set the quintiles (part of the run's identity), and the quintile of each problem."""
    if options.quintiles == "same":
        return "same", slices.quintiles(graded.pass_rates())
    if options.quintiles == "cross-fit":
        return "cross-fit", slices.quintiles(graded.half(0).pass_rates())
    other = pools.open_pool(options.quintiles)
    problems, spec = graded_problems(task, other, data)
    grades = grading.grade(other, problems, spec, progress=_on(progress, "grade", other.name))
    rates = results.sheet(problems, {i: p.slots for i, p in other.problems.items()}, grades.table).pass_rates()
    ours = {p.id for p in graded.problems}
    return f"pool:{other.digest}", slices.quintiles({i: r for i, r in rates.items() if i in ours})


class _Measured:
    """One verifier's scores against a graded pool."""

    def __init__(self, graded: Sheet, verifier: Verifier, scores: Scores | None, options: Options) -> None:
        self.graded = graded
        self.verifier = verifier
        self.options = options
        self.raw = None if scores is None else results.raw_scores(scores.table)

    def aggregations(self) -> tuple[str, ...]:
        if self.raw is None:
            return ()
        if not self.raw.is_process:
            return ("",)
        return self.options.aggregations or self.raw.applicable()

    def headline(self) -> tuple[Rule, str]:
        """The rule and aggregation that stand for the verifier: its own aggregation, or what comes nearest to it."""
        rule = self.options.rules[0]
        if rule not in ("best-of-n", "weighted-vote"):
            return rule, ""
        own = self.aggregations()
        return rule, self.verifier.aggregation if self.verifier.aggregation in own else own[0]

    def unscored(self) -> int:
        if self.raw is None:
            return 0
        if self.raw.values is not None:
            return int(np.isnan(self.raw.values).sum())
        assert self.raw.step_offsets is not None
        return int((np.diff(self.raw.step_offsets) == 0).sum())

    def half(self) -> "_Measured":
        """The odd slots alone, with N as far as they go."""
        mask = self.graded.index % 2 == 1
        slots = int(self.graded.slots.min()) // 2
        ns = tuple(n for n in self.options.ns if n <= slots)
        other = _Measured.__new__(_Measured)
        other.graded, other.verifier = self.graded.half(1), self.verifier
        other.options = replace(self.options, ns=ns, aggregations=self.aggregations())
        other.raw = None if self.raw is None else self.raw.keep(mask)
        return other

    def curves(self) -> tuple[list[Curve], list[str]]:
        ns, graded, raw = self.options.ns, self.graded, self.raw
        out: list[Curve] = []
        notes: list[str] = []
        for rule in self.options.rules:
            if rule == "majority":
                out.append(results.majority_curve(graded, ns))
            elif rule == "pass":
                out.append(results.pass_curve(graded, ns))
            elif rule == "best-of-n" and raw is not None:
                for aggregation in self.aggregations():
                    values = results.best_of_n(graded, raw.solution_scores(aggregation), ns)
                    out.append(Curve(rule, aggregation, values))
            elif rule == "weighted-vote" and raw is not None:
                curve, note = self._weighted(raw)
                out += [curve] if curve else []
                notes += [note] if note else []
        return out, notes

    def _weighted(self, raw: RawScores) -> tuple[Curve | None, str]:
        """The weighted vote under the headline aggregation; raw scores are refused where it was asked for."""
        aggregation = self.headline()[1]
        options, graded = self.options, self.graded
        scores = results.for_vote(raw.solution_scores(aggregation), aggregation, options.transform, graded)
        known = scores[~np.isnan(scores)]
        asked = options.rules != self.verifier.rules
        if len(known) and not (known.min() >= 0 and known.max() <= 1) and not asked:
            return None, (
                f"No weighted vote for {self.verifier.name}: its scores are not in [0, 1] "
                "(--transform sigmoid or rank maps them)."
            )
        values, errors = results.weighted_vote(graded, scores, options.ns, options.draws, options.seed)
        return Curve("weighted-vote", aggregation, values, errors), ""


def _rows(measured: _Measured, curves: Sequence[Curve], slices: Sequence[Slice]) -> list[Row]:
    cross_fit = measured.options.quintiles == "cross-fit"
    whole = [s for s in slices if not (cross_fit and s.kind == "quintile")]
    rows = [row for curve in curves for row in results.rows(curve, measured.options.ns, whole)]
    if cross_fit:
        other = measured.half()
        quintiles = [s for s in slices if s.kind == "quintile"]
        rows += [row for curve in other.curves()[0] for row in results.rows(curve, other.options.ns, quintiles)]
    return rows


def _record(
    pool: Pool,
    verifier: Verifier,
    options: Mapping[str, Any],
    coverage: Mapping[str, int],
    scores: Scores | None,
    started: str,
    seconds: float,
) -> Run:
    manifest = pool.manifest
    identity = {
        "task": manifest.task,
        "task_version": manifest.task_version or 0,
        "problems": manifest.problems,
        "pool_digest": pool.digest,
        "verifier_fingerprint": scoring.fingerprint(verifier),
        "options": options,
        "protocol": estimators.PROTOCOL,
        "grader": GRADER,
    }
    return Run(
        id=digest.of_json(identity)[:12],
        task=manifest.task,
        task_version=manifest.task_version or 0,
        problems=manifest.problems,
        pool=manifest.name,
        pool_digest=pool.digest,
        verifier=verifier.name,
        verifier_fingerprint=scoring.fingerprint(verifier),
        verifier_config=verifier.fingerprint(),
        spec=getattr(verifier, "spec", ""),
        options=options,
        protocol=estimators.PROTOCOL,
        grader=GRADER,
        code_version=VERSION,
        libraries=libraries(),
        started=started,
        seconds=seconds,
        coverage=coverage,
        cost=scores.cost if scores else {},
    )


def _on(progress: Progress | None, stage: Stage, what: str) -> Callable[[int, int], None] | None:
    return None if progress is None else lambda done, total: progress(stage, what, done, total, 0)


def _on3(progress: Progress | None, stage: Stage, what: str) -> Callable[[int, int, int], None] | None:
    return None if progress is None else lambda done, total, tokens: progress(stage, what, done, total, tokens)
