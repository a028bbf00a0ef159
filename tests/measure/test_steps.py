"""Step measures against hand arithmetic, plain loops and chance."""

import numpy as np
import pyarrow as pa
import pytest

from harness.measure import jackknife, statistics, steps
from harness.measure.curves import rows
from harness.measure.labelled import StepTruth, labelled
from harness.measure.scored import process
from harness.measure.slices import Slice

BY_HAND = [  # problem, scores, labels
    (0, [0.9, 0.8, 0.2], [1, 1, -1]),  # located
    (0, [0.9, 0.4, 0.9], [1, 1, -1]),  # not located: the second is low, the third is wrong
    (0, [0.9, 0.9], [1, 0]),  # accepted, neutral is right
    (1, [0.3, 0.9], [1, 1]),  # not accepted
    (1, [0.9, 0.9], [1, -1]),  # not located, a tie within
    (2, [0.6], [1]),  # accepted
]


def truth(labels, problems=1000, answer=None, **more):
    """What is known of the steps of some samples, each problem for itself."""
    column = pa.array(labels, pa.list_(pa.int8()))
    known = np.full(len(column), np.nan) if answer is None else np.array(answer, float)
    return StepTruth(column, **{"part": np.full(problems, -1), "group": np.arange(problems), **more}, answer=known)


def found(solutions):
    """Labelled steps of some solutions."""
    problems, scores, labels = zip(*solutions, strict=True)
    return labelled(np.array(problems), process(pa.array(scores)), truth(labels))


def measured(name, solutions, problems):
    """The reported number of a measure over all problems."""
    curve = jackknife.curve(steps.measures()[name], found(solutions), problems)
    return rows(curve, [Slice("all", "all", tuple(range(problems)))])[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("first-error-located", 1 / 3),
        ("no-error-accepted", 2 / 3),
        ("first-error-f1", 2 * (1 / 3) * (2 / 3) / (1 / 3 + 2 / 3)),
        ("step-accuracy", (3 + 1 + 2 + 1 + 1 + 1) / 13),
        ("step-auc", (1.0 + 0.25 + 0.5) / 3),
    ],
)
def test_the_numbers_of_six_solutions_by_hand(name, value):
    """Three solutions with a wrong step, three without."""
    row = measured(name, BY_HAND, 3)

    assert row.value == pytest.approx(value)
    assert row.n is None
    assert row.answering is None
    assert row.low <= row.value <= row.high


def test_solutions_without_as_many_labels_as_scores_bear_on_nothing():
    """Another segmentation than the labelled one says nothing of the labelled steps."""
    whole = found(BY_HAND)
    scores, labels = pa.array([[0.9, 0.1], [0.9], None]), pa.array([[1, 1, -1], None, [1]])

    assert len(whole) == 6
    assert labelled(np.array([0, 0, 1]), process(scores), truth(labels)) is None


def test_the_auc_is_that_of_a_plain_loop_with_ties():
    """Against the rank sums of one solution after another."""
    rng = np.random.default_rng(3)
    lengths = rng.integers(1, 9, 300)
    solutions = [(i // 5, rng.integers(0, 4, n) / 4, rng.choice([-1, 0, 1], n)) for i, n in enumerate(lengths)]
    values = [statistics.auc(s, (y >= 0).astype(float)) for _, s, y in solutions]
    known = [v for v in values if v is not None]

    assert measured("step-auc", solutions, 60).value == pytest.approx(np.mean(known), abs=1e-12)


def test_the_jackknife_of_a_mean_over_problems_is_its_standard_error():
    """One labelled solution a problem: the share located is a mean, with the error of a mean."""
    rng = np.random.default_rng(4)
    solutions = [(i, [0.9, float(rng.random())], [1, -1]) for i in range(40)]
    hits = np.array([float(s[1] < 0.5) for _, s, _ in solutions])
    row = measured("first-error-located", solutions, 40)

    assert row.value == pytest.approx(hits.mean())
    assert row.standard_error == pytest.approx(statistics.standard_error(hits))
    curve = jackknife.curve(steps.measures()["first-error-located"], found(solutions), 40)
    assert np.allclose(curve.values[:, 0], hits)


def test_problems_that_do_not_bear_on_a_measure_are_not_counted():
    """A problem without a wrong step says nothing of how often one is located, and has no value to compare."""
    curve = jackknife.curve(steps.measures()["first-error-located"], found(BY_HAND), 4)

    assert np.isnan(curve.values[2:, 0]).all()
    assert rows(curve, [Slice("all", "all", (0, 1, 2, 3))])[0].n_problems == 2
    assert rows(curve, [Slice("level", "1", (2, 3))]) == []


def test_solutions_of_one_problem_are_not_independent():
    """Ten copies of each problem's solution leave the error where it was."""
    once = [(i, [0.9, 0.1 if i % 3 else 0.8], [1, -1]) for i in range(12)]
    tenfold = [solution for solution in once for _ in range(10)]

    assert measured("first-error-f1", [*once, (0, [0.9], [1])], 12).value > 0
    assert measured("first-error-located", tenfold, 12).standard_error == pytest.approx(
        measured("first-error-located", once, 12).standard_error
    )


def test_shuffled_labels_give_chance():
    """Scores that know nothing of the labels: an AUC of one half within its error."""
    rng = np.random.default_rng(5)
    solutions = [(i // 4, rng.random(6), rng.permutation([1, 1, 1, 0, -1, -1])) for i in range(2000)]
    row = measured("step-auc", solutions, 500)

    assert abs(row.value - 0.5) < 4 * row.standard_error
    assert row.standard_error < 0.02
