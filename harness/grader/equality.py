"""Whether an answer is the right one.

Being right is more lenient than being the same vote: a decimal may stand for the number it rounds, 0.5 for 50%, a bare
list for a tuple.
"""

from collections.abc import Callable, Sequence

from harness.grader import numerals, values
from harness.grader.numerals import Number
from harness.grader.scalars import Meaning, step_equal
from harness.records import AnswerSpec


def same(answer: Meaning, gold: Meaning, spec: AnswerSpec | None = None) -> bool:
    """Is the answer the gold one?

    Args:
        answer: What was answered.
        gold: What is right.
        spec: Where it states a tolerance, a number may differ from the gold by that much.
    """
    if answer.key == gold.key or (answer.states is not None and same(answer.states, gold, spec)):
        return True
    if gold.states is not None and gold.states.kind == "tuple" and same(answer, gold.states, spec):
        return True
    if answer.kind == gold.kind == "scalar":
        return _close(answer, gold, spec or AnswerSpec())
    if answer.kind == gold.kind == "collection":
        return _matched(answer.parts, gold.parts, spec)
    if {answer.kind, gold.kind} == {"collection", "tuple"}:
        if len(answer.parts) != len(gold.parts):
            return False
        if gold.kind == "tuple":
            return answer.bare and _all(answer.parts, gold.parts, spec)
        return gold.bare and _matched(answer.parts, gold.parts, spec)
    if answer.kind == gold.kind and answer.kind in ("tuple", "interval", "matrix", "difference"):
        outside = _outside(answer) == _outside(gold)
        return outside and len(answer.parts) == len(gold.parts) and _all(answer.parts, gold.parts, spec)
    return False


def _outside(found: Meaning) -> str:
    """The brackets of an interval, the shape of a matrix."""
    return found.key.partition("(")[0] if found.kind == "matrix" else found.key[0] + found.key[-1]


def _all(answers: Sequence[Meaning], golds: Sequence[Meaning], spec: AnswerSpec | None) -> bool:
    return all(same(a, g, spec) for a, g in zip(answers, golds, strict=True))


def _matched(answers: Sequence[Meaning], golds: Sequence[Meaning], spec: AnswerSpec | None) -> bool:
    left = list(golds)
    for answer in answers:
        found = next((gold for gold in left if same(answer, gold, spec)), None)
        if found is None:
            return False
        left.remove(found)
    return not left


def _close(answer: Meaning, gold: Meaning, spec: AnswerSpec) -> bool:
    """Two scalars: within the tolerance, or equal as far as the decimals in them were meant to go."""
    if answer.base != gold.base and answer.base and gold.base:
        return False
    if answer.solved != gold.solved and answer.solved and gold.solved:
        return False
    if answer.steps or gold.steps:
        return step_equal(answer, gold)
    pairs = [(answer.numbers, gold.numbers)]
    if answer.shares:
        pairs.append((answer.shares, gold.numbers))
    if gold.shares:
        pairs.append((answer.numbers, gold.shares))
    near = _within(spec) if spec.relative_tolerance or spec.absolute_tolerance else None
    for theirs, ours in pairs:
        if all(numerals.equal(a, g) for a, g in zip(theirs, ours, strict=True)):
            return True
        if near and all(near(a, g) for a, g in zip(theirs, ours, strict=True)):
            return True
        if (answer.rough or gold.rough) and all(_rounded(a, g) for a, g in zip(theirs, ours, strict=True)):
            return True
    return False


def _within(spec: AnswerSpec) -> Callable[[Number, Number], bool]:
    def near(a: Number, g: Number) -> bool:
        gap = abs(numerals.as_float(values.minus(a, g)))
        return bool(gap <= max(spec.absolute_tolerance, spec.relative_tolerance * abs(numerals.as_float(g))))

    return near


def _rounded(a: Number, g: Number) -> bool:
    """A decimal stands for a number when they differ by less than half a unit of the sixth place, and by 0.1 %."""
    gap = abs(numerals.as_float(values.minus(a, g)))
    return bool(gap <= 5.0e-7 and gap <= abs(numerals.as_float(g)) / 1000)
