"""A server that several tests ask, and pauses that are short."""

import pytest
import torch

from verifiers.engine import http_client
from verifiers.engine.checkpoint import Checkpoint
from verifiers.families.trl_prm import trl_format
from worlds.model_server import ModelServer, serving


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Pauses before a repetition are short."""
    monkeypatch.setattr(http_client, "FIRST_PAUSE", 0.001)


@pytest.fixture
def pooled(classifier):
    """A server of the token classifier, and the record of a verifier that reads it."""
    folder, _, model = classifier
    record = Checkpoint("tiny", str(folder), aggregation="product", extra={"format": trl_format("\n\n")})
    with serving(ModelServer(rows=lambda ids: model(torch.tensor([ids])).logits[0])) as server:
        yield record, server
