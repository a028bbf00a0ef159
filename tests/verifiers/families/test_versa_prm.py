"""VersaPRM against its authors' reading, one solution at a time; also as an adapter on another checkpoint."""

import json
from dataclasses import replace

import pytest
import torch
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM

from harness.errors import VerifierError
from harness.records import Solution
from verifiers.engine.checkpoint import Checkpoint
from verifiers.families.versa_prm import LLAMA, VersaPRM
from worlds.tiny import known, llama_tokenizer, questions, score_all, steps_of, tiny


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("versa")
    tokenizer = llama_tokenizer(folder)
    model = tiny(LlamaForCausalLM, LlamaConfig, folder, len(tokenizer))
    form = replace(LLAMA, known=known(tokenizer, " \n\n\n\n", "+", "-"))
    return folder, tokenizer, model, Checkpoint("tiny", str(folder), aggregation="min", extra={"format": form})


def authors(tokenizer, model, problem: str, steps: list[str]) -> list[float]:
    """Text with BOS, softmax over ["-", "+"] at every marker, the second one."""
    text = f"{problem} \n\n" + "".join(f"{step} \n\n\n\n" for step in steps)
    ids = torch.tensor([tokenizer.encode(text)])
    candidates = [tokenizer.encode("-")[-1], tokenizer.encode("+")[-1]]
    with torch.no_grad():
        scores = model(ids).logits[0][:, candidates].softmax(-1)[:, 1]
    return scores[ids[0] == tokenizer.encode(" \n\n\n\n")[-1]].tolist()


def test_every_step_scores_as_its_authors_read_it(made):
    """Batched, with shared prefixes and one solution twice; "+" is right, and the marker is read where it stands."""
    _, tokenizer, model, record = made
    asked = questions()

    found = steps_of(score_all(VersaPRM.of(record, batch_tokens=256), asked))

    for (problem, solutions), rows in zip(asked, found, strict=True):
        for solution, row in zip(solutions, rows, strict=True):
            assert row == pytest.approx(authors(tokenizer, model, problem, solution.text.split("\n\n")), abs=1e-5)


def test_the_label_is_the_bare_sign(made):
    """The trap: " +" with a space is another token than "+"."""
    _, tokenizer, _, record = made
    verifier = VersaPRM(record)

    assert verifier.head().tokens == (tokenizer.encode("-")[-1], tokenizer.encode("+")[-1])
    assert tokenizer.encode(" +")[-1] != tokenizer.encode("+")[-1]


def test_a_marker_without_its_space_is_an_error(made):
    """Without the space the blank lines are merged with the step's last character, and no step is found."""
    _, _, _, record = made
    glued = replace(record.extra["format"], marker="\n\n\n\n", known=None)

    with pytest.raises(VerifierError):
        VersaPRM(replace(record, extra={"format": glued})).score("p", [Solution("a.")])


@pytest.mark.parametrize(
    "problem", ["How many? ", "How many?\n\n", " How many?", "How many?\n \n\n\n\n", "\tHow many?<|eot_id|> "]
)
def test_the_problem_is_stripped(made, problem):
    """White space around the problem would move the scores, or complete a marker."""
    _, tokenizer, model, record = made

    (score,) = VersaPRM(record).score(problem, [Solution("We add.\n\nSo 7")])

    assert score.steps == pytest.approx(authors(tokenizer, model, "How many?", ["We add.", "So 7"]), abs=1e-5)


def test_the_pools_steps_are_stripped_too(made):
    """A step that ends in a space would be merged with its marker."""
    _, _, _, record = made
    verifier = VersaPRM.of(record, pool_steps=True)

    (spaced,) = verifier.score("p", [Solution("x", (" We add.  ", "So 7\n\n", "\n8"))])
    (plain,) = verifier.score("p", [Solution("x", ("We add.", "So 7", "8"))])

    assert len(spaced.steps) == 3
    assert spaced == plain


@pytest.mark.parametrize(
    ("problem", "steps"),
    [
        ("How \n\n\n\nmany?", ("We add.", "So 7")),
        ("How many?", ("We \n\n\n\nadd.", "So 7")),
        ("How many?", ("We add.", "So \n\n\n\n7")),
    ],
)
def test_white_space_that_is_a_marker_inside_a_text_does_not_end_the_run(made, problem, steps):
    """That solution has no score and says why; another question's solutions have theirs."""
    _, _, _, record = made
    verifier = VersaPRM.of(record, pool_steps=True)

    (refused,), (other,) = score_all(
        verifier, [(problem, [Solution("x", steps)]), ("p", [Solution("x", ("a\n\n\nb", "c"))])]
    )

    assert refused.note.startswith("3 step markers for 2 steps")
    assert not refused.steps
    assert len(other.steps) == 2


def test_an_adapter_is_merged_into_its_base(made, tmp_path):
    """LoRA: W + (alpha / r) B A, on the decoder and on the language-model head."""
    folder, tokenizer, _, record = made
    torch.manual_seed(1)
    weights = {}
    with torch.no_grad():
        merged = LlamaForCausalLM.from_pretrained(folder)
        for name in ("model.layers.0.self_attn.q_proj", "model.layers.1.mlp.down_proj", "lm_head"):
            layer = merged.get_submodule(name)
            a, b = 0.3 * torch.randn(4, layer.in_features), 0.3 * torch.randn(layer.out_features, 4)
            weights[f"base_model.model.{name}.lora_A.weight"] = a
            weights[f"base_model.model.{name}.lora_B.weight"] = b
            layer.weight += 8 / 4 * b @ a
    save_file(weights, tmp_path / "adapter_model.safetensors")
    described = {"base_model_name_or_path": str(folder), "peft_type": "LORA", "r": 4, "lora_alpha": 8}
    (tmp_path / "adapter_config.json").write_text(json.dumps(described))
    asked = [Solution("We add.\n\nSo 7")]

    (score,) = VersaPRM.of(record, model=str(tmp_path)).score("How many?", asked)
    (plain,) = VersaPRM(record).score("How many?", asked)

    assert score.steps == pytest.approx(authors(tokenizer, merged.eval(), "How many?", ["We add.", "So 7"]), abs=1e-5)
    assert score.steps != pytest.approx(plain.steps, abs=1e-3)
