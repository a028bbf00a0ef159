"""The pools that ship: as many samples as promised, true labels, and what a final-answer check does not see."""

import random

import numpy as np
import pytest

from harness import registry
from harness.material import graded_problems
from harness.pool import grading, pools
from tasks.micromath.checker import Checker, answer_of, same_answer
from tasks.micromath.families.catalogue import IN_DISTRIBUTION, OUT_OF_DISTRIBUTION
from tasks.micromath.splits import balanced, split_of
from tasks.micromath_tasks import OOD_PER_CELL, PER_CELL

WORLDS = {"micromath": (IN_DISTRIBUTION, PER_CELL), "micromath-ood": (OUT_OF_DISTRIBUTION, OOD_PER_CELL)}
COLUMNS = ("index", "text", "steps", "answer", "given_correct", "step_labels")


@pytest.fixture(scope="module", params=WORLDS)
def pool(request):
    return pools.open_pool(request.param)


@pytest.fixture(scope="module")
def rows(pool):
    """All samples, problem by problem."""
    return {problem: table.to_pylist() for problem, table in pool.batches(COLUMNS)}


def clean(row):
    return all(label >= 0 for label in row["step_labels"])


def test_there_are_enough_problems_and_samples(pool, rows):
    assert len(rows) == {"micromath": 280, "micromath-ood": 120}[pool.name]
    assert {len(samples) for samples in rows.values()} == {256} == {pool.manifest.slots}


def test_the_problems_are_the_tasks_and_of_the_test_split(pool):
    families, per_cell = WORLDS[pool.name]
    plans = {plan.id: plan for plan in balanced(families, "test", per_cell)}

    assert {i: p.problem.text for i, p in pool.problems.items()} == {i: plan.text for i, plan in plans.items()}
    assert {split_of(plan.text) for plan in plans.values()} == {"test"}


def test_pass_rates_are_spread(pool, rows):
    """From problems that are never solved to problems that nearly always are."""
    rates = np.array([np.mean([row["given_correct"] for row in samples]) for samples in rows.values()])

    assert (rates < 0.05).any()
    assert (rates > 0.95).any()
    assert 0.3 < rates.mean() < 0.6


def test_a_thousand_samples_are_labelled_as_the_checker_labels_them(pool, rows):
    """And where no step is negative and an answer stands, it is right, without exception."""
    families, per_cell = WORLDS[pool.name]
    plans = {plan.id: plan for plan in balanced(families, "test", per_cell)}
    everything = [(problem, row) for problem, samples in rows.items() for row in samples]
    sound = 0
    for problem, row in random.Random(1).sample(everything, 1000):
        labels = Checker(plans[problem]).labels(row["steps"])

        assert labels == row["step_labels"]
        assert same_answer(answer_of(row["steps"]), plans[problem].answer) == row["given_correct"]
        if labels and min(labels) >= 0 and row["answer"] is not None:
            assert row["given_correct"], row["text"]
            sound += 1
    assert sound > 100


def test_no_sample_of_the_pool_is_clean_and_wrong(rows):
    assert not [
        row["text"] for samples in rows.values() for row in samples
        if clean(row) and row["answer"] is not None and not row["given_correct"]
    ]  # fmt: skip


def test_some_right_answers_stand_on_wrong_steps(pool, rows, record_property):
    """The false positives of the final-answer check, counted over all samples: why steps are supervised."""
    right = [row for samples in rows.values() for row in samples if row["given_correct"]]
    false = sum(not clean(row) for row in right)
    record_property("false positives", f"{false} of {len(right)} right answers in {pool.name}")

    assert (false, len(right)) == {"micromath": (1433, 33970), "micromath-ood": (414, 11089)}[pool.name]


def test_the_grader_agrees_with_the_checker_on_every_sample(pool, rows, home):
    problems, spec = graded_problems(registry.task(pool.manifest.task), pool, None)
    graded = grading.grade(pool, problems, spec).table

    correct = [bool(c) for c in graded["correct"].to_pylist()]
    assert correct == [row["given_correct"] for samples in rows.values() for row in samples]
