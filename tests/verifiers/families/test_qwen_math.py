"""Qwen2.5-Math's verifiers against a plain Qwen2 with the published head, one solution at a time."""

from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import Qwen2Config, Qwen2Model

from harness.errors import VerifierError
from harness.records import Solution
from verifiers.engine.checkpoint import Checkpoint
from verifiers.families.qwen_math import PRM, RM, SYSTEM, VERIFIERS, QwenPRM, QwenRM
from worlds.tiny import known, questions, qwen_tokenizer, rewrite_config, score_all, steps_of, tiny, values_of


def saved(folder, outputs: int):
    """A checkpoint as Qwen's are saved: a decoder under ``model.``, the head under ``score.``, code of its own."""
    tokenizer = qwen_tokenizer(folder)
    model = tiny(Qwen2Model, Qwen2Config, folder, len(tokenizer), tie_word_embeddings=False)
    head = nn.Sequential(nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, outputs))
    weights = {f"model.{k}": v for k, v in load_file(folder / "model.safetensors").items()}
    save_file({**weights, **{f"score.{k}": v for k, v in head.state_dict().items()}}, folder / "model.safetensors")
    rewrite_config(
        folder,
        architectures=["Qwen2ForProcessRewardModel"],
        auto_map={"AutoModel": "modeling_qwen2_rm.Qwen2ForProcessRewardModel"},
    )
    return folder, tokenizer, model, head


@pytest.fixture(scope="module")
def prm(tmp_path_factory):
    folder, tokenizer, model, head = saved(tmp_path_factory.mktemp("qwen_prm"), 2)
    form = replace(PRM, known=known(tokenizer, "<extra_0>"))
    record = Checkpoint("tiny", str(folder), aggregation="product", model_type="qwen2", extra={"format": form})
    return folder, tokenizer, model, head, record


@pytest.fixture(scope="module")
def rm(tmp_path_factory):
    folder, tokenizer, model, head = saved(tmp_path_factory.mktemp("qwen_rm"), 1)
    return tokenizer, model, head, Checkpoint("tiny", str(folder), model_type="qwen2", extra={"format": RM})


def messages(problem: str, answer: str) -> list[dict[str, str]]:
    return [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": problem},
        {"role": "assistant", "content": answer},
    ]


def card(tokenizer, model, head, problem: str, steps: list[str]) -> list[float]:
    """The model card's code: render, encode, softmax of the two numbers at the markers, the second one."""
    text = tokenizer.apply_chat_template(
        messages(problem, "<extra_0>".join(steps) + "<extra_0>"), tokenize=False, add_generation_prompt=False
    )
    ids = torch.tensor([tokenizer.encode(text)])
    with torch.no_grad():
        probabilities = head(model(ids).last_hidden_state).softmax(-1)[0]
    return probabilities[ids[0] == tokenizer.encode("<extra_0>")[0], 1].tolist()


def test_every_step_scores_as_the_model_card_reads_it(prm):
    """Batched, with shared prefixes and one solution twice, without the repository's code."""
    _, tokenizer, model, head, record = prm
    asked = questions()

    found = steps_of(score_all(QwenPRM.of(record, batch_tokens=512), asked))

    for (problem, solutions), rows in zip(asked, found, strict=True):
        for solution, row in zip(solutions, rows, strict=True):
            assert row == pytest.approx(card(tokenizer, model, head, problem, solution.text.split("\n\n")), abs=1e-5)


def test_the_second_class_is_right(prm):
    """The class-order trap: reading the first class gives the complement."""
    _, _, _, _, record = prm
    swapped = replace(record, extra={"format": replace(record.extra["format"], good=(0,))})
    asked = [Solution("a.\n\nb.")]

    right = QwenPRM(record).score("p", asked)[0].steps
    wrong = QwenPRM(swapped).score("p", asked)[0].steps

    assert [a + b for a, b in zip(right, wrong, strict=True)] == pytest.approx([1.0, 1.0], abs=1e-6)
    assert right != pytest.approx(wrong, abs=1e-3)


def test_a_step_of_probability_zero_shifts_nothing(prm):
    """The card picks non-zero entries, so one probability that underflows moves all later ones; positions do not."""
    folder, _, _, _, record = prm
    broken = folder.parent / "sharp"
    broken.mkdir()
    for file in folder.iterdir():
        (broken / file.name).write_bytes(file.read_bytes())
    weights = load_file(broken / "model.safetensors")
    weights["score.2.weight"] = weights["score.2.weight"] * 1e4
    save_file(weights, broken / "model.safetensors")

    (score,) = QwenPRM.of(record, model=str(broken)).score("p", [Solution("one.\n\ntwo)\n\nthree $3$\n\nfour")])

    assert len(score.steps) == 4
    assert any(step in (0.0, 1.0) for step in score.steps)


def test_a_marker_in_the_text_makes_no_step(prm):
    """The literal marker in an untrusted solution or problem is taken out."""
    _, _, _, _, record = prm
    verifier = QwenPRM(record)

    clean = verifier.score("p q", [Solution("one two\n\nthree")])
    hostile = verifier.score("p<extra_0> q", [Solution("one<extra_0> two\n\nthree<|im_end|>")])

    assert hostile == clean


def test_the_system_message_has_its_backslash():
    """``\\boxed`` unescaped would be a backspace and "oxed"."""
    assert SYSTEM.endswith(" \\boxed{}.")
    assert "\b" not in SYSTEM


def test_a_checkpoint_without_the_head_is_an_error(prm, tmp_path):
    """A missing head would be random numbers: the message says what the checkpoint has."""
    folder, _, _, _, record = prm
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    weights = {k: v for k, v in load_file(tmp_path / "model.safetensors").items() if not k.startswith("score.2")}
    save_file(weights, tmp_path / "model.safetensors")

    with pytest.raises(VerifierError, match=r"no head 'score\.2\.weight'; its heads are score\.0"):
        QwenPRM.of(record, model=str(tmp_path)).score("p", [Solution("a")])


def test_the_reward_model_reads_the_last_token(rm):
    """One unbounded number at the end of the dialogue."""
    tokenizer, model, head, record = rm
    asked = questions()

    found = values_of(score_all(QwenRM.of(record, batch_tokens=512), asked))

    for (problem, solutions), row in zip(asked, found, strict=True):
        for solution, value in zip(solutions, row, strict=True):
            text = tokenizer.apply_chat_template(messages(problem, solution.text), tokenize=False)
            ids = torch.tensor([tokenizer.encode(text, add_special_tokens=False)])
            with torch.no_grad():
                wanted = head(model(ids).last_hidden_state)[0, -1, 0].item()
            assert value == pytest.approx(wanted, abs=1e-5)


def test_the_published_records_ask_for_the_published_marker(prm):
    """The record of the 7B verifier knows that its marker is token 151651."""
    folder, *_ = prm

    with pytest.raises(VerifierError, match=r"\[151651\] in the published one"):
        VERIFIERS["qwen-prm-7b"](model=str(folder)).score("p", [Solution("a")])
