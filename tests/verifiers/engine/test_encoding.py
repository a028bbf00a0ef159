"""From text to ids: tokenizers as checkpoints bring them."""

import io
import json
import sys

import pytest

from harness.errors import MissingExtra
from verifiers.engine.encoding import load_tokenizer
from worlds.tiny import CORPUS

TEXTS = ("Step 1: 3 + 4 = 7 ки\nStep 2: so 7 ки", "три ручки", "  two spaces", "$x$ ки", "+ -")


@pytest.fixture
def sentences(tmp_path):
    """A folder as Mistral's first: configuration and tokenizer.model, no tokenizer.json."""
    sentencepiece = pytest.importorskip("sentencepiece")
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(line for text in CORPUS for line in text.split("\n") if line),
        model_writer=model,
        model_type="bpe",
        vocab_size=400,
        byte_fallback=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        character_coverage=1.0,
        minloglevel=2,
    )
    (tmp_path / "tokenizer.model").write_bytes(model.getvalue())
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "mistral"}))
    described = {
        "tokenizer_class": "LlamaTokenizer",
        "add_bos_token": True,
        "bos_token": "<s>",
        "eos_token": "</s>",
        "unk_token": "<unk>",
    }
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(described))
    return tmp_path, sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())


@pytest.mark.parametrize("text", TEXTS)
def test_a_folder_with_only_a_sentencepiece_model_is_read(sentences, text):
    """The ids are SentencePiece's own, with the BOS token before them."""
    folder, original = sentences

    found = load_tokenizer(folder)(text)["input_ids"]

    assert found == [original.bos_id(), *original.encode(text)]


def test_without_sentencepiece_such_a_folder_says_what_is_missing(tmp_path, monkeypatch):
    """One sentence that names the package; a folder with tokenizer.json does not need it."""
    (tmp_path / "tokenizer.model").write_bytes(b"")
    monkeypatch.setitem(sys.modules, "sentencepiece", None)

    with pytest.raises(
        MissingExtra, match=r"'sentencepiece' is needed to read the tokenizer.model .*bonbench\[models\]"
    ):
        load_tokenizer(tmp_path)
