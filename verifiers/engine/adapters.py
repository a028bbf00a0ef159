"""Checkpoints that are adapters: LoRA's low-rank changes, merged into their base model's weights.

    W + (alpha / r) B A          (rank-stabilised: alpha / sqrt(r))

An adapter's folder names its base; the merged model is an ordinary one, and as quick. arXiv 2106.09685.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor

from harness.errors import BadInput, VerifierError

CONFIG = "adapter_config.json"
PREFIX = "base_model.model."


@dataclass(frozen=True, slots=True)
class Adapter:
    """A LoRA adapter.

    Attributes:
        changes: For each layer, by its name in the whole model, what is added to its weight.
        whole: Weights that it brings whole, such as a head's, by name.
    """

    changes: Mapping[str, Tensor]
    whole: Mapping[str, Tensor]

    def merge(self, model: Any) -> None:
        """Add the changes to a decoder's weights.

        Raises:
            VerifierError: It changes a layer that the decoder has not.
        """
        layers = dict(model.named_modules())
        with torch.no_grad():
            for name, change in self.changes.items():
                if name == "lm_head":
                    continue  # the head's: ``read_head`` adds it there
                layer = layers.get(name.removeprefix("model."))
                if layer is None:
                    raise VerifierError(f"The adapter changes {name!r}, which a {type(model).__name__} has not.")
                weight = layer.weight
                weight.copy_((weight.float() + change.to(weight.device)).to(weight.dtype))
            parameters = dict(model.named_parameters())
            for name, tensor in self.whole.items():
                own = parameters.get(name.removeprefix("model."))
                if own is not None and own.shape == tensor.shape:
                    own.copy_(tensor.to(own.dtype))
                elif name.startswith("model."):
                    raise VerifierError(f"The adapter replaces {name!r}, which has another shape in the base model.")

    def head(self, name: str, weight: Tensor | None, rows: list[int] | None) -> Tensor | None:
        """A head's weight with the adapter's change, or its own where it brings one; rows select both."""
        if name in self.whole:
            weight = self.whole[name] if rows is None else self.whole[name][rows]
        change = self.changes.get(name.removesuffix(".weight"))
        if weight is None or change is None:
            return weight
        return (weight.float() + (change if rows is None else change[rows])).to(weight.dtype)


def read_adapter(folder: Path) -> Adapter:
    """The adapter in a folder.

    Raises:
        BadInput: It is of another kind than LoRA, or has parts that are not understood.
    """
    config = read_adapter_config(folder)
    if config.get("peft_type", "LORA") != "LORA" or config.get("use_dora"):
        raise BadInput(f"The adapter in {str(folder)!r} is no plain LoRA. Merge it into its base, and give model=THAT.")
    file = folder / "adapter_model.safetensors"
    stored = (
        load_file(file)
        if file.exists()
        else torch.load(folder / "adapter_model.bin", map_location="cpu", weights_only=True)
    )
    weights = {key.removeprefix(PREFIX): tensor.float() for key, tensor in stored.items()}
    changes, whole = {}, {}
    for key, tensor in weights.items():
        if key.endswith(".lora_A.weight"):
            name = key.removesuffix(".lora_A.weight")
            changes[name] = _scale(config, name, len(tensor)) * weights[f"{name}.lora_B.weight"] @ tensor
        elif ".lora_" not in key:
            whole[key.replace(".modules_to_save", "")] = tensor
        elif not key.endswith(".lora_B.weight"):
            raise BadInput(f"The adapter in {str(folder)!r} has {key!r}, which is not a linear layer's.")
    return Adapter(changes, whole)


def read_adapter_config(folder: Path) -> dict[str, Any]:
    """What an adapter says of itself."""
    try:
        value: dict[str, Any] = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"{str(folder / CONFIG)!r} cannot be read: {error}.") from error
    return value


def _scale(config: Mapping[str, Any], name: str, rank: int) -> float:
    alpha = config.get("lora_alpha", rank)
    for pattern, value in (config.get("alpha_pattern") or {}).items():
        alpha = value if name.endswith(pattern) else alpha
    return float(alpha) / (math.sqrt(rank) if config.get("use_rslora") else rank)
