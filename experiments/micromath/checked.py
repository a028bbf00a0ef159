"""A pool under the checker's own grades, for research: what the harness measures is asked of it as of any pool."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from experiments.micromath.scoring import Solution
from harness.measure.arrays import Floats
from harness.measure.graded import GradedPool, of_answers
from harness.measure.protocol import Ask
from harness.measure.rules import rule, unscored
from harness.pool.pools import open_pool


@dataclass(frozen=True, slots=True)
class CheckedPool:
    """A pool whose every problem has M slots.

    Attributes:
        graded: Right is what states the right answer; two answers are the same vote where they are written the same.
        solutions: What a verifier is handed, one a sample.
    """

    graded: GradedPool
    solutions: list[Solution]

    @property
    def slots(self) -> int:
        """M."""
        return int(self.graded.slots[0])

    def first(self, slots: int) -> "CheckedPool":
        """The first samples of each problem only."""
        if slots >= self.slots:
            return self
        kept = np.flatnonzero(self.graded.index < slots)
        return CheckedPool(self.graded.first(slots), [self.solutions[i] for i in kept])

    def control(self, name: str, ns: list[int]) -> Floats:
        """A rule that needs no scores, [problems, N]."""
        return rule(name).expected(self.graded, unscored(self.graded), Ask(tuple(ns))).values


def load_pool(path: Path | str) -> CheckedPool:
    """The pool with that name or in that folder."""
    pool = open_pool(str(path))
    solutions: list[Solution] = []
    index: list[int] = []
    answers: list[str | None] = []
    correct: list[bool] = []
    counts: list[int] = []
    for problem_id, table in pool.batches(("index", "steps", "answer", "given_correct")):
        text = pool.problems[problem_id].problem.text
        solutions += [(text, tuple(steps or ())) for steps in table["steps"].to_pylist()]
        index += table["index"].to_pylist()
        answers += table["answer"].to_pylist()
        correct += [bool(label) for label in table["given_correct"].to_pylist()]
        counts.append(table.num_rows)
    slots = pool.manifest.slots or max(counts)
    graded = of_answers(
        pool.problems,
        np.full(len(counts), slots, dtype=np.int64),
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        np.array(index, dtype=np.int64),
        answers,
        correct,
    )
    return CheckedPool(graded, solutions)
