"""Reliability, discrimination within problems, length: small cases worked by hand."""

import numpy as np
import pytest

from harness.measure import calibration
from harness.measure.calibration import Judged
from harness.measure.graded import of_answers
from harness.measure.scored import SolutionScores


def made(problem, score, correct):
    score = np.array(score, dtype=np.float64)
    kept = np.ones(len(score), dtype=bool)
    return Judged(np.array(problem), score, score, np.array(correct, dtype=np.float64), kept)


def test_only_samples_with_an_answer_a_grade_and_a_score_are_judged():
    """Of four: one without an answer, one undecided, one without a score; a product is judged as a probability."""
    graded = of_answers(
        ["p"], np.array([4]), np.array([0, 4]), np.arange(4), ["a", None, "b", "c"], [True, None, None, False]
    )
    found = calibration.judged(graded, SolutionScores("product", np.log([0.5, 0.5, 0.5, np.nan])))

    assert found.kept.tolist() == [True, False, False, False]
    assert found.score.tolist() == [0.5]


def test_reliability_bins_scores_of_equal_width():
    """0.05 and 0.07 share the first bin (one of two right), 0.95 stands in the last (right)."""
    rows = calibration.reliability(made([0, 0, 0], [0.05, 0.07, 0.95], [1, 0, 1]))

    assert [(r["bin"], r["samples"], r["right"]) for r in rows] == [(1, 2, 0.5), (10, 1, 1.0)]
    assert rows[0]["score"] == pytest.approx(0.06)
    assert (rows[0]["low"], rows[0]["high"], rows[0]["problems"]) == (0.0, 1.0, 1)  # one problem says nothing of others


def test_samples_of_one_problem_are_not_independent():
    """Ten problems, each right or wrong as a whole: a hundred samples of each are worth no more than one."""
    right = [1, 0, 1, 1, 0, 1, 0, 1, 1, 1]
    (one,) = calibration.reliability(made(range(10), [0.75] * 10, right))
    (many,) = calibration.reliability(made(np.repeat(range(10), 100), [0.75] * 1000, np.repeat(right, 100)))

    assert (many["low"], many["high"]) == pytest.approx((one["low"], one["high"]))
    assert (one["problems"], many["problems"], many["samples"]) == (10, 10, 1000)


def test_the_standard_error_of_a_bin_is_that_of_a_ratio_over_problems():
    """Two problems with 2 of 2 and 1 of 4 right: r = 1/2, residual sums 1 and -1, error sqrt(2 (1 + 1)) / 6 = 1/3."""
    problem, correct = np.array([0, 0, 1, 1, 1, 1]), np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0])

    assert calibration._clustered_error(problem, correct - 0.5) == pytest.approx(1 / 3)


def test_raw_scores_are_shown_by_tenths():
    """Scores outside [0, 1] are no probabilities: ten bins of equal size, and no Brier score."""
    found = made([0] * 20, np.arange(-10.0, 10.0), [0] * 10 + [1] * 10)

    assert not found.bounded
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


def test_scores_by_length_keep_right_and_wrong_apart():
    """Short ones score high here, whether right or wrong."""
    lengths = np.array([10.0, 10.0, 90.0, 90.0])
    rows = calibration.by_length(made([0] * 4, [0.9, 0.8, 0.2, 0.1], [1, 0, 1, 0]), lengths)
    right = [r["score"] for r in rows if r["samples_are"] == "right"]

    assert right == [0.9, 0.2]
    assert calibration.by_length(made([0], [0.5], [1]), np.array([np.nan])) == []
