"""How good do an ORM and a PRM become with more labelled solutions a problem?

Every student is trained on true labels of uniformly chosen solutions: the ORM on whether the final answer is right,
the PRM on the checker's label of each step up to the first error.
"""

from collections.abc import Iterator
from pathlib import Path

from experiments import report
from experiments.candidates import uniform
from experiments.students import Bench, Student
from experiments.sweep import Arm, sweep
from harness.pool.labelled.solution import LabelledSolution

NAME = "data-scaling"
TRUE = "true"


def run(bench: Bench, out: Path) -> Path:
    """Trains and judges a PRM and an ORM at every number of solutions with every seed.

    Args:
        bench: What all experiments share.
        out: The folder of the results.
    """
    found = sweep(bench, arms(bench), bench.scale.counts)
    return report.write(
        NAME,
        bench,
        [*report.controls(bench.short_pool), *found.rows],
        out,
        at=found.summary(bench.scale.heads, [("PRM", "ORM")]),
    )


def arms(bench: Bench) -> tuple[Arm, Arm]:
    """A PRM and an ORM from true labels."""

    def data(student: Student) -> Iterator[LabelledSolution]:
        return truly_labelled(bench, student)

    return Arm("PRM", "prm", TRUE, data), Arm("ORM", "orm", TRUE, data)


def truly_labelled(bench: Bench, student: Student) -> Iterator[LabelledSolution]:
    """Uniformly chosen solutions with true labels."""
    for number, drawn in enumerate(bench.candidates):
        yield from uniform(drawn, student.count, f"{student.seed}/{number}")
