"""A model that writes, in this process, with Transformers: for small models and few questions; a server is faster."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from harness.errors import VerifierError
from verifiers.engine.generation import Said, Sampling, seed_of
from verifiers.engine.loading import DTYPES, read_config
from verifiers.engine.placement import Placement
from verifiers.engine.reading import Outputs, Request, TokenLogProbs


class LocalTalker:
    """A causal language model.

    Args:
        folder: The checkpoint.
        tokenizer: Its tokenizer.
        head: The tokens whose log-probabilities are read.
        placement: Where and how it runs.
    """

    def __init__(self, folder: Path, tokenizer: Any, head: TokenLogProbs, placement: Placement) -> None:
        from transformers import AutoModelForCausalLM

        self.tokenizer, self.head, self.placement = tokenizer, head, placement
        self.model = AutoModelForCausalLM.from_pretrained(
            folder,
            config=read_config(folder),
            dtype=DTYPES[placement.dtype],
            attn_implementation=placement.attention or None,
            device_map=placement.device_map or None,
        ).eval()
        if not placement.device_map:
            self.model.to(placement.device)
        self.computed = self.generated = 0

    def usage(self) -> Mapping[str, Any]:
        """Tokens so far, parameters, device, dtype."""
        return {
            "computed_tokens": self.computed,
            "generated_tokens": self.generated,
            "parameters": sum(p.numel() for p in self.model.parameters()),
            "device": self.placement.device,
            "dtype": self.placement.dtype,
        }

    def say(self, prompts: Sequence[Sequence[int]], sampling: Sampling) -> list[list[Said] | str]:
        """The samples of each prompt, one prompt after another, each with its own seed."""
        with torch.inference_mode():
            return [self._say(ids, sampling) for ids in prompts]

    def _say(self, ids: Sequence[int], sampling: Sampling) -> list[Said]:
        torch.manual_seed(seed_of(ids))
        chosen: dict[str, Any] = {"do_sample": sampling.temperature > 0}
        if sampling.temperature > 0:
            chosen |= {"temperature": sampling.temperature, "top_p": sampling.top_p, "top_k": sampling.top_k}
        else:
            chosen |= {"temperature": None, "top_p": None, "top_k": None}
        if sampling.stop:
            chosen |= {"stop_strings": list(sampling.stop), "tokenizer": self.tokenizer}
        given = torch.tensor([ids], device=self.model.device)
        rows = self.model.generate(
            input_ids=given,
            attention_mask=torch.ones_like(given),
            max_new_tokens=sampling.max_tokens,
            num_return_sequences=sampling.samples if sampling.temperature > 0 else 1,
            pad_token_id=self.tokenizer.pad_token_id or self.tokenizer.eos_token_id,
            **chosen,
        )[:, len(ids) :]
        said = [self._said(row.tolist(), sampling) for row in rows]
        self.computed += len(ids) + rows.numel()
        self.generated += rows.numel()
        return said * (sampling.samples if len(said) == 1 else 1)  # without a temperature all samples are one

    def outputs(self, requests: Sequence[Request]) -> list[Outputs | str]:
        """The tokens' log-probabilities at the positions that are read."""
        out: list[Outputs | str] = []
        for request in requests:
            ids, reads = (torch.tensor(x, device=self.model.device) for x in (request.ids, request.reads))
            with torch.inference_mode():
                logits = self.model(ids[None], logits_to_keep=reads).logits[0]
            read = logits.float().log_softmax(-1)[:, list(self.head.tokens)]
            out.append(read.double().cpu().numpy())
            self.computed += len(request.ids)
        return out

    def _said(self, ids: list[int], sampling: Sampling) -> Said:
        end = self.tokenizer.eos_token_id
        kept = ids[: ids.index(end)] if end in ids else ids
        text = self.tokenizer.decode(kept, skip_special_tokens=True)
        if not isinstance(text, str):
            raise VerifierError("The tokenizer did not decode to a text.")
        text = text.rstrip("\ufffd")  # the beginning of a character that was cut; servers leave it out too
        places = [text.index(stop) for stop in sampling.stop if stop in text]
        finished = bool(places) or end in ids or len(ids) < sampling.max_tokens
        return Said(text[: min(places)] if places else text, finished)
