"""The order of verifiers on the same problems, and the places that significant differences leave open."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.measure import statistics
from harness.measure.arrays import Floats

_DIGITS = 9  # of an accuracy; what differs less is equal, and goes by name


@dataclass(frozen=True, slots=True)
class Place:
    """Where a verifier stands.

    Attributes:
        rank: 1 = best.
        best: The best rank that the significant differences leave open.
        worst: The worst.
    """

    rank: int
    best: int
    worst: int

    def __str__(self) -> str:
        """The open places, as a table shows them."""
        return f"{self.best}" if self.best == self.worst else f"{self.best}–{self.worst}"


def places(p: Floats, labels: Sequence[str]) -> list[Place]:
    """The place of each of K verifiers, in the order given.

    Ranks come from paired sign-flip tests over problems, Holm-adjusted over all pairs (``statistics.rank_intervals``).

    Args:
        p: p_i of K verifiers on the same P problems, shape [K, P].
        labels: Their names, by which equal accuracies are ordered.
    """
    order = sorted(range(len(labels)), key=lambda i: (-round(float(p[i].mean()), _DIGITS), labels[i]))
    intervals = statistics.rank_intervals(p) if len(labels) > 1 else [(1, 1)] * len(labels)
    ranks = {i: position + 1 for position, i in enumerate(order)}
    return [Place(ranks[i], *intervals[i]) for i in range(len(labels))]
