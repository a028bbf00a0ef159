"""What a problem family is written with.

A family is a generator function that tells its problem stage by stage and yields the question after each stage:

    def rectangle(b: Builder) -> Iterator[str]:
        b.draw("length", 3, 12)
        b.draw("width", 2, 9)
        b.tell("A field is {length} meters long and {width} meters wide.")
        b.step("area", "area", "length * width", ("length + width", 0.2))
        yield "What is its area?"
        ...

Level 1 stops at the first question, level 5 at the fifth.
"""

import hashlib
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice

from tasks.micromath import polynomials
from tasks.micromath.expressions import NotAnExpression, names
from tasks.micromath.parsing import parse
from tasks.micromath.plans import Plan, Slip, Step
from tasks.micromath.polynomials import Polynomial
from tasks.micromath.values import evaluate

LEVELS = (1, 2, 3, 4, 5)
LARGEST_VALUE = 1999
LARGEST_DENOMINATOR = 200
MOST_DRAWS = 1000


class _Unsuitable(Exception):
    """The numbers drawn make no good problem; draw again."""


class Builder:
    """Draws the givens, and collects the sentences and the steps of one problem.

    Args:
        seed: Everything random comes from it.
        level: The level aimed at, for families whose numbers grow with it.
    """

    def __init__(self, seed: str, level: int) -> None:
        self.level = level
        self.givens: dict[str, Polynomial] = {}
        self.steps: list[Step] = []
        self._random = random.Random(seed)
        self._sentences: list[str] = []

    def draw(self, name: str, low: int, high: int) -> int:
        """A whole number in [low, high], from now on a given of that name."""
        return self.given(name, self._random.randint(low, high))

    def pick(self, *options: int) -> int:
        """One of the numbers, all equally likely; it does not become a given."""
        return self._random.choice(options)

    def pick_pair(self, *options: tuple[int, int]) -> tuple[int, int]:
        """One of the pairs, all equally likely; its numbers do not become givens."""
        return self._random.choice(options)

    def word(self, *options: str) -> str:
        """One of the words, all equally likely."""
        return self._random.choice(options)

    def given(self, name: str, value: int) -> int:
        """Makes the number a given of that name."""
        self.givens[name] = polynomials.constant(value)
        return value

    def tell(self, sentence: str) -> None:
        """Adds a sentence; ``{name}`` stands for a given."""
        shown = {name: polynomials.render(value) for name, value in self.givens.items()}
        self._sentences.append(sentence.format(**shown))

    def step(self, name: str, noun: str, formula: str, *slips: tuple[str, float], also: tuple[str, ...] = ()) -> None:
        """Adds the next step of the plan, with the wrong formulas that people use for it."""
        tree = parse(formula)
        try:
            value = evaluate(tree, self._values())
        except NotAnExpression as error:
            raise _Unsuitable(str(error)) from error
        self.require(all(abs(c) <= LARGEST_VALUE and c.denominator <= LARGEST_DENOMINATOR for c in value))
        wrong = tuple(Slip(parse(text), chance) for text, chance in slips)
        self.steps.append(Step(name, noun, tree, value, wrong, tuple(map(parse, also))))

    def value(self, name: str) -> Fraction:
        """The value of a given or a step, which must be a number."""
        found = polynomials.number(self._values()[name])
        if found is None:
            raise TypeError(f"{name} is a polynomial in x, not a number.")
        return found

    def require(self, suitable: bool) -> None:  # noqa: FBT001 (a condition, not a switch)
        """Draws everything again unless the condition holds."""
        if not suitable:
            raise _Unsuitable

    def text(self, question: str) -> str:
        """The whole problem, ending in the question."""
        shown = {name: polynomials.render(value) for name, value in self.givens.items()}
        return " ".join([*self._sentences, question.format(**shown)])

    def _values(self) -> dict[str, Polynomial]:
        return self.givens | {step.name: step.value for step in self.steps}


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of problem.

    Attributes:
        name: Unique in the world.
        subject: One of the seven MATH subjects, or an out-of-distribution one.
        write: The generator function.
        share: How much of the generator's training text it is given, relative to the other families. A rare skill
            is one with a small share.
    """

    name: str
    subject: str
    write: Callable[[Builder], Iterator[str]]
    share: float = 1.0


def build(family: Family, level: int, seed: str) -> Plan:
    """The problem that the family makes of a seed, at a level.

    Raises:
        ValueError: No draw was suitable, or the family has no such level: the family is written wrongly.
    """
    for attempt in range(MOST_DRAWS):
        builder = Builder(f"{seed}/{family.name}/{level}/{attempt}", level)
        try:
            question = next(islice(family.write(builder), level - 1, level))
        except _Unsuitable:
            continue
        text = builder.text(question)
        digest = hashlib.sha256(text.encode()).hexdigest()[:8]
        return Plan(
            id=f"{family.name}-{level}-{digest}",
            family=family.name,
            subject=family.subject,
            level=level,
            text=text,
            givens=builder.givens,
            steps=needed(builder.steps, builder.givens),
        )
    raise ValueError(f"The family {family.name!r} made no suitable problem of level {level} in {MOST_DRAWS} draws.")


def needed(steps: Sequence[Step], givens: Iterable[str]) -> tuple[Step, ...]:
    """The steps that the last one follows from, and of their other formulas those that use nothing else.

    A later question need not use all that earlier ones asked for; what it does not use is not part of its plan.
    """
    wanted = {steps[-1].name}
    for step in reversed(steps):
        if step.name in wanted:
            wanted |= names(step.formula)
    kept = [step for step in steps if step.name in wanted]
    known = {*givens, "x", *(step.name for step in kept)}
    return tuple(
        replace(
            step,
            slips=tuple(slip for slip in step.slips if names(slip.formula) <= known),
            also=tuple(formula for formula in step.also if names(formula) <= known),
        )
        for step in kept
    )
