"""Skywork-o1's verifier against its authors' preparation and value head, one solution at a time."""

from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import Qwen2Config, Qwen2ForCausalLM

from harness.records import Solution
from verifiers.engine.checkpoint import Checkpoint
from verifiers.families.skywork_prm import FORMAT, SkyworkPRM
from worlds.tiny import known, questions, qwen_tokenizer, rewrite_config, score_all, steps_of, tiny


@pytest.fixture(scope="module", params=["safetensors", "bin"])
def made(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("skywork")
    tokenizer = qwen_tokenizer(folder, bos_token="<|im_start|>")
    model = tiny(Qwen2ForCausalLM, Qwen2Config, folder, len(tokenizer), tie_word_embeddings=True)
    head = nn.Linear(32, 1)
    weights = {
        **load_file(folder / "model.safetensors"),
        **{f"v_head.summary.{k}": v for k, v in head.state_dict().items()},
    }
    if request.param == "bin":
        (folder / "model.safetensors").unlink()
        torch.save(weights, folder / "pytorch_model.bin")
    else:
        save_file(weights, folder / "model.safetensors")
    rewrite_config(folder, architectures=["Qwen2ForPrmModel"], auto_map={"AutoModel": "x.Qwen2ForRewardModel"})
    form = replace(FORMAT, known=known(tokenizer, "\n"))
    record = Checkpoint("tiny", str(folder), aggregation="product", model_type="qwen2", extra={"format": form})
    return tokenizer, model, head, record


def authors(tokenizer, model, head, problem: str, response: str) -> list[float]:
    """The authors' ``prepare_input`` and wrapper: pieces encoded apart, sigmoid of the value at every newline."""
    ids = tokenizer.encode(tokenizer.bos_token + problem + "\n")
    newline = tokenizer.encode("\n")[-1]
    flags = [0] * len(ids)
    for step in response.split("\n"):
        piece = tokenizer.encode(step) if step else []
        ids = ids + piece + [newline]
        flags = flags + [0] * len(piece) + [1]
    with torch.no_grad():
        hidden = model(torch.tensor([ids]), output_hidden_states=True).hidden_states[-1]
        values = head(hidden).squeeze(-1).sigmoid()[0]
    return values[torch.tensor(flags) == 1].tolist()


def test_every_step_scores_as_its_authors_code_reads_it(made):
    """Batched, with shared prefixes, from safetensors and from .bin files."""
    tokenizer, model, head, record = made
    asked = questions("\n")

    found = steps_of(score_all(SkyworkPRM.of(record, batch_tokens=256), asked))

    for (problem, solutions), rows in zip(asked, found, strict=True):
        for solution, row in zip(solutions, rows, strict=True):
            assert row == pytest.approx(authors(tokenizer, model, head, problem, solution.text), abs=1e-5)


def test_a_blank_line_is_no_step(made):
    """The trap: a blank line would be a step of its own with a score of its own."""
    _, _, _, record = made
    verifier = SkyworkPRM(record)

    (plain,) = verifier.score("p", [Solution("one.\ntwo.")])
    (spaced,) = verifier.score("p", [Solution("one.\n\n\ntwo.\n")])

    assert len(spaced.steps) == 2
    assert spaced == plain


@pytest.mark.parametrize(
    "text",
    [
        "def f(x):\n    return x\n\treturn 7",
        "  1. one\n   - two \n     three",
        "To find x:\n \\[ x = 7 \\]  \nSo 7",
        " one",
    ],
)
def test_lines_keep_the_spaces_that_the_authors_keep(made, text):
    """The trap: stripped, an indented line is other tokens, and every step behind it scores otherwise."""
    tokenizer, model, head, record = made
    verifier = SkyworkPRM(record)

    (score,) = verifier.score("How many?", [Solution(text)])
    (stripped,) = verifier.score("How many?", [Solution("\n".join(line.strip() for line in text.split("\n")))])

    assert score.steps == pytest.approx(authors(tokenizer, model, head, "How many?", text), abs=1e-5)
    assert score.steps != pytest.approx(stripped.steps, abs=1e-4)


@pytest.mark.parametrize("text", ["one.\n \n\t\ntwo.", "\n\none.\ntwo.\n", "one.\n\n\n\ntwo.\n   "])
def test_lines_of_white_space_are_blank(made, text):
    """They are dropped whole, and what they stood between stays as it was."""
    _, _, _, record = made
    verifier = SkyworkPRM(record)

    assert verifier.score("p", [Solution(text)]) == verifier.score("p", [Solution("one.\ntwo.")])


def test_the_pools_own_steps_are_taken_as_they_are(made):
    """``pool_steps`` asks for the source's segmentation, not for lines."""
    _, _, _, record = made

    (score,) = SkyworkPRM.of(record, pool_steps=True).score("p", [Solution("a\nb", ("a\nb", " c", "d"))])

    assert len(score.steps) == 3


def test_pieces_are_encoded_apart(made):
    """The merge trap: "." and the newlines are one token when they are encoded together, two here."""
    tokenizer, _, _, record = made
    verifier = SkyworkPRM(record)
    verifier.ready()

    (encoded,) = verifier.encode("p", [("", ("a.", "b."))])

    newline = tokenizer.encode("\n")
    assert [encoded.ids[p] for p in encoded.reads] == newline * 2
    assert tokenizer.encode("a.\n\n") != tokenizer.encode("a.") + tokenizer.encode("\n\n")
    assert encoded.ids[0] == tokenizer.bos_token_id
