"""Every family, at every level: its reference solution is right, its slips are wrong, its text says what it asks."""

import random
import re

import pytest
import sympy

from tasks.micromath.builder import LEVELS, build
from tasks.micromath.checker import Checker, answer_of, same_answer
from tasks.micromath.expressions import Name, NotAnExpression, Number, Operation, render, substitute
from tasks.micromath.families.catalogue import IN_DISTRIBUTION, OUT_OF_DISTRIBUTION
from tasks.micromath.values import canonical, evaluate, literal
from tasks.micromath.writers import REFERENCE, USUAL, solve

FAMILIES = (*IN_DISTRIBUTION, *OUT_OF_DISTRIBUTION)
SEEDS = range(6)
SYMPY = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": lambda a, b: a**b,
    "mod": sympy.Mod,
    "gcd": sympy.gcd,
    "lcm": sympy.lcm,
    "C": sympy.binomial,
    "negative": lambda a: -a,
    "!": sympy.factorial,
    "sqrt": sympy.sqrt,
    "floor": sympy.floor,
}


def in_sympy(tree, values):
    """The value of a formula by SymPy, with the names' values given: a second opinion on every plan."""
    match tree:
        case Number(value):
            return sympy.Integer(value)
        case Name(name):
            return values.get(name, sympy.Symbol(name))
        case Operation(symbol, operands):
            return SYMPY[symbol](*(in_sympy(operand, values) for operand in operands))


def as_sympy(value):
    return sum(
        (sympy.Rational(c.numerator, c.denominator) * sympy.Symbol("x") ** i for i, c in enumerate(value)), sympy.S(0)
    )


@pytest.fixture(params=FAMILIES, ids=lambda family: family.name)
def family(request):
    return request.param


def plans(family):
    return [build(family, level, f"test/{seed}") for level in LEVELS for seed in SEEDS]


def test_the_reference_solution_is_positive_throughout(family):
    for plan in plans(family):
        lines = solve(plan, REFERENCE, random.Random(1))

        assert Checker(plan).labels(lines) == [1] * (len(plan.steps) + 1)
        assert same_answer(answer_of(lines), plan.answer)


def test_sympy_agrees_with_every_value_of_the_plan(family):
    for plan in plans(family)[::3]:
        values = {name: as_sympy(value) for name, value in plan.givens.items()}
        for step in plan.steps:
            for formula in (step.formula, *step.also):
                assert sympy.expand(in_sympy(formula, values) - as_sympy(step.value)) == 0, (plan.text, step.noun)
            values[step.name] = as_sympy(step.value)


def test_a_step_by_a_wrong_formula_is_negative(family):
    """Unless the wrong formula does, on these very numbers, the same operations as the right one."""
    negative = 0
    for plan in plans(family):
        numbers = {name: literal(value) for name, value in plan.givens.items()}
        numbers |= {step.name: literal(step.value) for step in plan.steps}
        for step in plan.steps:
            ways = {canonical(substitute(formula, numbers)) for formula in (step.formula, *step.also)}
            for slip in step.slips:
                wrong = substitute(slip.formula, numbers)
                try:
                    value = evaluate(wrong)
                except NotAnExpression:
                    continue
                line = f"The {step.noun} is {render(wrong)} = {render(literal(value))}"
                (label,) = Checker(plan).labels([line])
                same = canonical(wrong) in ways or (wrong == literal(step.value))

                assert label == (1 if same else -1), (plan.text, line)
                negative += label == -1

    assert negative > 0


def test_wrong_formulas_leave_room_for_the_right_one(family):
    for plan in plans(family):
        for step in plan.steps:
            assert sum(slip.chance for slip in step.slips) < 1
            assert all(0 < slip.chance < 1 for slip in step.slips)


def test_every_given_of_the_plan_is_in_the_text_or_follows_from_it(family):
    """The solver needs no number that the reader does not have: what a formula uses is told, or stands in the text."""
    for plan in plans(family):
        used = set()
        for step in plan.steps:
            used |= set(re.findall(r"[A-Za-z_]+", render(step.formula))) & set(plan.givens)
        told = {abs(int(n)) for n in re.findall(r"\d+", plan.text)}
        for name in used - {"unit"}:
            value = plan.givens[name]
            number = int(value[0]) if value else 0
            hidden = family.name == "logarithms" and name in {"m", "n"}  # p and q are given as powers

            digits = family.name == "digits" and name in {"u", "v", "w"}  # a numeral, digit by digit
            assert abs(number) in told or hidden or digits, (plan.text, name)


def test_levels_grow_in_steps(family):
    counts = [len(build(family, level, "steps").steps) for level in LEVELS]

    assert counts == sorted(counts)
    assert counts[-1] >= counts[0] + 3


def test_a_step_is_named_once(family):
    for plan in plans(family):
        nouns = [step.noun for step in plan.steps]

        assert len(set(nouns)) == len(nouns)
        assert all(" is " not in noun and not re.search(r"[^A-Za-z0-9 ]", noun) for noun in nouns)


def test_a_solution_without_a_negative_step_has_the_right_answer(family):
    rng = random.Random(7)
    for plan in plans(family):
        checker = Checker(plan)
        for _ in range(10):
            lines = solve(plan, USUAL, rng)
            if min(checker.labels(lines)) >= 0:
                assert same_answer(answer_of(lines), plan.answer)
