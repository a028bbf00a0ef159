"""Labels are read by a stated rule; what Python would take for true or false is not."""

import json

import pytest

from harness.errors import BadInput
from harness.pool.labelled.openr import read_openr
from harness.pool.labelled.prm800k import read_prm800k
from harness.pool.labelled.shepherd import read_shepherd
from harness.pool.labelled.solution import from_row
from harness.pool.labelled.stepwise import read_stepwise
from verifiers.training.sources import Source

RIGHT = [True, 1, 1.0, "+", "1", "true", "True", " TRUE "]
WRONG = [False, 0, 0.0, -1, -1.0, "-", "0", "-1", "false", "False"]
UNKNOWN = [None, float("nan")]
STRANGE = [-100, 2, 0.25, 0.999999, float("inf"), "yes", "good", "", "neutral", "--", [], [1], {}, {"label": 1}]


def stepwise(label, **more):
    """What a stepwise row with this label says of its step."""
    (found,) = read_stepwise([{"prompt": "p", "completions": ["a"], "labels": [label], **more}])
    return found.step_labels[0]


def openr(label):
    """What an OpenR row with this label says of its step."""
    (found,) = read_openr([{"question": "p", "process": "a ки", "labels": [label]}])
    return found.step_labels[0]


@pytest.mark.parametrize("read", [stepwise, openr])
def test_two_valued_labels_are_read_in_every_spelling_and_nothing_else_is(read):
    """Right, wrong, not asked about; or refused with record, field and what stands there."""
    assert [read(label) for label in RIGHT] == [1] * len(RIGHT)
    assert [read(label) for label in WRONG] == [-1] * len(WRONG)
    assert [read(label) for label in UNKNOWN] == [None] * len(UNKNOWN)
    for label in STRANGE:
        with pytest.raises(BadInput, match=r"row 1, labels\[0\] is .*; true, 1 or \+ \(right\)"):
            read(label)


def test_both_zero_and_minus_one_are_three_values():
    """Then 0 may be neutral, and no two-valued reading is safe; false beside -1 is none of this."""
    rows = [{"prompt": "p", "completions": ["a", "b"], "labels": labels} for labels in ([1, 0], [1, -1])]

    assert [s.step_labels for s in read_stepwise(rows[:1])] == [(1, -1)]
    assert [s.step_labels for s in read_stepwise([{**rows[0], "labels": [False, -1]}])] == [(-1, -1)]
    with pytest.raises(BadInput, match="row 2, labels: there are both 0 and -1"):
        list(read_stepwise(rows))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"labels": "+"}, 'labels is "\\+"; a list is expected'),
        ({"labels": None}, "labels is null; a list is expected"),
        ({"labels": [1, 1]}, "labels holds 2 labels for 1 step;"),
        ({"completions": "a"}, 'completions is "a"; a list of the steps'),
        ({"completions": [None]}, r"completions\[0\] is null; a step's text"),
        ({"completions": [7]}, r"completions\[0\] is 7; a step's text"),
        ({"prompt": [{"role": "user"}]}, "prompt is .*; a text is expected"),
        ({"prompt": " "}, 'prompt is " "; a text is expected'),
    ],
)
def test_fields_of_another_kind_are_refused_and_not_turned_into_texts(change, reason):
    """No list of letters out of a text, no step called None."""
    with pytest.raises(BadInput, match=f"row 1, {reason}"):
        stepwise(1, **change) if "labels" not in change else list(
            read_stepwise([{"prompt": "p", "completions": ["a"], **change}])
        )


@pytest.mark.parametrize("label", [True, False, "1", "-1", "+", 0.5, 2, -100, "", []])
def test_three_valued_labels_are_numbers(label):
    """false might be neutral or wrong; a text is no number; nothing is guessed."""
    row = {"problem": "p", "steps": ["a"], "step_labels": [label]}
    rating = {"question": {"problem": "p"}, "label": {"finish_reason": "solution", "steps": [
        {"completions": [{"text": "a", "rating": label}], "chosen_completion": 0}]}}  # fmt: skip

    with pytest.raises(BadInput, match=r"row 1, step_labels\[0\] is"):
        from_row(row, "x.jsonl, row 1,")
    with pytest.raises(BadInput, match=r"record 1, label\.steps\[0\]\.completions\[0\]\.rating is"):
        list(read_prm800k([rating]))


def test_three_valued_labels_as_tables_write_them():
    """A column with nulls comes as 1.0, 0.0, -1.0 and NaN."""
    row = {"problem": "p", "steps": list("abcde"), "step_labels": [1.0, 0.0, -1.0, float("nan"), None]}

    assert from_row(row, "row 1,").step_labels == (1, 0, -1, None, None)


@pytest.mark.parametrize(
    ("value", "expected"), [("False", False), (0, False), (-1, False), ("true", True), (1.0, True), (None, None)]
)
def test_whether_an_answer_is_right_is_read_by_the_same_rule(value, expected):
    """The word False is not true."""
    assert from_row({"problem": "p", "steps": ["a"], "correct": value}, "row 1,").correct is expected


@pytest.mark.parametrize("value", [0.5, "maybe", [], 7])
def test_an_answer_that_is_neither_right_nor_wrong_is_refused(value):
    """With the field."""
    with pytest.raises(BadInput, match="row 1, correct is"):
        from_row({"problem": "p", "steps": ["a"], "correct": value}, "row 1,")


def test_a_math_shepherd_row_without_a_text_is_refused():
    """With the field, and not as the word None."""
    with pytest.raises(BadInput, match="row 1, label is null; a text"):
        list(read_shepherd([{"input": "Q Step 1: a ки", "label": None}]))


def test_a_file_with_an_odd_label_says_in_which_row(tmp_path):
    """Row 2 of 3."""
    rows = [{"prompt": "p", "completions": ["a"], "labels": [label]} for label in (True, -100, False)]
    (tmp_path / "s.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    with pytest.raises(BadInput, match=r"s\.jsonl, row 2, labels\[0\] is -100"):
        list(Source(str(tmp_path / "s.jsonl")).read())
