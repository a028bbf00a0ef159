"""The fall after the peak and the score of the chosen: by enumeration, by hand, without the bias of one's own peak."""

import itertools

import numpy as np
import pytest

from harness import registry
from harness.errors import BadInput
from harness.measure.graded import of_answers
from harness.measure.probes import distance
from harness.measure.scored import SolutionScores
from harness.pool import pools
from harness.probe.overoptimisation import falls, overoptimisation, selected
from harness.report import cards, store


def test_the_score_of_the_chosen_is_the_mean_over_all_draws():
    """Ties, samples without an answer and missing slots included: against every subset of the slots."""
    scores = np.array([0.9, 0.5, 0.5, 0.1, 0.8])
    keys = ["a", "b", "c", "a", None]
    graded = of_answers(["p"], np.array([6]), np.array([0, 5]), np.arange(5), keys, [True, False, True, True, None])
    found = selected(graded, SolutionScores("", scores), (1, 2, 4, 6))
    usable = scores[:4]
    above = (usable - usable.mean()) / usable.std()
    for column, n in enumerate((1, 2, 4, 6)):
        draws = []
        for draw in itertools.combinations(range(6), n):
            there = [i for i in draw if i < 4]
            if there:
                draws.append(max(above[i] for i in there))
        assert found[0, column] == pytest.approx(np.mean(draws), abs=1e-12)


def test_the_fall_is_measured_on_the_other_half():
    """The even problems peak at the first N, the odd ones at the second: each is read at the other's."""
    accuracy = np.array([[0.9, 0.5, 0.4], [0.2, 0.8, 0.6], [0.7, 0.5, 0.4], [0.4, 0.8, 0.6]])
    values, peaks = falls(accuracy)

    assert peaks == (0, 1)
    assert values == pytest.approx([0.5 - 0.4, 0.2 - 0.6, 0.5 - 0.4, 0.4 - 0.6])


def test_a_peak_of_noise_has_no_fall():
    """Where accuracy only jitters, the peak of the same numbers shows a fall; that of the other half shows none."""
    rng = np.random.default_rng(1)
    unbiased, biased = [], []
    for _ in range(200):
        accuracy = rng.normal(0.5, 0.1, (40, 8))
        unbiased.append(falls(accuracy)[0].mean())
        biased.append(accuracy.mean(axis=0).max() - accuracy[:, -1].mean())

    assert abs(np.mean(unbiased)) < 3 * np.std(unbiased) / np.sqrt(200)
    assert np.mean(biased) > 10 * np.std(biased) / np.sqrt(200)


def test_the_distance_is_the_bound():
    """log N - (N - 1) / N."""
    assert distance(1) == 0.0
    assert distance(2) == pytest.approx(np.log(2) - 0.5)


def test_from_the_command_to_a_card_and_back(small_pool, bonbench, home, tmp_path):
    """Printed, stored, cited, reproduced; carried scores do."""
    status, out, err = bonbench("overoptimisation", "carried", "--pool", "small")
    assert status == 0, err
    assert "score of the chosen" in out
    with store.reading(home / "results.duckdb") as connection:
        ids = [row[0] for row in connection.execute("select run_id from runs").fetchall()]
    assert len(ids) == 2
    assert bonbench("cite", ids[0])[0] == 0
    assert bonbench("export", "card", "-o", tmp_path / "cards")[0] == 0
    found = sorted((tmp_path / "cards").glob("*.json"))
    assert len(cards.add(tmp_path / "other.duckdb", found)) == 2
    status, out, err = bonbench("reproduce", found[0])
    assert (status, "Equal" in out) == (0, True), out + err


def test_what_chooses_nothing_by_scores_is_refused(small_pool):
    """In a sentence."""
    with pytest.raises(BadInput, match="chooses nothing by scores"):
        overoptimisation(None, small_pool, registry.verifier("majority"))


def test_the_bundled_gsm8k_pool(home):
    """Of its seven verifiers three keep rising to the end; the chosen one's score rises for all."""
    pool = pools.open_pool("gsm8k-strictprm")
    found = [overoptimisation(None, pool, registry.verifier(f"carried:{name}")) for name in pool.manifest.scores]
    fall = {result.run.verifier: next(r for r in result.rows if r.measure == "fall-after-peak") for result in found}

    assert len(fall) == 7
    assert sum(row.value == 0.0 for row in fall.values()) == 3
    assert all(row.low <= 0.0 for row in fall.values())  # no fall is beyond its interval here
    for result in found:
        chosen = [r.value for r in result.rows if r.measure == "selected-score"]
        assert chosen == sorted(chosen)
