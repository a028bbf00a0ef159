"""Each public data format gives the labelled solutions that its authors meant."""

import gzip
import json

import pytest

from harness.errors import BadInput, UnknownName
from verifiers.training.labelled import LabelledSolution, from_row, read_labelled, write_labelled
from verifiers.training.prm800k import read_prm800k, solutions_of
from verifiers.training.shepherd import read_shepherd
from verifiers.training.sources import Source
from verifiers.training.stepwise import read_stepwise


def completion(text, rating):
    return {"text": text, "rating": rating, "flagged": False}


def record(*steps, reason="solution", **more):
    return {"question": {"problem": "1 + 1?"}, "label": {"steps": list(steps), "finish_reason": reason}, **more}


def step(*completions, chosen=None, human=None):
    return {"completions": list(completions), "human_completion": human, "chosen_completion": chosen}


def test_labelled_solutions_survive_the_file(tmp_path):
    solutions = [
        LabelledSolution("p", ("a", "b"), (1, None), correct=True),
        LabelledSolution("q", ("c",), (), correct=False),
        LabelledSolution("r", ("d",), (-1,)),
    ]

    assert write_labelled(tmp_path / "x.parquet", solutions) == 3
    assert list(read_labelled(tmp_path / "x.parquet")) == solutions


def test_json_lines_are_read_gzipped_or_not(tmp_path):
    row = {"problem": "p", "steps": ["a"], "step_labels": [0], "correct": None}
    (tmp_path / "x.jsonl").write_text(json.dumps(row) + "\n\n", encoding="utf-8")
    with gzip.open(tmp_path / "x.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")

    expected = [LabelledSolution("p", ("a",), (0,))]
    assert list(read_labelled(tmp_path / "x.jsonl")) == expected
    assert list(read_labelled(tmp_path / "x.jsonl.gz")) == expected


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"steps": ["a"]}, "has no problem"),
        ({"problem": "p", "steps": []}, "has no steps"),
        ({"problem": "p", "steps": ["a", "b"], "step_labels": [1]}, "1 step_labels for 2 steps"),
        ({"problem": "p", "steps": ["a"], "step_labels": [2]}, "step label 2"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_with_its_reason(row, complaint):
    with pytest.raises(BadInput, match=complaint):
        from_row(row, "row 1")


def test_prm800k_follows_the_chosen_path_and_keeps_what_lies_beside_it():
    """Phase 1: the second completion was chosen at step 1; a person wrote step 2; the walk ended on a wrong step 3."""
    found = list(
        solutions_of(
            record(
                step(completion("a-", -1), completion("a+", 1), chosen=1),
                step(completion("b-", -1), human=completion("B", None)),
                step(completion("c-", -1)),
                reason="found_error",
            )
        )
    )

    assert found == [
        LabelledSolution("1 + 1?", ("a-",), (-1,)),
        LabelledSolution("1 + 1?", ("a+", "b-"), (None, -1)),
        LabelledSolution("1 + 1?", ("a+", "B", "c-"), (1, 1, -1)),
    ]


def test_prm800k_phase_2_is_one_solution():
    found = list(solutions_of(record(step(completion("a", 1), chosen=0), step(completion("b", 0), chosen=0))))

    assert found == [LabelledSolution("1 + 1?", ("a", "b"), (1, 0))]


def test_prm800k_control_questions_are_left_out(tmp_path):
    good = record(step(completion("a", 1), chosen=0))
    lines = [
        record(step(completion("x", 1), chosen=0), is_quality_control_question=True),
        record(step(completion("y", 1), chosen=0), is_initial_screening_question=True),
        good,
    ]
    (tmp_path / "phase2_train.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")

    assert [s.steps for s in read_prm800k(tmp_path / "phase2_train.jsonl")] == [("a",)]


def test_another_file_is_not_prm800k(tmp_path):
    (tmp_path / "x.jsonl").write_text('{"problem": "p"}\n', encoding="utf-8")

    with pytest.raises(BadInput, match="not a PRM800K record"):
        list(read_prm800k(tmp_path / "x.jsonl"))


def test_math_shepherd_signs_stand_where_the_tags_stood():
    row = {
        "input": "How many? Step 1: 2 + 3 = 5 ки\nStep 2: 5 - 1 = 3 ки\nStep 3: The answer is: 3 ки",
        "label": "How many? Step 1: 2 + 3 = 5 +\nStep 2: 5 - 1 = 3 -\nStep 3: The answer is: 3 -",
        "task": "GSM8K",
    }

    assert list(read_shepherd([row])) == [
        LabelledSolution(
            "How many?",
            ("Step 1: 2 + 3 = 5", "Step 2: 5 - 1 = 3", "Step 3: The answer is: 3"),
            (1, -1, -1),
            correct=False,
        )
    ]


def test_a_math_shepherd_row_with_a_shifted_label_is_refused():
    with pytest.raises(BadInput, match="where a step's"):
        list(read_shepherd([{"input": "Q Step 1: a ки", "label": "Q Step 1: aa +"}]))


def test_trl_stepwise_rows_have_two_labels():
    row = {"prompt": "p", "completions": ["a", "b"], "labels": [True, False]}

    assert list(read_stepwise([row])) == [LabelledSolution("p", ("a", "b"), (1, -1))]
    with pytest.raises(BadInput, match="2 completions and 1 labels"):
        list(read_stepwise([{**row, "labels": [True]}]))


def test_a_source_that_is_nowhere_says_so(tmp_path):
    with pytest.raises(BadInput, match="no file"):
        Source(str(tmp_path / "none.jsonl")).read()
    with pytest.raises(UnknownName, match="stepwise"):
        Source("x.jsonl", format="step-wise").read()
