"""A toy world for training: three words for a step, one of them wrong, and a model of a few thousand weights."""

from itertools import product

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from harness.pool.labelled.solution import LabelledSolution
from verifiers.training.labelled import write_labelled

LABELS = {"fine": 1, "so": 0, "bad": -1}


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Models this small are slower on two."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def base_model(tokenizer, tmp_path_factory):
    """A folder with an untrained language model and its tokenizer."""
    folder = tmp_path_factory.mktemp("base")
    shape = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = LlamaConfig(
        vocab_size=len(tokenizer), max_position_embeddings=999, bos_token_id=None, eos_token_id=1, **shape
    )
    torch.manual_seed(1)
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def solution(*words):
    labels = tuple(LABELS[word] for word in words)
    return LabelledSolution("Go", words, labels, correct=min(labels) >= 0)


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    """All 39 solutions of up to three steps; a solution is right when no step is bad."""
    solutions = [solution(*words) for length in (1, 2, 3) for words in product(LABELS, repeat=length)]
    path = tmp_path_factory.mktemp("data") / "toy.parquet"
    write_labelled(path, solutions)
    return path
