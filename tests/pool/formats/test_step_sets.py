"""Readers of step benchmarks: each upstream's layout, invented; and the real files, whole."""

import pytest

from harness import registry
from harness.pool import formats, pools, sources
from harness.pool.formats import Entry
from harness.pool.sources import Record, Reject

PROCESSBENCH = {"id": "math-3", "generator": "g", "problem": "1 + 1?", "steps": ["We add.", "It is 3.", "So 3."],
                "final_answer_correct": False, "label": 1}  # fmt: skip
PRMBENCH = {"idx": "p1_0", "classification": "circular", "original_question": "1 + 1?", "modified_question": "1 + 1 ?",
            "original_process": ["a"], "modified_process": ["a", "b", "c"], "error_steps": [2, 9]}  # fmt: skip
MR_BEN = {"Question_UUID": "u", "Subject": "college_math", "Question": "Even?", "Options": "A: 1 \nB: 2 ",
          "Sampled_Model": "m", "Model_Solution_Steps": ["Step 1: x", "", "Step 2: y"],
          "Model_Solution_Correctness": "incorrect", "Model_Solution_First_Error_Step": "2"}  # fmt: skip
MR_GSM8K = {"uuid": "u", "question": "1 + 1?", "question_type": "POT", "model_output_steps": ["a", "b"],
            "model_output_answer_correctness": "correct", "model_output_solution_first_error_step": 1,
            "scores": {"prm": [0.5, 0.25], "three": [[0.5, 0.25, 0.25], [0, 0, 1]], "roscoe-sa": 0.5}}  # fmt: skip
MR_MATH = {"id": 4, "question": "1 + 1?", "generator": "g", "model_output_step_format": [["a", "b"], ["c"]],
           "model_output_answer_correctness": "wrong", "model_output_solution_first_error_step": "N/A",
           "scores": {"prm": [0.5, 0.25, 0.75]}}  # fmt: skip
REDUNDANT = {"id": 4, "question": "1 + 1?", "model_output_step_format": [["a"], ["b"]], "rating": [1, 0]}
MISTAKE = {"input": "1 + 1", "steps": ["a", "b"], "answer": "2", "target": "2", "mistake_index": None}
SHEPHERD = {"input": "1 + 1? Step 1: a ки\nStep 2: b ки", "label": "1 + 1? Step 1: a +\nStep 2: b -", "task": "x"}
OPENR = {"question": "1 + 1?", "process": "a ки\nb ки", "labels": [1, 0]}
TRL = {"prompt": "1 + 1?", "completions": ["a", "b"], "labels": [True, False]}
PRM800K = {
    "question": {"problem": "1 + 1?"},
    "label": {
        "finish_reason": "solution",
        "steps": [
            {"completions": [{"text": "a", "rating": 1}], "chosen_completion": 0, "human_completion": None},
            {"completions": [{"text": "b", "rating": 0}, {"text": "c", "rating": -1}], "chosen_completion": 0,
             "human_completion": None},
            {"completions": [{"text": "d", "rating": None}], "chosen_completion": 0, "human_completion": None},
        ],
    },
}  # fmt: skip


def read(form, *rows, file="made.jsonl", **options):
    """What a format makes of some rows."""
    records = [Record(file, i, row) for i, row in enumerate(rows, 1)]
    return list(formats.read(registry.pool_format(form), [file], lambda _: iter(records), options))


@pytest.mark.parametrize(
    ("form", "row", "labels", "part", "right"),
    [
        ("processbench", PROCESSBENCH, (1, -1, None), "math", False),
        ("prmbench", PRMBENCH, (1, -1, 1), "circular", None),
        ("mr-ben", MR_BEN, (1, -1), "college_math", None),
        ("mr-gsm8k", MR_GSM8K, (-1, None), "POT", True),
        ("mr-math", MR_MATH, (1, 1), "invalid", False),
        ("mr-math", REDUNDANT, (1, 0), "redundant", None),
        ("big-bench-mistake", MISTAKE, (1, 1), "made", True),
        ("step-labels", SHEPHERD, (1, -1), None, False),
        ("step-labels", OPENR, (1, -1), None, None),
        ("step-labels", TRL, (1, -1), None, None),
        ("step-labels", PRM800K, (1, 0, None), None, None),
    ],
)
def test_every_layout_gives_its_labels(form, row, labels, part, right):
    """One entry a row; what follows a first error is unknown; errors count from where the upstream counts."""
    (entry,) = [item for item in read(form, row) if isinstance(item, Entry | Reject)]

    assert entry.sample.step_labels == labels
    assert entry.problem.subject == part
    assert entry.sample.given_correct == right
    assert len(entry.sample.steps) == len(labels)


def test_scores_of_lines_and_of_three_labels_become_scores_of_steps():
    """The lowest line of a step counts; neutral + positive is validity, and the positive alone the strict reading."""
    (gsm,) = [x for x in read("mr-gsm8k", MR_GSM8K) if isinstance(x, Entry)]
    (math,) = [x for x in read("mr-math", MR_MATH) if isinstance(x, Entry)]

    assert gsm.sample.scores["three"].steps == (0.5, 1.0)
    assert gsm.sample.scores["three-neutral-as-negative"].steps == (0.25, 1.0)
    assert gsm.sample.scores["roscoe-sa"].value == 0.5
    assert math.sample.scores["prm"].steps == (0.25, 0.75)


def test_recorded_scores_join_their_row_whole_or_up_to_the_first_error():
    """In whatever order they come; other lengths and other labels are set aside, and so is a score of no row."""
    whole = {"id": "math-3", "label": 1, "scores": {"a": [0.9, 0.1], "b/c": [0.9, 0.1, 0.2]}}
    (entry,) = [x for x in read("processbench", PROCESSBENCH, whole) if isinstance(x, Entry | Reject)]
    short = {**whole, "scores": {"a": [0.9]}}
    other = {**whole, "label": 0}
    stray = {**whole, "id": "math-9"}

    assert entry.sample.scores["a"].steps == (0.9, 0.1)
    assert entry.sample.scores["b-c"].steps == (0.9, 0.1, 0.2)
    for row, reason in ((short, "1 step scores"), (other, "label is 1, and 0"), (stray, "without their solution")):
        found = [x for x in read("processbench", row, PROCESSBENCH) if isinstance(x, Reject)]
        assert [reason in x.reason for x in found] == [True]
    kept = [x for x in read("processbench", PROCESSBENCH, rows="scored") if isinstance(x, Entry)]
    assert kept == []


@pytest.mark.parametrize("label", [3, -2, "x"])
def test_a_first_error_beyond_the_steps_is_set_aside(label):
    """With a reason that names it."""
    (found,) = [x for x in read("processbench", {**PROCESSBENCH, "label": label}) if not isinstance(x, formats.Stated)]

    assert isinstance(found, Reject)


def test_versions_of_one_question_are_problems_of_one_group(bonbench, tmp_path, home):
    """Also where their texts are the same; a row that stands there twice is set aside."""
    import json

    rows = [PRMBENCH, {**PRMBENCH, "classification": "confidence", "modified_question": "1 + 1?"}, PRMBENCH]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    status, out, _ = bonbench("pool", "import", "prmbench", path, "--name", "made", "--max-rejected", "50%")
    pool = pools.open_pool("made")

    assert status == 0
    assert "PRMBench" in out
    assert list(pool.problems) == ["circular_p1_0", "confidence_p1_0"]
    assert len({entry.group for entry in pool.problems.values()}) == 1
    assert pool.manifest.steps.headline[0] == "prm-score"
    solution = pool.solutions(pool.of_problem("circular_p1_0"))[0]
    assert solution.as_given
    assert solution.steps == ("a", "b", "c")
    assert pool.verify() == pool.digest


REAL = [  # format, folder, options, rows, with a wrong step, questions, carried scores
    ("processbench", "steps_processbench", {}, 1700, 1127, 1529, 21),
    ("prmbench", "steps_prmbench", {}, 3105, 3017, 459, 2),
    ("mr-ben", "steps_mrben", {}, 2152, 1263, 722, 0),
    ("mr-gsm8k", "steps_mrgsm8k_partial", {}, 297, 297, 273, 17),
    ("processbench", "steps_mrgsm8k", {}, 712, 362, 664, 0),
    ("mr-math", "steps_reasoneval_mrmath/mr-math_invalid_errors.jsonl", {}, 78, 38, 65, 17),
    ("mr-math", "steps_reasoneval_mrmath/mr-math_redundant_errors.jsonl", {}, 148, 0, 114, 17),
    ("big-bench-mistake", "steps_bigbench_mistake", {}, 1093, 866, 1093, 0),
    ("step-labels", "steps_prm800k_openr_excerpt", {}, 151, 124, 47, 0),
]


@pytest.mark.parametrize(("form", "folder", "options", "rows", "wrong", "questions", "scores"), REAL)
def test_the_real_files_load_completely(real_data, form, folder, options, rows, wrong, questions, scores):
    """Every row, every label, every recorded score."""
    module = registry.pool_format(form)
    files = sources.expand([real_data / folder], getattr(module, "FILES", ()))
    found = list(formats.read(module, files, sources.records, options))
    entries = [x for x in found if isinstance(x, Entry)]
    ids = {x.problem.id for x in entries}

    assert not [x for x in found if isinstance(x, Reject)]
    assert len(ids) == rows
    assert len({x.problem.id for x in entries if -1 in x.sample.step_labels}) == wrong
    assert len({x.problem.group for x in entries}) == questions
    assert len({name for x in entries for name in x.sample.scores}) == scores
