"""A tiny model on disk, and a running server."""

from pathlib import Path

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from worlds import tiny
from worlds.model_server import serving
from worlds.sums import Completions


@pytest.fixture(autouse=True)
def one_thread():
    """Models this small are slower on two."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory) -> Path:
    """A random Llama with its tokenizer and chat template."""
    folder = tmp_path_factory.mktemp("checkpoint")
    tokenizer = tiny.llama_tokenizer(folder)
    ends = {"bos_token_id": tokenizer.bos_token_id, "eos_token_id": tokenizer.eos_token_id}
    tiny.tiny(LlamaForCausalLM, LlamaConfig, folder, len(tokenizer), **ends)
    return folder


@pytest.fixture
def server():
    """A running server."""
    with serving(Completions()) as running:
        yield running
