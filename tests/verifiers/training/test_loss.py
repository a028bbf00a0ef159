"""The language loss: -log P of the next token of good steps, by hand."""

import math

import numpy as np
import pytest
import torch

from verifiers.training.batches import Item, padded
from verifiers.training.loss import language_loss


class Tied:
    """A model of three tokens whose embeddings are the unit vectors."""

    def get_input_embeddings(self) -> torch.nn.Embedding:
        return torch.nn.Embedding.from_pretrained(torch.eye(3))


def test_only_the_spoken_tokens_are_predicted_each_from_the_one_before():
    ids = torch.tensor([[0, 1, 2, 0]])
    hidden = torch.tensor([[[9.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 2.0, 0.0], [9.0, 9.0, 9.0]]])
    spoken = torch.tensor([[False, False, True, True]])

    found = language_loss(hidden, Tied(), ids, spoken)

    second = -1.0 + math.log(2 + math.e)  # token 2 from hidden 1
    third = math.log(2 + math.e**2)  # token 0 from hidden 2
    assert found.item() == pytest.approx((second + third) / 2, rel=1e-6)


def test_a_batch_says_what_is_spoken_only_where_something_is():
    ids = np.arange(4, dtype=np.int32)
    quiet, good = Item(ids, ids), Item(ids, ids, (1, 3))

    assert "spoken" not in padded([quiet], 0)
    assert padded([quiet, good], 0)["spoken"].tolist() == [[False] * 8, [False, True, True] + [False] * 5]
