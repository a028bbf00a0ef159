"""Which solutions are worth a label? Those that look right and are wrong.

Section 4.2 of the paper. A selector, a PRM trained on one labelled solution a problem, scores many samples of each
problem. Of the solutions that get labels 80 % are the wrong-answer solutions that convince it most and 20 % the most
convincing of the others, right or wrong. Students that learn from them are compared with students that learn from
uniformly chosen ones; the ratio of the slopes of accuracy against log(labelled solutions) is the data efficiency, 2.6
in the paper. Labels are the checker's.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from experiments import data_scaling, report
from experiments.candidates import distinct
from experiments.micromath.scoring import TrainedVerifier
from experiments.slopes import labels_saved, ratio
from experiments.students import Bench, Student
from experiments.sweep import Arm, Sweep, sweep
from tasks.micromath.checker import answer_of
from verifiers.training.labelled import LabelledSolution

NAME = "active-learning"
ACTIVE, UNIFORM = "active", "uniform"


def run(bench: Bench, out: Path) -> Path:
    """Trains and judges students on convincing and on uniformly chosen solutions.

    Args:
        bench: What all experiments share.
        out: The folder of the results.
    """
    prm, _ = data_scaling.arms(bench)
    arms = (Arm(ACTIVE, "prm", ACTIVE, Chooser(bench).chosen), replace(prm, name=UNIFORM))
    found = sweep(bench, arms, bench.scale.counts)
    return report.write(
        NAME,
        bench,
        [*report.controls(bench.short_pool), *found.rows],
        out,
        at=found.summary(bench.scale.heads, [(ACTIVE, UNIFORM)]),
        efficiency={f"{rule} of {n}": efficiency(found, rule, n, bench.scale.counts) for rule, n in bench.scale.heads},
    )


def efficiency(found: Sweep, rule: str, n: int, counts: Sequence[int]) -> dict[str, Any]:
    """What active learning saves: the ratio of the slopes, and labels saved at each number of solutions."""
    above, below = found.line(ACTIVE, rule, n), found.line(UNIFORM, rule, n)
    saved = {str(count): labels_saved(above, below, count) for count in counts}
    return {"slope_ratio": asdict(ratio(above, below)), "labels_saved": saved}


class Chooser:
    """Chooses what is worth a label.

    Args:
        bench: What all experiments share.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._scores: dict[int, list[list[float]]] = {}
        self._distinct = [distinct(drawn) for drawn in bench.candidates]

    def chosen(self, student: Student) -> Iterator[LabelledSolution]:
        """The most convincing solutions of every problem, for the selector of the student's seed."""
        for found, scores in zip(self._distinct, self._scored(student.seed), strict=True):
            yield from convincing(found, scores, student.count, self._bench.scale.wrong)

    def _scored(self, seed: int) -> list[list[float]]:
        """The selector's score of every distinct candidate, problem by problem."""
        if seed not in self._scores:
            selector = Student(data_scaling.TRUE, "prm", 1, seed)
            model = self._bench.trained(selector, lambda: data_scaling.truly_labelled(self._bench, selector))
            flat = [(s.problem, s.steps) for found in self._distinct for s in found]
            scores = TrainedVerifier(model).scores(flat).tolist()
            ends = np.cumsum([0, *map(len, self._distinct)])
            self._scores[seed] = [scores[a:b] for a, b in itertools.pairwise(ends)]
        return self._scores[seed]


def convincing(
    found: Sequence[LabelledSolution], scores: Sequence[float], count: int, wrong: float
) -> list[LabelledSolution]:
    """The selection rule.

    Args:
        found: The distinct solutions of one problem.
        scores: The selector's, one each; higher is more convincing.
        count: How many to choose; where there are fewer, all of them.
        wrong: The share of the count, rounded to the nearest, that goes to the most convincing solutions with a wrong
            answer. What they leave goes to the most convincing of all others.
    """
    order = sorted(range(len(found)), key=lambda i: (-scores[i], i))
    mistaken = [i for i in order if answer_of(found[i].steps) is not None and not found[i].correct]
    first = mistaken[: int(wrong * count + 0.5)]
    rest = [i for i in order if i not in set(first)]
    return [found[i] for i in [*first, *rest[: count - len(first)]]]
