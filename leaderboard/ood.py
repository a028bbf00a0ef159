"""In distribution against out of it: which boards belong together, and accuracies pooled over their problems. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness import statistics
from leaderboard import groups
from leaderboard.groups import Identity
from leaderboard.records import Board, Entry, Floats, Values

IN_DISTRIBUTION = "math"


@dataclass(frozen=True, slots=True)
class Pooled:
    """Accuracy over some problems, with its 95 % interval over them."""

    value: float
    low: float
    high: float
    n_problems: int


@dataclass(frozen=True, slots=True)
class Part:
    """A board at the N it is read at.

    Attributes:
        board: The board.
        n: The chosen N, or the largest one below it that the board has.
        entries: Its entries.
        values: Their p_i at that N.
    """

    board: Board
    n: int
    entries: Sequence[Entry]
    values: Values


def generators(boards: Sequence[Board]) -> list[str]:
    """Generators with a board out of distribution, those that have one in distribution too first."""
    outside = dict.fromkeys(b.generator for b in boards if _outside(b))
    inside = {b.generator for b in boards if b.domain == IN_DISTRIBUTION}
    return sorted(outside, key=lambda g: (g not in inside, g))


def split(boards: Sequence[Board], generator: str) -> tuple[list[Board], list[Board]]:
    """The boards in and out of distribution of one generator, the newest of each task."""
    own = [b for b in boards if b.generator == generator and not b.members]
    newest = {b.task: b for b in reversed(own)}
    inside = [b for b in newest.values() if b.domain == IN_DISTRIBUTION]
    return inside, [b for b in newest.values() if _outside(b)]


def _outside(board: Board) -> bool:
    return board.domain not in ("", IN_DISTRIBUTION) and not board.members


def nearest(board: Board, n: int) -> int:
    """The N to read a board at: the chosen one, else the largest below it, else its smallest."""
    below = [m for m in board.ns if m <= n]
    return max(below) if below else min(board.ns)


def pooled(
    parts: Sequence[Part], subjects: Sequence[Sequence[str | None]] = (), subject: str = ""
) -> dict[Identity, Pooled]:
    """Accuracy of every entry that all parts have, over the problems of all of them (or of one subject).

    Args:
        parts: Boards at their N.
        subjects: For each part the subject of each of its problems, in the order of its values.
        subject: Only these problems; "" for all.
    """
    found: dict[Identity, list[Floats]] = {}
    for i, part in enumerate(parts):
        keep = slice(None) if not subject else np.array([s == subject for s in subjects[i]])
        for entry in part.entries:
            if entry.key in part.values.row:
                found.setdefault(groups.identity(entry), []).append(part.values.p[part.values.row[entry.key]][keep])
    return {
        key: _pooled(np.concatenate(p)) for key, p in found.items() if len(p) == len(parts) and any(len(x) for x in p)
    }


def _pooled(p: Floats) -> Pooled:
    interval = statistics.mean_interval(p)
    return Pooled(float(p.mean()), interval.low, interval.high, len(p))
