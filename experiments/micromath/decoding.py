"""Many samples of a small Llama decoder, fast on a CPU.

The prompt is read once and its keys and values are shared out to the samples; grouped key-value heads are used as
they are, not repeated; finished samples leave the batch. The arithmetic is that of ``LlamaForCausalLM``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

COMPACT_WHEN = 0.8
Linear = Callable[[Tensor], Tensor]


@dataclass(slots=True)
class _Layer:
    """One decoder layer's weights, and its keys and values so far: [rows, shared heads, tokens, head size]."""

    before_attention: Tensor
    query: Linear
    key: Linear
    value: Linear
    out: Linear
    before_mlp: Tensor
    gate: Linear
    up: Linear
    down: Linear
    keys: Tensor
    values: Tensor


class Decoder:
    """A Llama decoder that remembers what it has read.

    Args:
        model: A ``LlamaForCausalLM``.
        longest: Most tokens of prompt and continuation together.
        dtype: What the matrix products are computed in.
    """

    def __init__(self, model: Any, longest: int, dtype: torch.dtype = torch.bfloat16) -> None:
        config = model.config
        self._heads = config.num_attention_heads
        self._shared = config.num_key_value_heads
        self._size = config.hidden_size // config.num_attention_heads
        self._epsilon = config.rms_norm_eps
        self._longest = longest
        self._dtype = dtype
        self.device = model.device
        self._embed = model.model.embed_tokens.weight.float()
        self._norm = model.model.norm.weight.float()
        self._head = self._linear(model.lm_head)
        positions = torch.arange(longest, device=self.device)[None]
        cos, sin = model.model.rotary_emb(self._embed[:1, None], positions)
        self._cos, self._sin = cos[0].float(), sin[0].float()
        empty = torch.empty(0)
        self._layers = [
            _Layer(
                before_attention=layer.input_layernorm.weight.float(),
                query=self._linear(layer.self_attn.q_proj),
                key=self._linear(layer.self_attn.k_proj),
                value=self._linear(layer.self_attn.v_proj),
                out=self._linear(layer.self_attn.o_proj),
                before_mlp=layer.post_attention_layernorm.weight.float(),
                gate=self._linear(layer.mlp.gate_proj),
                up=self._linear(layer.mlp.up_proj),
                down=self._linear(layer.mlp.down_proj),
                keys=empty,
                values=empty,
            )
            for layer in model.model.layers
        ]
        self._read = 0

    def start(self, prompts: Tensor, samples: int) -> Tensor:
        """Reads prompts [prompts, tokens], of equal length; returns next-token logits [prompts * samples, words]."""
        self._read = 0
        for layer in self._layers:
            shape = (len(prompts), self._shared, self._longest, self._size)
            layer.keys = torch.zeros(shape, device=self.device)
            layer.values = torch.zeros(shape, device=self.device)
        logits = self._forward(prompts)
        for layer in self._layers:
            layer.keys = layer.keys.repeat_interleave(samples, 0)
            layer.values = layer.values.repeat_interleave(samples, 0)
        return logits.repeat_interleave(samples, 0)

    def step(self, tokens: Tensor) -> Tensor:
        """Reads one more token per row; returns the next-token logits."""
        return self._forward(tokens[:, None])

    def keep(self, rows: Tensor) -> None:
        """Forgets all other rows."""
        for layer in self._layers:
            layer.keys, layer.values = layer.keys[rows], layer.values[rows]

    def _forward(self, ids: Tensor) -> Tensor:
        hidden = functional.embedding(ids, self._embed)
        start, end = self._read, self._read + ids.shape[1]
        for layer in self._layers:
            hidden = hidden + self._attend(layer, self._normed(hidden, layer.before_attention), start, end)
            normed = self._normed(hidden, layer.before_mlp)
            hidden = hidden + layer.down(functional.silu(layer.gate(normed)) * layer.up(normed))
        self._read = end
        return self._head(self._normed(hidden[:, -1], self._norm))

    def _attend(self, layer: _Layer, hidden: Tensor, start: int, end: int) -> Tensor:
        rows, new, _ = hidden.shape
        group = self._heads // self._shared
        cos, sin = self._cos[start:end], self._sin[start:end]
        query = self._rotated(layer.query(hidden).view(rows, new, self._heads, self._size).transpose(1, 2), cos, sin)
        key = self._rotated(layer.key(hidden).view(rows, new, self._shared, self._size).transpose(1, 2), cos, sin)
        layer.keys[:, :, start:end] = key
        layer.values[:, :, start:end] = layer.value(hidden).view(rows, new, self._shared, self._size).transpose(1, 2)
        query = query.reshape(rows, self._shared, group * new, self._size)
        scores = query @ layer.keys[:, :, :end].transpose(-1, -2) / self._size**0.5
        if new > 1:
            mask = torch.full((new, end), -torch.inf, device=self.device).triu(start + 1)
            scores = scores + mask.repeat(group, 1)
        mixed = scores.softmax(-1) @ layer.values[:, :, :end]
        return layer.out(mixed.view(rows, self._heads, new, self._size).transpose(1, 2).reshape(rows, new, -1))

    def _normed(self, hidden: Tensor, weight: Tensor) -> Tensor:
        return hidden * torch.rsqrt(hidden.square().mean(-1, keepdim=True) + self._epsilon) * weight

    def _linear(self, module: Any) -> Linear:
        weight = module.weight.detach().to(self._dtype)
        return lambda x: functional.linear(x.to(self._dtype), weight).float()

    @staticmethod
    def _rotated(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        half = x.shape[-1] // 2
        return x * cos + torch.cat((-x[..., half:], x[..., :half]), -1) * sin


@torch.inference_mode()  # type: ignore[untyped-decorator]
def sample(
    decoder: Decoder,
    prompts: Sequence[Sequence[int]],
    samples: int,
    *,
    end: int,
    most: int,
    temperature: float,
    seed: int,
) -> list[list[int]]:
    """Samples of each prompt, in the order of the prompts.

    Args:
        decoder: The model.
        prompts: Ids, all of the same length.
        samples: How many of each.
        end: The id that ends a sample; it stays its last id.
        most: Most new tokens; a sample that reaches them has no ``end``.
        temperature: Of the softmax.
        seed: Everything random comes from it.
    """
    generator = torch.Generator(decoder.device).manual_seed(seed)
    logits = decoder.start(torch.tensor(prompts, device=decoder.device), samples)
    out: list[list[int]] = [[] for _ in range(len(prompts) * samples)]
    alive = list(range(len(out)))
    for _ in range(most):
        noise = torch.empty_like(logits).exponential_(generator=generator).log_()
        tokens = (logits / temperature - noise).argmax(-1)
        for place, token in zip(alive, tokens.tolist(), strict=True):
            if not out[place] or out[place][-1] != end:
                out[place].append(token)
        going = [row for row, place in enumerate(alive) if out[place][-1] != end]
        if not going:
            break
        if len(going) < COMPACT_WHEN * len(alive):
            rows = torch.tensor(going, device=decoder.device)
            decoder.keep(rows)
            tokens, alive = tokens[rows], [alive[row] for row in going]
        logits = decoder.step(tokens)
    return out
