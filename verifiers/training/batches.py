"""Batches of about equal numbers of tokens, of items of about equal length.

A whole batch is one item of the data set that the Trainer sees, so the Trainer leaves its size alone.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

IGNORED = -100
LOOKAHEAD = 64
MULTIPLE = 8  # lengths are padded to it: few shapes, so that kernels and buffers made for a shape are used again


@dataclass(frozen=True, slots=True)
class Item:
    """What a model reads and what it is asked.

    Attributes:
        ids: Token ids.
        targets: For each token its target, or ``IGNORED``.
        spoken: From where to before where the tokens are worth predicting: a language loss is taken on them.
    """

    ids: NDArray[np.int32]
    targets: NDArray[np.int32]
    spoken: tuple[int, int] = (0, 0)


class Batches:
    """A data set of batches.

    Args:
        items: What to batch.
        batch_tokens: Most tokens of a batch, padding included; a longer item is a batch of its own.
        seed: The order comes from it.
    """

    def __init__(self, items: Sequence[Item], batch_tokens: int, seed: int) -> None:
        self._items = items
        self._batches = by_tokens([len(item.ids) for item in items], batch_tokens, seed)

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, position: int) -> list[Item]:
        return [self._items[i] for i in self._batches[position]]


def by_tokens(lengths: Sequence[int], batch_tokens: int, seed: int) -> list[list[int]]:
    """Positions of the items, batch by batch, in random order.

    Items are shuffled, sorted by length within stretches of about ``LOOKAHEAD`` batches, cut so that the padded
    length times the number of items stays within ``batch_tokens``, and the batches shuffled.

    >>> by_tokens([3, 3, 3, 3], batch_tokens=16, seed=1)
    [[3, 0], [2, 1]]
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
            if batch and padded_length(lengths[position]) * (len(batch) + 1) > batch_tokens:
                batches.append(batch)
                batch = []
            batch.append(position)
        batches.append(batch)
    rng.shuffle(batches)
    return batches


def padded_length(length: int) -> int:
    """The length rounded up to a multiple of ``MULTIPLE``.

    >>> padded_length(9)
    16
    """
    return -(-length // MULTIPLE) * MULTIPLE


def padded(items: Sequence[Item], pad: int) -> dict[str, Any]:
    """A batch as tensors [items, tokens], padded on the right.

    ``input_ids``, ``attention_mask``, ``labels``, and ``spoken`` where an item has something worth predicting.
    """
    longest = padded_length(max(len(item.ids) for item in items))
    ids = np.full((len(items), longest), pad, dtype=np.int64)
    mask = np.zeros((len(items), longest), dtype=np.int64)
    targets = np.full((len(items), longest), IGNORED, dtype=np.int64)
    spoken = np.zeros((len(items), longest), dtype=bool)
    for row, item in enumerate(items):
        size = len(item.ids)
        spoken[row, slice(*item.spoken)] = True
        ids[row, :size] = item.ids
        mask[row, :size] = 1
        targets[row, :size] = item.targets
    batch = {"input_ids": ids, "attention_mask": mask, "labels": targets}
    if spoken.any():
        batch["spoken"] = spoken
    return {name: torch.from_numpy(values) for name, values in batch.items()}
