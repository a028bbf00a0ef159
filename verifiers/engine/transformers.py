"""Runs a decoder over many sequences that share prefixes, and reads its head where it is asked to, nowhere else.

The peers' loop pads four whole sequences to the longest and computes the logits of every token over the vocabulary.
Here the prompt, and any beginning that enough solutions share, is run once and its keys and values are shared by all
that follow (``prefix_tree``); what is left is sorted by length and batched by tokens; the head sees only the positions
that are read, in float32. The batch size, the sharing and the device change the speed and never the score beyond
rounding. This module, and
``loading`` and ``packed_linear`` for it alone, are the only ones that import torch for scoring.
"""

import gc
import resource
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

from harness.errors import VerifierError
from verifiers.engine.adapters import read_adapter
from verifiers.engine.loading import (
    DTYPES,
    logit_change,
    read_backbone,
    read_config,
    read_head,
    sliding_window,
)
from verifiers.engine.packed_linear import pack_linears
from verifiers.engine.placement import Placement
from verifiers.engine.prefix_tree import Node, Read, tree
from verifiers.engine.reading import Head, NextTokenLogProb, Outputs, Request, TokenLogits, TokenLogProbs

LOGIT_BYTES = 256 * 2**20  # of full-vocabulary logits at a time
WAVE = 16  # batches' worth of tokens whose shared prefixes are kept at a time


@dataclass(slots=True, eq=False)
class _Held:
    """Keys and values of a batch of prefixes, with holes where they were padded.

    Attributes:
        layers: For each layer keys and values, [rows, heads, tokens, width].
        mask: Which of the tokens are real, [rows, tokens].
    """

    layers: list[tuple[Tensor, Tensor]]
    mask: np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class _Item:
    """A node to be run, and the row of the held batch that its prefix is."""

    node: Node
    held: _Held | None = None
    row: int = 0


class _ReadOnly(DynamicLayer):  # type: ignore[misc]
    """A cache layer that shows its prefix to the new tokens and does not keep them: leaves have no followers."""

    def update(self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any) -> tuple[Tensor, Tensor]:
        """Keys and values of prefix and new tokens."""
        return torch.cat([self.keys, key_states], dim=-2), torch.cat([self.values, value_states], dim=-2)


class Engine:
    """A decoder with one head.

    Args:
        folder: The checkpoint: config.json and safetensors (or .bin) files.
        head: What is read.
        placement: Where and how it runs.
        model_type: The native architecture where config.json names one of its own.
        adapter: A folder with a LoRA adapter that is merged into it.
        packed: Whether the weights are repacked for the CPU's fast matrix product, where there is one.
    """

    def __init__(
        self,
        folder: Path,
        head: Head,
        placement: Placement,
        model_type: str = "",
        adapter: Path | None = None,
        *,
        packed: bool = True,
    ) -> None:
        self.head = head
        self.placement = placement = placement.resolved()
        self.device = torch.device(placement.device)
        config = read_config(folder, model_type)
        change = None if adapter is None else read_adapter(adapter)
        self.model = read_backbone(folder, config, placement, change)
        self.matrices = read_head(folder, config, head, DTYPES[placement.dtype], self.device, change)
        self.change = logit_change(config)
        self.parameters = sum(p.numel() for p in self.model.parameters()) + sum(
            t.numel() for pair in self.matrices for t in pair if t is not None
        )
        if self.device.type == "cpu" and packed:
            pack_linears(self.model)
        self.window = sliding_window(config)
        # A CPU is quickest while a batch's activations stay in its caches.
        suits = {"cuda": 32768, "mps": 8192}.get(self.device.type) or max(512, 2**18 // config.hidden_size)
        self.batch_tokens = placement.batch_tokens or suits
        self.least = {"cuda": 256}.get(self.device.type, 64)  # tokens saved that pay for a node of its own
        self.computed = 0

    def usage(self) -> Mapping[str, Any]:
        """Tokens computed so far, parameters, device, dtype and peak memory."""
        if self.device.type == "cuda":
            peak = sum(torch.cuda.max_memory_allocated(i) for i in range(torch.cuda.device_count()))
            name = torch.cuda.get_device_name(self.device)
        else:
            peak, name = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, self.device.type
        return {
            "computed_tokens": self.computed,
            "parameters": self.parameters,
            "device": name,
            "dtype": self.placement.dtype,
            "peak_memory_bytes": peak,
        }

    def outputs(self, requests: Sequence[Request]) -> list[Outputs | str]:
        """The head's outputs at the positions that each request reads, [reads, numbers]."""
        with torch.inference_mode():
            return self._outputs(requests) if requests else []

    def _outputs(self, requests: Sequence[Request]) -> list[Outputs | str]:
        longest = max(len(r.ids) for r in requests)
        # A window counts slots of the cache, holes included, so sequences near its size share nothing.
        shares = self.placement.share and (self.window is None or 2 * longest <= self.window)
        grown = tree(requests, self.least if shares else None, with_next=isinstance(self.head, NextTokenLogProb))
        read: list[tuple[list[tuple[int, Read]], Tensor]] = []
        levels = [self._waves([_Item(root) for root in grown.roots])]
        while levels:
            wave = next(levels[-1], None)
            if wave is None:
                levels.pop()
                continue
            followers = [item for batch in self._batches(wave) for item in self._attempt(batch, read)]
            if followers:
                levels.append(self._waves(followers))
        values = {key: row for keys, rows in read for key, row in zip(keys, _numpy(rows), strict=True)}
        return [np.stack([values[id(node), at] for node, at in places]) for places in grown.found]

    def _waves(self, items: Sequence[_Item]) -> Iterator[list[_Item]]:
        """Items in groups, so that the keys and values held at a time stay bounded."""
        wave: list[_Item] = []
        tokens = 0
        for item in items:
            if wave and tokens + item.node.tokens > WAVE * self.batch_tokens:
                yield wave
                wave, tokens = [], 0
            wave.append(item)
            tokens += item.node.tokens
        if wave:
            yield wave

    def _batches(self, items: Sequence[_Item]) -> Iterator[list[_Item]]:
        """Batches of at most ``batch_tokens`` tokens of about one length, longest first, of one set of prefixes."""
        kinds: dict[tuple[int, bool], list[_Item]] = {}
        for item in items:
            kinds.setdefault((id(item.held), bool(item.node.children)), []).append(item)
        for kind in kinds.values():
            kind.sort(key=lambda item: -len(item.node.ids))
            prefix = 0 if kind[0].held is None else kind[0].held.mask.shape[1]
            start = 0
            while start < len(kind):
                length = len(kind[start].node.ids)
                rows = min(self.batch_tokens // length, 8 * self.batch_tokens // (length + prefix))
                yield kind[start : start + max(rows, 1)]
                start += max(rows, 1)

    def _attempt(self, items: list[_Item], read: list[tuple[list[tuple[int, Read]], Tensor]]) -> list[_Item]:
        """Run a batch; where the memory does not suffice, run it in halves and make smaller ones from now on.

        Returns:
            What follows its nodes.
        """
        try:
            return self._run(items, read)
        except (torch.OutOfMemoryError, RuntimeError) as error:
            if not _out_of_memory(error):
                raise
        # Outside the handler: the traceback would keep the failed batch's tensors alive.
        gc.collect()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        if len(items) == 1:
            raise VerifierError(
                f"One sequence of {items[0].node.end} tokens does not fit into the memory of {self.device}. Use a "
                "smaller max_length, dtype=bfloat16, device_map=auto over several devices, or a server."
            )
        self.batch_tokens = max(self.batch_tokens // 2, 64)
        half = len(items) // 2
        return self._attempt(items[:half], read) + self._attempt(items[half:], read)

    def _run(self, items: list[_Item], read: list[tuple[list[tuple[int, Read]], Tensor]]) -> list[_Item]:
        held = items[0].held
        lengths = np.array([len(item.node.ids) for item in items])
        width = int(lengths.max())
        ids = np.zeros((len(items), width), dtype=np.int64)
        for row, item in enumerate(items):
            ids[row, : lengths[row]] = item.node.ids
        starts = np.array([item.node.start for item in items])
        mask = np.arange(width) < lengths[:, None]
        parents = np.array([item.row for item in items])
        if held is not None:
            mask = np.concatenate([held.mask[parents], mask], axis=1)
        keep = bool(items[0].node.children)
        cache = self._cache(held, parents, keep=keep)
        hidden = self.model(
            input_ids=self._tensor(ids),
            attention_mask=None if mask.all() and held is None else self._tensor(mask),
            position_ids=self._tensor(starts[:, None] + np.arange(width)),
            past_key_values=cache,
            use_cache=cache is not None,
        ).last_hidden_state
        self.computed += int(lengths.sum())
        keys = [(id(item.node), at) for item in items for at in item.node.reads]
        if keys:
            rows = [row for row, item in enumerate(items) for _ in item.node.reads]
            columns = [at[0] - item.node.start for item in items for at in item.node.reads]
            picked = hidden[torch.tensor(rows, device=hidden.device), torch.tensor(columns, device=hidden.device)]
            read.append((keys, self._apply(picked, [at[1] for item in items for at in item.node.reads])))
        if not keep or cache is None:
            return []
        kept = _Held([(layer.keys, layer.values) for layer in cache.layers], mask)
        return [_Item(child, kept, row) for row, item in enumerate(items) for child in item.node.children]

    def _cache(self, held: _Held | None, parents: np.ndarray[Any, Any], *, keep: bool) -> Any:
        """The prefixes' keys and values, a row for each item; None where there is nothing to see nor to keep."""
        if held is None:
            return DynamicCache() if keep else None
        cache = DynamicCache()
        one = bool((parents == parents[0]).all())
        index = torch.from_numpy(parents)
        for i, (keys, values) in enumerate(held.layers):
            if one:
                shown = [t[parents[0]].expand(len(parents), *t.shape[1:]) for t in (keys, values)]
            else:
                shown = [t.index_select(0, index.to(t.device)) for t in (keys, values)]
            if keep:
                cache.update(*shown, i)
            else:
                layer = _ReadOnly()
                layer.keys, layer.values = shown
                layer.dtype, layer.device, layer.is_initialized = layer.keys.dtype, layer.keys.device, True
                cache.layers.append(layer)
        return cache

    def _tensor(self, array: np.ndarray[Any, Any]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).to(self.device, non_blocking=True)

    def _apply(self, hidden: Tensor, following: Sequence[int]) -> Tensor:
        """The head on the positions that are read, [reads, width] -> [reads, numbers], in float32."""
        if isinstance(self.head, NextTokenLogProb | TokenLogProbs):
            ((weight, bias),) = self.matrices
            rows = max(1, LOGIT_BYTES // (4 * weight.shape[0]))
            wanted = torch.tensor(following if isinstance(self.head, NextTokenLogProb) else self.head.tokens)
            wanted = wanted.to(hidden.device)
            out = []
            for start in range(0, len(hidden), rows):
                logits = (hidden[start : start + rows].to(weight.dtype) @ weight.T).float()
                logits = self.change(logits if bias is None else logits + bias).log_softmax(-1)
                if isinstance(self.head, NextTokenLogProb):
                    out.append(logits.gather(1, wanted[start : start + rows, None]))
                else:
                    out.append(logits[:, wanted])
            return torch.cat(out)
        values = hidden.float()
        for i, (weight, bias) in enumerate(self.matrices):
            values = torch.nn.functional.linear(values.relu() if i else values, weight, bias)
        return self.change(values) if isinstance(self.head, TokenLogits) else values


def _numpy(rows: Tensor) -> Outputs:
    values: Outputs = rows.double().cpu().numpy()
    if np.isnan(values).any():
        raise VerifierError("The model's outputs are not numbers (NaN). Try dtype=float32 or dtype=bfloat16.")
    return values


def _out_of_memory(error: BaseException) -> bool:
    return isinstance(error, torch.OutOfMemoryError) or any(
        sign in str(error) for sign in ("not enough memory", "out of memory", "can't allocate memory")
    )
