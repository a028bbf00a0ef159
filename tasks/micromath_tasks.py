"""micromath: the bundled world, in distribution and out of it, and the group of its out-of-distribution subjects.

A record, made in the package itself:

    {"id": "field-2-1f0c2d3e", "problem": "A garden is 12 meters long and 5 meters wide. A path 2 meters wide runs
     around it. How long is garden with path?", "answer": "16", "subject": "geometry", "level": 2}
"""

from collections.abc import Iterator, Mapping
from typing import Any

from harness.records import GroupRow, Problem, Source, Task, TaskGroup

PER_CELL = 8  # problems of each subject and level: 7 x 5 x 8 = 280
OOD_PER_CELL = 6  # 4 x 5 x 6 = 120
OOD_SUBJECTS = ("kinematics", "stoichiometry", "calculus", "contest")


def _in_distribution() -> Iterator[Mapping[str, Any]]:
    from tasks.micromath.families.catalogue import IN_DISTRIBUTION
    from tasks.micromath.problems import records

    return records(IN_DISTRIBUTION, PER_CELL)


def _out_of_distribution() -> Iterator[Mapping[str, Any]]:
    from tasks.micromath.families.catalogue import OUT_OF_DISTRIBUTION
    from tasks.micromath.problems import records

    return records(OUT_OF_DISTRIBUTION, OOD_PER_CELL)


def _problem(record: Mapping[str, Any], position: int) -> Problem:
    return Problem(record["id"], record["problem"], record["answer"], record["subject"], record["level"])


MICROMATH = Task(
    name="micromath",
    version=1,
    title="micromath",
    domain="math",
    source=Source(records=_in_distribution),
    problem=_problem,
    prompt="{problem}\n",
    step_separator="\n",
    licence="Apache-2.0",
)
MICROMATH_OOD = Task(
    name="micromath-ood",
    version=1,
    title="micromath, out of distribution",
    domain="ood-stem",
    source=Source(records=_out_of_distribution),
    problem=_problem,
    prompt="{problem}\n",
    step_separator="\n",
    licence="Apache-2.0",
)
GROUP = TaskGroup(
    name="micromath-stem",
    title="micromath, out of distribution by subject",
    domain="ood-stem",
    rows=tuple(GroupRow(subject, ("micromath-ood",), (subject,)) for subject in OOD_SUBJECTS),
)
TASKS = (MICROMATH, MICROMATH_OOD, GROUP)
