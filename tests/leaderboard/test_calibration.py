"""Reliability, discrimination within problems, step metrics: small cases worked by hand."""

import numpy as np
import pytest

from leaderboard.read import calibration
from leaderboard.read.bulk import Bulk


def made(problem, score, correct, length=None, steps=()):
    score = np.array(score, dtype=np.float64)
    lengths = np.full(len(score), np.nan) if length is None else np.array(length, dtype=np.float64)
    return Bulk(
        np.array(problem), score, score, np.array(correct, dtype=np.float64), lengths, "tokens", tuple(steps), 0
    )


def test_reliability_bins_scores_of_equal_width():
    """0.05 and 0.07 share the first bin (one of two right), 0.95 stands in the last (right)."""
    rows = calibration.reliability(made([0, 0, 0], [0.05, 0.07, 0.95], [1, 0, 1]))

    assert [(r["bin"], r["samples"], r["right"]) for r in rows] == [(1, 2, 0.5), (10, 1, 1.0)]
    assert rows[0]["score"] == pytest.approx(0.06)
    assert rows[0]["low"] < 0.5 < rows[0]["high"]


def test_raw_scores_are_shown_by_tenths():
    """Scores outside [0, 1] are no probabilities: ten bins of equal size, and no Brier score."""
    found = made([0] * 20, np.arange(-10.0, 10.0), [0] * 10 + [1] * 10)

    assert not calibration.is_probability(found)
    assert [r["samples"] for r in calibration.reliability(found)] == [2] * 10
    assert calibration.brier(found) is None
    assert calibration.calibration_error(found) is None


def test_brier_and_calibration_error_by_hand():
    """Brier: (0.2^2 + 0.4^2) / 2 = 0.1; calibration error: (|0.8 - 1| + |0.4 - 0|) / 2 = 0.3."""
    found = made([0, 0], [0.8, 0.4], [1, 0])

    assert calibration.brier(found) == pytest.approx(0.1)
    assert calibration.calibration_error(found) == pytest.approx(0.3)


def test_discrimination_is_within_problems():
    """Problem 0 is ordered rightly (1), problem 1 wrongly (0), problem 2 has no wrong sample: mean 1/2.

    Pooled over problems: right 0.9, 0.1, 0.8 against wrong 0.2, 0.3: 4 of 6 pairs.
    """
    found = calibration.within(made([0, 0, 1, 1, 2], [0.9, 0.2, 0.1, 0.3, 0.8], [1, 0, 1, 0, 1]))

    assert found.auc == pytest.approx(0.5)
    assert found.problems == 2
    assert found.pooled == pytest.approx(4 / 6)


def test_the_mean_roc_curve_encloses_the_mean_auc():
    """The area under the drawn curve is the number beside it."""
    rng = np.random.default_rng(0)
    correct = rng.random(4000) < 0.5
    found = calibration.within(made(np.repeat(np.arange(20), 200), np.round(rng.normal(correct), 1), correct))
    x, y = [r["false"] for r in found.curve], [r["true"] for r in found.curve]

    assert np.trapezoid(y, x) == pytest.approx(found.auc, abs=0.01)


def test_no_problem_with_both_kinds_has_no_auc():
    """None, not a half."""
    assert calibration.within(made([0, 1], [0.5, 0.5], [1, 0])) is None


def test_step_metrics_by_hand():
    """Three solutions: error found at its place, error missed, right one accepted: F1 of 1/2 and 1 is 2/3."""
    labelled = (((0.9, 0.1, 0.3), (1, -1, -1)), ((0.9, 0.8), (1, -1)), ((0.9, 0.6), (1, 0)))
    found = calibration.step_metrics(labelled)

    assert found.located == pytest.approx(0.5)
    assert found.accepted == pytest.approx(1.0)
    assert found.f1 == pytest.approx(2 / 3)
    assert found.accuracy == pytest.approx(6 / 7)
    assert found.steps == 7


def test_without_labels_there_are_no_step_metrics():
    """None."""
    assert calibration.step_metrics(()) is None


def test_scores_by_length_keep_right_and_wrong_apart():
    """Short ones score high here, whether right or wrong."""
    rows = calibration.by_length(made([0] * 4, [0.9, 0.8, 0.2, 0.1], [1, 0, 1, 0], [10, 10, 90, 90]))
    right = [r["score"] for r in rows if r["samples_are"] == "right"]

    assert right == [0.9, 0.2]
    assert calibration.by_length(made([0], [0.5], [1])) == []
