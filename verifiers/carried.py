"""Scores that came with the pool, evaluated like any verifier's."""

from collections.abc import Mapping, Sequence
from typing import Any

from harness.errors import VerifierError
from harness.records import Score, Solution
from verifiers.base import BaseVerifier


class Carried(BaseVerifier):
    """The scores ``NAME`` of the pool itself, asked for as ``carried:NAME``.

    Args:
        score: Their name in the pool.
        aggregation: How step scores become a solution score; ignored for outcome scores.
    """

    about = {"kind": "scores of the pool"}

    def __init__(self, score: str, aggregation: str = "product") -> None:
        self.carried = score
        self.name = score
        self.aggregation = aggregation

    def fingerprint(self) -> Mapping[str, Any]:
        """The scores' name: the pool's digest covers their content."""
        return {"name": self.name, "carried": self.carried}

    def score(self, problem: str, solutions: Sequence[Solution]) -> Sequence[Score]:
        """Not asked for: the engine reads the pool's own columns."""
        raise VerifierError(f"The scores {self.carried!r} are read from the pool, not computed.")


VERIFIERS = {"carried": Carried}
