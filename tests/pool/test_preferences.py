"""Training data out of a pool: the grader's word, lengths matched, nothing undecided, no test problems."""

import json
from dataclasses import replace

import pytest

from harness.pool import grading, preferences
from harness.pool.importing import About, import_pool
from harness.pool.labelled.stepwise import read_stepwise
from harness.pool.preferences import Pairing, Told
from harness.records import AnswerSpec
from tasks.micromath_tasks import MICROMATH
from worlds.made import entry


@pytest.fixture
def pool(home):
    """``pears`` has right and wrong solutions of all lengths, ``plums`` right ones only, ``nuts`` none alike."""
    long = "We count them one by one, and once more. " * 3

    def said(answer, before="", **more):
        return entry("pears", answer, text=f"{before}So $\\boxed{{{answer}}}$.", **more)

    entries = [
        said("1"), said("1", long), said("7"), said("7", long), said("1"), entry("pears", None, text="I do not know"),
        entry("plums", "1"), entry("plums", "1", text="It is $\\boxed{1}$."),
        entry("nuts", "1", text=f"{long * 3}$\\boxed{{1}}$"), entry("nuts", "2", text="$\\boxed{2}$"),
    ]  # fmt: skip
    about = About(task_name="made", slots="available", sampling={"prompt": "Q: {problem}"})
    return import_pool("fruit", entries, about)


def made(pool, pairing, graded=lambda table: table):
    """The pairs, and what is told of them."""
    problems = [p.problem for p in pool.problems.values()]
    table, told = graded(grading.grade(pool, problems, AnswerSpec()).table), Told()
    template = preferences.template_of(pool, None)
    return list(preferences.pairs(pool, problems, template, table, pairing, told)), told


def test_a_pair_is_a_right_and_a_wrong_solution_of_one_problem(pool):
    """Each solution once, however often it was sampled; no answer is wrong; a problem of one kind gives nothing."""
    rows, told = made(pool, Pairing(most=9))

    texts = [row[side] for row in rows for side in ("chosen", "rejected")]
    assert len(texts) == len(set(texts)) == 6
    assert all("\\boxed{1}" in row["chosen"] and "\\boxed{1}" not in row["rejected"] for row in rows)
    assert {row["prompt"] for row in rows} == {f"Q: What is the number of {p}?" for p in ("pears", "nuts")}
    assert (told.problems, told.rows, told.one_sided) == (2, 3, 1)
    assert made(pool, Pairing(most=9))[0] == rows, "the same seed gives the same pairs"


def test_lengths_are_matched_if_asked(pool):
    """Long with long, short with short; where there are no two alike, there is no pair."""
    rows, told = made(pool, Pairing(most=9, length=0.1))

    assert [len(row["chosen"]) - len(row["rejected"]) for row in rows] == [0, 0]
    assert {row["problem_id"] for row in rows} == {"pears"}
    assert (told.unmatched, told.longer) == (1, 0)


def test_what_the_grader_left_undecided_is_in_no_pair(pool):
    """Neither chosen nor rejected."""

    def graded(table):
        rows = table.to_pylist()
        for row in rows:
            row["correct"] = None if row["correct"] is False else row["correct"]
        return table.from_pylist(rows, table.schema)

    rows, told = made(pool, Pairing(most=9), graded)

    assert [row["rejected"] for row in rows] == ["I do not know"]
    assert told.undecided == 3


def test_a_tasks_test_pool_is_refused_unless_forced(bonbench, tmp_path):
    """With the reason; a forced one is written, and TRL's stepwise layout is read back by the trainer of PRMs."""
    out = tmp_path / "pairs.jsonl"

    status, _, err = bonbench("export-preferences", "micromath", "--out", out)
    assert status == 2
    assert "holds problems of 'micromath' that models are measured on (split 'test')" in err
    assert "has seen the answers" in err
    assert not out.exists()

    status, said, err = bonbench("export-preferences", "micromath", "-o", out, "--force", "--match-length", "0.05")
    assert status == 0, err
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert f"{len(rows)} rows" in said
    assert {"prompt", "chosen", "rejected"} <= set(rows[0])
    assert rows[0]["prompt"].endswith("\n"), "the task's prompt"

    status, _, err = bonbench("export-preferences", "micromath", "-o", out, "--force", "--format", "stepwise")
    assert status == 0, err
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    solutions = list(read_stepwise(rows[:100]))
    assert {type(label) for row in rows[:100] for label in row["labels"]} == {bool}
    assert solutions[0].steps == tuple(rows[0]["completions"])


def test_a_training_split_is_not_refused(pool):
    """A task may have one; problems of no task are nobody's test."""
    preferences.refuse_test(pool, None)
    preferences.refuse_test(pool, replace(MICROMATH, source=replace(MICROMATH.source, split="train")))


def test_mistakes_are_said(pool, bonbench, tmp_path):
    out = tmp_path / "out.jsonl"

    assert "no true step labels" in bonbench("export-preferences", "fruit", "-o", out, "--format", "stepwise")[2]
    assert (
        "No format of training data is called 'dpo'"
        in bonbench("export-preferences", "fruit", "-o", out, "--format", "dpo")[2]
    )
    single = import_pool("single", [entry("pears", "1")], About(task_name="made", slots=1))
    assert (
        "gives no row: 1 problems are all right or all wrong"
        in bonbench("export-preferences", single.name, "-o", out)[2]
    )
    assert not out.exists()
