"""The estimators against enumeration of every subset, hand arithmetic, and the published procedure."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import BadInput
from harness.measure.protocol import PAPER_NS, check_ns, default_ns
from harness.measure.rules.best_of_n import best_of_n, rank_correctness
from harness.measure.rules.majority import Votes, majority
from harness.measure.rules.pass_at_n import pass_at_n
from harness.measure.rules.weighted_vote import WeightedVotes, weighted_vote


def every_subset_best(scores, correct, slots, n) -> float:
    """Best-of-N by enumeration: the mean over all C(M, N) subsets of the share of the top-scored that is right."""
    total = Fraction(0)
    for chosen in itertools.combinations(range(slots), n):
        present = [i for i in chosen if i < len(scores) and not math.isnan(scores[i])]
        if present:
            top = max(scores[i] for i in present)
            tied = [i for i in present if scores[i] == top]
            total += Fraction(int(sum(correct[i] for i in tied)), len(tied))
    return float(total / math.comb(slots, n))


def every_subset_vote(keys, weights, right, slots, n) -> float:
    """A weighted vote by enumeration; equal weights of 1 make it the majority vote."""
    total = Fraction(0)
    for chosen in itertools.combinations(range(slots), n):
        sums: dict[int, Fraction] = {}
        for i in chosen:
            if i < len(keys) and keys[i] >= 0:
                sums[keys[i]] = sums.get(keys[i], Fraction(0)) + Fraction(weights[i])
        if sums:
            top = max(sums.values())
            winners = [k for k, s in sums.items() if s == top]
            total += sum(Fraction(right[k]) for k in winners) / len(winners)
    return float(total / math.comb(slots, n))


@st.composite
def graded(draw, most=8):
    """Scores with ties and gaps, grades, and slots of which some are missing."""
    n = draw(st.integers(0, most))
    scores = draw(
        st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0, -3.0, math.inf, -math.inf, math.nan]), min_size=n, max_size=n)
    )
    correct = draw(st.lists(st.sampled_from([0.0, 1.0]), min_size=n, max_size=n))
    slots = draw(st.integers(max(n, 1), most + 2))
    return np.array(scores, dtype=float), np.array(correct, dtype=float), slots


@settings(max_examples=300, deadline=None)
@given(graded())
def test_best_of_n_equals_the_mean_over_all_subsets(case):
    """Exact for every N from 1 to M, with ties, infinities, unscored samples and missing slots."""
    scores, correct, slots = case
    ns = list(range(1, slots + 1))

    got = best_of_n(rank_correctness(scores, correct, slots)[None, :], ns)[0]

    expected = [every_subset_best(scores, correct, slots, n) for n in ns]
    assert got == pytest.approx(expected, abs=1e-12)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.integers(-1, 3), max_size=8),
    st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=4, max_size=4),
    st.integers(0, 3),
)
def test_majority_equals_the_mean_over_all_subsets(keys, right, missing):
    """Exact for every N from 1 to M, with ties, unanswered samples, missing slots and half-right answers."""
    slots = max(len(keys) + missing, 1)
    counts = np.bincount([k for k in keys if k >= 0], minlength=4)
    ns = list(range(1, slots + 1))

    got = majority([Votes(counts, np.array(right), slots)], ns)[0]

    expected = [every_subset_vote(keys, [1] * len(keys), right, slots, n) for n in ns]
    assert got == pytest.approx(expected, abs=1e-12)


@settings(max_examples=200, deadline=None)
@given(graded())
def test_pass_at_n_is_best_of_n_under_a_perfect_verifier_and_never_falls(case):
    """Scores equal to correctness give pass@N, and more samples never hurt it."""
    _, correct, slots = case
    ns = list(range(1, slots + 1))

    oracle = best_of_n(rank_correctness(correct, correct, slots)[None, :], ns)[0]
    closed = pass_at_n(np.array([int(correct.sum())]), slots, ns)[0]

    assert oracle == pytest.approx(closed, abs=1e-12)
    assert all(b >= a - 1e-12 for a, b in itertools.pairwise(closed))


@settings(max_examples=200, deadline=None)
@given(graded(), st.randoms(use_true_random=False))
def test_the_order_of_the_samples_does_not_matter(case, random):
    """Best-of-N is a property of the set of samples."""
    scores, correct, slots = case
    order = list(range(len(scores)))
    random.shuffle(order)

    assert np.array_equal(
        rank_correctness(scores, correct, slots), rank_correctness(scores[order], correct[order], slots)
    )


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([0.0, 1.0]), min_size=1, max_size=12))
def test_a_constant_verifier_gets_the_mean_accuracy_at_every_n(correct):
    """Equal scores are a fair choice among the drawn samples."""
    correct = np.array(correct)
    ranked = rank_correctness(np.zeros(len(correct)), correct, len(correct))

    got = best_of_n(ranked[None, :], range(1, len(correct) + 1))[0]

    assert got == pytest.approx(np.full(len(correct), correct.mean()), abs=1e-12)


def test_the_tie_group_formula_by_hand():
    """M = 4, N = 2, scores 3 | 2, 2 | missing; right: no | yes, no | -.

    Rank 1 wins with 1 - C(3,2)/C(4,2) = 1/2 and is wrong. The tie on ranks 2..3 wins with [C(3,2) - C(1,2)] / C(4,2)
    = 1/2 and is half right. Together 1/4.
    """
    ranked = rank_correctness(np.array([2.0, 3.0, 2.0]), np.array([1.0, 0.0, 0.0]), 4)

    assert best_of_n(ranked[None, :], [2])[0, 0] == pytest.approx(0.25, abs=1e-15)


def test_majority_of_two_by_hand():
    """Counts a 2 (right), b 1, one missing slot, N = 2.

    Of the 6 pairs: aa 1 (right), ab 2 (half), a- 2 (right), b- 1 (wrong): (1 + 1 + 2 + 0) / 6.
    """
    votes = Votes(np.array([2, 1]), np.array([1.0, 0.0]), 4)

    assert majority([votes], [2])[0, 0] == pytest.approx(4 / 6, abs=1e-15)


def test_majority_stays_exact_when_a_thousand_answers_tie():
    """1800 different answers, one of them right: whoever wins, the right one does so once in 1800."""
    right = np.zeros(1800)
    right[7] = 1.0

    got = majority([Votes(np.ones(1800, dtype=int), right, 1800)], [1, 10, 500, 1250, 1800])[0]

    assert got == pytest.approx(np.full(5, 1 / 1800), abs=1e-12)


def test_majority_at_the_papers_size_sums_to_one_over_its_answers():
    """With every answer counted right in turn, the win probabilities and the chance of no vote add up to one."""
    counts = np.array([700, 420, 419, 60, 9, 1, 1, 1])
    slots = 1860
    wins = np.zeros(len(PAPER_NS))
    for answer in range(len(counts)):
        right = np.zeros(len(counts))
        right[answer] = 1.0
        wins += majority([Votes(counts, right, slots)], PAPER_NS)[0]
    unanswered = slots - counts.sum()

    none = [math.comb(int(unanswered), n) / math.comb(slots, n) if n <= unanswered else 0.0 for n in PAPER_NS]

    assert wins + np.array(none) == pytest.approx(np.ones(len(PAPER_NS)), abs=1e-11)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.sampled_from([0.0, 0.1, 0.2, 0.3, 0.5, 1.0])), min_size=1, max_size=6),
    st.lists(st.sampled_from([0.0, 1.0]), min_size=3, max_size=3),
)
def test_weighted_vote_agrees_with_all_subsets_within_its_error(votes, right):
    """The simulation is unbiased: within five of its own standard errors, or exact where nothing varies."""
    keys = np.array([k for k, _ in votes])
    scores = np.array([s for _, s in votes])
    slots = len(votes) + 1
    ns = list(range(1, slots + 1))

    mean, error = weighted_vote([WeightedVotes(keys, scores, np.array(right), slots, 3)], ns, draws=2000)

    weights = [round(s * 2**40) for s in scores]
    for column, n in enumerate(ns):
        expected = every_subset_vote(keys.tolist(), weights, right, slots, n)
        assert abs(mean[0, column] - expected) <= 5 * error[0, column] + 0.005


def test_weighted_vote_breaks_ties_of_sums_evenly_though_floats_would_not():
    """0.1 + 0.2 against 0.3: a tie, worth one half at N = M."""
    votes = WeightedVotes(np.array([0, 0, 1]), np.array([0.1, 0.2, 0.3]), np.array([1.0, 0.0]), 3, 0)

    mean, _ = weighted_vote([votes], [3], draws=10)

    assert mean[0, 0] == 0.5


def test_weighted_vote_gives_these_digits_for_this_seed():
    """The permutations are part of the protocol: a change of these digits needs a new protocol name."""
    rng = np.arange(40)
    votes = WeightedVotes(rng % 4, (rng * 7 % 11) / 11, np.array([1.0, 0.0, 0.0, 0.0]), 44, 12345)

    mean, _ = weighted_vote([votes], [1, 8, 30], draws=1000)

    assert mean[0].tolist() == pytest.approx([5 / 22, 0.235, 0.2395], abs=1e-12)


def test_weighted_vote_refuses_raw_scores_and_says_what_to_do():
    """Negative or unbounded scores would turn a vote upside down."""
    votes = WeightedVotes(np.array([0]), np.array([3.5]), np.array([1.0]), 1, 0)

    with pytest.raises(BadInput, match=r"must lie in \[0, 1\].*--transform sigmoid"):
        weighted_vote([votes], [1])


def test_best_of_n_agrees_with_the_published_procedure_within_its_monte_carlo_error():
    """A small pool shaped like the paper's: shuffle the slots, drop what is missing or unanswered, take the best."""
    rng = np.random.default_rng(0)
    problems, slots, trials = 40, 120, 400
    ns = [5, 20, 60, 120]
    scores = np.round(rng.random((problems, slots)), 1)  # many ties
    correct = (rng.random((problems, slots)) < rng.random((problems, 1))).astype(float)
    scores[rng.random((problems, slots)) < 0.15] = np.nan
    curves = np.zeros((trials, len(ns)))
    for trial in range(trials):
        for problem in range(problems):
            order = rng.permutation(slots)
            for column, n in enumerate(ns):
                kept = [i for i in order[:n] if not np.isnan(scores[problem, i])]
                if kept:  # the first of the best: the order is random, so that is a fair coin among ties
                    curves[trial, column] += correct[problem, max(kept, key=lambda i: scores[problem, i])]
    curves /= problems

    exact = best_of_n(np.stack([rank_correctness(s, c, slots) for s, c in zip(scores, correct, strict=True)]), ns)

    error = curves.std(axis=0, ddof=1) / math.sqrt(trials)
    assert np.all(np.abs(exact.mean(axis=0) - curves.mean(axis=0)) <= 4 * error + 1e-9)


def test_an_n_outside_the_slots_is_refused_with_the_range():
    """N larger than M has no subset; N = 0 chooses nothing."""
    with pytest.raises(BadInput, match=r"N = 0, 33 was asked for, but each problem has 32 slots"):
        check_ns([0, 4, 33], 32)


def test_more_samples_than_slots_is_refused():
    """Slots are what was asked of the generator; a pool cannot hold more."""
    with pytest.raises(BadInput, match="3 samples do not fit into 2 slots"):
        rank_correctness(np.zeros(3), np.zeros(3), 2)


def test_the_default_grid_holds_the_papers_n_and_the_whole_pool():
    """At M = 1860 the paper's fourteen values are all reported."""
    grid = default_ns(1860)

    assert set(PAPER_NS) <= set(grid)
    assert grid[0] == 1
    assert grid[-1] == 1860
    assert grid == sorted(set(grid))


def test_one_sample_alone_has_the_only_vote():
    """At N = 1 the weighted vote is the share of slots that are answered, scored and right: no simulation, no error."""
    votes = WeightedVotes(np.array([0, 1, 1, 2]), np.array([0.0, 0.3, 0.9, 1.0]), np.array([1.0, 0.5, 0.0]), 7, 3)
    mean, error = weighted_vote([votes], [1, 3])

    assert mean[0, 0] == (1.0 + 0.5 + 0.5 + 0.0) / 7
    assert error[0, 0] == 0.0
    assert error[0, 1] > 0.0
