"""What the front page shows at one N: every verifier on every board that can rank one, and the answer to "which?"."""

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from leaderboard.read import boards
from leaderboard.read.ranking import Standing
from leaderboard.read.records import MIN_SCORED, Board

_LARGEST_ASKED = 1024
_AT_ONCE = 4
HEADLINE = "headline"


@dataclass(frozen=True, slots=True)
class Column:
    """A board at one N.

    Attributes:
        board: The board.
        lines: By the name of a verifier or the kind of a control; empty where the board lacks this N.
    """

    board: Board
    lines: dict[str, Standing]

    @property
    def leaders(self) -> list[Standing]:
        """The most accurate of the ranked verifiers; several where they are equal."""
        return [x for x in self.lines.values() if x.place is not None and x.place.rank == 1]

    @property
    def level_with_leader(self) -> list[Standing]:
        """The other ranked verifiers that may be first: no significant difference puts another above them."""
        return [x for x in self.lines.values() if x.place is not None and x.place.best == 1 and x.place.rank > 1]


def shown() -> list[Board]:
    """The boards that can rank a verifier: of single tasks, then of groups."""
    return [b for own in boards.by_task().values() for b in own if b.verifiers]


def ns(found: Sequence[Board]) -> list[int]:
    """The values of N that can be asked for: those measured, and the powers of two that people ask for."""
    powers = [2**i for i in range(_LARGEST_ASKED.bit_length())]
    return sorted({n for board in found for n in board.ns} | set(powers))


def usual_n(found: Sequence[Board]) -> int:
    """The largest N that at least half of the boards have; groups, which are made of them, do not count."""
    own = [board for board in found if not board.members] or found
    held = [n for n in ns(own) if 2 * sum(n in board.ns for board in own) >= len(own)]
    return held[-1] if held else 1


def columns(found: Sequence[Board], n: int) -> list[Column]:
    """The boards at one N."""
    return columns_at([(board, n) for board in found])


def columns_at(found: Sequence[tuple[Board, int]]) -> list[Column]:
    """Boards, each at an N of its own; each is read and tested by a thread of its own."""
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        return list(threads.map(lambda pair: _column(*pair), found))


def _column(board: Board, n: int) -> Column:
    if n not in board.ns:
        return Column(board, {})
    lines: dict[str, Standing] = {}
    for line in boards.standings(board, HEADLINE, n, MIN_SCORED):
        if line.value is not None:  # of a verifier that was measured twice, the better placed line
            lines.setdefault(line.entry.control or line.entry.verifier, line)
    return Column(board, lines)


def verifiers(found: Sequence[Column]) -> list[str]:
    """The verifiers with a number at this N: those that beat majority on most boards first, then by their mean gain."""
    own: dict[str, list[Standing]] = {}
    for column in found:
        for name, line in column.lines.items():
            if line.entry.competes:
                own.setdefault(name, []).append(line)

    def order(name: str) -> tuple[int, float, str]:
        lines = own[name]
        gains = [x.gain for x in lines if x.gain is not None]
        return -sum(x.verdict == 1 for x in lines), -sum(gains) / len(gains) if gains else 0.0, name

    return sorted(own, key=order)


@dataclass(frozen=True, slots=True)
class Nearest:
    """A board to look at where none has the N that was asked for.

    Attributes:
        board: The board.
        n: The N of it that is nearest.
        same_task: Whether it is of the task that was asked for.
    """

    board: Board
    n: int
    same_task: bool


def nearest(found: Sequence[Board], task: str, n: int) -> list[Nearest]:
    """Where no board of a task has this N: its board that comes nearest, and the nearest of the same domain.

    Args:
        found: Boards that can rank a verifier.
        task: The task that was asked for.
        n: The N.
    """

    def near(own: Sequence[Board], *, same: bool) -> list[Nearest]:
        pairs = [(abs(math.log(m / n)), -i, b, m) for i, b in enumerate(own) for m in b.ns]
        best = min(pairs, key=lambda p: p[:2], default=None)
        return [] if best is None else [Nearest(best[2], best[3], same)]

    own = [b for b in found if b.task == task]
    domains = {b.domain for b in own if b.domain}
    others = [b for b in found if b.task != task and b.domain in domains and not b.members]
    return near(own, same=True) + near(others, same=False)
