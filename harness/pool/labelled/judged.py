"""A row of a step benchmark on its way into a pool: a problem of its own, with one solution of labelled steps."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.pool.fields import Unfit, index_of, text_of
from harness.pool.formats import Described
from harness.pool.matching import folded, letters
from harness.records import Sample, Score

RIGHT, WRONG = 1, -1
NONE = ("N/A", "n/a", "")
PROSE = 5  # letters from which on a question is prose, and signs and spaces do not tell two apart


@dataclass(frozen=True, slots=True)
class Judged:
    """A row as a step benchmark states it.

    Attributes:
        id: The source's own, else made of the content (``content_id``).
        question: As the verifier is to see it.
        steps: The steps.
        labels: One for each step.
        part: The part of the benchmark, or None.
        asked: What the versions of one question share, by default the question: rows of one are not independent.
        right: Whether the final answer is right, where the source says so.
        scores: Scores that the source carries.
    """

    id: str
    question: str | None
    steps: tuple[str, ...]
    labels: tuple[int | None, ...]
    part: str | None = None
    asked: str | None = None
    right: bool | None = None
    scores: Mapping[str, Score] = field(default_factory=dict)

    def described(self) -> Described:
        """The problem: found by its id alone, since versions of a question may share their text."""
        asked = self.asked or self.question or self.id
        return Described(self.id, self.question, subject=self.part, group=content_id(_respelt(asked)))

    def sample(self) -> Sample:
        """The solution.

        Raises:
            Unfit: It has no step, or another number of labels.
        """
        if not self.steps or len(self.labels) != len(self.steps):
            raise Unfit(f"{len(self.labels)} step labels for {len(self.steps)} steps")
        return Sample(0, steps=self.steps, step_labels=self.labels, given_correct=self.right, scores=self.scores)


def _respelt(question: str) -> str:
    """What spellings of one question share: its letters and digits, where it is prose and not mere signs."""
    return letters(question) if sum(c.isalpha() for c in question) >= PROSE else folded(question)


def content_id(*texts: str) -> str:
    """An id made of what a row says, for a source that numbers nothing."""
    return hashlib.sha256("\x1e".join(texts).encode()).hexdigest()[:12]


def until(first: int | None, steps: int) -> tuple[int | None, ...]:
    """The labels that the index of the first wrong step stands for: what follows it is unknown.

    Args:
        first: That index from 0, or None where every step is right.
        steps: How many there are.

    >>> until(1, 4), until(None, 2)
    ((1, -1, None, None), (1, 1))

    Raises:
        Unfit: There is no such step.
    """
    if first is None:
        return (RIGHT,) * steps
    if not 0 <= first < steps:
        raise Unfit(f"the first wrong step is number {first} from 0, of {steps} steps")
    return (RIGHT,) * first + (WRONG,) + (None,) * (steps - first - 1)


def counted_from_one(value: Any) -> int | None:
    """The index of the first wrong step from 0 where the source counts from 1; None for "N/A", no error.

    >>> counted_from_one("2"), counted_from_one("N/A")
    (1, None)
    """
    if value is None or (isinstance(value, str) and value.strip() in NONE):
        return None
    return index_of(value) - 1


def question_of(value: Any) -> str:
    """A question's text, which has to be there."""
    found = text_of(value)
    if found is None:
        raise Unfit("the row has no question")
    return found


def wrong_at(numbers: Sequence[int], steps: int) -> tuple[int, ...]:
    """The labels where all wrong steps are listed, counted from 0; a number beyond the last step names none.

    >>> wrong_at([0, 2, 9], 3)
    (-1, 1, -1)
    """
    listed = set(numbers)
    return tuple(WRONG if i in listed else RIGHT for i in range(steps))
