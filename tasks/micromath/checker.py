"""A label for every step of any solution, as in PRM800K: 1, 0 or -1.

A step is

- positive (1): a quantity of the plan, by the plan's formula or one known to be as good, with every side of the
  equation true; or the right answer;
- neutral (0): true, but without progress: a quantity already found, a true check, naming what is needed next;
- negative (-1): false, or not what the plan needs: a wrong value, a wrong formula even where its value happens to be
  right, a quantity that the plan does not have, a text outside the language of steps.

Every step is judged on its own, against the true values, so labels go on after the first error. A solution whose
steps are all 0 or 1 and which states an answer has the right answer, because the answer is a step too.
"""

from collections.abc import Sequence

from tasks.micromath.expressions import Expression, NotAnExpression, substitute
from tasks.micromath.parsing import parse
from tasks.micromath.plans import Plan, Step
from tasks.micromath.polynomials import Polynomial
from tasks.micromath.values import canonical, evaluate, literal
from tasks.micromath.writers import AGAIN, ANSWER, CHECKED, NEEDED

POSITIVE, NEUTRAL, NEGATIVE = 1, 0, -1


class Checker:
    """Labels solutions of one problem."""

    def __init__(self, plan: Plan) -> None:
        self._answer = plan.answer
        self._steps = {step.noun: step for step in plan.steps}
        values = plan.givens | {step.name: step.value for step in plan.steps}
        numbers = {name: literal(value) for name, value in values.items()}
        self._ways = {
            step.noun: {canonical(substitute(formula, numbers)) for formula in (step.formula, *step.also)}
            for step in plan.steps
        }

    def labels(self, steps: Sequence[str]) -> list[int]:
        """One label per step."""
        found: set[str] = set()
        return [self._label(step.strip(), found) for step in steps]

    def _label(self, text: str, found: set[str]) -> int:
        if text.startswith(ANSWER):
            return self._answer_label(text.removeprefix(ANSWER))
        if text.startswith(NEEDED + " "):
            noun = text.removeprefix(NEEDED + " ")
            return NEUTRAL if noun in self._steps else NEGATIVE
        if text.startswith(CHECKED + " "):
            sides = _sides(text.removeprefix(CHECKED + " "))
            return NEUTRAL if len(sides) > 1 and _all_equal(sides) else NEGATIVE
        again = text.startswith(AGAIN + " ")
        start = AGAIN if again else "The"
        noun, is_found, equation = text.removeprefix(start + " ").partition(" is ")
        if not text.startswith(start + " ") or not is_found or noun not in self._steps:
            return NEGATIVE
        if not self._holds(self._steps[noun], _sides(equation)):
            return NEGATIVE
        if noun in found:
            return NEUTRAL
        found.add(noun)
        return POSITIVE

    def _answer_label(self, text: str) -> int:
        sides = _sides(text)
        return POSITIVE if len(sides) == 1 and _value(sides[0]) == self._answer else NEGATIVE

    def _holds(self, step: Step, sides: Sequence[Expression]) -> bool:
        if not sides or not _all_equal(sides) or _value(sides[0]) != step.value:
            return False
        return sides[0] == literal(step.value) or canonical(sides[0]) in self._ways[step.noun]


def answer_of(steps: Sequence[str]) -> str | None:
    """The text of the last stated answer, or None when there is none."""
    answers = [step.strip().removeprefix(ANSWER).strip() for step in steps if step.strip().startswith(ANSWER)]
    return answers[-1] if answers and answers[-1] else None


def same_answer(text: str | None, gold: Polynomial) -> bool:
    """Whether an answer's text has exactly the gold value."""
    if text is None:
        return False
    sides = _sides(text)
    return len(sides) == 1 and _value(sides[0]) == gold


def _sides(equation: str) -> list[Expression]:
    """The sides of an equation, or none when one of them is not an expression."""
    try:
        return [parse(side) for side in equation.split("=")]
    except NotAnExpression:
        return []


def _value(tree: Expression) -> Polynomial | None:
    try:
        return evaluate(tree)
    except NotAnExpression:
        return None


def _all_equal(sides: Sequence[Expression]) -> bool:
    values = [_value(side) for side in sides]
    return values[0] is not None and all(value == values[0] for value in values)
