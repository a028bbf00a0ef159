"""What every board must show beside the verifiers: majority vote, the oracle, chance, and a length rule."""

from collections.abc import Sequence

from harness.records import Score, Solution
from verifiers.base import OutcomeVerifier


class Majority(OutcomeVerifier):
    """The most frequent answer (self-consistency). It needs no scores."""

    name = "majority"
    control = "majority"
    rules: tuple[str, ...] = ("majority",)
    about = {"kind": "vote", "source": "arXiv 2203.11171"}


class Oracle(OutcomeVerifier):
    """pass@N: right if any of the N is. No verifier can do better."""

    name = "pass@N"
    control = "oracle"
    rules: tuple[str, ...] = ("pass",)
    about = {"kind": "control", "source": "arXiv 2107.03374"}


class Random(OutcomeVerifier):
    """All scores equal: a fair choice among the answered of the N, computed exactly.

    At N = 1 it is the generator's mean accuracy. Where samples have no answer it rises with N: that is the gain from
    answering, which every verifier gets for nothing.
    """

    name = "random"
    control = "random"
    rules: tuple[str, ...] = ("best-of-n",)
    about = {"kind": "control"}

    def score(self, problem: str, solutions: Sequence[Solution]) -> Sequence[Score]:
        """The same score for every sample, with or without a text."""
        return [Score(0.0)] * len(solutions)


class Length(OutcomeVerifier):
    """The shortest solution wins: what a verifier must beat before its other merits count."""

    name = "length"
    control = "length"
    rules: tuple[str, ...] = ("best-of-n",)
    about = {"kind": "control"}

    def score_solutions(self, problem: str, solutions: Sequence[str]) -> Sequence[float | None]:
        """Minus the number of characters."""
        return [-float(len(s)) for s in solutions]


VERIFIERS = {"majority": Majority, "oracle": Oracle, "random": Random, "length": Length}
CONTROLS = ("majority", "oracle", "random", "length")
