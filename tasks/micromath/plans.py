"""A problem of the world and the way to its answer."""

from dataclasses import dataclass

from tasks.micromath.expressions import Expression
from tasks.micromath.polynomials import Polynomial


@dataclass(frozen=True, slots=True)
class Slip:
    """A wrong formula that people use for a step: a misread condition, a confused rule.

    Attributes:
        formula: The wrong formula, over the same quantities as the right one.
        chance: How often an author of the generator's training text uses it, in [0, 1).
    """

    formula: Expression
    chance: float


@dataclass(frozen=True, slots=True)
class Step:
    """One quantity that the plan needs, and how it follows from the givens and the earlier steps.

    Attributes:
        name: The quantity, as later formulas call it.
        noun: The quantity in words; the step reads "The <noun> is <formula in numbers> = <value>".
        formula: The right formula.
        value: Its true value.
        slips: Wrong formulas; their chances sum to less than 1.
        also: Other right formulas.
    """

    name: str
    noun: str
    formula: Expression
    value: Polynomial
    slips: tuple[Slip, ...] = ()
    also: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A problem with all that the checker knows of it.

    Attributes:
        id: ``family-level-hash of the text``: stable whatever else the world draws.
        family: The family it was drawn from.
        subject: The family's subject.
        level: 1 (easiest) to 5, by the number and the size of the steps.
        text: The question.
        givens: The numbers of the question, by name.
        steps: The way to the answer; the last step's value is the answer.
    """

    id: str
    family: str
    subject: str
    level: int
    text: str
    givens: dict[str, Polynomial]
    steps: tuple[Step, ...]

    @property
    def answer(self) -> Polynomial:
        """The right answer."""
        return self.steps[-1].value
