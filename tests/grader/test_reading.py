r"""The reader of answers: what each notation means, and what it refuses."""

import pytest

from harness.grader.equality import same
from harness.grader.meanings import meaning
from harness.grader.notation import TooLarge, Unreadable


def key(answer: str) -> str:
    return meaning(answer).key


@pytest.mark.parametrize(
    "spellings",
    [
        (r"\frac{1}{2}", "1/2", "0.5", r"\dfrac12", ".5", r"2^{-1}", r"\frac{\sqrt{4}}{4}", "$0.50$", "½"),
        (r"2\sqrt{3}", r"\sqrt{12}", "2*sqrt(3)", r"\frac{6}{\sqrt3}", "√12", r"12^{1/2}", r"2 \cdot 3^{0.5}"),
        ("1,200", "1200", r"1{,}200", r"1\,200", "1.2e3", r"1.2 \times 10^{3}", "1200.0", r"\$1,200", "1.2·10³"),
        (r"\pi/4", r"\frac{\pi}{4}", r"\frac14\pi", "pi/4", r"45^\circ \cdot \frac{\pi}{180}", r"\arctan 1"),
        ("x^2+2x+1", "(x+1)^2", "1+x(x+2)", "(1 + x)**2", r"x^{2} + 2 \cdot x + 1"),
        ("(1,2)", r"\left( 1, 2 \right)", "(1, 2)", r"(\frac22, \sqrt4)", "x=1, y=2", r"1 < x < 2"),
        ("[0, 1)", r"0 \le x < 1", r"x \in [0,1)", r"\left[0,1\right)", r"1 > x \geq 0"),
        (r"(-\infty, 3]", r"x \le 3", r"x\leqslant 3", r"3 \ge x", r"[-\infty, 3]"),
        ("{1, 2, 3}", r"\{3, 2, 1\}", "1, 2, 3", r"x = 1, x = 2, x = 3", r"1 \text{ and } 2 \text{ and } 3"),
        (r"3 \pm \sqrt{2}", r"3+\sqrt2, 3-\sqrt2", r"\{3-\sqrt{2}, 3+\sqrt{2}\}", r"x = 3 \pm \sqrt 2"),
        (
            r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}",
            r"\begin{bmatrix}1&2\\3&4\end{bmatrix}",
            r"\left(\begin{array}{cc} 1 & 2 \\ 3 & 4 \\ \end{array}\right)",
        ),
        ("y = 2x + 1", "2x - y + 1 = 0", "y - 1 = 2x", "4x - 2y + 2 = 0", r"y = 2\left(x+\tfrac12\right)"),
        ("no solution", r"\emptyset", r"\varnothing", "No solutions", r"\text{no real solution}"),
        (r"\mathbb{R}", r"(-\infty, \infty)", r"\text{all real numbers}", r"x \in \mathbb R"),
        (r"\text{Tuesday}", "Tuesday", "tuesday.", r"\textbf{Tuesday}"),
        (r"0.\overline{3}", r"\frac{1}{3}", r"0.\bar{3}"),
        (r"\binom{5}{2}", "10", "5!/(3!2!)", r"\frac{5!}{2! \cdot 3!}"),
        (r"\lfloor 3.7 \rfloor", "3", r"\lceil 2.1 \rceil", r"|-3|", r"\log_2 8", r"\gcd(6, 9)"),
        ("1+2i", "2i+1", r"1 + 2\cdot i", "(2-i)i"),
        (r"\frac{\sqrt{5}-1}{2}", r"\frac{2}{1+\sqrt{5}}", r"2\cos 72^\circ"),
    ],
)
def test_spellings_of_one_answer_have_one_key(spellings):
    """However it is written, it is the same vote."""
    keys = {spelling: key(spelling) for spelling in spellings}
    assert len(set(keys.values())) == 1, keys


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1/2", "1/3"), ("0.333", "1/3"), ("3.14", r"\pi"), ("x", "-x"), ("x", "y"), ("|x|", "x"), ("(1,2)", "(2,1)"),
        ("[1,2]", "(1,2)"), ("[1,2)", "(1,2]"), ("x > 3", r"x \ge 3"), ("x > 3", "x < 3"), ("1, 2", "1, 2, 3"),
        ("{1,2}", "(1,2)"), ("3", "3i"), ("y = 2x", "y = 3x"), (r"\text{yes}", r"\text{no}"), ("2^3", "2 \\cdot 3"),
        (r"\begin{pmatrix}1&2\end{pmatrix}", r"\begin{pmatrix}1\\2\end{pmatrix}"), ("99999999999999999", "1e17"),
        (r"\mathbb{R}", r"\mathbb{Z}"), (r"\emptyset", r"\mathbb{R}"), ("x+y", "xy"), (r"x^2", "2x"),
    ],
)  # fmt: skip
def test_different_answers_have_different_keys(one, other):
    """Near is not the same."""
    assert key(one) != key(other)


@pytest.mark.parametrize(
    ("answer", "gold", "right"),
    [
        (r"0.33333", r"\frac13", False), (r"0.333333", r"\frac13", True), ("0.33", r"\frac13", False),
        ("50%", "0.5", True), ("50%", "50", True), ("50%", "5", False), ("0.5", r"50\%", True),
        ("1, 2", "(1, 2)", True), ("2, 1", "(1, 2)", False), ("(2, 1)", "1, 2", True),
        (r"\{1,2\}", "(1,2)", False), ("12", "y = 12", True), ("x + y = 12", "12", True),
        ("x + y = 12", "x + y = 13", False), ("10^{-9}", "0", False), ("0.0000001", "0", False),
    ],
)  # fmt: skip
def test_being_right_is_more_lenient_than_being_the_same_vote(answer, gold, right):
    """Decimals round, percentages have two readings, a bare list may be a tuple; nothing near zero is zero."""
    assert same(meaning(answer), meaning(gold)) is right


@pytest.mark.parametrize(
    "answer",
    [
        "9**9**9**9", "99999999!", "10^{10^{10}}", "(" * 60 + "1" + ")" * 60, r"\sqrt{" * 60 + "2" + "}" * 60,
        "7" * 500, "1e999999", r"\sinh(10^{9})", "2^{2^{2^{2^{2^{2}}}}}", r"\binom{10^9}{10^8}", "9" * 60 + "!",
        "{" * 400 + "1" + "}" * 400, r"\frac{1}{" * 70 + "1" + "}" * 70,
    ],
)  # fmt: skip
def test_what_nobody_should_compute_is_refused(answer):
    """A tower of powers, a factorial of millions, a thousand brackets: TooLarge, at once."""
    with pytest.raises(TooLarge):
        meaning(answer)


@pytest.mark.parametrize(
    "answer",
    ["1/0", r"\frac{1}{0}", "\x00", "", "f(x", r"\log 0", "1 + ", "@#", "0^0"],
)
def test_what_has_no_value_or_no_known_notation_is_unreadable(answer):
    """It raises, and evaluates nothing."""
    with pytest.raises(Unreadable):
        meaning(answer)
