r"""Where a solution states its answer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.grader.answers import extract
from harness.records import AnswerSpec

MATH, NUMBER = AnswerSpec(), AnswerSpec("number")
FOUR = AnswerSpec("choice", choices=("red paint", "blue paint", "green paint", "no paint"))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (r"First \boxed{1}, no: \boxed{\frac{a}{\sqrt{b}}}.", r"\frac{a}{\sqrt{b}}"),
        (r"So $\boxed {7}$", "7"),
        (r"So \boxed 7.", "7"),
        (r"The set is $\fbox{\{1, 2\}}$", r"\{1, 2\}"),
        (r"\boxed{3} and then it breaks off \boxed{4", "3"),
        ("We add.\n\n# Answer\n\n$x = 5$", "$x = 5$"),
        ("She has 3.\n#### 1,234", "1,234"),
        ('{"reasoning": "3 + 4", "answer": "7"}', "7"),
        ('```json\n{"answer": "\\\\frac{1}{2}", "reasoning": "cut off he', r"\frac{1}{2}"),
        ('Final Answer:\n```json\n{"reasoning": "3 + 2", "answer": "5"}\n```', "5"),
        ('**Answer:** ```JSON\n{"Final answer": 5}```\nI hope it helps.', "5"),
        (r'{"answer": "\frac{1}{2} \text{ m}"}', r"\frac{1}{2} \text{ m}"),
        ("```python\nprint(3)\n```\nThe answer is 3.", "3"),
        (
            '{"answer": "Twice the first number is 6 metres, so in all we get 6 + 3 = 9 metres of the old rope."}',
            "9",
        ),
        ("The answer is $x^2 + 1$. I hope it helps.", "x^2 + 1"),
        ("**Final Answer:** 12.5 metres", "12.5 metres"),
        ("Answer: 2x^2 - 11x - 21", "2x^2 - 11x - 21"),
        ("The final answer is: \\[ \\frac{3}{4} \\]", r"\frac{3}{4}"),
        ("answer: 5\n\nQuestion: another one?\nThe answer is 9.", "5"),
        ("The answer is 5.\n\nQuestion: another one?\nThe answer is 9.", "5"),
        ("So there are 3 boxes and 48 pears.\nIn all she paid \\$1,200.", "1,200"),
        ("so 3 + 4 = 7", "7"),
        ("Therefore $a = 2$ and thus $a + b = \\frac{5}{2}$.", r"\frac{5}{2}"),
        ("5 \\times 20 = 100\nSo 5 customers would pay $100 at $20 each.", "100"),
        ("Final answer: 6 moles are released for 4 moles of the other", "6"),
        ("So it takes $0.62$ s, to the 2nd digit.", "0.62"),
        ("So she came in 6th place.", "6"),
        ("Hence the shape is an **ellipse**.", "ellipse"),
        ("", None),
        ("I do not know.", None),
    ],
)
def test_the_answer_of_a_solution_is_what_it_marks_as_such(text, answer):
    """Boxes first, then answer blocks and statements, then the last formula or number of the last line."""
    assert extract(text, MATH) == answer


def test_a_later_answer_line_wins_over_a_box():
    r"""A solution that boxes a step and ends in "Answer: 6" answers 6."""
    assert extract("A step: \\boxed{5}.\nAnswer: 6", MATH) == "6"
    assert extract("A step: \\boxed{5}.\nAnswer: all of the numbers above", MATH) == "5"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (r"The charge is $q = 1.6 \times 10^{-19}$ C.", r"1.6 \times 10^{-19}"),
        ("Adding up, we have $3 + 4 = 7$ ways with $1 \\leq |B| < |A|$.", "7"),
        ("The final answer is 3.2e-5 m.", "3.2e-5 m"),
        ("so the pressure is about 2.5 x 10^5 in the end", "2.5 x 10^5"),
        ("the gas is $\\mathrm{NO_2}$ at 300", "300"),
    ],
)
def test_numbers_in_scientific_notation_are_kept_whole(text, answer):
    """A power of ten is no second number; a chemical formula is none at all."""
    assert extract(text, NUMBER) == answer


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("The answer is (C).", "C"),
        ("ANSWER: B", "B"),
        ("The correct option is **(D) no paint**", "D"),
        (r"Thus $\boxed{\text{(A)}}$.", "A"),
        (r"\boxed{AC}", "AC"),
        ("The correct options are (A) and (C), while (B) is wrong.", "AC"),
        ("Answer: A, B and D", "ABD"),
        ("So we choose blue paint. The answer is blue paint", "B"),
        ("Only (B) remains.", "B"),
        ("A cat sat on the mat.", None),
        ("", None),
        ("The answer is (E).", None),
        ("The answer is (B).\n\nNow, combining all the answers:\nThe answer is A.\nThe answer is C.", "B"),
        ("Not (A).\n\nNow, considering all the answers above, the final answer is: (B)", "B"),
        ("We analyze each option:\n\n(A) is hot.\n\nIn conclusion, these are:\n(B) red\n(C) green", "BC"),
        ('{"reasoning": "because", "answer": "C"}', "C"),
        ("Options: (A) red (B) blue. Which? The answer is: B, because A is not blue.", "B"),
    ],
)
def test_the_letters_a_solution_chooses(text, letters):
    """A letter, several, an option's text; the article "A" is none; letters without an option are none."""
    assert extract(text, FOUR) == letters


@pytest.mark.parametrize(
    "text",
    ["\\boxed{" * 50_000, "{" * 100_000, "(A) " * 30_000, "the answer is " * 10_000, "$" * 100_000, "=1" * 50_000,
     "\\(" * 50_000, '{"answer": ' * 20_000, "A and " * 20_000, " " * 100_000, "\n" * 100_000, "1," * 50_000,
     "Q" + " " * 100_000 + "x", "x: answer is 1\n\n" + "Q:\n" * 30_000, "answer" + " " * 100_000 + "x",
     "the answer is A" + ",(" * 50_000, r"\boxed{A" + ",((((((((" * 400 + "}", "#### " + " " * 100_000 + "x y",
     "# Answer\n\nx" + " " * 100_000 + "y", "#" * 100_000, "option " * 15_000, "**" * 50_000, "A, " * 30_000,
     "answer of " + "x " * 50_000, "\\frac{" * 15_000, "2 x 10^" * 15_000, "\t\n" * 50_000],
)  # fmt: skip
@pytest.mark.parametrize("spec", [MATH, NUMBER, FOUR], ids=["math", "number", "choice"])
@pytest.mark.timeout(20)
def test_no_text_makes_extraction_slow(text, spec):
    """100 kB of anything is read in bounded time: no pattern backtracks without end."""
    found = extract(text, spec)
    assert found is None or isinstance(found, str)


thoughts = st.text(alphabet="abc 123.$\\{}()=\n", max_size=80)


@settings(deadline=None)
@given(thoughts, st.integers(-999, 999))
def test_whatever_is_thought_the_box_behind_it_counts(thought, number):
    """And without anything behind it nothing does."""
    assert extract(f"<think>{thought}\\boxed{{5}}</think>\\boxed{{{number}}}", MATH) == str(number)
    assert extract(f"<think>{thought}\\boxed{{5}}</think>", MATH) is None


@settings(deadline=None)
@given(st.integers(-999, 999), st.sampled_from(["</s>", "<|im_end|>", "<eos>", "\n\nI hope this helps!", "\n\n---\n"]))
def test_what_stands_behind_an_answer_does_not_change_it(number, end):
    """However the answer was marked."""
    for stem in (
        f"\\boxed{{{number}}}",
        f"The answer is {number}.",
        f"#### {number}",
        f"<answer>{number}</answer>",
        f"Answer: {number}",
    ):
        assert extract(stem + end, MATH) == extract(stem, MATH) == str(number)


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=200), st.sampled_from([MATH, NUMBER, FOUR]))
def test_any_text_has_an_answer_or_none_and_never_an_error(text, spec):
    """Of any script; what was found is never empty, and is found again."""
    found = extract(text, spec)
    assert found is None or found.strip()
    assert extract(text, spec) == found
