r"""What a model thinks is not what it answers, and the end of its turn is no part of it."""

import pytest

from harness.grader.answers import extract
from harness.grader.turns import visible
from harness.records import AnswerSpec

MATH = AnswerSpec()
FOUR = AnswerSpec("choice", choices=("a cube", "a cone", "a ball", "a rod"))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (r"<think>Perhaps \boxed{8}.</think>So the sum is 11.", "11"),
        (r"<think>Perhaps \boxed{8}.</think>\boxed{11}", "11"),
        ("<think>\nThe answer is 8.\n</think>\n#### 11", "11"),
        (r'<think>\boxed{8}</think>{"answer": "11"}', "11"),
        ("<think>Answer: 8</think>\n\n11", "11"),
        (r"Let us see, \boxed{8}? No.</think>The answer is 11.", "11"),
        (r"<thinking>\boxed{8}</thinking><answer>11</answer>", "11"),
        (r"<reasoning>It is 8.</reasoning>It is 11.", "11"),
        (r"[THINK]\boxed{8}[/THINK]The answer is 11.", "11"),
        (r"◁think▷\boxed{8}◁/think▷The answer is 11.", "11"),
        (r"<|channel|>analysis<|message|>\boxed{8}<|end|><|start|>assistant<|channel|>final<|message|>It is 11.", "11"),
        (r"<think>a</think>Hm.<think>\boxed{8}</think>The answer is 11.", "11"),
        (r"The answer is 11. <think>Or \boxed{8}?", "11"),
        (r"<think>\boxed{8}", None), (r"<think>\boxed{8}</think>", None), (r"\boxed{8}</think>", None),
        ("The answer is 8.\n</think>\n\n", None), ("<think>The answer is 8.", None), ("<think>So 3 + 5 = 8", None),
        ("<think>We add.\n\nANSWER: 8", "8"),
        (r"He thinks that \boxed{8}", "8"), ("If x < 3 and y > 4, then the answer is 8.", "8"),
    ],
)  # fmt: skip
def test_only_what_stands_behind_the_thinking_answers(text, answer):
    """Tags of several makers, a lone closing tag, a tag that never closes; comparisons and the word are no tags."""
    assert extract(text, MATH) == answer


def test_thoughts_are_read_where_somebody_asks_for_them():
    """An option, for replies that are nothing but thinking; an answer behind it still goes first."""
    assert extract(r"<think>\boxed{8}", MATH, thoughts=True) == "8"
    assert extract(r"<think>\boxed{8}</think>", MATH, thoughts=True) == "8"
    assert extract(r"<think>\boxed{8}</think>It is 11.", MATH, thoughts=True) == "11"


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("<think>The answer is A.</think>The answer is C.", "C"), (r"<think>\boxed{A}</think>C", "C"),
        ("<think>The answer is A.", None), ("The answer is A.</think>", None),
        ("The answer is C.<|eot_id|>", "C"), ("C</s>", "C"), ("(C)<|im_end|>\n", "C"),
    ],
)  # fmt: skip
def test_letters_are_chosen_behind_the_thinking_too(text, letters):
    """The same for questions with options."""
    assert extract(text, FOUR) == letters


@pytest.mark.parametrize(
    "end",
    ["</s>", "<|im_end|>", "<|eot_id|>", "<eos>", "<end_of_turn>", "<|endoftext|>", "<｜end▁of▁sentence｜>", "<|end|>",
     "<|end_of_text|>", "<|return|>", "<pad><pad>", "<|im_end|>\n<|im_start|>user\nAnd 9?", "<|eot_id|><|eot_id|>",
     "</s>[INST] And 9? [/INST] 9", "<end_of_turn>\n<start_of_turn>user\nAnd 9?", "<|im_end", "<｜User｜>And 9?"],
)  # fmt: skip
@pytest.mark.parametrize("stem", ["The answer is 6", "Hence it is $6$.", "#### 6", r"\boxed{6}", "6"])
def test_the_end_of_a_turn_is_no_part_of_the_answer(stem, end):
    """Whatever a tokenizer left behind the answer, and whatever was written on after it."""
    assert extract(stem + end, MATH) == extract(stem, MATH) == "6"


@pytest.mark.parametrize(
    "text",
    ["a < b", "x <= 3 </b>", "It is <s>5</s> 6", "We have <b>6</b>.", "for i < n |> print", "[INSTANCE] 6", "the end",
    "<|x|> 1",
     "<answer>6</answer>", "5 <6> 7"],
)  # fmt: skip
def test_what_only_looks_like_a_mark_stays(text):
    """Comparisons, other tags, a struck-out number."""
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("<answer>6</answer>", "6"), ("<answer> 6 </answer>\n\nI used 2 facts.", "6"), ("<answer>x - 1</answer>",
        "x - 1"),
        ("<answer>(4, 5)</answer>", "(4, 5)"), ("<answer>1</answer> No: <answer>6</answer>", "6"),
        (r"<answer>We find that the answer is \boxed{6}.</answer>", "6"), ("<answer>6", "6"),
        (r"<answer>1</answer> Wrong. \boxed{6}", "6"), ("<answer></answer>The answer is 6.", "6"),
        ("<final_answer>6</final_answer>", "6"), ("<answers>1</answers> The answer is 6.", "6"),
    ],
)  # fmt: skip
def test_an_answer_tag_holds_the_answer(text, answer):
    """The last that holds anything; a later box goes first."""
    assert extract(text, MATH) == answer
