r"""Answers in plain closing sentences, and text behind the answer."""

import pytest

from harness.grader.answers import extract
from harness.records import AnswerSpec

MATH, NUMBER = AnswerSpec(), AnswerSpec("number")
FOUR = AnswerSpec("choice", choices=("2", "4", "6", "8"))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (r"Hence the side is \sqrt{13}.", r"\sqrt{13}"), (r"So the chance is \frac{5}{9}.", r"\frac{5}{9}"),
        (r"So y = \dfrac{2}{7}", r"\dfrac{2}{7}"), (r"The volume is 4\pi.", r"4\pi"), ("The volume is 4π.", "4π"),
        ("The volume is 4pi cubic metres.", "4pi"), (r"Its height is 2\sqrt{3} metres.", r"2\sqrt{3}"),
        ("The centre is (4, -1).", "(4, -1)"), ("The range is [1, 6).", "[1, 6)"), ("He ran 3 3/4 miles.", "3 3/4"),
        ("He ran 3½ miles.", "3½"), (r"He ran 3\frac{3}{4} miles.", r"3\frac{3}{4}"), ("They sold 4 million cars.",
        "4 million"),
        ("\\begin{align*}\nz &= 6 + 3 \\\\\n&= 9\n\\end{align*}", "9"), ("\\begin{equation}\nz = 9\n\\end{equation}",
        "9"),
        ("\\begin{gather}\nz = \\frac{1}{3}.\n\\end{gather}\n", r"\frac{1}{3}"), (r"The ratio is \pi.", r"\pi"),
        ("所以答案是14。", "14"), ("答案：14", "14"), ("因此，答案为 14。", "14"),
    ],
)  # fmt: skip
def test_a_closing_sentence_answers_without_dollars(text, answer):
    """LaTeX, pairs, mixed numbers, number words and environments."""
    assert extract(text, MATH) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("There were 1,200 (see step 3) of them.", "3"), ("The total (1,500) is 1500.", "1500"),
        ("By cases (1, 2) it is 7.", "7"),
        (r"Using \sqrt{9} we get 3.", "3"), (r"As $x = 5$, the root \sqrt{x+4} is $3$.", "3"), ("It has 3 pins.", "3"),
        ("Each of the 12 boys got 4.", "4"), ("3 out of 8 is 0.375.", "0.375"), ("12 of them are 5 years old.", "5"),
        ("It took 3 days and 12 nights.", "12"), (r"\sum_{k} \frac{1", "1"),
    ],
)  # fmt: skip
def test_near_misses_of_closing_sentences_are_read_as_ever(text, answer):
    """Thousands in brackets, steps and earlier formulas are no answers of their own."""
    assert extract(text, MATH) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("#### 28\nThat is 4 times 7.", "28"), ("#### 28\n\nI hope this helps!", "28"),
        ("#### 28 pens\nAll 3 are blue.", "28 pens"),
        ("#### $28\nDone in 2 steps.", "$28"), (r"#### \frac{2}{3}", r"\frac{2}{3}"), ("#### Monday", "Monday"),
        ("#### Step 2: Add\nSo 20 + 8 = 28", "28"), ("#### 1. First case\nIt is 28.", "28"),
        ("#### Conclusion\n\nThe answer is 28.", "28"), ("#### 3\nWait. The answer is 28.", "28"),
        ("We count 28 pens.\n\nLet me know if you have any questions!", "28"),
        ("We count 28 pens.\n\nHope this helps.", "28"),
        ("We count 28 pens.\n\n---\n", "28"), ("The answer is 28.\n\nFeel free to ask for 2 more.\n\nGood luck!", "28"),
        ("We count 28 pens.\nThere are 2 more.", "2"), ("Let me know 5 things.", "5"),
        ("The answer is not 30 but 28.", "28"), ("The answer is not 30.", "not 30"),
        ("So the price with all discounts is $28.", "28"), ("3 shirts at $20 and 1 hat for $8 make $28.", "28"),
        ("He has 28 left out of 40.", "28"), ("So 28 of the 40 pupils came.", "28"),
        ("The 3rd and last of them is the 28th", "28"), ("140 % more is what the 28th gets, so it is the 28th", "28"),
        ("It is 0.28, to the 2nd digit.", "0.28"), ("He came in 28th place.", "28"),
    ],
)  # fmt: skip
def test_text_behind_the_answer_does_not_hide_it(text, answer):
    """Lines behind ``####``, polite endings, corrections, wholes that the answer is a part of, ordinals."""
    assert extract(text, MATH) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (r"So $\boxed{4}$ and $\boxed{9}$.", "4, 9"), (r"\boxed{4}, \boxed{9}, \boxed{16}", "4, 9, 16"),
        (r"$a = \boxed{4}$ and $b = \boxed{9}$", "4, 9"), (r"\boxed{4} or \boxed{9}", "4, 9"),
        (r"\boxed{4}和\boxed{9}", "4, 9"),
        (r"First \boxed{4}. Then \boxed{9}.", "9"), (r"\boxed{4}. And so, with care, we find that it is \boxed{9}",
        "9"),
        (r"\boxed{4} is wrong, \boxed{9} is right", "9"), (r"\boxed{9} and \boxed{9}", "9"),
        (r"\boxed{4 and \boxed{9}", "9"),
    ],
)  # fmt: skip
def test_several_boxes_are_one_list_where_they_are_listed(text, answer):
    """Only a comma or a word of listing stands between them, and perhaps a name."""
    assert extract(text, MATH) == answer


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("Option C is correct.", "C"), ("Both A and D are correct.", "AD"), ("**C)** 6", "C"), ("C. 6", "C"),
        ("The answer is 6.", "C"),
        (r"\boxed{A} and \boxed{D}", "AD"), ("<answer>C</answer>", "C"), ("故选：C。", "C"), ("答案是（C）。", "C"),
        ("选AD", "AD"),
        ("Option C is not correct.", None), ("A) 2\nB) 4\nC) 6\nD) 8", None), ("C. 6 is wrong.", None),
        ("The answer is 7.", None),
        ("Options A and D are wrong, option C is correct.", "C"), ("A cube is correctly drawn.", None),
        ("选修课", None),
        ("A is correct that the sum is 6, so the answer is C.", "C"),
    ],
)  # fmt: skip
def test_letters_in_closing_sentences(text, letters):
    """Called correct, written before their text, by their value, in Chinese; denied ones and lists are none."""
    assert extract(text, FOUR) == letters


def test_numbers_keep_their_powers_and_scales():
    """In the last line of a solution whose answer is a number."""
    assert extract("The yield is 2.5 million tons.", NUMBER) == "2.5 million"
    assert extract("The yield is 2.5 x 10^6 tons.", NUMBER) == "2.5 x 10^6"
