"""Batches of about equal numbers of tokens, of examples of about equal length."""

import random
from collections.abc import Sequence

LOOKAHEAD = 64


def by_tokens(lengths: Sequence[int], batch_tokens: int, seed: int) -> list[list[int]]:
    """Positions of the examples, batch by batch, in random order.

    Examples are shuffled, sorted by length within stretches of about ``LOOKAHEAD`` batches, cut so that the longest
    length times the number of examples stays within ``batch_tokens``, and the batches shuffled.

    Args:
        lengths: Tokens of each example.
        batch_tokens: Most tokens of a batch, padding included.
        seed: The order comes from it.
    """
    rng = random.Random(seed)
    order = list(range(len(lengths)))
    rng.shuffle(order)
    mean = max(1, sum(lengths) // max(1, len(lengths)))
    stretch = max(1, LOOKAHEAD * batch_tokens // mean)
    batches: list[list[int]] = []
    for start in range(0, len(order), stretch):
        batch: list[int] = []
        for position in sorted(order[start : start + stretch], key=lambda p: lengths[p]):
            if batch and lengths[position] * (len(batch) + 1) > batch_tokens:
                batches.append(batch)
                batch = []
            batch.append(position)
        batches.append(batch)
    rng.shuffle(batches)
    return [batch for batch in batches if batch]
