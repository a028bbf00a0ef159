"""Number words, bases, lists, bounds, styles, sets, units and foreign signs: siblings and near misses."""

from collections import Counter

import pytest

from harness.grader import judging, numberwords, quantities
from harness.records import AnswerSpec, Problem


def verdict(gold: str, answer: str, spec: AnswerSpec) -> bool | None:
    return judging.judge([Problem("made", "", gold, answer=spec)], spec, [Counter([answer])])[0][answer].correct


RIGHT = [
    ("4000000", "4 million"), ("4000000", r"4\text{ million dollars}"), ("2.5 billion", "2500000000"), ("9", "nine"),
    ("34", r"\text{thirty-four}"), ("205", "two hundred and five"), ("12000", "twelve thousand"), (r"\frac12",
    "one half"),
    ("365_8", "365"), ("365_8", r"365_{\text{eight}}"), ("365_8", "365_8"), ("1C4_{16}", "1C4"),
    ("62.5", r"62\frac12\%"),
    ("3.25", r"3{\frac14}"), ("3.25", "3¼"), ("3,3,7", "7,3,3"), ("x=4, y=4", "x=y=4"), ("4", "x=y=4"),
    ("6", r"\color{blue}6"), ("6", r"\textcolor{red}{6}"), ("6", r"\Large 6"), ("6", r"\underline{\textbf{6}}"),
    ("6", r"\bm{6}"),
    ("6", r"\begin{aligned} t &= 6 \end{aligned}"), ("6", r"\text{The answer is: } 6"),
    ("6", r"\text{approximately } 6"),
    (r"(-\infty,1)\cup(1,\infty)", r"\mathbb{R}\setminus\{1\}"), (r"(-\infty,1)\cup(1,\infty)", r"x \ne 1"),
    (r"(-\infty,0)\cup(4,\infty)", r"\mathbb{R} \setminus [0,4]"), (r"(2,\infty)", r"\{x \in \mathbb{R} : x > 2\}"),
    (r"[2,5)", r"\{t \mid 2 \le t < 5\}"), (r"\begin{pmatrix}5&6\\7&8\end{pmatrix}", "[[5,6],[7,8]]"),
    ("(5,6),(7,8)", "[(5,6),(7,8)]"), (r"\binom{9}{4}", r"{9\choose 4}"), (r"(3,-1)", r"3\mathbf{i}-\mathbf{j}"),
    ("(3,-1)", "[3,-1]^T"), (r"9\ \mathrm{k}\Omega", r"9\,\mathrm{k\Omega}"), ("9", r"9 \mathrm{~kg\,m/s^2}"),
    ("9", r"9\,\mu\text{m}"),
    (r"\text{(C)}", r"\textbf{(C)}\ 9"), ("9", r"\textbf{(C)}\ 9"), ("9", "9个"), ("9", "9平方厘米"), ("3:7", "3：7"),
    ("(3,7)", "（3，7）"),
    ("50000", "5万"), ("9", "约9"), ("9", "9th"), ("9", "9^{th}"), (r"\text{May 3}", r"\text{May 3rd}"),
    (r"\frac{3}{7}", r"3\text{ out of }7"),
    (r"\frac16", "0.1666..."), (r"\frac{4}{33}", r"0.1212\ldots"), ("even $m$", r"m \text{ even}"),
    ("9 or more", r"9 \text{ or more}"),
    ("2,4", r"2\text{ and }4"),
]  # fmt: skip
WRONG = [
    ("4", "4 million"), ("4 million", "4 billion"), ("4", r"4\text{ thousand}"), ("9", "ninety"), ("1", "one to one"),
    ("2", "two or three"),
    ("34", "thirty four five"), ("365_8", "365_9"), ("365_8", "245"), ("1C4_{16}", "1C4_{14}"), ("a_4", "a_5"),
    ("0.5", r"62\frac12\%"),
    ("3.25", r"3\left(\frac14\right)"), ("0.75", "3¼"), ("3,3,7", "3,7"), ("3,7", "3,3,7"), ("x=4, y=5", "x=y=4"),
    ("4", "x=y=5"),
    ("9", "9 or more"), ("9", r"9 \text{ or less}"), ("9", r"9\text{ or maybe }8"), ("9", "at least 9"), ("9", "9+"),
    ("9", "9 to 10"),
    ("9", r"\text{more than } 9"), ("9", "9 or 10"), ("9", "perhaps 9"), ("6", r"\color{blue}7"),
    ("6", r"\underline{66}"),
    (r"(-\infty,1)\cup(1,\infty)", r"\mathbb{R}\setminus\{2\}"),
    (r"(-\infty,0)\cup(4,\infty)", r"\mathbb{R} \setminus (0,4)"),
    (r"(2,\infty)", r"\{x \in \mathbb{R} : x \ge 2\}"), (r"\begin{pmatrix}5&6\\7&8\end{pmatrix}", "[[5,7],[6,8]]"),
    ("(5,6),(7,8)", "[(5,6),(8,7)]"), (r"\binom{9}{4}", r"{9\choose 3}"), ("(3,-1)", r"3\mathbf{j}-\mathbf{i}"),
    ("(3,-1)", "[-1,3]^T"),
    (r"9\ \Omega", r"8\ \Omega"), (r"\text{(C)}", r"\textbf{(D)}\ 9"), ("9", r"\textbf{(C)}\ 8"), ("9", "9万"),
    ("3:7", "7：3"), ("5", "约9"),
    ("9", "9t"), (r"\text{May 3}", r"\text{May 13th}"), (r"\frac{3}{7}", r"7\text{ out of }3"), (r"\frac16", "0.166"),
    (r"\frac13", "0.3..."),
    ("even $m$", r"m \text{ odd}"), ("even $m$", "m"), ("2", r"2\text{ and }4"), ("10", "ten or so"),
]  # fmt: skip


@pytest.mark.parametrize(("gold", "answer"), RIGHT)
def test_another_wording_of_the_right_answer_is_right(gold, answer):
    """However it is dressed."""
    assert verdict(gold, answer, AnswerSpec()) is True


@pytest.mark.parametrize(("gold", "answer"), WRONG)
def test_a_near_miss_in_the_same_wording_is_not_right(gold, answer):
    """The dress does not make it right."""
    assert verdict(gold, answer, AnswerSpec()) is not True


@pytest.mark.parametrize(
    ("gold", "answer", "right"),
    [
        ("5000000", "5 million", True), ("5", "5 million", False), ("7", "seven", True), ("7", "seventy", False),
        ("0.05", "5 percent", True), ("9.8", r"9.8\ \text{m/s}^2", True), ("2.5", r"2\frac12", True), ("30",
        "3万", False),
    ],
)  # fmt: skip
def test_numbers_with_tolerance_read_the_same_words(gold, answer, right):
    """The number reader and the reader of formulas share them."""
    assert (verdict(gold, answer, AnswerSpec("number", relative_tolerance=0.01)) is True) is right


@pytest.mark.parametrize(
    "number", [*range(0, 130, 7), 200, 305, 999, 1000, 2001, 12_345, 700_000, 1_000_000, 3_000_105]
)
def test_number_words_are_read_as_they_are_spelled(number):
    """Spelled out by rule and read back."""
    assert numberwords.value(spelled(number)) == number
    assert quantities.number(spelled(number)) == number


def spelled(number: int) -> str:
    small = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
    ]
    small += ["seventeen", "eighteen", "nineteen"]
    tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    for size, name in ((1_000_000, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= size:
            rest = f" {spelled(number % size)}" if number % size else ""
            return f"{spelled(number // size)} {name}{rest}"
    if number < 20:
        return small[number]
    return tens[number // 10 - 2] + (f"-{small[number % 10]}" if number % 10 else "")
