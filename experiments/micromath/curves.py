"""Accuracy against N on a pool, for research: the harness's estimators, the checker's own grades."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from experiments.micromath.scoring import Solution
from harness.measure import estimators
from harness.pool.pools import open_pool

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GradedPool:
    """A pool with the checker's grades.

    Attributes:
        ids: The problems.
        slots: M.
        of: For each sample the position of its problem.
        solutions: What a verifier is handed.
        answers: The stated answers, None where there is none.
        correct: Whether they are right.
        clean: Whether no step is negative.
    """

    ids: tuple[str, ...]
    slots: int
    of: NDArray[np.int64]
    solutions: list[Solution]
    answers: list[str | None]
    correct: NDArray[np.bool_]
    clean: NDArray[np.bool_]

    @property
    def pass_rates(self) -> Floats:
        """Share of right samples of each problem."""
        return np.bincount(self.of, weights=self.correct, minlength=len(self.ids)) / self.slots


def load_pool(path: Path | str) -> GradedPool:
    """The pool with that name or in that folder."""
    pool = open_pool(str(path))
    of: list[int] = []
    solutions: list[Solution] = []
    answers: list[str | None] = []
    correct: list[bool] = []
    clean: list[bool] = []
    texts = [entry.problem.text for entry in pool.problems.values()]
    columns = ("steps", "answer", "given_correct", "step_labels")
    for position, (_, table) in enumerate(pool.batches(columns)):
        for row in table.to_pylist():
            of.append(position)
            solutions.append((texts[position], tuple(row["steps"] or ())))
            answers.append(row["answer"])
            correct.append(bool(row["given_correct"]))
            clean.append(all(label >= 0 for label in row["step_labels"] or (-1,)))
    slots = pool.manifest.slots or max(np.bincount(of))
    return GradedPool(
        tuple(pool.problems), int(slots), np.array(of), solutions, answers, np.array(correct), np.array(clean)
    )


def best_of_n(pool: GradedPool, scores: Floats, ns: list[int]) -> Floats:
    """Expected correctness of the top-scored sample, [problems, N]; unanswered samples cannot be chosen."""
    eligible = np.where([answer is not None for answer in pool.answers], scores, np.nan)
    ranked = [
        estimators.rank_correctness(eligible[pool.of == p], pool.correct[pool.of == p].astype(float), pool.slots)
        for p in range(len(pool.ids))
    ]
    return estimators.best_of_n(np.array(ranked), ns)


def majority(pool: GradedPool, ns: list[int]) -> Floats:
    """Expected correctness of the most frequent answer, [problems, N]."""
    votes = []
    for p in range(len(pool.ids)):
        tally: dict[str, list[bool]] = {}
        for i in np.flatnonzero(pool.of == p):
            answer = pool.answers[i]
            if answer is not None:
                tally.setdefault(answer, []).append(bool(pool.correct[i]))
        counts = np.array([len(found) for found in tally.values()], dtype=np.int64)
        right = np.array([float(np.mean(found)) for found in tally.values()])
        votes.append(estimators.Votes(counts, right, pool.slots))
    return estimators.majority(votes, ns)


def pass_at_n(pool: GradedPool, ns: list[int]) -> Floats:
    """Probability that any sample is right, [problems, N]."""
    right = np.rint(pool.pass_rates * pool.slots).astype(np.int64)
    return estimators.pass_at_n(right, pool.slots, ns)


def paired(a: Floats, b: Floats) -> tuple[float, float]:
    """Mean difference over problems, and half the width of its 95 % interval."""
    difference = a - b
    return float(difference.mean()), float(1.96 * difference.std(ddof=1) / len(difference) ** 0.5)


def table(pool: GradedPool, scores: Mapping[str, Floats]) -> str:
    """Accuracy against N, by quintile at the largest N, and paired differences at the largest N, as text."""
    ns = estimators.default_ns(pool.slots)
    ns = [n for n in ns if n & (n - 1) == 0 or n == pool.slots]
    rows = {"pass@N": pass_at_n(pool, ns), "majority": majority(pool, ns)}
    rows |= {name: best_of_n(pool, found, ns) for name, found in scores.items()}
    quintiles = np.array_split(np.argsort(-pool.pass_rates, kind="stable"), 5)
    lines = [f"{len(pool.ids)} problems, mean pass rate {pool.pass_rates.mean():.3f}"]
    lines.append(f"{'N':12}" + "".join(f"{n:8}" for n in ns))
    lines += [f"{name:12}" + "".join(f"{value:8.4f}" for value in row.mean(0)) for name, row in rows.items()]
    for column, n in ((len(ns) - 1, ns[-1]), (min(3, len(ns) - 1), ns[min(3, len(ns) - 1)])):
        lines.append(f"by quintile at N = {n}")
        lines += [
            f"  {name:10}" + "".join(f"{row[q, column].mean():8.3f}" for q in quintiles) for name, row in rows.items()
        ]
    names = list(rows)[1:]
    for i, first in enumerate(names):
        for second in names[i + 1 :]:
            gap, half = paired(rows[second][:, -1], rows[first][:, -1])
            lines.append(f"{second} - {first} at N = {ns[-1]}: {gap:+.4f} +- {half:.4f}")
    return "\n".join(lines)
