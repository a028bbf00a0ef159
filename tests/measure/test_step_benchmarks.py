"""ProcessBench F1, PRMScore, thresholds, credit and calibration: by hand, by plain loops, on the recorded scores."""

import numpy as np
import pyarrow as pa
import pytest

from harness.measure import jackknife, statistics, steps
from harness.measure.curves import rows
from harness.measure.labelled import StepTruth, labelled
from harness.measure.scored import process
from harness.measure.slices import Slice
from harness.measure.steps import cross_fitted


def measured(name, solutions, part=None, group=None, *, whole=True, answers=None):
    """The number of a measure over all problems, one a solution: (scores or None, labels) each."""
    scores, labels = zip(*solutions, strict=True)
    size = len(solutions)
    truth = StepTruth(
        pa.array(labels, pa.list_(pa.int8())),
        np.array(part if part is not None else [-1] * size),
        np.array(group if group is not None else range(size)),
        np.array(answers if answers is not None else [np.nan] * size, float),
        whole=whole,
    )
    found = labelled(np.arange(size), process(pa.array(scores, pa.list_(pa.float64()))), truth)
    curve = jackknife.curve(steps.measures()[name], found, size)
    return None if curve is None else (rows(curve, [Slice("all", "all", tuple(range(size)))])[0], curve)


def value(name, solutions, **more):
    """Its value."""
    return measured(name, solutions, **more)[0].value


TABLE = [  # scores, labels: part 0 has a = 1/2, b = 1; part 1 has a = 1, b = 1/2
    ([0.9, 0.2, 0.1], [1, -1, None]),
    ([0.9, 0.8], [1, -1]),
    ([0.9, 0.9], [1, 1]),
    ([0.1], [-1]),
    ([0.5, 0.5], [1, 0]),
    (None, [1, 1]),
]
PARTS = [0, 0, 0, 1, 1, 1]


def test_processbench_is_the_mean_over_parts_of_harmonic_means():
    """Each part 2 * 1/2 * 1 / (3/2) = 2/3; together a = 2/3 and b = 2/3 too."""
    assert value("processbench-f1", TABLE, part=PARTS) == pytest.approx(2 / 3)
    assert value("first-error-f1", TABLE, part=PARTS) == pytest.approx(2 / 3)
    assert measured("processbench-f1", TABLE) is None  # no parts


def test_a_missing_score_is_wrong_on_both_sides():
    """Of solutions with and without a wrong step, and of every labelled step."""
    lost = [([0.9], [1]), (None, [1]), ([0.1], [-1]), (None, [-1])]

    assert value("no-error-accepted", lost) == 0.5
    assert value("first-error-located", lost) == 0.5
    assert value("step-accuracy", lost) == 0.5
    assert value("first-error-f1-cross-fitted", lost) <= 0.5
    assert value("no-error-accepted", lost, whole=False) == 1.0  # another segmentation says nothing


def test_scores_up_to_the_first_error_say_which_it_is_and_nothing_of_the_lowest():
    """What is left of a solution ends in its error: to be the lowest there is no merit."""
    cut = [([0.9, 0.2], [1, -1, None]), ([0.9, 0.2], [1, -1]), ([0.9], [1])]

    assert value("first-error-located", cut) == 1.0
    assert value("drop-at-error", cut) == pytest.approx(0.7)
    assert measured("lowest-is-first-error", cut) is None


def prm_score(solutions):
    """The definition of PRMBench step by step: precision and recall of both classes."""
    pairs = [(s >= 0.5, y >= 0) for scores, labels in solutions for s, y in zip(scores, labels, strict=True)]

    def f1(kind):
        hits = sum(p == t == kind for p, t in pairs)
        precision, recall = hits / sum(p == kind for p, _ in pairs), hits / sum(t == kind for _, t in pairs)
        return 2 * precision * recall / (precision + recall)

    return (f1(True) + f1(False)) / 2


def test_prm_score_by_hand_and_by_its_definition():
    """3 right kept, 1 lost, 1 wrong found, 1 missed: F1 3/4 and 1/2."""
    table = [([0.9, 0.8, 0.1], [1, 1, -1]), ([0.4, 0.7, 0.6], [1, 1, -1])]
    rng = np.random.default_rng(1)
    many = [(rng.random(5).tolist(), rng.choice([-1, 1], 5).tolist()) for _ in range(80)]

    assert value("prm-score", table) == pytest.approx(5 / 8)
    assert prm_score(table) == pytest.approx(5 / 8)
    assert value("prm-score", many) == pytest.approx(prm_score(many), abs=1e-12)
    assert value("prm-score", [([0.9, 0.2], [1, 1])] * 2) == 0.5  # without a wrong step: what is kept


def test_versions_of_one_question_are_one_problem():
    """Ten versions of every question leave the error where it was, and the values that are compared."""
    once = [([0.9, 0.1 if i % 3 else 0.8], [1, -1]) for i in range(12)]
    row, curve = measured("first-error-located", once)
    again, versions = measured("first-error-located", once * 10, group=list(range(12)) * 10)

    assert again.value == row.value
    assert again.standard_error == pytest.approx(row.standard_error)
    assert again.n_problems == 12
    assert np.allclose(versions.values[:12], curve.values)
    assert np.isnan(versions.values[12:]).all()


def brute_threshold(scores, labels):
    """The largest F1 of any threshold, by trying all."""
    best = 0.0
    for t in [*sorted({s for row in scores for s in row}), 2.0]:
        low = [next((i for i, s in enumerate(row) if s < t), -1) for row in scores]
        first = [next((i for i, y in enumerate(row) if y < 0), -1) for row in labels]
        a = np.mean([x == y for x, y in zip(low, first, strict=True) if y >= 0])
        b = np.mean([x == y for x, y in zip(low, first, strict=True) if y < 0])
        best = max(best, 0.0 if a + b == 0 else 2 * a * b / (a + b))
    return best


def test_the_tuned_threshold_is_the_best_one_and_never_of_its_own_rows():
    """On other rows the best threshold is found; a score that only its own row knows cannot help it."""
    rng = np.random.default_rng(2)
    labels = [[1] * int(k) + [-1] * int(rng.integers(0, 2)) for k in rng.integers(1, 5, 60)]
    scores = [[float(rng.normal(2 if y > 0 else 1)) for y in row] for row in labels]
    solutions = list(zip(scores, labels, strict=True))
    place, none = np.arange(60), np.full(60, np.nan)
    truth = StepTruth(pa.array(labels, pa.list_(pa.int8())), np.full(60, -1), place, none, whole=True)
    found = labelled(place, process(pa.array(scores)), truth)
    above, up_to = cross_fitted.spans(found)
    threshold = cross_fitted.best(above, up_to, found.first_wrong >= 0, found.part)
    hits = (above < threshold) & (threshold <= up_to)
    wrong = found.first_wrong >= 0
    a, b = hits[wrong].mean(), hits[~wrong].mean()

    assert 2 * a * b / (a + b) == pytest.approx(brute_threshold(scores, labels))
    assert value("first-error-f1-cross-fitted", solutions) < brute_threshold(scores, labels)


def test_credit_by_hand():
    """Lowest at the error, tied with it, elsewhere; a right answer by way of a wrong step."""
    table = [
        ([0.9, 0.1, 0.5], [1, -1, -1]),  # lowest is the error
        ([0.9, 0.2, 0.2, 0.9], [1, 1, -1, -1]),  # a tie of two
        ([0.9, 0.8, 0.1], [1, -1, -1]),  # the last one
    ]

    assert value("lowest-is-first-error", table) == pytest.approx(1.5 / 3)
    assert value("lowest-beyond-chance", table) == pytest.approx(1.5 / 3 - (1 / 3 + 1 / 4 + 1 / 3) / 3)
    assert value("lowest-is-last", table) == pytest.approx(1 / 3)
    assert value("drop-at-error", table) == pytest.approx((0.8 + 0.0 + 0.1) / 3)
    assert value("lucky-caught", table, answers=[1, 0, 1]) == 1.0
    assert value("lucky-lowest", table, answers=[1, 0, 1]) == 0.5
    assert measured("lucky-caught", table) is None  # nobody says whether the answers are right


def test_calibration_and_labels_by_hand():
    """Two bins off by 0.1 and 0.2; good, neutral and wrong steps each for themselves."""
    table = [([0.9, 0.9], [1, 1]), ([0.2, 0.8, 0.6], [-1, 0, 0]), ([0.2, 0.4], [None, 0])]
    gaps = abs(1.8 - 2) + abs(0.2) + abs(0.8 - 1) + abs(0.6 - 1) + abs(0.4 - 1)

    assert value("step-calibration-error", table) == pytest.approx(gaps / 6)
    assert value("step-brier", table) == pytest.approx((0.01 * 2 + 0.04 + 0.04 + 0.16 + 0.36) / 6)
    assert value("good-kept", table) == 1.0
    assert value("neutral-kept", table) == pytest.approx(2 / 3)
    assert value("wrong-found", table) == 1.0


@pytest.mark.parametrize("seed", [1, 2])
def test_shuffled_labels_give_chance(seed):
    """Where the error is drawn from a hat, the lowest step is no better than 1 in the number of steps."""
    rng = np.random.default_rng(seed)
    solutions = []
    for _ in range(1500):
        size = int(rng.integers(2, 8))
        first = int(rng.integers(size))
        solutions.append((rng.random(size).tolist(), [1] * first + [-1] + [None] * (size - first - 1)))
    gain = measured("lowest-beyond-chance", solutions)[0]
    drop = measured("drop-at-error", solutions)[0]

    assert gain.low < 0 < gain.high
    assert abs(drop.value) < 4 * drop.standard_error


def test_a_difference_may_be_negative():
    """Its interval is Student's t, symmetric about it."""
    row = measured("drop-at-error", [([0.1 * i, 0.9], [1, -1]) for i in range(5)])[0]

    assert row.value == pytest.approx(-0.7)
    assert row.low < row.value < row.high < 0
    assert row.high - row.value == pytest.approx(row.value - row.low)
    assert statistics.interval_in("difference", 0.0, None, 1) == statistics.Interval(-1.0, 1.0)
