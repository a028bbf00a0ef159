"""Students at every number of labelled solutions with every seed: the loop that the experiments share."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from experiments import report
from experiments.slopes import Line, fit
from experiments.students import Bench, Student
from verifiers.training.labelled import LabelledSolution
from verifiers.training.layout import Kind


@dataclass(frozen=True, slots=True)
class Arm:
    """One way to get a verifier.

    Attributes:
        name: As figures call it.
        kind: ``orm`` or ``prm``.
        labels: Whose labels and which solutions, as the students' names have it.
        data: What a student is trained on.
    """

    name: str
    kind: Kind
    labels: str
    data: Callable[[Student], Iterable[LabelledSolution]]


@dataclass(slots=True)
class Sweep:
    """What was measured.

    Attributes:
        rows: One curve for each arm, number of solutions and seed.
        found: By arm and number of solutions, [problems, N] for each seed.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    found: dict[tuple[str, int], list[report.Floats]] = field(default_factory=dict)

    def line(self, arm: str) -> Line:
        """The line through the accuracy at the largest N against the number of solutions."""
        points = [(count, float(f[:, -1].mean())) for (name, count), all_ in self.found.items() if name == arm
                  for f in all_]  # fmt: skip
        return fit([count for count, _ in points], [accuracy for _, accuracy in points])

    def slopes(self) -> dict[str, dict[str, float]]:
        """Accuracy gained when the labels double, of every arm, and its standard error."""
        lines = {arm: self.line(arm) for arm in dict.fromkeys(name for name, _ in self.found)}
        return {
            arm: {"per_doubling": round(x.slope, 5), "error": round(x.error, 5), "at_one": round(x.at_one, 5)}
            for arm, x in lines.items()
        }

    def differences(self, a: str, b: str) -> dict[str, dict[str, float]]:
        """By number of solutions: how much better arm ``a`` is than ``b`` at the largest N, paired over problems."""
        counts = [count for name, count in self.found if name == a and (b, count) in self.found]
        return {
            str(n): report.difference([f[:, -1] for f in self.found[a, n]], [f[:, -1] for f in self.found[b, n]])
            for n in counts
        }

    def spread(self) -> float:
        """Deviation of the accuracy at the largest N between seeds, pooled over arms and numbers of solutions."""
        groups = [[float(f[:, -1].mean()) for f in all_] for all_ in self.found.values() if len(all_) > 1]
        return round(float(np.sqrt(np.mean([np.var(group, ddof=1) for group in groups]))), 5) if groups else 0.0


def sweep(bench: Bench, arms: Iterable[Arm], counts: Sequence[int], *, whole: bool = False) -> Sweep:
    """Trains and judges the students of every arm; those that are there already are only read.

    Args:
        bench: What all experiments share.
        arms: The ways to be compared.
        counts: Labelled solutions of each problem.
        whole: Whether students choose among all samples of the pool.
    """
    out = Sweep()
    for arm in arms:
        for count in counts:
            for seed in bench.scale.seeds:
                student = Student(arm.labels, arm.kind, count, seed)
                found = bench.accuracy(student, partial(arm.data, student), whole=whole)
                more = {"solutions": count, "seed": seed, "labelled": bench.labelled(student)}
                out.rows.append(report.row(arm.name, found, **more))
                out.found.setdefault((arm.name, count), []).append(found)
    return out
