"""Batches hold every item once and keep to their size."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from verifiers.training.batches import IGNORED, Item, by_tokens, padded, padded_length
from verifiers.training.metrics import area, metrics


@given(st.lists(st.integers(1, 40), min_size=1, max_size=200), st.integers(1, 120), st.integers(0, 5))
def test_every_item_is_in_one_batch_and_no_batch_is_too_large(lengths, budget, seed):
    batches = by_tokens(lengths, budget, seed)

    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    assert all(len(b) == 1 or len(b) * padded_length(max(lengths[i] for i in b)) <= budget for b in batches)
    assert batches == by_tokens(lengths, budget, seed)


def test_padding_is_masked_and_never_asked_for():
    items = [
        Item(np.array([5, 6], np.int32), np.array([IGNORED, 1], np.int32)),
        Item(np.array([7], np.int32), np.array([0], np.int32)),
    ]
    batch = padded(items, pad=9)

    rest = 6
    assert batch["input_ids"].tolist() == [[5, 6, *[9] * rest], [7, 9, *[9] * rest]]
    assert batch["attention_mask"].tolist() == [[1, 1, *[0] * rest], [1, 0, *[0] * rest]]
    assert batch["labels"].tolist() == [[IGNORED, 1, *[IGNORED] * rest], [0, IGNORED, *[IGNORED] * rest]]


def test_the_area_counts_ties_half():
    """Pairs (good, bad): 0.9 > 0.1, 0.9 > 0.5, 0.5 > 0.1, and 0.5 = 0.5 for a half: 3.5 of 4."""
    scores, good = np.array([0.9, 0.5, 0.5, 0.1], np.float32), np.array([True, True, False, False])

    assert area(scores, good) == 0.875
    assert np.isnan(area(scores[:2], good[:2]))


def test_an_orm_is_judged_at_its_last_token_alone():
    guesses = np.array([[0.1, 0.1, 0.9], [0.9, 0.2, 0.9]], np.float32)
    targets = np.array([[1, 1, 1], [0, 0, IGNORED]])

    assert metrics(guesses, targets, "orm") == {"accuracy": 1.0, "auc": 1.0, "good": 0.5}


def test_a_neutral_step_is_no_error():
    guesses = np.array([[0.9, 0.8, 0.1]], np.float32)
    targets = np.array([[2, 1, 0]])

    assert metrics(guesses, targets, "prm") == {"accuracy": 1.0, "auc": 1.0, "good": 2 / 3}
