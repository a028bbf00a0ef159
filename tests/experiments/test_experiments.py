"""Every experiment runs from nothing to its results, and again from what it kept."""

import importlib
import json
from dataclasses import replace

import numpy as np
import pytest

from experiments.scale import SMOKE
from experiments.students import BEST, VOTE, Bench, ns, weighted_vote
from harness.cli.experiment import NAMES
from harness.measure.graded import of_answers
from leaderboard.draw import paper

TINY = replace(
    SMOKE,
    problems=3,
    samples=4,
    counts=(1, 2, 4),
    seeds=(1, 2),
    slots=2,
    heads=(("best-of-n", 1), ("weighted-vote", 2)),
)


@pytest.fixture(scope="session")
def work(tmp_path_factory):
    return tmp_path_factory.mktemp("work")


@pytest.mark.parametrize("name", NAMES)
def test_an_experiment_goes_from_nothing_to_a_figure(world, work, name):
    """One curve for each arm, number of solutions and seed over every N; a summary; a figure that can be drawn."""
    module = importlib.import_module(f"experiments.{NAMES[name]}")
    found = json.loads(module.run(Bench(world, work, TINY), work).read_text())
    rows = [row for row in found["rows"] if "seed" in row]

    assert module.NAME == found["experiment"] == name
    assert {row["seed"] for row in rows} == {1, 2}
    assert all(len(row[rule]["accuracy"]) == len(found["ns"]) for row in found["rows"] for rule in (BEST, VOTE))
    assert found["summary"]
    assert all(drawing.specification()["layer"] for _, drawing in paper.of_experiment(found))


def test_what_was_kept_is_not_made_again(world, work, monkeypatch):
    """The second run trains nothing and gives the same numbers."""
    from experiments import data_scaling, students

    before = data_scaling.run(Bench(world, work, TINY), work).read_text()
    monkeypatch.setattr(students, "train", None)

    assert data_scaling.run(Bench(world, work, TINY), work).read_text() == before


def test_a_vote_adds_the_probabilities_of_equal_answers():
    """Answers a, a, b, none with probabilities .3, .3, .5 and 1: a has .6, b .5; b is the right one.

    Among all four a wins; among one of the four it is b in one case of four.
    """
    answers, right = ["a", "a", "b", None], [False, False, True, False]
    pool = of_answers(["p"], np.array([4]), np.array([0, 4]), np.arange(4), answers, right)
    found = weighted_vote(pool, np.log([0.3, 0.3, 0.5, 1.0]), [1, 4])

    assert found[0, 1] == 0.0
    assert found[0, 0] == pytest.approx(0.25, abs=0.06)
    assert weighted_vote(pool, np.log([0.3, 0.1, 0.5, 1.0]), [4])[0, 0] == 1.0


def test_the_first_slots_are_of_every_problem(world, work):
    pool = Bench(world, work, TINY).pool
    short = pool.first(2)

    assert short.graded.ids == pool.graded.ids
    assert short.slots == 2
    assert np.diff(short.graded.offsets).max() <= 2
    assert short.solutions[:2] == pool.solutions[:2]
    assert pool.first(99) is pool
    assert ns(2) == [1, 2]
