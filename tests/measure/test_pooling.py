"""Moments of parts put together are those of the whole; places follow from p_i."""

import numpy as np
import pytest

from harness.measure import statistics
from harness.measure.pooling import Moments, over_problems, pooled
from harness.measure.ranking import places


def moments(p):
    """Of p_i at two values of N, shape [P, 2]."""
    error = [statistics.standard_error(c) for c in p.T]
    return Moments(
        p.mean(axis=0),
        np.array([np.nan if e is None else e for e in error]),
        np.array([statistics.draw_deviation(c) for c in p.T]),
        np.zeros(2),
        len(p),
    )


@pytest.mark.parametrize("sizes", [(5, 9), (1, 7), (1, 1), (3, 4, 50)])
def test_the_parts_together_are_the_whole(sizes):
    """Means, errors over problems, deviations of draws and intervals, also where a part is a single problem."""
    rng = np.random.default_rng(1)
    parts = [rng.random((n, 2)) for n in sizes]
    whole, found = moments(np.concatenate(parts)), pooled([moments(p) for p in parts])

    for name in ("value", "standard_error", "draw_deviation"):
        assert np.allclose(getattr(found, name), getattr(whole, name)), name
    number = over_problems(np.concatenate(parts)[:, 0])
    assert found.intervals()[0].low == pytest.approx(number.low)
    assert found.intervals()[0].high == pytest.approx(number.high)
    assert number.n_problems == sum(sizes)


def test_what_does_not_differ_shares_its_places():
    """Two alike and one far ahead: first, and second to third; what is not counted has no place."""
    rng = np.random.default_rng(2)
    base = rng.random(200) * 0.5
    p = np.stack([base, base + 0.4, base + rng.normal(0, 1e-3, 200)])
    found = places(p)

    assert (found[1].rank, str(found[1])) == (1, "1")
    assert {str(found[0]), str(found[2])} == {"2–3"}
    assert places(base[None])[0].rank == 1
    assert [None if x is None else x.rank for x in places(p, [True, False, True])].count(None) == 1


def test_equal_accuracies_have_equal_ranks():
    """Two verifiers that are right on equally many problems are both first."""
    found = places(np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0], [0.0, 0.0, 1.0]]))

    assert [x.rank for x in found] == [1, 1, 3]
    assert [x.shared for x in found] == [True, True, False]
