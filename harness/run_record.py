"""What stands on record of a run: the identity and the circumstances of its numbers, on the standard library alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Run:
    """One verifier measured on one pool: the identity and the circumstances of its numbers.

    A row of the store's table ``runs`` and the ``run`` of a result card have these fields under these names.

    Attributes:
        run_id: Hash of everything that determines the numbers; the same inputs give the same id.
        task: Task name.
        task_version: Task version.
        task_title: The task's title.
        domain: The task's domain, "" where the pool brings its own problems.
        problems: ``task``, or ``pool`` where problems and golds were taken from the pool itself.
        pool: Pool name.
        pool_digest: Content digest of the pool.
        generator: Who wrote the samples, "" where not stated.
        slots: M, or None where every problem has its own.
        n_problems: Problems.
        task_problems: Problems of the whole task, None where the pool brings its own.
        verifier: The verifier's name on the board.
        family: The verifier's class, or the family of one that runs a model, or ``carried``.
        verifier_fingerprint: Hash of ``verifier_config``.
        verifier_config: Everything that can change a score.
        spec: What ``--verifier`` was given, so that the run can be repeated; "" for one made in Python.
        control: What kind of control the verifier is, "" for a real one.
        headline_measure: The rule that stands on the board for this verifier.
        headline_aggregation: Its aggregation.
        options: N grid, quintile source, slots, seed: everything else that moves a digit.
        ns: The values of N.
        protocol: Version of the definitions of what is measured.
        grader: Version of the grader.
        code_version: Version of bonbench.
        libraries: Versions of the libraries that took part.
        started: UTC, ISO 8601.
        seconds: Wall time of the evaluation.
        coverage: Counts: slots, missing, unanswered, undecided, unscored.
        cost: Tokens, FLOPs, seconds, device, dtype of the scoring, where known.
        notes: What a reader should know, as sentences.
    """

    run_id: str
    task: str
    task_version: int
    task_title: str
    domain: str
    problems: str
    pool: str
    pool_digest: str
    generator: str
    slots: int | None
    n_problems: int
    task_problems: int | None
    verifier: str
    family: str
    verifier_fingerprint: str
    verifier_config: Mapping[str, Any]
    spec: str
    control: str
    headline_measure: str
    headline_aggregation: str
    options: Mapping[str, Any]
    ns: tuple[int, ...]
    protocol: str
    grader: str
    code_version: str
    libraries: Mapping[str, str]
    started: str
    seconds: float
    coverage: Mapping[str, int]
    cost: Mapping[str, Any]
    notes: tuple[str, ...]
