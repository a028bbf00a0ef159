"""Slices of a task: difficulty quintiles by the generator's pass rate, subjects, levels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.errors import BadInput
from harness.records import Problem

QUINTILES = 5


@dataclass(frozen=True, slots=True)
class Slice:
    """Some of the problems under one name.

    Attributes:
        kind: ``all``, ``quintile``, ``subject``, ``level`` or ``contamination``.
        name: Within its kind: ``1`` to ``5``, ``Algebra``, ...
        members: Positions of its problems.
    """

    kind: str
    name: str
    members: tuple[int, ...]


def quintiles(pass_rates: Mapping[str, float]) -> dict[str, int]:
    """Problem id -> quintile, 1 = easiest.

    Problems are ranked by the generator's pass rate (right samples / M slots, missing = wrong), ties by id, and cut
    into five groups of equal size; where P is not a multiple of five the sizes differ by one at most. This is the
    paper's figure 4 (arXiv 2305.20050).

    >>> quintiles({"a": 0.9, "b": 0.1, "c": 0.5, "d": 0.7, "e": 0.3})
    {'a': 1, 'd': 2, 'c': 3, 'e': 4, 'b': 5}
    """
    ranked = sorted(pass_rates, key=lambda problem: (-pass_rates[problem], problem))
    return {problem: rank * QUINTILES // len(ranked) + 1 for rank, problem in enumerate(ranked)}


def slices(problems: Sequence[Problem], quintile: Mapping[str, int] | None) -> list[Slice]:
    """Every slice that is reported: all, each quintile, each subject, each level.

    Args:
        problems: In the order of the rows that the members will index.
        quintile: Of every problem; None where nothing says how hard they are.

    Raises:
        BadInput: A problem without a quintile (the pool that sets the quintiles does not cover it).
    """
    uncovered = [] if quintile is None else [p.id for p in problems if p.id not in quintile]
    if uncovered:
        raise BadInput(
            f"{len(uncovered)} of {len(problems)} problems have no pass rate in the pool that sets the quintiles "
            f"(first: {uncovered[0]!r}). Choose a pool of the same problems."
        )
    out = [Slice("all", "all", tuple(range(len(problems))))]
    groups: dict[tuple[str, str], list[int]] = {}
    for position, problem in enumerate(problems):
        if quintile is not None:
            groups.setdefault(("quintile", str(quintile[problem.id])), []).append(position)
        if problem.subject is not None:
            groups.setdefault(("subject", problem.subject), []).append(position)
        if problem.level is not None:
            groups.setdefault(("level", str(problem.level)), []).append(position)
    out += [Slice(kind, name, tuple(members)) for (kind, name), members in sorted(groups.items())]
    return out
