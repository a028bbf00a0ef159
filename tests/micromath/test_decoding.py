"""The fast sampler computes what Transformers computes."""

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from experiments.micromath.decoding import Decoder, sample

END = 1


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    shape = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4}
    config = LlamaConfig(vocab_size=20, num_key_value_heads=2, max_position_embeddings=64, **shape)
    return LlamaForCausalLM(config).eval()


@torch.inference_mode()
def test_logits_are_those_of_the_model(model):
    ids = torch.tensor([[3, 4, 5, 6, 7, 8], [9, 8, 7, 6, 5, 4]])
    expected = model(ids).logits
    decoder = Decoder(model, 64, torch.float32)

    after_prompt = decoder.start(ids[:, :4], samples=2)
    decoder.keep(torch.tensor([0, 3]))
    decoder.step(ids[:, 4])
    after_two = decoder.step(ids[:, 5])

    assert torch.allclose(after_prompt[[0, 3]], expected[:, 3], atol=1e-5)
    assert torch.allclose(after_two, expected[:, 5], atol=1e-5)


def test_samples_follow_the_model(model):
    """The first token of many samples is distributed as the softmax of the logits."""
    prompt = [3, 4, 5]
    with torch.inference_mode():
        expected = model(torch.tensor([prompt])).logits[0, -1].softmax(-1)
    drawn = sample(Decoder(model, 64, torch.float32), [prompt], 20_000, end=END, most=1, temperature=1.0, seed=5)
    counts = torch.bincount(torch.tensor([ids[0] for ids in drawn]), minlength=20) / 20_000

    assert (counts - expected).abs().max() < 0.01


def test_samples_stop_at_the_end_and_repeat_with_the_seed(model):
    decoder = Decoder(model, 64, torch.float32)
    draw = lambda seed: sample(decoder, [[3, 4], [5, 6]], 50, end=END, most=40, temperature=1.0, seed=seed)  # noqa: E731
    one, again, other = draw(1), draw(1), draw(2)

    assert one == again != other
    assert len(one) == 100
    assert all(END not in ids[:-1] for ids in one)
    assert all(ids[-1] == END or len(ids) == 40 for ids in one)
