"""Sequence-classification reward models against Transformers' own class, one dialogue at a time."""

import pytest
import torch
from transformers import LlamaConfig, LlamaForSequenceClassification

from harness.records import Solution
from verifiers.engine.checkpoint import Checkpoint
from verifiers.families.reward_model import FORMAT, RewardModel
from worlds.tiny import llama_tokenizer, questions, score_all, tiny, values_of


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reward")
    tokenizer = llama_tokenizer(folder)
    model = tiny(LlamaForSequenceClassification, LlamaConfig, folder, len(tokenizer), num_labels=1, pad_token_id=1)
    return folder, tokenizer, model, Checkpoint("tiny", str(folder), kind="ORM", extra={"format": FORMAT})


def card(tokenizer, model, problem: str, answer: str) -> float:
    """The README's code: render, take the BOS text off, let the tokenizer put it back, logits[0][0]."""
    turns = [{"role": "user", "content": problem}, {"role": "assistant", "content": answer}]
    text = tokenizer.apply_chat_template(turns, tokenize=False).removeprefix(tokenizer.bos_token)
    with torch.no_grad():
        return model(**tokenizer(text, return_tensors="pt")).logits[0][0].item()


def test_every_solution_scores_as_the_readme_reads_it(made):
    """Batched, with shared prefixes and one solution twice."""
    _, tokenizer, model, record = made
    asked = questions()

    found = values_of(score_all(RewardModel.of(record, batch_tokens=256), asked))

    for (problem, solutions), row in zip(asked, found, strict=True):
        assert row == pytest.approx([card(tokenizer, model, problem, s.text) for s in solutions], abs=1e-5)
    assert max(v for row in found for v in row) - min(v for row in found for v in row) > 0.1


def test_there_is_one_bos_token(made):
    """The double-BOS trap: the template writes one and the tokenizer would add another."""
    _, tokenizer, _, record = made
    verifier = RewardModel(record)
    verifier.ready()

    (encoded,) = verifier.encode("p", [("a", ())])

    assert list(encoded.ids).count(tokenizer.bos_token_id) == 1
    doubled = tokenizer(tokenizer.apply_chat_template([{"role": "user", "content": "p"}], tokenize=False))["input_ids"]
    assert doubled.count(tokenizer.bos_token_id) == 2


def test_a_padding_token_that_ends_turns_moves_no_read(made, tmp_path):
    """The trap pad = eot: "the last token that is not padding" is then one too early; ours is the last there is."""
    folder, tokenizer, model, record = made
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    llama_tokenizer(tmp_path, pad_token="<|eot_id|>")
    text = "The answer is 7."

    (score,) = RewardModel.of(record, model=str(tmp_path)).score("p", [Solution(text)])

    assert score.value == pytest.approx(card(tokenizer, model, "p", text), abs=1e-5)
    turns = [{"role": "user", "content": "p"}, {"role": "assistant", "content": text}]
    ids = tokenizer(tokenizer.apply_chat_template(turns, tokenize=False), add_special_tokens=False, return_tensors="pt")
    model.config.pad_token_id, before = tokenizer.convert_tokens_to_ids("<|eot_id|>"), model.config.pad_token_id
    with torch.no_grad():
        sprung = model(**ids).logits[0][0].item()
    model.config.pad_token_id = before
    assert sprung != pytest.approx(score.value, abs=1e-3)


def test_padding_changes_no_score(made):
    """A short solution beside long ones scores as it does alone."""
    _, _, _, record = made
    long = Solution("We add and add and add. " * 20)
    short = Solution("7.")

    together = RewardModel.of(record, share=False, batch_tokens=4096).score("p", [long, short])
    alone = RewardModel(record).score("p", [short])

    assert together[1].value == pytest.approx(alone[0].value, abs=1e-5)
