"""Why one answer is right or wrong: what was extracted and by which rule, how both sides were read, and the verdict."""

from collections import Counter
from dataclasses import dataclass

from harness.grader import answers, choices, judging, meanings, quantities, units
from harness.grader.notation import TooLarge, Unreadable
from harness.grader.solutions import MAX_ANSWER
from harness.records import AnswerSpec, Problem


@dataclass(frozen=True, slots=True)
class Reading:
    """How an answer was read.

    Attributes:
        kind: ``scalar``, ``tuple``, ``interval``, ``text``, ...; ``number``; ``letters``; ``unread`` where no reader of
            this process knows the notation, so that a grading process was asked; ``refused`` where nobody should
            compute it; ``none`` where there is none.
        canonical: The canonical form: equal forms are the same answer. "" where there is none.
    """

    kind: str
    canonical: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an answer is right, wrong or undecided.

    Attributes:
        extracted: The answer that was compared; None where the text holds none.
        rule: What found it: ``answer tag``, ``box``, ``answer block``, ``####``, ``json field``, ``stated answer``,
            ``last expression``, ``closing sentence``; ``given`` where it was handed in; ``none``.
        answer: How the answer was read.
        gold: How the right answer was read.
        correct: Right, wrong, or None: undecided, or no answer.
        key: The voting key; None where there is no answer.
        why: The verdict in words.
    """

    extracted: str | None
    rule: str
    answer: Reading
    gold: Reading
    correct: bool | None
    key: str | None
    why: str


def explain(
    text: str | None, gold: str, spec: AnswerSpec, answer: str | None = None, time_limit: float = judging.TIME_LIMIT
) -> Explanation:
    r"""Grade one answer and say why.

    Args:
        text: A whole solution, from which the answer is extracted; may be None where ``answer`` is given.
        gold: The right answer.
        spec: What counts as the same answer.
        answer: The answer itself, which goes before the text's.
        time_limit: Processor seconds, should a grading process have to be asked.

    >>> found = explain(r"So it is \boxed{2/4}.", "0.5", AnswerSpec())
    >>> found.extracted, found.rule, found.correct, found.answer == found.gold, found.why
    ('2/4', 'box', True, True, 'both have the canonical form n:5.0e-1')
    """
    rule, extracted = "given", answer
    if extracted is None:
        found = answers.find(text or "", spec)
        rule, extracted = found.rule, found.answer
    elif spec.kind == "choice":
        extracted = choices.letters(extracted, spec)
    right = _reading(gold, spec, is_gold=True)
    if extracted is None:
        return Explanation(None, rule, Reading("none"), right, None, None, "no answer was found")
    given = _reading(extracted, spec, is_gold=False)
    problem = Problem("explained", "", gold, answer=spec)
    verdict = judging.judge([problem], spec, [Counter([extracted])], 1, None, time_limit)[0][extracted]
    why = _why(given, right, verdict.correct, verdict.reason)
    return Explanation(extracted, rule, given, right, verdict.correct, verdict.key, why)


def _reading(answer: str, spec: AnswerSpec, *, is_gold: bool) -> Reading:
    if spec.kind == "choice":
        letters = choices.letters(answer, spec)
        return Reading("letters", letters) if letters else Reading("text", answer)
    if spec.kind == "number":
        found = quantities.gold(answer, spec) if is_gold else quantities.quantity(answer)
        if found is not None:
            return Reading("number", f"{found.value:.12g}{_unit(found.unit)}")
    if len(answer) > MAX_ANSWER:
        return Reading("refused", "longer than any answer")
    try:
        meaning = meanings.meaning(answer)
    except TooLarge as error:
        return Reading("refused", str(error))
    except Unreadable:
        return Reading("unread")
    return Reading(meaning.kind, meaning.key)


def _unit(unit: units.Unit | None) -> str:
    """A unit in base units: its size and the powers of its dimensions."""
    if unit is None:
        return ""
    powers = " ".join(f"{base}^{power:g}" for base, power in unit.dimension)
    return f" times {unit.factor:g} {powers}".rstrip()


def _why(given: Reading, right: Reading, correct: bool | None, reason: str) -> str:  # noqa: FBT001
    if correct is None:
        return f"undecided: {reason}"
    if reason:
        return reason
    if correct and given == right:
        return f"both have the canonical form {given.canonical}" if given.canonical else "the same text"
    if "unread" in (given.kind, right.kind):
        return f"{'equal' if correct else 'not equal'} to the grading process, which was asked about the notation"
    if correct:
        return f"{given.canonical} and {right.canonical} are equal, within rounding, tolerance, unit or spelling"
    return f"{given.canonical} is not {right.canonical}"
