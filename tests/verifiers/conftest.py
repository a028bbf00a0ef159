"""Tiny checkpoints that several tests of verifiers share, and no key of the outside world."""

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM, Qwen2ForTokenClassification

from worlds.tiny import qwen_tokenizer, tiny

WORDS = ["<pad>", "</s>", "<unk>", "\n", "Go", "fine", "so", "bad"]


@pytest.fixture(autouse=True)
def no_keys(monkeypatch) -> None:
    """No test uses a key that happens to be in the environment."""
    for name in ("BONBENCH_API_KEY", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def causal(tmp_path_factory):
    """A language model: folder, tokenizer, model."""
    folder = tmp_path_factory.mktemp("causal")
    tokenizer = qwen_tokenizer(folder)
    return folder, tokenizer, tiny(Qwen2ForCausalLM, Qwen2Config, folder, len(tokenizer), tie_word_embeddings=False)


@pytest.fixture(scope="session")
def classifier(tmp_path_factory):
    """A token classifier with two labels: folder, tokenizer, model."""
    folder = tmp_path_factory.mktemp("classifier")
    tokenizer = qwen_tokenizer(folder)
    return folder, tokenizer, tiny(Qwen2ForTokenClassification, Qwen2Config, folder, len(tokenizer), num_labels=2)


@pytest.fixture(scope="session")
def tokenizer():
    """One token a word, for training and its layout."""
    inner = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="<unk>"))
    inner.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(" ", "removed"), pre_tokenizers.Split("\n", "isolated")]
    )
    inner.decoder = decoders.Fuse()
    return PreTrainedTokenizerFast(tokenizer_object=inner, pad_token="<pad>", eos_token="</s>", unk_token="<unk>")
