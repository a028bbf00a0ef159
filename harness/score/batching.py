"""A verifier that scores one problem at a time, as one that is asked about many: the only adapter between the two."""

from collections.abc import Mapping, Sequence
from typing import Any

from harness.errors import VerifierError
from harness.records import BatchVerifier, Question, Score, Solution, Verifier

CHUNK = 512  # solutions, unless a verifier prefers another number


class OneByOne:
    """``BatchVerifier`` for whoever has ``score``: nothing is prepared, and the cost is not known.

    ``verifiers.base`` builds on it, so that a class of one's own may override any of it.
    """

    chunk_size: int = CHUNK

    def score(self, problem: str, solutions: Sequence[Solution]) -> Sequence[Score]:
        """One Score per solution, in order."""
        raise VerifierError(f"{type(self).__name__} has no score(problem, solutions) method.")

    def prepare(self, questions: Sequence[Question]) -> Any:
        """The questions themselves."""
        return questions

    def score_prepared(self, prepared: Any) -> Sequence[Sequence[Score]]:
        """One question after another."""
        return [self.score(problem, solutions) for problem, solutions in prepared]

    def usage(self) -> Mapping[str, Any]:
        """Nothing is known."""
        return {}


class _Adapted(OneByOne):
    """A verifier that does not build on ``OneByOne`` itself."""

    def __init__(self, verifier: Verifier) -> None:
        self.name, self.aggregation, self.rules = verifier.name, verifier.aggregation, verifier.rules
        self.carried, self.control, self.spec = verifier.carried, verifier.control, verifier.spec
        self.fingerprint, self._score = verifier.fingerprint, verifier.score

    def score(self, problem: str, solutions: Sequence[Solution]) -> Sequence[Score]:
        """Its own."""
        return self._score(problem, solutions)


def batched(verifier: Verifier) -> BatchVerifier:
    """The verifier as the engine asks it: itself where it can be asked about many questions."""
    return verifier if isinstance(verifier, BatchVerifier) else _Adapted(verifier)
