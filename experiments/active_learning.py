"""Which solutions are worth a label? Those that look right and are wrong.

Section 4.2 of the paper. A selector, a PRM trained on one labelled solution a problem, scores many samples of each
problem. Of the solutions that get labels 80 % are the wrong-answer solutions that convince it most and 20 % the most
convincing of the others, right or wrong. Students that learn from them are compared with students that learn from
uniformly chosen ones; the ratio of the slopes of accuracy against log(labelled solutions) is the data efficiency, 2.6
in the paper. Labels are the checker's.

A third arm has the bundled PRM for a selector: it tells a rule that does not help from a selector that does not know
what convinces.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
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
from harness.pool.labelled.solution import LabelledSolution
from tasks.micromath.checker import answer_of

NAME = "active-learning"
ACTIVE, INFORMED, UNIFORM = "active", "active, selector the large PRM", "uniform"


def run(bench: Bench, out: Path) -> Path:
    """Trains and judges students on convincing and on uniformly chosen solutions.

    Args:
        bench: What all experiments share.
        out: The folder of the results.
    """
    prm, _ = data_scaling.arms(bench)
    found = sweep(bench, [*arms(bench), replace(prm, name=UNIFORM)], bench.scale.counts)
    return report.write(
        NAME,
        bench,
        [*report.controls(bench.short_pool), *found.rows],
        out,
        at=found.summary(bench.scale.heads, [(ACTIVE, UNIFORM), (INFORMED, UNIFORM)]),
        efficiency={
            f"{rule} of {n}": {arm: efficiency(found, arm, rule, n, bench.scale.counts) for arm in (ACTIVE, INFORMED)}
            for rule, n in bench.scale.heads
        },
    )


def arms(bench: Bench) -> tuple[Arm, Arm]:
    """Active learning as in the paper, and with the bundled PRM, which knows what convinces, as the selector."""

    def small(seed: int) -> Path:
        selector = Student(data_scaling.TRUE, "prm", 1, seed)
        return bench.trained(selector, lambda: data_scaling.truly_labelled(bench, selector))

    def large(seed: int) -> Path:
        return bench.world.prm

    paper, informed = Chooser(bench, small), Chooser(bench, large)
    return Arm(ACTIVE, "prm", "active", paper.chosen), Arm(INFORMED, "prm", "informed", informed.chosen)


def efficiency(found: Sweep, arm: str, rule: str, n: int, counts: Sequence[int]) -> dict[str, Any]:
    """What an arm saves against uniform choice: the ratio of the slopes, and labels saved at each count."""
    above, below = found.line(arm, rule, n), found.line(UNIFORM, rule, n)
    saved = {str(count): labels_saved(above, below, count) for count in counts}
    return {"slope_ratio": asdict(ratio(above, below)), "labels_saved": saved}


class Chooser:
    """Chooses what is worth a label.

    Args:
        bench: What all experiments share.
        selector: The folder of the PRM that is to be convinced, for a student's seed.
    """

    def __init__(self, bench: Bench, selector: Callable[[int], Path]) -> None:
        self._bench = bench
        self._selector = selector
        self._scores: dict[Path, list[list[float]]] = {}

    def chosen(self, student: Student) -> Iterator[LabelledSolution]:
        """The most convincing solutions of every problem."""
        candidates = [distinct(drawn) for drawn in self._bench.candidates]
        for found, scores in zip(candidates, self._scored(candidates, self._selector(student.seed)), strict=True):
            yield from convincing(found, scores, student.count, self._bench.scale.wrong)

    def _scored(self, candidates: Sequence[Sequence[LabelledSolution]], model: Path) -> list[list[float]]:
        """The selector's score of every candidate, problem by problem."""
        if model not in self._scores:
            flat = [(s.problem, s.steps) for found in candidates for s in found]
            scores = TrainedVerifier(model).scores(flat).tolist()
            ends = np.cumsum([0, *map(len, candidates)])
            self._scores[model] = [scores[a:b] for a, b in itertools.pairwise(ends)]
        return self._scores[model]


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
