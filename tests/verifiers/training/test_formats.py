"""Each public data format gives the labelled solutions that its authors meant."""

import gzip
import json

import pytest

from harness.errors import BadInput, UnknownName
from harness.pool.labelled.openr import read_openr
from harness.pool.labelled.prm800k import read_prm800k, solutions_of
from harness.pool.labelled.shepherd import read_shepherd
from harness.pool.labelled.solution import LabelledSolution, from_row
from harness.pool.labelled.stepwise import read_stepwise
from verifiers.training.labelled import read_labelled, write_labelled
from verifiers.training.rows import file_rows
from verifiers.training.sources import Source


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
        ({"problem": "p", "steps": ["a", "b"], "step_labels": [1]}, "step_labels holds 1 label for 2 steps"),
        ({"problem": "p", "steps": ["a"], "step_labels": [2]}, r"step_labels\[0\] is 2"),
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

    assert [s.steps for s in read_prm800k(file_rows(tmp_path / "phase2_train.jsonl"))] == [("a",)]


def test_another_file_is_not_prm800k(tmp_path):
    (tmp_path / "x.jsonl").write_text('{"problem": "p"}\n', encoding="utf-8")

    with pytest.raises(BadInput, match="not a PRM800K record"):
        list(read_prm800k(file_rows(tmp_path / "x.jsonl")))


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
    with pytest.raises(BadInput, match="holds 1 label for 2 steps"):
        list(read_stepwise([{**row, "labels": [True]}]))


def test_a_source_that_is_nowhere_says_so(tmp_path):
    with pytest.raises(BadInput, match="no file"):
        Source(str(tmp_path / "none.jsonl")).read()
    with pytest.raises(UnknownName, match="stepwise"):
        Source("x.jsonl", format="step-wise").read()


def test_openr_labels_stand_for_the_tags_in_their_order():
    row = {"question": "Q?", "process": "Step 1: a ки\nStep 2: b ки", "labels": [1, 0]}

    assert list(read_openr([row])) == [LabelledSolution("Q?", ("Step 1: a", "Step 2: b"), (1, -1))]
    assert list(read_openr([{**row, "labels": ["+", "-"]}])) == list(read_openr([row]))
    with pytest.raises(BadInput, match="3 labels for 2 steps"):
        list(read_openr([{**row, "labels": [1, 1, 1]}]))
    with pytest.raises(BadInput, match=r"row 1, labels\[1\] is 2"):
        list(read_openr([{**row, "labels": [1, 2]}]))


ROWS = {
    "labelled": {"problem": "p", "steps": ["a", "b"], "step_labels": [1, -1], "correct": False},
    "prm800k": record(step(completion("a", 1), chosen=0), step(completion("b", -1), chosen=0)),
    "math-shepherd": {"input": "p Step 1: a ки\nStep 2: b ки", "label": "p Step 1: a +\nStep 2: b -", "task": "MATH"},
    "stepwise": {"prompt": "p", "completions": ["a", "b"], "labels": [True, False]},
    "openr": {"question": "p", "process": "a ки\nb ки", "labels": [1, 0]},
}


@pytest.mark.parametrize("name", ROWS)
def test_a_format_is_told_from_its_fields(name, tmp_path):
    """In lines as in an array, and the steps and labels are the same as when the format is named."""
    (tmp_path / "lines.jsonl").write_text(json.dumps(ROWS[name]) + "\n", encoding="utf-8")
    (tmp_path / "array.json").write_text(json.dumps([ROWS[name]]), encoding="utf-8")
    named = list(Source(str(tmp_path / "lines.jsonl"), name).read())

    assert list(Source(str(tmp_path / "lines.jsonl")).read()) == named
    assert list(Source(str(tmp_path / "array.json")).read()) == named
    assert [s.step_labels for s in named] == [(1, -1)]


def test_fields_of_no_format_are_named(tmp_path):
    (tmp_path / "x.jsonl").write_text('{"text": "a", "score": 1}\n', encoding="utf-8")

    with pytest.raises(BadInput, match="fields text, score.*stepwise: prompt, completions, labels"):
        Source(str(tmp_path / "x.jsonl")).read()


def test_files_that_are_not_data_say_so(tmp_path):
    (tmp_path / "empty.jsonl").touch()
    (tmp_path / "bytes.jsonl").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "x.parquet").write_bytes(b"PAR")
    (tmp_path / "cut.json").write_text('[{"a": 1}', encoding="utf-8")

    for name, complaint in {"empty.jsonl": "is empty", "bytes.jsonl": "is not text", "x.parquet": "not a Parquet file",
                            "cut.json": "is not JSON"}.items():  # fmt: skip
        with pytest.raises(BadInput, match=complaint):
            list(Source(str(tmp_path / name)).read())


def test_a_pool_gives_its_distinct_samples_with_the_harness_grades(small_pool):
    """Plums: the answer 5 is wrong, 2 is right; equal texts are one."""
    found = [s for s in Source("small", "pool").read() if s.problem == small_pool.problems["plums"].problem.text]

    assert {s.correct for s in found} == {True, False}
    assert len({s.steps for s in found}) == len(found)


def test_real_labels_are_read_as_they_are_written(real_data):
    """An excerpt of PRM800K as OpenR keeps it: 151 walks; every step has its label, both kinds occur."""
    found = list(Source(str(real_data / "steps_prm800k_openr_excerpt/prm800k_multi_step.jsonl")).read())

    assert len(found) == 151
    assert {label for s in found for label in s.step_labels} == {1, -1}
    assert all(len(s.steps) == len(s.step_labels) and all(s.steps) for s in found)
    assert not any("ки" in step for s in found for step in s.steps)
