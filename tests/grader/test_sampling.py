"""Equal at two small points is not equal: floors, divisors, minima, absolute values and signs of letters."""

import pytest

from harness.grader.equality import same
from harness.grader.meanings import meaning


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        (r"\lfloor \frac{k}{5} \rfloor", r"\left\lfloor k/5 \right\rfloor"),
        (r"\lfloor n/2 \rfloor", r"\lceil (n-1)/2 \rceil"),
        (r"\lfloor n/2 \rfloor + \lceil n/2 \rceil", "n"),
        (r"\lfloor \frac{n^2}{4} \rfloor", r"\lfloor \frac n2 \rfloor \cdot \lceil \frac n2 \rceil"),
        (r"\lceil x \rceil", r"-\lfloor -x \rfloor"),
        (r"\max(a, b)", r"\frac{a+b+|a-b|}{2}"),
        (r"\min(p, q) + \max(p, q)", "p + q"),
        (r"\gcd(a, b)", r"\gcd(b, a)"),
        (r"\operatorname{lcm}(a, b)", r"\frac{ab}{\gcd(a,b)}"),
        (r"|2y|", r"2|y|"),
        (r"|t - 3|", r"\sqrt{(t-3)^2}"),
        (r"\frac{z}{|z|}", r"\operatorname{sgn}(z)"),
        ("(2k-1)!!", r"\frac{(2k)!}{2^k k!}"),
        (r"n \bmod 2", r"\frac{1-(-1)^n}{2}"),
        (r"(-1)^{k}", r"(-1)^{k+4}"),
        (r"(-1)^n", r"\cos(\pi n)"),
        ("|y| < 3", "-3 < y < 3"),
        (r"|y| \ge 3", r"(-\infty, -3] \cup [3, \infty)"),
        (r"2^{\lfloor n/2 \rfloor}", r"2^{\lceil (n-1)/2 \rceil}"),
        (r"d = \gcd(m, 6)", r"\gcd(6, m)"),
        (r"|\sin x|", r"\sqrt{1 - \cos^2 x}"),
    ],
)
def test_what_jumps_is_equal_where_it_is_equal_everywhere(gold, answer):
    """Other forms of one function are recognised, both ways."""
    assert same(meaning(answer), meaning(gold))
    assert same(meaning(gold), meaning(answer))


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        (r"\lfloor k/5 \rfloor", r"\lfloor k/6 \rfloor"), (r"\lfloor k/5 \rfloor", "0"),
        (r"\lfloor k/5 \rfloor", r"\lfloor (k+1)/5 \rfloor"), (r"\lfloor k/5 \rfloor", "k/5"),
        (r"\lceil k/5 \rceil", r"\lfloor k/5 \rfloor + 1"),
        (r"\lfloor \sqrt{k} \rfloor", r"\lceil \sqrt{k} \rceil - 1"),
        (r"\lfloor \log_2 k \rfloor", r"\lfloor \log_2 (k-1) \rfloor"), (r"\lfloor \log_3 k \rfloor + 1", "1"),
        (r"k - \lfloor k/7 \rfloor", "k"), (r"\lfloor \pi n \rfloor", r"\lfloor 3n \rfloor"),
        (r"\lfloor \frac{mn}{3} \rfloor", r"\lfloor \frac{mn}{5} \rfloor"),
        (r"\min(a, b)", "a"), (r"\min(a, b)", "b"), (r"\min(a, b)", r"\max(a, b)"), (r"\min(a, b)", "ab"),
        (r"\gcd(a, b)", "1"), (r"\gcd(a, b)", "a"), (r"\gcd(a, 12)", r"\gcd(a, 6)"),
        (r"\operatorname{lcm}(m, n)", "mn"), (r"n \bmod 3", r"n \bmod 2"), (r"n \bmod 3", "0"),
        ("(2k-1)!!", "(2k-1)!"), ("(2k-1)!!", "((2k-1)!)!"), ("(2k-1)!!", "(2k+1)!!"),
        ("|y|/y", "1"), ("|y|/y", "-1"), ("|y|", "y"), ("|y|", "-y"), ("|a-b|", "a-b"), ("|a+b|", "|a|+|b|"),
        (r"\sqrt{(a-b)^2}", "a-b"), (r"\operatorname{sgn}(y)", "1"), ("(-1)^k", "1"), ("(-1)^k", "(-1)^{k+1}"),
        ("|y + 1| = 3", "y = 2"), (r"|y| < 3", "y < 3"), ("|x| < y", "x < y"),
        (r"\frac{1+\min(x^2, 1)}{4}", r"\frac12"), (r"2^{\lfloor n/2 \rfloor}", "1"),
    ],
)  # fmt: skip
def test_what_agrees_at_some_points_only_is_not_equal(gold, answer):
    """Collapsed, shifted and one-sided forms are refused, both ways, and are other votes."""
    assert not same(meaning(answer), meaning(gold))
    assert not same(meaning(gold), meaning(answer))
    assert meaning(answer).key != meaning(gold).key


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("a = 3b", "b = a/3", True), ("a = 3b", "a = 3c", False), ("p = q", "p = r", False), ("p = q", "q = p", True),
        ("y = 4x", "y = 4t", False), ("y = 4x", "4x", True), ("4x", "y = 4x", True), ("V = abc", "abc", True),
        ("x + y = 4", "x + z = 4", False), ("u = 5v + 1", "v = (u-1)/5", True), ("u = 5v + 1", "u = 5w + 1", False),
    ],
)  # fmt: skip
def test_other_letters_make_another_equation(one, other, equal):
    """An equation may be solved for any of its letters, and a name may be left out; but letters are not changed."""
    assert same(meaning(one), meaning(other)) is equal
