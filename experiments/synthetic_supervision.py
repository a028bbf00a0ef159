"""A large PRM labels for small verifiers: is process supervision better, or only cheaper to get right?

Section 4.1 of the paper. Three students learn from the same solutions:

- a PRM from the large PRM's step labels,
- an ORM from outcome labels by the large PRM: right where it finds no negative step,
- an ORM from outcome labels by the final answer.

The first two have the same supervisor, so their difference is process against outcome; the last two have the same form
of label, so theirs is how reliable the outcome label is. A step is negative where the large PRM gives that label more
than 20 % (appendix H). The large PRM is the bundled one.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from experiments import data_scaling, report
from experiments.micromath.scoring import Solution, TrainedVerifier
from experiments.students import Bench, Curves, Student, curves
from experiments.sweep import Arm, sweep
from harness.pool.labelled.solution import LabelledSolution
from tasks.micromath.checker import NEGATIVE, POSITIVE, answer_of

NAME = "synthetic-supervision"
LARGE = "large"
PROCESS, OUTCOME, FINAL = "PRM, steps by the large PRM", "ORM, outcome by the large PRM", "ORM, final answer"


def run(bench: Bench, out: Path) -> Path:
    """Trains and judges the three students at every number of solutions with every seed.

    Args:
        bench: What all experiments share.
        out: The folder of the results.
    """
    supervisor = Supervisor(bench)
    _, final = data_scaling.arms(bench)
    arms = (
        Arm(PROCESS, "prm", LARGE, supervisor.labelled),
        Arm(OUTCOME, "orm", LARGE, supervisor.labelled),
        replace(final, name=FINAL),
    )
    found = sweep(bench, arms, bench.scale.counts)
    large = report.row("the large PRM itself", supervisor.judged())
    return report.write(
        NAME,
        bench,
        [*report.controls(bench.short_pool), large, *found.rows],
        out,
        at=found.summary(bench.scale.heads, [(PROCESS, OUTCOME), (OUTCOME, FINAL), (PROCESS, FINAL)]),
        labels=supervisor.agreement(),
    )


class Supervisor:
    """The large PRM as a labeller.

    Args:
        bench: What all experiments share.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._large = TrainedVerifier(bench.world.prm)
        self._labels: dict[Solution, tuple[int, ...]] = {}

    def labelled(self, student: Student) -> Iterator[LabelledSolution]:
        """The solutions that a student of true labels would learn from, with the large PRM's labels."""
        for solution, labels in self._labelled(student):
            answered = answer_of(solution.steps) is not None
            yield replace(solution, step_labels=labels, correct=answered and min(labels) > NEGATIVE)

    def judged(self) -> Curves:
        """How well the large PRM itself chooses."""
        pool = self._bench.short_pool
        return curves(pool, self._large.scores(pool.solutions))

    def agreement(self) -> dict[str, float]:
        """How often its labels are the true ones, on the solutions that the largest students learn from.

        Returns:
            ``steps``: of all steps up to and with the first true error; ``errors_found`` and ``good_kept``: of those
            errors, and of the steps before them; ``outcome``: how often its outcome label agrees with the final
            answer; ``outcome_clean``: with whether all steps are truly good.
        """
        student = Student(LARGE, "prm", max(self._bench.scale.counts), self._bench.scale.seeds[0])
        good: list[bool] = []
        errors: list[bool] = []
        outcome: list[bool] = []
        clean: list[bool] = []
        for solution, labels in self._labelled(student):
            for label, true in zip(labels, solution.step_labels, strict=True):
                (errors if true == NEGATIVE else good).append((label == NEGATIVE) == (true == NEGATIVE))
                if true == NEGATIVE:
                    break
            right = min(labels) > NEGATIVE and answer_of(solution.steps) is not None
            outcome.append(right == solution.correct)
            clean.append(right == (NEGATIVE not in solution.step_labels and bool(solution.correct)))
        found = {"steps": [*good, *errors], "good_kept": good, "errors_found": errors}
        found |= {"outcome": outcome, "outcome_clean": clean}
        return {name: round(float(np.mean(each)), 5) if each else math.nan for name, each in found.items()}

    def _labelled(self, student: Student) -> list[tuple[LabelledSolution, tuple[int, ...]]]:
        """The student's solutions, each with the large PRM's labels."""
        chosen = list(data_scaling.truly_labelled(self._bench, student))
        new = [key for s in chosen if (key := (s.problem, s.steps)) not in self._labels]
        least = math.log1p(-self._bench.scale.negative)  # scores are log(1 - P(negative))
        for key, scores in zip(new, self._large.step_scores(new) if new else (), strict=True):
            self._labels[key] = tuple(POSITIVE if score >= least else NEGATIVE for score in scores)
        return [(s, self._labels[s.problem, s.steps]) for s in chosen]
