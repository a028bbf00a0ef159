"""Why a verdict is what it is: extraction, rule, both readings, verdict."""

import pytest

from harness.grader.explaining import Reading, explain
from harness.records import AnswerSpec

MATH = AnswerSpec()
FOUR = AnswerSpec("choice", choices=("1", "2", "3", "4"))
SPEED = AnswerSpec("number", relative_tolerance=0.01, unit="m/s")


@pytest.mark.parametrize(
    ("text", "spec", "rule", "extracted"),
    [
        (r"So \boxed{7}.", MATH, "box", "7"), ("<answer>7</answer>", MATH, "answer tag", "7"),
        ("#### 7", MATH, "####", "7"),
        ("# Answer\n\n7", MATH, "answer block", "7"), ('{"answer": "7"}', MATH, "json field", "7"),
        ("The answer is 7.", MATH, "stated answer", "7"), ("So there are 7 pens.", MATH, "last expression", "7"),
        ("I do not know.", MATH, "none", None), ("<think>7", MATH, "none", None),
        ("The answer is (B).", FOUR, "stated answer", "B"),
        (r"\boxed{B}", FOUR, "box", "B"), ("Option B is correct.", FOUR, "closing sentence", "B"),
        ("Hm.", FOUR, "none", None),
        ("<answer>B</answer>", FOUR, "answer tag", "B"), ('{"answer": "B"}', FOUR, "json field", "B"),
    ],
)  # fmt: skip
def test_the_rule_that_found_the_answer_is_named(text, spec, rule, extracted):
    """Every way of marking an answer has a name."""
    found = explain(text, "B" if spec is FOUR else "7", spec)
    assert (found.rule, found.extracted) == (rule, extracted)
    assert found.correct is (None if extracted is None else True)
    assert (found.key is None) is (extracted is None)


@pytest.mark.parametrize(
    ("answer", "gold", "spec", "correct", "kinds"),
    [
        ("2/4", "0.5", MATH, True, ("scalar", "scalar")), ("(1, 2)", "1 < x < 2", MATH, True, ("tuple", "tuple")),
        (r"x \ge 2", "[3, oo)", MATH, False, ("interval", "interval")), ("{2, 1}", "1, 2", MATH, True, ("collection",
        "collection")),
        ("red", "blue", MATH, False, ("text", "text")), (r"\int_0^1 2x\,dx", "1", MATH, True, ("unread", "scalar")),
        ("9^{9^{9}}", "1", MATH, None, ("refused", "scalar")), ("36 km/h", "10", SPEED, True, ("number", "number")),
        ("(B)", "B", FOUR, True, ("letters", "letters")), ("A, C", "B", FOUR, False, ("letters", "letters")),
        ("about", "10", SPEED, False, ("text", "number")), ("7" * 1001, "7", MATH, None, ("refused", "scalar")),
    ],
)  # fmt: skip
def test_both_sides_are_shown_as_they_were_read(answer, gold, spec, correct, kinds):
    """Kind and canonical form, and a reason in words."""
    found = explain(None, gold, spec, answer)
    assert found.rule == "given"
    assert found.correct is correct
    assert (found.answer.kind, found.gold.kind) == kinds
    assert found.why


def test_equal_readings_are_the_reason():
    """What is equal as it was read needs no other."""
    found = explain("So it is 1,200.", "1200", MATH)
    assert found.answer == found.gold == Reading("scalar", "n:1200")
    assert "n:1200" in found.why
