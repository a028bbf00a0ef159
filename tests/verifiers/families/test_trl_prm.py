"""TRL's and PURE's verifiers against the trainer's own tokenisation, one solution at a time."""

from dataclasses import replace

import pytest
import torch
from transformers import LlamaConfig, LlamaForTokenClassification, Qwen2Config, Qwen2ForTokenClassification

from harness.errors import VerifierError
from harness.records import Solution
from verifiers.engine.checkpoint import Checkpoint
from verifiers.families.trl_prm import PURE, VERIFIERS, TokenClassificationPRM, trl_format
from worlds.tiny import llama_tokenizer, questions, qwen_tokenizer, score_all, steps_of, tiny


@pytest.fixture(scope="module", params=["qwen", "llama"])
def made(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("trl")
    if request.param == "qwen":
        tokenizer = qwen_tokenizer(folder)
        model = tiny(Qwen2ForTokenClassification, Qwen2Config, folder, len(tokenizer), num_labels=2)
    else:
        tokenizer = llama_tokenizer(folder)
        model = tiny(LlamaForTokenClassification, LlamaConfig, folder, len(tokenizer), num_labels=2)
    return folder, tokenizer, model


def trainer(tokenizer, model, problem: str, steps: list[str], separator: str) -> list[list[float]]:
    """PRMTrainer's ids (BOS if there is one, every piece alone) and the two probabilities at each separator's end."""
    prompt = tokenizer(problem, add_special_tokens=False)["input_ids"]
    ids = ([tokenizer.bos_token_id] if tokenizer.bos_token_id is not None else []) + prompt
    ends = []
    for step in steps:
        ids = ids + tokenizer(step, add_special_tokens=False)["input_ids"]
        ids = ids + tokenizer.encode(separator, add_special_tokens=False)
        ends.append(len(ids) - 1)
    with torch.no_grad():
        return model(torch.tensor([ids])).logits.softmax(-1)[0, ends].tolist()


def test_every_step_scores_as_it_was_trained(made):
    """Probability of LABEL_1 at the last token of every separator, batched and with shared prefixes."""
    folder, tokenizer, model = made
    record = Checkpoint("tiny", str(folder), aggregation="product", extra={"format": trl_format("\n\n")})
    asked = questions()

    found = steps_of(score_all(TokenClassificationPRM.of(record, batch_tokens=256), asked))

    for (problem, solutions), rows in zip(asked, found, strict=True):
        for solution, row in zip(solutions, rows, strict=True):
            wanted = trainer(tokenizer, model, problem, solution.text.split("\n\n"), "\n\n")
            assert row == pytest.approx([right for _, right in wanted], abs=1e-5)


def test_pure_takes_the_difference(made):
    """PURE's reward is p1 - p0, from -1 to 1, at a single newline after steps split at blank lines."""
    folder, tokenizer, model = made
    record = replace(VERIFIERS["pure-prm-7b"].checkpoint, model=str(folder))
    asked = questions()

    found = steps_of(score_all(PURE(record), asked))

    for (problem, solutions), rows in zip(asked, found, strict=True):
        for solution, row in zip(solutions, rows, strict=True):
            wanted = trainer(tokenizer, model, problem, solution.text.split("\n\n"), "\n")
            assert row == pytest.approx([right - wrong for wrong, right in wanted], abs=1e-5)
    assert min(v for rows in found for row in rows for v in row) < 0


def test_text_joined_before_tokenising_loses_the_separator(made):
    """The train/inference trap: encoded together, "." and the blank line are one token, which is an error here."""
    folder, tokenizer, _ = made
    joint = replace(trl_format("\n\n"), pieces=False)

    assert len(tokenizer.encode("a.\n\n", add_special_tokens=False)) < len(
        tokenizer.encode("a.", add_special_tokens=False) + tokenizer.encode("\n\n", add_special_tokens=False)
    )
    with pytest.raises(VerifierError, match="step markers"):
        TokenClassificationPRM(Checkpoint("tiny", str(folder), extra={"format": joint})).score("p", [Solution("a.")])


def test_a_separator_of_several_tokens_is_read_at_its_last(made):
    """A separator may be a word; its end is where the label was put in training."""
    folder, tokenizer, model = made
    record = Checkpoint("tiny", str(folder), extra={"format": trl_format("\n---\n")})

    (score,) = TokenClassificationPRM(record).score("p", [Solution("a\n\nb")])

    wanted = trainer(tokenizer, model, "p", ["a", "b"], "\n---\n")
    assert score.steps == pytest.approx([right for _, right in wanted], abs=1e-5)


@pytest.mark.parametrize("separator", ["\n\n", "\n", "\n---\n"])
def test_the_ids_are_those_of_the_trainer_itself(made, separator):
    """PRMTrainer's own code, where a release of TRL that has it is installed: ids, and labels at the positions read."""
    trl = pytest.importorskip("trl.experimental.prm")
    folder, tokenizer, _ = made
    verifier = TokenClassificationPRM(Checkpoint("tiny", str(folder), extra={"format": trl_format(separator)}))
    verifier.ready()
    steps = ("3 + 4 = 7.", "So $7$", "(x)", "последний ки")

    (encoded,) = verifier.encode("How many? ", [("", steps)])

    row = {"prompt": "How many? ", "completions": list(steps), "labels": [True] * len(steps)}
    wanted = trl.PRMTrainer.tokenize_row(row, tokenizer, separator, None, None, False, False)
    assert list(encoded.ids) == wanted["input_ids"]
    assert list(encoded.reads) == [i for i, label in enumerate(wanted["labels"]) if label != -100]
