"""Slices of a task: difficulty quintiles by the generator's pass rate, subjects, levels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from harness.errors import BadInput
from harness.records import Problem

QUINTILES = 5
_SPANS = [str(a) if a == b else f"{a}-{b}" for a in range(1, QUINTILES + 1) for b in range(a, QUINTILES + 1)]
QUINTILE_NAMES = frozenset(span + what for span in _SPANS for what in ("", " saturated", " unsolved"))


@dataclass(frozen=True, slots=True)
class Slice:
    """Some of the problems under one name.

    Attributes:
        kind: ``all``, ``quintile``, ``subject``, ``level`` or ``contamination``.
        name: Within its kind: ``1`` to ``5`` or ``1-4 saturated``, ``Algebra``, ...
        members: Positions of its problems.
    """

    kind: str
    name: str
    members: tuple[int, ...]


def quintiles(pass_rates: Mapping[str, float]) -> dict[str, str]:
    """Problem id -> name of its difficulty quintile, ``1`` = easiest.

    Problems are ranked by the generator's pass rate (right samples / M slots, missing = wrong) and cut into five groups
    of equal size, as in the paper's figure 4 (arXiv 2305.20050). Equal pass rates are equally hard and stay together:
    they go to the quintile that holds the middle of their ranks, and a quintile that this empties is named with the one
    that took its own middle (``1-4``). So there are fewer than five where the pass rates do not tell five apart. A
    group that is solved by every sample is called ``saturated``, one that is solved by none ``unsolved``: no verifier
    can move its accuracy.

    >>> quintiles({"a": 0.9, "b": 0.1, "c": 0.5, "d": 0.7, "e": 0.3})
    {'a': '1', 'd': '2', 'c': '3', 'e': '4', 'b': '5'}
    >>> quintiles({"a": 1.0, "b": 1.0, "c": 1.0, "d": 0.5, "e": 0.0})
    {'a': '1-3 saturated', 'b': '1-3 saturated', 'c': '1-3 saturated', 'd': '4', 'e': '5 unsolved'}
    """
    ranked = sorted(pass_rates, key=lambda problem: (-pass_rates[problem], problem))
    rates = [pass_rates[problem] for problem in ranked]
    ties = {rate: list(group) for rate, group in groupby(range(len(ranked)), key=lambda rank: rates[rank])}
    own = {rate: (ranks[0] + ranks[-1]) * QUINTILES // (2 * len(ranked)) + 1 for rate, ranks in ties.items()}
    spans = {quintile: [quintile] for quintile in own.values()}
    for quintile in set(range(1, QUINTILES + 1)) - spans.keys() if ranked else ():
        middle = (2 * quintile - 1) * len(ranked) // (2 * QUINTILES)
        spans[own[rates[middle]]].append(quintile)
    names = {}
    for quintile, span in spans.items():
        held = {rate for rate, found in own.items() if found == quintile}
        what = {frozenset({1.0}): " saturated", frozenset({0.0}): " unsolved"}.get(frozenset(held), "")
        names[quintile] = f"{min(span)}-{max(span)}{what}" if len(span) > 1 else f"{quintile}{what}"
    return {problem: names[own[rate]] for problem, rate in zip(ranked, rates, strict=True)}


def slices(problems: Sequence[Problem], quintile: Mapping[str, str] | None) -> list[Slice]:
    """Every slice that is reported: all, each quintile (where pass rates tell some apart), each subject, each level.

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
    told_apart = quintile is not None and len(set(quintile.values())) > 1
    out = [Slice("all", "all", tuple(range(len(problems))))]
    groups: dict[tuple[str, str], list[int]] = {}
    for position, problem in enumerate(problems):
        if told_apart and quintile is not None:
            groups.setdefault(("quintile", quintile[problem.id]), []).append(position)
        if problem.subject is not None:
            groups.setdefault(("subject", problem.subject), []).append(position)
        if problem.level is not None:
            groups.setdefault(("level", str(problem.level)), []).append(position)
    out += [Slice(kind, name, tuple(members)) for (kind, name), members in sorted(groups.items())]
    return out
