"""The engine against whole forward passes, one sequence at a time."""

import random

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import (
    CohereConfig,
    CohereForCausalLM,
    Gemma2Config,
    Gemma2ForCausalLM,
    GraniteConfig,
    GraniteForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    PhiConfig,
    PhiForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from harness.errors import BadInput, VerifierError
from verifiers.engine.placement import Placement
from verifiers.engine.reading import NextTokenLogProb, Request, TokenLogits, TokenLogProbs, WeightHead
from verifiers.engine.transformers import Engine
from worlds.tiny import rewrite_config, tiny

VOCABULARY = 300
MODELS = {
    "llama": (LlamaForCausalLM, LlamaConfig, {}),
    "mistral": (MistralForCausalLM, MistralConfig, {"sliding_window": None}),
    "mistral-window": (MistralForCausalLM, MistralConfig, {"sliding_window": 48}),
    "qwen2-tied": (Qwen2ForCausalLM, Qwen2Config, {"tie_word_embeddings": True}),
    "qwen3": (Qwen3ForCausalLM, Qwen3Config, {"head_dim": 16}),
}


@pytest.fixture(scope="module", params=MODELS)
def made(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    model_class, config_class, changes = MODELS[request.param]
    return folder, tiny(model_class, config_class, folder, VOCABULARY, **changes)


@pytest.fixture(scope="module")
def llama(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plain")
    return folder, tiny(LlamaForCausalLM, LlamaConfig, folder, VOCABULARY)


def requests(seed: int = 0) -> list[Request]:
    """Prompts with many solutions, shared beginnings, equal sequences, one that is the beginning of another."""
    rng = random.Random(seed)

    def tokens(n: int) -> tuple[int, ...]:
        return tuple(rng.randrange(VOCABULARY) for _ in range(n))

    out = []
    for _ in range(4):
        prompt, begins = tokens(rng.randint(10, 30)), [tokens(12), tokens(9)]
        for _ in range(8):
            begin = rng.choice([(), begins[0], begins[0] + begins[1], begins[1]])
            ids = prompt + begin + tokens(rng.randint(2, 25))
            out.append(Request(ids, tuple(sorted(rng.sample(range(len(ids) - 1), 4)))))
    return [*out, out[3], Request(out[5].ids[:-1], (0, 3)), Request(tokens(1) + tokens(40), (40 - 1,))]


def whole(model, request: Request) -> torch.Tensor:
    with torch.no_grad():
        return model(torch.tensor([request.ids])).logits[0].double()


@pytest.mark.parametrize("share", [True, False])
@pytest.mark.parametrize("batch_tokens", [64, 4096])
def test_every_head_equals_a_whole_forward_pass(made, share, batch_tokens):
    """Logits, log-probabilities and next tokens, with and without sharing, in small batches and in one."""
    folder, model = made
    asked = requests()
    expected = [whole(model, r) for r in asked]
    heads = {
        TokenLogits((5, 7, 9)): lambda r, x: x[list(r.reads)][:, [5, 7, 9]],
        TokenLogProbs((5, 7)): lambda r, x: x.log_softmax(-1)[list(r.reads)][:, [5, 7]],
        NextTokenLogProb(): lambda r, x: torch.stack([x[p].log_softmax(-1)[r.ids[p + 1], None] for p in r.reads]),
    }
    for head, read in heads.items():
        engine = Engine(folder, head, Placement(batch_tokens=batch_tokens, share=share))
        engine.least = 8

        found = engine.outputs(asked)

        for request, outputs, logits in zip(asked, found, expected, strict=True):
            assert torch.tensor(outputs) == pytest.approx(read(request, logits), abs=1e-5)


@pytest.mark.parametrize(
    ("model_class", "config_class", "changes"),
    [
        (Gemma2ForCausalLM, Gemma2Config, {"final_logit_softcapping": 0.5, "head_dim": 16, "sliding_window": 4096}),
        (GraniteForCausalLM, GraniteConfig, {"logits_scaling": 8.0}),
        (CohereForCausalLM, CohereConfig, {"logit_scale": 0.25}),
        (PhiForCausalLM, PhiConfig, {}),
    ],
    ids=["gemma-bounds", "granite-divides", "cohere-multiplies", "phi-adds-a-bias"],
)
def test_what_an_architecture_does_to_its_logits_is_done(tmp_path, model_class, config_class, changes):
    """Bounds, factors and a bias after the head are as in the model's own class."""
    model = tiny(model_class, config_class, tmp_path, VOCABULARY, **changes)
    if model_class is PhiForCausalLM:
        torch.nn.init.normal_(model.lm_head.bias)
        model.save_pretrained(tmp_path)
    asked = requests()
    expected = [whole(model, r) for r in asked]
    plain, normal = (Engine(tmp_path, head, Placement()) for head in (TokenLogits((5, 7)), TokenLogProbs((5, 7))))

    for request, a, b, logits in zip(asked, plain.outputs(asked), normal.outputs(asked), expected, strict=True):
        reads = list(request.reads)
        assert torch.tensor(a) == pytest.approx(logits[reads][:, [5, 7]], abs=1e-5)
        assert torch.tensor(b) == pytest.approx(logits.log_softmax(-1)[reads][:, [5, 7]], abs=1e-5)


def test_shared_tokens_are_computed_once(llama):
    """The engine runs the tokens of the prefix tree, not those of the sequences."""
    folder, _ = llama
    prompt = tuple(range(100))
    asked = [Request((*prompt, 100 + i, 200), (101,)) for i in range(20)] * 2

    engine = Engine(folder, TokenLogits((1, 2)), Placement())
    engine.outputs(asked)

    assert engine.usage()["computed_tokens"] == 100 + 20 * 2
    assert engine.usage()["parameters"] > 0


def test_a_window_of_attention_is_kept(tmp_path):
    """Sequences near the size of the sliding window share nothing: padding would count as distance."""
    model = tiny(MistralForCausalLM, MistralConfig, tmp_path, VOCABULARY, sliding_window=16)
    asked = requests(3)
    engine = Engine(tmp_path, TokenLogits((5, 7)), Placement())
    engine.least = 8

    found = engine.outputs(asked)

    for request, outputs in zip(asked, found, strict=True):
        assert torch.tensor(outputs) == pytest.approx(whole(model, request)[list(request.reads)][:, [5, 7]], abs=1e-5)
    assert engine.usage()["computed_tokens"] == sum(len(ids) for ids in {r.ids for r in asked})


def test_when_memory_runs_out_batches_get_smaller(llama, monkeypatch):
    """Every batch over a limit fails; the work is done in halves, and later batches are small at once."""
    folder, model = llama
    engine = Engine(folder, TokenLogits((5, 7)), Placement(batch_tokens=2048))
    engine.least = 8
    run, failed = engine._run, []

    def short_of_memory(items, read):
        if sum(len(item.node.ids) for item in items) > 150:
            failed.append(len(items))
            raise torch.OutOfMemoryError("CUDA out of memory")
        return run(items, read)

    monkeypatch.setattr(engine, "_run", short_of_memory)
    asked = requests()

    found = engine.outputs(asked)

    assert failed
    assert engine.batch_tokens < 2048
    for request, outputs in zip(asked, found, strict=True):
        assert torch.tensor(outputs) == pytest.approx(whole(model, request)[list(request.reads)][:, [5, 7]], abs=1e-5)


def test_a_sequence_that_cannot_fit_is_an_error_that_says_what_to_do(llama, monkeypatch):
    """One sequence alone that still fails is not retried for ever."""
    folder, _ = llama
    engine = Engine(folder, TokenLogits((5, 7)), Placement())

    def never(items, read):
        raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(engine, "_run", never)
    with pytest.raises(VerifierError, match=r"One sequence of 3 tokens .* smaller max_length"):
        engine.outputs([Request((1, 2, 3), (2,))])


def test_another_error_of_the_model_is_not_taken_for_memory(llama, monkeypatch):
    """Only what speaks of memory is retried."""
    folder, _ = llama
    engine = Engine(folder, TokenLogits((5, 7)), Placement())

    def broken(items, read):
        raise RuntimeError("shapes cannot be multiplied")

    monkeypatch.setattr(engine, "_run", broken)
    with pytest.raises(RuntimeError, match="shapes"):
        engine.outputs([Request((1, 2, 3), (2,))])


def test_half_precision_is_near_single(llama):
    """bfloat16 moves probabilities a little, never a solution's order of magnitude."""
    folder, model = llama
    asked = requests()

    found = Engine(folder, TokenLogits((5, 7)), Placement(dtype="bfloat16")).outputs(asked)

    for request, outputs in zip(asked, found, strict=True):
        exact = whole(model, request)[list(request.reads)][:, [5, 7]].softmax(-1)
        assert torch.tensor(outputs).softmax(-1) == pytest.approx(exact, abs=0.15)


def test_repacked_weights_change_nothing_but_rounding(llama):
    """The CPU's fast matrix product and the plain one agree to 1e-5."""
    folder, _ = llama
    asked = requests()

    fast = Engine(folder, TokenLogits((5, 7)), Placement(), packed=True).outputs(asked)
    plain = Engine(folder, TokenLogits((5, 7)), Placement(), packed=False).outputs(asked)

    for one, other in zip(fast, plain, strict=True):
        assert one == pytest.approx(other, abs=1e-5)


def test_outputs_that_are_no_numbers_are_an_error(llama, tmp_path):
    """NaN is told, never stored."""
    folder, _ = llama
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    weights = load_file(tmp_path / "model.safetensors")
    weights["model.norm.weight"] = weights["model.norm.weight"] * float("nan")
    save_file(weights, tmp_path / "model.safetensors")

    with pytest.raises(VerifierError, match="NaN"):
        Engine(tmp_path, TokenLogits((5, 7)), Placement()).outputs([Request((1, 2), (1,))])


def test_missing_weights_are_an_error_not_random_numbers(llama, tmp_path):
    """Transformers would fill them in; the message names the first."""
    folder, _ = llama
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    weights = load_file(tmp_path / "model.safetensors")
    del weights["model.layers.1.mlp.up_proj.weight"]
    save_file(weights, tmp_path / "model.safetensors")

    with pytest.raises(VerifierError, match=r"1 weights of a LlamaModel are missing .*layers\.1\.mlp\.up_proj"):
        Engine(tmp_path, TokenLogits((5, 7)), Placement())


def test_an_architecture_of_its_own_is_not_run(llama, tmp_path):
    """Code that comes with a checkpoint is never executed; the message names the way out."""
    folder, _ = llama
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    rewrite_config(tmp_path, model_type="strange", auto_map={"AutoModel": "evil.Model"})
    (tmp_path / "evil.py").write_text("raise SystemExit('it ran')")

    with pytest.raises(BadInput, match="no architecture 'strange'.*server=URL"):
        Engine(tmp_path, TokenLogits((5, 7)), Placement())
    assert Engine(tmp_path, TokenLogits((5, 7)), Placement(), model_type="llama").parameters


def test_a_head_of_another_size_is_an_error(llama, tmp_path):
    """A checkpoint of another family is told by its head."""
    folder, _ = llama
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    save_file(
        {**load_file(tmp_path / "model.safetensors"), "score.weight": torch.ones(3, 32)}, tmp_path / "model.safetensors"
    )

    with pytest.raises(VerifierError, match="gives 3 numbers, 2 were expected"):
        Engine(tmp_path, WeightHead(("score",), 2), Placement())
    assert Engine(tmp_path, WeightHead(("score",), 3), Placement()).outputs([Request((1, 2), (0, 1))])[0].shape == (
        2,
        3,
    )


def test_a_model_in_shards_is_read(llama, tmp_path):
    """The index says in which file each weight is."""
    _, model = llama
    model.save_pretrained(tmp_path, max_shard_size="40KB")
    assert len(list(tmp_path.glob("*.safetensors"))) > 1
    asked = requests()[:3]

    found = Engine(tmp_path, TokenLogits((5, 7)), Placement()).outputs(asked)

    for request, outputs in zip(asked, found, strict=True):
        assert torch.tensor(outputs) == pytest.approx(whole(model, request)[list(request.reads)][:, [5, 7]], abs=1e-5)
