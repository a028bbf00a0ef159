"""In distribution against out of it: which boards belong together, and accuracies pooled over their problems. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.measure import pooling
from harness.measure.arrays import Floats
from harness.measure.pooling import Number
from harness.report.group import Identity
from leaderboard.read import groups
from leaderboard.read.records import Board, Entry, Member, Values

IN_DISTRIBUTION = "math"


@dataclass(frozen=True, slots=True)
class Part:
    """A board, or some of its problems, at the N it is read at.

    Attributes:
        member: The board and which of its problems count.
        n: The chosen N, or the largest one below it that the board has.
        entries: The board's entries.
        values: Their p_i at that N.
    """

    member: Member
    n: int
    entries: Sequence[Entry]
    values: Values


def generators(boards: Sequence[Board]) -> list[str]:
    """Generators with a board out of distribution, those that have one in distribution too first."""
    outside = dict.fromkeys(b.generator for b in boards if _outside(b))
    inside = {b.generator for b in boards if b.domain == IN_DISTRIBUTION}
    return sorted(outside, key=lambda g: (g not in inside, g))


def inside(boards: Sequence[Board], generator: str) -> list[Board]:
    """The boards in distribution of one generator, the newest of each task; none where it is not stated."""
    if not generator:  # two pools without a stated generator need not have the same one
        return []
    own = [b for b in boards if b.generator == generator and b.domain == IN_DISTRIBUTION and not b.members]
    return list({b.task: b for b in reversed(own)}.values())


def outside(boards: Sequence[Board], generator: str) -> dict[str, tuple[Member, ...]]:
    """What may stand in the table: each group out of distribution, and each task of that kind, by title."""
    own = [b for b in boards if b.generator == generator and _outside(b)]
    grouped = {b.title: b.members for b in own if b.members}
    single = {b.title: (Member(b.title, b),) for b in reversed(own) if not b.members}
    return {**grouped, **single}


def _outside(board: Board) -> bool:
    return board.domain not in ("", IN_DISTRIBUTION)


def nearest(board: Board, n: int) -> int:
    """The N to read a board at: the chosen one, else the largest below it, else its smallest."""
    below = [m for m in board.ns if m <= n]
    return max(below) if below else min(board.ns)


def pooled(parts: Sequence[Part]) -> dict[Identity, Number]:
    """Accuracy of every entry that all parts have, over the problems of all of them."""
    found: dict[Identity, list[Floats]] = {}
    for part in parts:
        keep = part.member.keep
        places = [i for i, name in enumerate(part.values.problem_ids) if keep is None or name in keep]
        for entry in part.entries:
            if entry.key in part.values.row:
                found.setdefault(groups.who(entry), []).append(part.values.p[part.values.row[entry.key]][places])
    whole = {key: np.concatenate(p) for key, p in found.items() if len(p) == len(parts)}
    return {key: pooling.over_problems(p) for key, p in whole.items() if len(p)}


def by_subject(part: Part, subjects: Sequence[str | None]) -> list[tuple[str, Part]]:
    """A task's subjects as parts of their own, by name; the task itself where it has none.

    Args:
        part: The task.
        subjects: Of its problems, in the order of its values.
    """
    ids: dict[str, set[str]] = {}
    for name, subject in zip(part.values.problem_ids, subjects, strict=True):
        if subject:
            ids.setdefault(subject, set()).add(name)
    if len(ids) < 2 or part.member.keep is not None:
        return [(part.member.label, part)]
    return [
        (
            subject,
            Part(Member(subject, part.member.board, (subject,), frozenset(own)), part.n, part.entries, part.values),
        )
        for subject, own in sorted(ids.items())
    ]
