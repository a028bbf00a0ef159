"""Students at every number of labelled solutions with every seed: the loop that the experiments share."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

import numpy as np

from experiments import report
from experiments.slopes import Line, fit
from experiments.students import Bench, Curves, Student, ns
from harness.pool.labelled.solution import LabelledSolution
from verifiers.formats.layout import Kind


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
        ns: The values of N.
        rows: One curve for each arm, number of solutions and seed.
        found: By arm and number of solutions, the curves of each seed.
    """

    ns: list[int]
    rows: list[dict[str, Any]] = field(default_factory=list)
    found: dict[tuple[str, int], list[Curves]] = field(default_factory=dict)

    def line(self, arm: str, rule: str, n: int) -> Line:
        """The line through an arm's accuracy under a rule at N against the number of solutions, one point a seed."""
        at = self.ns.index(n)
        points = [
            (count, float(curve[rule][:, at].mean()))
            for (name, count), curves in self.found.items()
            if name == arm
            for curve in curves
        ]
        return fit([count for count, _ in points], [accuracy for _, accuracy in points])

    def differences(self, a: str, b: str, rule: str, n: int) -> dict[str, dict[str, float]]:
        """By number of solutions: how much better arm ``a`` is than ``b``, paired over problems."""
        at = self.ns.index(n)
        counts = [count for name, count in self.found if name == a and (b, count) in self.found]
        return {
            str(count): report.difference(
                [curve[rule][:, at] for curve in self.found[a, count]],
                [curve[rule][:, at] for curve in self.found[b, count]],
            )
            for count in counts
        }

    def spread(self, rule: str, n: int) -> float:
        """Deviation of the accuracy between seeds, pooled over arms and numbers of solutions."""
        at = self.ns.index(n)
        groups = [[float(c[rule][:, at].mean()) for c in curves] for curves in self.found.values() if len(curves) > 1]
        return round(float(np.sqrt(np.mean([np.var(group, ddof=1) for group in groups]))), 5) if groups else 0.0

    def summary(self, heads: Sequence[tuple[str, int]], pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """Under each rule at its N: what a doubling of the labels is worth to each arm, and how the arms differ.

        Args:
            heads: The rules and values of N.
            pairs: The arms to compare, the first minus the second.
        """
        arms = list(dict.fromkeys(name for name, _ in self.found))
        return {
            f"{rule} of {n}": {
                "slopes": {arm: _rounded(self.line(arm, rule, n)) for arm in arms},
                "between_seeds": self.spread(rule, n),
                "differences": {f"{a} - {b}": self.differences(a, b, rule, n) for a, b in pairs},
            }
            for rule, n in heads
        }


def _rounded(line: Line) -> dict[str, float]:
    return {name: round(value, report.DIGITS) for name, value in asdict(line).items()}


def sweep(bench: Bench, arms: Iterable[Arm], counts: Sequence[int], *, whole: bool = False) -> Sweep:
    """Trains and judges the students of every arm; those that are there already are only read.

    Args:
        bench: What all experiments share.
        arms: The ways to be compared.
        counts: Labelled solutions of each problem.
        whole: Whether students choose among all samples of the pool.
    """
    out = Sweep(ns((bench.pool if whole else bench.short_pool).slots))
    for arm in arms:
        for count in counts:
            for seed in bench.scale.seeds:
                student = Student(arm.labels, arm.kind, count, seed)
                found = bench.judged(student, partial(arm.data, student), whole=whole)
                more = {"solutions": count, "seed": seed, "labelled": bench.labelled(student)}
                out.rows.append(report.row(arm.name, found, **more))
                out.found.setdefault((arm.name, count), []).append(found)
    return out
