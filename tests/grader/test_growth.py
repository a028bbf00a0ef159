"""No pattern of the grader backtracks without end: the work grows with the text, not with its square or cube."""

import pytest

from harness.grader import answers, choices, judging, meanings, notation, quantities, solutions, turns, units
from harness.grader.notation import Unreadable
from harness.records import AnswerSpec
from worlds.growing import filled, grows_too_fast

MATH, NUMBER = AnswerSpec(), AnswerSpec("number")
FOUR = AnswerSpec("choice", choices=("red", "blue", "3", "4"))
UNITS = [
    " ", "\n", "a ", "A ", "(A) ", "A, ", "A or (", "answer ", "answer of a ", "the answer to ", "option ",
    "options is ", "$", "\\(",
    "\\[", "{", "}", "(", "[", "1", "1,", "1,000 ", "1 ", "1/", "1 1/1 ", "1x10^", "=1", "#", "####\n", "#### a\n",
    "\\boxed{",
    "\\boxed{1} and ", "<answer>", "</answer>", "<think>", "</think>", "<|", "<|im_end|> ", "<s></s>", "not a ", "**",
    "- ", "^", "_",
    "\\frac{", "\\text{", "⟦", "万", "选", "答案", "\\begin{align}", "\\end{align}",
    "\\\\", '"answer":"', "```json\n{", "~", "..", "'",
    "1^\\circ 1'", "Q:\n\n", "Let me know\n", "---\n", "\\ ", "\\pi", "x", "\\color{", "\\prime", "½", "m/",
    "out of ", "% ", "\\choose",
    "{a\\choose", "\\hat{", "3 million ", "one ", "A is correct ", "both A and ", "is ", "are a ",
]  # fmt: skip
FRAMES = [
    ("", "x"),
    ("Answer: a", "b}"),
    ("The answer is ", "\n."),
    ("#### ", "1 "),
    ('{"answer": "', "x"),
    ("1^\\circ", "'"),
    ("A. ", "x"),
]
SMALL, LARGE = 4_000, 32_000


def quietly(function):
    """The function, a refusal being an answer like any other."""

    def call(text):
        try:
            function(text)
        except Unreadable:
            return

    return call


READERS = {
    "math": lambda text: answers.extract(text, MATH),
    "number": lambda text: answers.extract(text, NUMBER),
    "choice": lambda text: answers.extract(text, FOUR),
    "letters": lambda text: choices.letters(text, FOUR),
    "text key": judging.text_key,
    "tidy": solutions.tidy,
    "visible": turns.visible,
    "box": solutions.last_boxed,
    "json": solutions.json_answer,
}
SHORT = {  # what is refused beyond 1,000 characters
    "clean": notation.clean,
    "meaning": quietly(meanings.meaning.__wrapped__),
    "quantity": quantities.quantity.__wrapped__,
    "unit": lambda text: units.read.__wrapped__(notation.clean(text)),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("frame", FRAMES[:3], ids=["bare", "label", "sentence"])
def test_whole_texts_cost_what_their_length_costs(reader, frame):
    """From 4 kB to 32 kB of any unit, in any frame."""
    prefix, suffix = frame
    found = [
        unit
        for unit in UNITS
        if grows_too_fast(READERS[reader], *(filled(prefix, unit, suffix, size) for size in (SMALL, LARGE)))
    ]
    assert not found


@pytest.mark.parametrize("reader", SHORT)
def test_answers_cost_what_their_length_costs(reader):
    """From 60 to 960 characters; longer answers are not read."""
    found = [
        (prefix, unit)
        for prefix, suffix in FRAMES
        for unit in UNITS
        if grows_too_fast(SHORT[reader], *(filled(prefix, unit, suffix, size) for size in (60, 960)))
    ]
    assert not found


@pytest.mark.parametrize(
    "text",
    ["Answer: a" + " " * 500_000 + "b}", "the answer of " + "a b " * 120_000, "A or (" * 80_000, "\\boxed{" * 70_000,
     "<think>" * 70_000, "$" * 500_000],
    ids=["spaces", "anchors", "letters", "boxes", "tags", "dollars"],
)  # fmt: skip
@pytest.mark.parametrize("spec", [MATH, NUMBER, FOUR], ids=["math", "number", "choice"])
def test_half_a_megabyte_is_read_in_proportion(text, spec):
    """It takes at most some eighty times what a twentieth of it takes."""
    assert not grows_too_fast(lambda t: answers.extract(t, spec), text[: len(text) // 20], text)
