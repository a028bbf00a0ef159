"""Carried scores: rounding past 0 and 1 is put back and said; anything else stays as it is and is said."""

import pytest

from harness.pool.importing import About, import_pool
from worlds.made import entry


def scored(values, name="made"):
    """The scores of a pool with these, back from it, and its notes: step scores where they are tuples."""
    pool = import_pool(name, [entry("a", "1", scores={"s": v}) for v in values], About("made"))
    kind = "score/s" if isinstance(values[0], float) else "step_scores/s"
    return pool.of_problem("a")[kind].to_pylist(), pool.manifest.notes


@pytest.mark.parametrize("above", [1.0000001, 1.0000009, 1 + 2e-16, 1 + 1.2e-7])
def test_a_probability_that_rounding_carried_past_1_counts_as_1(home, above):
    """A step or a whole solution; the product is not lost, and the import says so."""
    steps, notes = scored([(0.5, above), (0.25,)])
    whole, _ = scored([0.5, above], "whole")

    assert (steps, whole) == ([[0.5, 1.0], [0.25]], [0.5, 1.0])
    assert notes == ("1 value of the score s stood outside [0, 1] by rounding (at most 1e-06) and counts as 0 or 1.",)


def test_a_probability_that_rounding_carried_below_0_counts_as_0(home):
    """On the other side as well."""
    assert scored([(0.5, -1e-9), (0.25, 1.0)])[0] == [[0.5, 0.0], [0.25, 1.0]]


@pytest.mark.parametrize("values", [[(0.5, 1.01), (0.25,)], [(0.5, 1.00001), (0.25,)], [(0.5, -0.01), (0.3, 0.2)]])
def test_a_value_further_out_is_kept_and_said(home, values):
    """It is no rounding: there will be no product, and now somebody knows why."""
    found, (note,) = scored(values)

    assert found == [list(v) for v in values]
    assert "lies outside [0, 1]" in note
    assert "no product and no weighted vote" in note


@pytest.mark.parametrize(
    "values",
    [
        [(1.0000001, 3.5), (-2.0, 0.5)],
        [(1.0000001, 1.0000001, -7.0)],
        [(-0.0000001, -3.0, -2.0)],
        [(0.0, 1.0), (1.0,)],
        [(0.9999999,), (1e-12,)],
    ],
)
def test_rewards_and_true_probabilities_are_not_changed(home, values):
    """A reward of 1.0000001 among others is no probability; 0 and 1 themselves are."""
    found, notes = scored(values)

    assert found == [list(v) for v in values]
    assert notes == () or "no probabilities" in notes[0]


def test_only_the_score_that_needs_it_is_put_back(home):
    """Two scores of the same samples are looked at apart."""
    entries = [entry("a", "1", scores={"p": (1.0000001, 0.5), "r": (1.0000001, 9.0)}), entry("a", "1")]

    table = import_pool("two", entries, About("made")).of_problem("a")

    assert table["step_scores/p"].to_pylist() == [[1.0, 0.5], None]
    assert table["step_scores/r"].to_pylist() == [[1.0000001, 9.0], None]
