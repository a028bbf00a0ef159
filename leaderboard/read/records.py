"""The nouns of the leaderboard, all frozen: boards, their entries, and the numbers of an entry.

A *board* is a set of entries that may be ranked together: the same pool of the same task version, under the same
protocol, grader and right answers. An *entry* is one run under one selection rule and aggregation.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from harness import digest
from harness.measure.arrays import Floats, Ints
from harness.measure.catalogue import Described

Key = tuple[str, str, str]  # run, measure, aggregation

MIN_SCORED = 0.99  # share of the present samples that a verifier must have scored to be ranked, unless one asks


def share_scored(coverage: Mapping[str, int]) -> float:
    """Share of the present samples that have a score; 1 where there is no sample."""
    present = coverage.get("slots", 0) - coverage.get("missing", 0)
    return 1.0 if present <= 0 else 1.0 - coverage.get("unscored", 0) / present


@dataclass(frozen=True, slots=True)
class Board:
    """Runs that may be compared with each other.

    Attributes:
        name: Short and unique in the store.
        task: Task name.
        task_version: Its version.
        title: Its title.
        domain: ``math``, ``ood-stem``, ...
        problems: ``task``, or ``pool`` where texts and right answers are the pool's own.
        pool: The pool's name.
        pool_digest: Its digest.
        generator: Who wrote the samples, "" where not stated.
        slots: M, or None where each problem has its own.
        n_problems: Problems.
        task_problems: Problems of the whole task; None where the pool brings its own, and for a group.
        protocol: Version of the estimators' definitions.
        grader: Version of the grader.
        run_ids: Its runs, newest first.
        ns: Every N that any of them has, ascending.
        newest: When the newest run was started, UTC, ISO 8601.
        members: For a group of tasks: what it is made of.
        verifiers: Names of the verifiers that may be ranked on it: measured, and scored on enough of the samples.
    """

    name: str
    task: str
    task_version: int
    title: str
    domain: str
    problems: str
    pool: str
    pool_digest: str
    generator: str
    slots: int | None
    n_problems: int
    task_problems: int | None
    protocol: str
    grader: str
    run_ids: tuple[str, ...]
    ns: tuple[int, ...]
    newest: str
    members: tuple["Member", ...] = ()
    verifiers: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """How links call it: a name to read, and all that makes it this board and no other."""
        if self.members:
            named, held = self.task, digest.of_json([self.generator, *(m.board.pool_digest for m in self.members)])
        else:
            named, held = self.pool, self.pool_digest
        own = "-own" if self.problems != "task" else ""
        parts = (named, held[:12], self.protocol, self.grader, f"{self.task}-{self.task_version}{own}")
        return "~".join(part.replace("~", "-") for part in parts)

    @property
    def size(self) -> str:
        """Its number of problems, and of how many where the task has more: ``250 of 500``."""
        partial = self.task_problems not in (None, self.n_problems)
        return f"{self.n_problems:,} of {self.task_problems:,}" if partial else f"{self.n_problems:,}"

    @property
    def named(self) -> str:
        """Its title, and how many of the task's problems it is of where these are not all."""
        return f"{self.title} ({self.size} problems)" if " of " in self.size else self.title


@dataclass(frozen=True, slots=True)
class Member:
    """A board, or some of its problems, as part of a group.

    Attributes:
        label: The row of the group that it belongs to.
        board: The board.
        subjects: The subjects that count; empty for all problems.
        keep: Ids of the problems that count, or None for all.
    """

    label: str
    board: Board
    subjects: tuple[str, ...] = ()
    keep: frozenset[str] | None = None

    @property
    def n_problems(self) -> int:
        """How many problems it brings to the group."""
        return self.board.n_problems if self.keep is None else len(self.keep)


@dataclass(frozen=True, slots=True)
class Entry:
    """One run under one rule and aggregation: a line of the board.

    Attributes:
        label: Unique on its board; stands in links.
        run_id: The run.
        verifier: The verifier's name.
        fingerprint: Hash of everything that can change its scores.
        family: Class or family of the verifier.
        control: What kind of control it is (``majority``, ``oracle``, ``random``, ``length``), "" for a verifier.
        described: The selection rule, as the store describes it.
        aggregation: Of step scores, or "".
        headline: Whether this rule and aggregation stand for the run.
        own_rule: Whether this rule does.
        ns: The values of N of its run.
        started: UTC, ISO 8601.
        origin: ``measured``, or the card it came from.
        coverage: Counts: slots, missing, unanswered, undecided, unscored.
        cost: Tokens, FLOPs, seconds, parameters, as far as known.
        options: Of the run.
        scores_path: Parquet of the scores, or None.
        config: Everything that can change the verifier's scores, as its run recorded it.
        carried: The name under which the pool carries the scores, or "".
    """

    label: str
    run_id: str
    verifier: str
    fingerprint: str
    family: str
    control: str
    described: Described
    aggregation: str
    headline: bool
    own_rule: bool
    ns: tuple[int, ...]
    started: str
    origin: str
    coverage: Mapping[str, int]
    cost: Mapping[str, Any]
    options: Mapping[str, Any]
    scores_path: str | None
    config: Mapping[str, Any]
    carried: str

    @property
    def measure(self) -> str:
        """The rule's name."""
        return self.described.measure

    @property
    def key(self) -> Key:
        """Run, measure and aggregation: what the entry's numbers are stored under."""
        return self.run_id, self.measure, self.aggregation

    @property
    def competes(self) -> bool:
        """Whether it is a verifier under a rule that is about verifiers, and so may have a rank."""
        return not self.control and self.described.about_verifiers

    @property
    def scored(self) -> float:
        """Share of the present samples that the verifier scored; 1 where it needs no scores."""
        return share_scored(self.coverage) if self.described.about_verifiers else 1.0

    @property
    def aggregated(self) -> str:
        """The aggregation in words: marked where nobody chose it."""
        unchosen = self.headline and self.options.get("aggregation") is not None
        return self.aggregation + (" by default" if self.aggregation and unchosen else "")

    @property
    def parameters(self) -> float | None:
        """Parameters of the verifier's model, where known."""
        value = self.cost.get("parameters")
        return float(value) if isinstance(value, int | float) else None


@dataclass(frozen=True, slots=True)
class Curve:
    """The reported numbers of an entry over N, for one slice; arrays of the same length, NaN where there is none."""

    n: Ints
    value: Floats
    answering: Floats
    choosing: Floats
    standard_error: Floats
    low: Floats
    high: Floats
    draw_deviation: Floats
    mc_error: Floats
    n_problems: int

    def at(self, n: int) -> int | None:
        """The position of this N, or None where the entry lacks it."""
        found = np.flatnonzero(self.n == n)
        return int(found[0]) if len(found) else None


@dataclass(frozen=True, slots=True)
class Values:
    """p_i of some entries on the same problems at one N.

    Attributes:
        keys: (run, measure, aggregation) of each row.
        problem_ids: Of each column.
        p: Shape [entries, problems].
    """

    keys: tuple[Key, ...]
    problem_ids: tuple[str, ...]
    p: Floats
    row: Mapping[Key, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Compared:
    """Two entries on the problems and at the values of N that both have.

    Attributes:
        ns: Values of N.
        problem_ids: Problems.
        a: p_i of the first, shape [problems, N].
        b: p_i of the second.
    """

    ns: tuple[int, ...]
    problem_ids: tuple[str, ...]
    a: Floats
    b: Floats


@dataclass(frozen=True, slots=True)
class StepNumber:
    """A step measure of a run over all problems.

    Attributes:
        value: In the measure's unit.
        low: Lower end of its 95 % interval over problems.
        high: Its upper end.
        n_problems: Problems that bear on it.
    """

    value: float
    low: float
    high: float
    n_problems: int
