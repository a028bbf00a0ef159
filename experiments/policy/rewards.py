"""What a solution is worth: to the checker, to the ORM, to the PRM by product, min and mean."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from harness import registry
from harness.measure.aggregation import aggregation, as_probability
from harness.records import Score, Solution, Verifier
from harness.score.batching import batched
from tasks.micromath.checker import answer_of, same_answer
from tasks.micromath.plans import Plan
from tasks.micromath.writers import SEPARATOR

Reward = Callable[[Sequence[str], Sequence[str]], list[float | None]]  # problems, solutions -> what each is worth
ARMS: Mapping[str, tuple[str, str]] = {
    "checker": ("", ""),
    "orm": ("micromath-orm", ""),
    "prm-product": ("micromath-prm", "product"),
    "prm-min": ("micromath-prm", "min"),
    "prm-mean": ("micromath-prm", "mean"),
}  # arm -> verifier, aggregation


@dataclass(frozen=True, slots=True)
class Checked:
    """The checker as a reward: 1 for the right final answer, 0 for another or none.

    Attributes:
        plans: By the problem's text.
    """

    plans: Mapping[str, Plan]

    def __call__(self, problems: Sequence[str], solutions: Sequence[str]) -> list[float | None]:
        """One number a solution."""
        return [
            float(same_answer(answer_of(text.split(SEPARATOR)), self.plans[problem].answer))
            for problem, text in zip(problems, solutions, strict=True)
        ]


class Verified:
    """A verifier's score as a reward, on its own scale: a product as the probability that it is.

    Args:
        verifier: What scores.
        aggregation: How step scores become one; "" for an outcome verifier.
    """

    def __init__(self, verifier: Verifier, aggregation: str) -> None:
        self._verifier, self._aggregation = batched(verifier), aggregation

    def __call__(self, problems: Sequence[str], solutions: Sequence[str]) -> list[float | None]:
        """One number a solution; None where the verifier could not judge, which GRPO then leaves out of its group."""
        places: dict[str, dict[str, int]] = {}
        for problem, text in zip(problems, solutions, strict=True):
            own = places.setdefault(problem, {})
            own.setdefault(text, len(own))
        questions = [(problem, [Solution(text) for text in own]) for problem, own in places.items()]
        answers = self._verifier.score_prepared(self._verifier.prepare(questions))
        found = {problem: row for (problem, _), row in zip(questions, answers, strict=True)}
        return [self._value(found[p][places[p][text]]) for p, text in zip(problems, solutions, strict=True)]

    def _value(self, score: Score) -> float | None:
        if not score.steps:
            return score.value
        one = np.array([aggregation(self._aggregation)(score.steps)])
        return float(as_probability(one, self._aggregation)[0])


def reward(arm: str, plans: Mapping[str, Plan]) -> Reward:
    """The reward of an arm.

    Args:
        arm: One of ``ARMS``.
        plans: Of every problem that is asked about, by its text.
    """
    name, how = ARMS[arm]
    return Verified(registry.verifier(name), how) if name else Checked(plans)
