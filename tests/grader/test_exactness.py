"""Exact numbers are exact, whatever their size; only what holds something irrational is compared by its digits."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.grader import judging
from harness.grader.equality import same
from harness.grader.meanings import meaning
from harness.records import AnswerSpec, Problem

NEAR = {("0.5", "50%")}


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        ("2^{90}-1", "(2^{45}-1)(2^{45}+1)"), ("30!/28!", "870"), ("3^{60} + 3^{60} + 3^{60}", "3^{61}"),
        (r"\binom{120}{60}", r"\frac{120!}{(60!)^2}"), (r"\frac{5^{300}+5^{299}}{5^{299}}", "6"),
        (r"\frac13 - \frac{1}{3\cdot 4^{80}}", r"\frac{4^{80}-1}{3\cdot 4^{80}}"), (r"\sqrt{10^{60}}", "10^{30}"),
        (r"\sqrt[3]{8^{41}}", "2^{41}"), ("7^{-50}", r"\frac{1}{7^{50}}"),
        (r"\lfloor 2^{150}/3 \rfloor", r"(2^{150}-1)/3"),
        (r"2\cos 60^\circ", "1"), (r"\frac{(1+\sqrt5)^{12}-(1-\sqrt5)^{12}}{2^{12}\sqrt5}", "144"),
        ("0.125", r"\frac18"), ("314159265358979", "314159265358979.0"),
    ],
)  # fmt: skip
def test_other_forms_of_an_exact_number_are_equal_and_one_vote(gold, answer):
    """Powers, factorials, roots of powers: nothing is rounded on the way."""
    assert same(meaning(answer), meaning(gold))
    assert meaning(answer).key == meaning(gold).key


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        ("2^{90}-1", "2^{90}"), ("7^{60}-1", "7^{60}+1"), ("40!-1", "40!"), ("40!+1", "40!"), ("10^{50}+1", "10^{50}"),
        ("9876543210987654321098765432109876543", "9876543210987654321098765432109876544"),
        (r"\frac{3^{400}+1}{2\cdot 3^{401}}", r"\frac16"), (r"1 - \frac{1}{3^{90}}", "1"),
        ("1", r"1 - \frac{1}{3^{90}}"),
        (r"\frac{1}{5^{70}}", r"\frac{1}{5^{70}+1}"), (r"\frac{2^{80}+1}{2}", "2^{79}"),
        (r"\binom{150}{75}", r"\binom{150}{75}+1"),
        ("2^{3000}", "2^{3000}+1"), (r"1 - e^{-90}", "1"), (r"e^{-100}", "0"), (r"(5/7)^{300}", "0"),
        (r"\frac{333333333333333}{10^{15}}", r"\frac13"), (r"\max(2^{100}, 3)", "2^{100}-1"),
        (r"3^{60} \bmod 7", "0"), ("10^{31}+1", "10^{31}+2"),
    ],
)  # fmt: skip
def test_neighbours_of_an_exact_number_are_other_numbers(gold, answer):
    """One more, one less, the limit instead of the term: wrong both ways, and another vote."""
    assert not same(meaning(answer), meaning(gold))
    assert not same(meaning(gold), meaning(answer))
    assert meaning(answer).key != meaning(gold).key


@pytest.mark.parametrize("answer", ["0.5", "2^{5000}", "5000!", "50%", "(6000!)!", "0.1x"])
@pytest.mark.parametrize("gold", ["2^{5000}", "0.5", "4000!"])
def test_numbers_beyond_floating_point_are_compared_without_an_error(gold, answer):
    """With and without a decimal, with and without a tolerance."""
    for spec in (AnswerSpec(), AnswerSpec(relative_tolerance=0.01)):
        problem = Problem("made", "", gold, answer=spec)
        verdict = judging.judge([problem], spec, [Counter([answer])])[0][answer]
        assert (verdict.correct is True) is (answer == gold or (gold, answer) in NEAR)


@settings(deadline=None)
@given(st.integers(10**30, 10**60), st.integers(-3, 3))
def test_large_integers_are_equal_exactly_when_they_are(number, step):
    """Of any two written integers."""
    assert same(meaning(str(number)), meaning(str(number + step))) is (step == 0)
    assert (meaning(str(number)).key == meaning(str(number + step)).key) is (step == 0)


@settings(deadline=None)
@given(st.integers(1, 10**40), st.integers(1, 10**40), st.integers(1, 10**40), st.integers(1, 10**40))
def test_large_fractions_are_equal_exactly_when_they_are(a, b, c, d):
    """By cross multiplication, not by digits."""
    one, other = meaning(rf"\frac{{{a}}}{{{b}}}"), meaning(rf"\frac{{{c}}}{{{d}}}")
    assert same(one, other) is (a * d == b * c)
    assert same(one, meaning(rf"\frac{{{7 * a}}}{{{7 * b}}}"))
    assert one.key == meaning(rf"\frac{{{7 * a}}}{{{7 * b}}}").key
