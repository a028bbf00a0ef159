"""What a probe comes to: a run without N, to be stored, cited and shown as any other."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from harness.material import Material, Options
from harness.measure.curves import Curve, Row
from harness.pool.pools import Pool
from harness.records import Task, Verifier
from harness.run import Result, made_run
from harness.score.scoring import Scores


@dataclass(frozen=True, slots=True)
class Clock:
    """When it began."""

    started: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    at: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found.

    Attributes:
        headline: The measure that stands for it.
        rows: Its numbers.
        curves: The same by problem.
        unscored: Samples without a score.
        notes: What a reader should know.
    """

    headline: str
    rows: Sequence[Row]
    curves: Sequence[Curve]
    unscored: int
    notes: Sequence[str]


def result(
    task: Task | None,
    pool: Pool,
    verifier: Verifier,
    found: Material,
    scores: Scores,
    options: Options,
    mark: Mapping[str, Any],
    clock: Clock,
    outcome: Outcome,
) -> Result:
    """The outcome as a run.

    Args:
        task: The pool's.
        pool: What was probed on.
        verifier: What was probed.
        found: The pool's grades.
        scores: Of the pool.
        options: What was chosen.
        mark: What beside the options determines the numbers: which probe, and its version.
        clock: When it began.
        outcome: What came of it.
    """
    resolved = {**asdict(options), "quintiles": "none", **mark}
    resolved.pop("contamination")
    run = made_run(
        pool,
        verifier,
        resolved,
        task=task,
        found=found,
        headline=(outcome.headline, ""),
        ns=(),
        started=clock.started,
        seconds=time.monotonic() - clock.at,
        coverage=found.coverage(outcome.unscored),
        cost=scores.cost,
        notes=outcome.notes,
    )
    rows, curves = tuple(outcome.rows), tuple(outcome.curves)
    return Result(run, rows, curves, tuple(found.problems), {}, {}, pool, found.grades, scores, task)
