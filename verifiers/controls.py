"""What every board must show beside the verifiers: majority vote, the oracle, chance, and a length rule."""

from collections.abc import Sequence

from harness.records import Rule, Score, Solution
from verifiers.base import OutcomeVerifier


class Majority(OutcomeVerifier):
    """The most frequent answer (self-consistency). It needs no scores."""

    name = "majority"
    control = "majority"
    rules: tuple[Rule, ...] = ("majority",)
    about = {"kind": "vote", "source": "arXiv 2203.11171"}


class Oracle(OutcomeVerifier):
    """pass@N: right if any of the N is. No verifier can do better."""

    name = "pass@N"
    control = "oracle"
    rules: tuple[Rule, ...] = ("pass",)
    about = {"kind": "control", "source": "arXiv 2107.03374"}


class Random(OutcomeVerifier):
    """All scores equal: a fair choice among the N, computed exactly, and so the generator's mean accuracy."""

    name = "random"
    control = "random"
    rules: tuple[Rule, ...] = ("best-of-n",)
    about = {"kind": "control"}

    def score(self, problem: str, solutions: Sequence[Solution]) -> Sequence[Score]:
        """The same score for every sample, with or without a text."""
        return [Score(0.0)] * len(solutions)


class Length(OutcomeVerifier):
    """The shortest solution wins: what a verifier must beat before its other merits count."""

    name = "length"
    control = "length"
    rules: tuple[Rule, ...] = ("best-of-n",)
    about = {"kind": "control"}

    def score_solutions(self, problem: str, solutions: Sequence[str]) -> Sequence[float | None]:
        """Minus the number of characters."""
        return [-float(len(s)) for s in solutions]


VERIFIERS = {"majority": Majority, "oracle": Oracle, "random": Random, "length": Length}
CONTROLS = ("majority", "oracle", "random", "length")
