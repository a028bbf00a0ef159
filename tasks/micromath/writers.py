"""Reference solutions, and solutions by authors who err.

The generator learns from text as imperfect as its readers: authors make the families' slips and the shared mistakes,
carry a wrong value on as people do, and now and then write a step that is true and leads nowhere.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from tasks.micromath import polynomials
from tasks.micromath.expressions import Expression, Name, NotAnExpression, Number, Operation, render, substitute
from tasks.micromath.mistakes import MISREADINGS, MISTAKES, Mistake
from tasks.micromath.plans import Plan, Step
from tasks.micromath.polynomials import Polynomial
from tasks.micromath.values import evaluate, literal

ANSWER = "Answer:"
SEPARATOR = "\n"
MOST_SIDES = 8
NEEDED, AGAIN, CHECKED = "We need the", "So the", "Check:"

_INVERSE = {"+": "-", "-": "+", "*": "/", "/": "*"}
_BY_SYMBOL: Mapping[str, tuple[Mistake, ...]] = {
    symbol: tuple(m for m in MISTAKES if m.symbol == symbol) for symbol in {m.symbol for m in MISTAKES}
}


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes a solution.

    Attributes:
        errs: The share of slips and mistakes that are actually made: 0 for a reference solution, 1 for the world's
            usual author.
        digresses: The chance of a true step without progress, before each step.
    """

    errs: float = 0.0
    digresses: float = 0.0


REFERENCE = Author()
USUAL = Author(errs=1.0, digresses=0.04)


def solve(plan: Plan, author: Author, rng: random.Random) -> list[str]:
    """A solution of the plan's problem, one string per step, the last one with the answer.

    Everything follows from the author's own, perhaps wrong, earlier values.
    """
    believed: dict[str, Polynomial] = dict(plan.givens)
    lines: list[str] = []
    done: tuple[Step, list[Expression]] | None = None
    for step in plan.steps:
        if rng.random() < author.digresses:
            lines.append(_digression(step, done, rng))
        chain = _work(step, believed, author, rng)
        believed[step.name] = evaluate(chain[-1])
        lines.append(f"The {step.noun} is " + " = ".join(_distinct(chain)))
        done = step, chain
    answer = believed[plan.steps[-1].name]
    lines.append(f"{ANSWER} {polynomials.render(answer)}")
    return lines


def _work(step: Step, believed: Mapping[str, Polynomial], author: Author, rng: random.Random) -> list[Expression]:
    """The sides of the equation that the author writes for a step."""
    numbers = {name: literal(value) for name, value in believed.items()}
    formula = _formula(step, author, rng)
    for attempt in (formula, step.formula):
        try:
            return work_out(substitute(attempt, numbers), author, rng)
        except NotAnExpression:
            continue
    return [literal(step.value)]


def _formula(step: Step, author: Author, rng: random.Random) -> Expression:
    fate = rng.random()
    for slip in step.slips:
        fate -= slip.chance * author.errs
        if fate < 0:
            return slip.formula
    return rng.choice((step.formula, *step.also))


def work_out(tree: Expression, author: Author, rng: random.Random) -> list[Expression]:
    """A chain of equal expressions from the tree to its value, each worked out a little further.

    Raises:
        NotAnExpression: The tree has no value.
    """
    if names_x(tree):
        return _work_out_polynomial(tree, author, rng)
    chain = [tree]
    tree = _misread(tree, author, rng)
    while not _is_literal(tree):
        tree = _reduced(tree, author, rng)
        chain.append(tree)
        if len(chain) > MOST_SIDES:
            raise NotAnExpression("The expression takes too many sides to work out.")
    return chain


def names_x(tree: Expression) -> bool:
    """Whether the variable occurs in the tree."""
    match tree:
        case Name("x"):
            return True
        case Operation(_, operands):
            return any(map(names_x, operands))
        case _:
            return False


def _work_out_polynomial(tree: Expression, author: Author, rng: random.Random) -> list[Expression]:
    if _is_spelled_out(tree):
        return [literal(evaluate(tree))]
    return [tree, literal(evaluate(_misread(tree, author, rng)))]


def _is_spelled_out(tree: Expression) -> bool:
    """Whether a polynomial is already a sum of terms of different degree."""
    match tree:
        case Operation("+" | "-", (left, right)):
            one_term = not (isinstance(right, Operation) and right.symbol in "+-")
            falling = len(evaluate(left)) > len(evaluate(right))
            return one_term and falling and _is_spelled_out(left) and _is_spelled_out(right)
        case Operation("*", (left, right)):
            return not names_x(left) and _is_literal(left) and not isinstance(right, Number)
        case _:
            return True


def _misread(tree: Expression, author: Author, rng: random.Random) -> Expression:
    if not isinstance(tree, Operation):
        return tree
    for misreading in MISREADINGS:
        wrong = misreading.rewrite(tree)
        if wrong is not None and rng.random() < misreading.chance * author.errs:
            return wrong
    return Operation(tree.symbol, tuple(_misread(operand, author, rng) for operand in tree.operands))


def _reduced(tree: Expression, author: Author, rng: random.Random) -> Expression:
    """The tree with every operation on plain numbers carried out, rightly or not."""
    if not isinstance(tree, Operation) or _is_literal(tree):
        return tree
    if not all(map(_is_literal, tree.operands)):
        return Operation(tree.symbol, tuple(_reduced(operand, author, rng) for operand in tree.operands))
    numbers = tuple(polynomials.number(evaluate(operand)) or Fraction(0) for operand in tree.operands)
    for mistake in _BY_SYMBOL.get(tree.symbol, ()):
        wrong = mistake.result(numbers)
        if wrong is not None and rng.random() < mistake.chance * author.errs:
            return literal(polynomials.constant(wrong))
    return literal(evaluate(tree))


def _is_literal(tree: Expression) -> bool:
    match tree:
        case Number() | Name():
            return True
        case Operation("negative", (Number(value),)):
            return value > 0
        case Operation("/", (Number() | Operation("negative", (Number(),)), Number())):
            return tree == literal(evaluate(tree))
        case _:
            return False


def _digression(step: Step, done: tuple[Step, list[Expression]] | None, rng: random.Random) -> str:
    """A true step without progress: what comes next, what was just found, or a check of it."""
    if done is None or rng.random() < 1 / 3:
        return f"{NEEDED} {step.noun}"
    last, chain = done
    check = _check(chain)
    if check is None or rng.random() < 1 / 2:
        return f"{AGAIN} {last.noun} is {render(chain[-1])}"
    return f"{CHECKED} {render(check[0])} = {render(check[1])}"


def _check(chain: list[Expression]) -> tuple[Expression, Expression] | None:
    """The inverse of the operation just carried out and what it gives, if it confirms the value."""
    if len(chain) != 2 or not isinstance(chain[0], Operation) or chain[0].symbol not in _INVERSE:
        return None
    left, right = chain[0].operands
    if not (_is_literal(left) and _is_literal(right)):
        return None
    back = Operation(_INVERSE[chain[0].symbol], (chain[1], right))
    try:
        return (back, left) if evaluate(back) == evaluate(left) else None
    except NotAnExpression:
        return None


def _distinct(chain: list[Expression]) -> list[str]:
    sides: list[str] = []
    for side in map(render, chain):
        if not sides or sides[-1] != side:
            sides.append(side)
    return sides
