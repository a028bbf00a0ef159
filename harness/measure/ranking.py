"""The order of verifiers on the same problems, and the places that significant differences leave open."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.measure import statistics
from harness.measure.arrays import Bools, Floats

DIGITS = 9  # of an accuracy; what differs less is equal


@dataclass(frozen=True, slots=True)
class Place:
    """Where a verifier stands.

    Attributes:
        rank: 1 = best; equal accuracies have equal ranks.
        shared: Whether another has the same.
        best: The best rank that the significant differences leave open.
        worst: The worst.
    """

    rank: int
    shared: bool
    best: int
    worst: int

    def __str__(self) -> str:
        """The open places, as a table shows them."""
        return f"{self.best}" if self.best == self.worst else f"{self.best}–{self.worst}"


def places(p: Floats, numbered: Sequence[bool] = (), significant: Bools | None = None) -> list[Place | None]:
    """The place of each of K verifiers, in the order given.

    Significance comes from paired sign-flip tests over problems, Holm-adjusted over all pairs. Best rank = 1 +
    verifiers significantly better; worst = their number - verifiers significantly worse.

    Args:
        p: p_i of K verifiers on the same P problems, shape [K, P].
        numbered: Which of them are counted and have a place, as controls have none; by default all.
        significant: ``statistics.significant_pairs`` of p, where it is known.
    """
    if not len(p):
        return []
    counted = np.array(numbered or [True] * len(p))
    apart = statistics.significant_pairs(p) if significant is None else significant
    means = p.mean(axis=1)
    shown = np.round(means, DIGITS)
    out: list[Place | None] = []
    for i in range(len(p)):
        above = int((counted & apart[i] & (means > means[i])).sum())
        below = int((counted & apart[i] & (means < means[i])).sum())
        equal = int((counted & (shown == shown[i])).sum())
        rank = 1 + int((counted & (shown > shown[i])).sum())
        out.append(Place(rank, equal > 1, 1 + above, int(counted.sum()) - below) if counted[i] else None)
    return out
