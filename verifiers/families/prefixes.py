"""An outcome verifier asked after each step: what it thinks of the solution so far, as the score of that step.

    bonbench run --pool POOL -v "prefixes of=micromath-orm"

It makes any verifier of whole solutions one of steps, so that both stand on a step benchmark. A model that was only
trained on whole solutions is asked something new there; one that was trained at every token is not.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from harness import registry
from harness.errors import BadInput
from harness.pool import steps
from harness.records import Question, Score, Solution
from harness.score.batching import batched
from verifiers.base import NO_TEXT, BatchedVerifier


class Prefixes(BatchedVerifier):
    """The scores of a solution's beginnings, each up to the end of a step.

    Args:
        of: The outcome verifier, as ``--verifier`` names it.
        separator: What separates two steps of a text, and joins given ones.
        pool_steps: Take the steps the pool comes with, where it has them.

    Raises:
        BadInput: There is no such verifier, or it chooses without scores.
    """

    aggregation = "last"
    about = {"kind": "outcome verifier after each step"}

    def __init__(self, of: str, separator: str = "\n", *, pool_steps: bool = False) -> None:
        self.separator, self.pool_steps = separator, pool_steps
        self._inner = batched(registry.verifier(of))
        if self._inner.carried or self._inner.control:
            raise BadInput(f"'prefixes of={of}' needs a verifier that scores texts; {of!r} does not.")
        self.name = f"{self._inner.name}-prefixes"

    def fingerprint(self) -> Mapping[str, Any]:
        """Its own options, and everything that can change what is asked."""
        return {**super().fingerprint(), "of": dict(self._inner.fingerprint())}

    def prepare(self, questions: Sequence[Question]) -> tuple[Any, list[list[int]]]:
        """The beginnings of every solution as questions of the other, and how many each solution has."""
        asked: list[Question] = []
        counts: list[list[int]] = []
        for problem, solutions in questions:
            pieces = [self._split(solution) for solution in solutions]
            begun = [self.separator.join(parts[: k + 1]) for parts in pieces for k in range(len(parts))]
            asked.append((problem, [Solution(text) for text in begun]))
            counts.append([len(parts) for parts in pieces])
        return self._inner.prepare(asked), counts

    def score_prepared(self, prepared: tuple[Any, list[list[int]]]) -> list[list[Score]]:
        """One score with a number for each step; none where one of them could not be judged."""
        inner, counts = prepared
        out = []
        for found, sizes in zip(self._inner.score_prepared(inner), counts, strict=True):
            ends = [sum(sizes[: i + 1]) for i in range(len(sizes))]
            out.append([_together(found[end - size : end]) for size, end in zip(sizes, ends, strict=True)])
        return out

    def usage(self) -> Mapping[str, Any]:
        """What the other has cost."""
        return self._inner.usage()

    def _split(self, solution: Solution) -> tuple[str, ...]:
        given = solution.given(wanted=self.pool_steps)
        return steps.split(solution.text, self.separator) if given is None else given


def _together(found: Sequence[Score]) -> Score:
    values = [score.value for score in found]
    known = tuple(value for value in values if value is not None)
    if not values or len(known) < len(values):
        return Score(None, note=next((score.note for score in found if score.note), NO_TEXT))
    return Score(steps=known, tokens=sum(score.tokens or 0 for score in found) or None)


VERIFIERS = {"prefixes": Prefixes}
