"""A checkpoint's parts: its native configuration, its decoder, and the weights of its head.

The decoder is Transformers' own class, whatever class the checkpoint was saved from, and the head is read from the
files by name. So neither the repository's code nor an old version of Transformers is needed.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import Tensor
from transformers import AutoConfig, AutoModel

from harness.errors import BadInput, VerifierError
from verifiers.engine.adapters import Adapter
from verifiers.engine.placement import Placement
from verifiers.engine.quiet import quiet
from verifiers.engine.reading import Head, TokenLogits, WeightHead

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
INDEX = {"model.safetensors": "model.safetensors.index.json", "pytorch_model.bin": "pytorch_model.bin.index.json"}


def read_config(folder: Path, model_type: str = "") -> Any:
    """The native configuration of a checkpoint; its own code is neither needed nor run.

    Args:
        folder: The checkpoint.
        model_type: The native architecture where config.json names one of its own.
    """
    try:
        raw = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"{str(folder)!r} is no checkpoint: its config.json cannot be read ({error}).") from error
    kind = model_type or raw.get("model_type", "")
    own = {k: v for k, v in raw.items() if k not in ("model_type", "architectures", "auto_map")}
    try:
        return AutoConfig.for_model(kind, **own)
    except (KeyError, ValueError) as error:
        raise BadInput(
            f"Transformers knows no architecture {kind!r} (config.json of {str(folder)!r}), and code that comes with a "
            "checkpoint is not run. Serve it with vLLM and give server=URL."
        ) from error


def read_backbone(folder: Path, config: Any, placement: Placement, adapter: Adapter | None = None) -> Any:
    """The decoder without a head, ready to run.

    Args:
        folder: The checkpoint.
        config: Its native configuration.
        placement: Where it runs.
        adapter: What is merged into it.

    Raises:
        VerifierError: Weights are missing, which Transformers would fill with random numbers.
        BadInput: It cannot be loaded.
    """
    try:
        with quiet():  # it would list the head's weights, which are read apart, as unexpected
            model, report = AutoModel.from_pretrained(
                folder,
                config=config,
                dtype=DTYPES[placement.dtype],
                attn_implementation=placement.attention or None,
                device_map=placement.device_map or None,
                output_loading_info=True,
            )
    except (OSError, ValueError, ImportError) as error:
        raise BadInput(f"The model in {str(folder)!r} cannot be loaded: {error}") from error
    if report["missing_keys"]:
        missing = sorted(report["missing_keys"])
        raise VerifierError(
            f"{len(missing)} weights of a {type(model).__name__} are missing in {str(folder)!r} (first: "
            f"{missing[0]}); they would be random. The checkpoint is of another architecture or incomplete."
        )
    if adapter is not None:
        adapter.merge(model)
    return (model if placement.device_map else model.to(placement.device)).eval()


def read_head(
    folder: Path,
    config: Any,
    head: Head,
    dtype: torch.dtype,
    device: torch.device,
    adapter: Adapter | None = None,
) -> list[tuple[Tensor, Tensor | None]]:
    """Weight and bias of each layer of a head.

    Small heads come in float32; a language model's whole head keeps the model's dtype, as in the model itself.

    Raises:
        VerifierError: The checkpoint has no such head, or one of another size.
    """
    if isinstance(head, WeightHead):
        names = [f"{layer}.{part}" for layer in head.layers for part in ("weight", "bias")]
        found = _tensors(folder, names)
        if adapter is not None:
            changed = {name: adapter.head(name, found.get(name), None) for name in names}
            found = {name: tensor for name, tensor in changed.items() if tensor is not None}
        missing = [f"{layer}.weight" for layer in head.layers if f"{layer}.weight" not in found]
        if missing:
            raise VerifierError(
                f"The checkpoint in {str(folder)!r} has no head {missing[0]!r}; its heads are "
                f"{', '.join(_heads(folder)) or 'none'}. It is of another family, or incomplete."
            )
        layers = [(found[f"{layer}.weight"], found.get(f"{layer}.bias")) for layer in head.layers]
        size = layers[-1][0].shape[0]
        if head.outputs is not None and size != head.outputs:
            raise VerifierError(
                f"The head {head.layers[-1]!r} in {str(folder)!r} gives {size} numbers, {head.outputs} were expected."
            )
        return [(w.float().to(device), None if b is None else b.float().to(device)) for w, b in layers]
    keys = _keys(folder)
    tied = getattr(config, "tie_word_embeddings", False)
    name = "lm_head.weight" if "lm_head.weight" in keys and not tied else ""
    name = name or next((k for k in keys if k.endswith("embed_tokens.weight")), "") if tied else name
    if not name:
        raise VerifierError(f"The checkpoint in {str(folder)!r} has no language-model head (lm_head.weight).")
    rows = list(head.tokens) if isinstance(head, TokenLogits) else None
    found = _tensors(folder, [name, "lm_head.bias"], rows)
    weight: Tensor | None = found[name]
    if adapter is not None:
        weight = adapter.head("lm_head.weight", weight, rows)
    assert weight is not None
    bias = found.get("lm_head.bias")  # Phi's and CTRL's have one
    return [
        ((weight.float() if rows else weight.to(dtype)).to(device), None if bias is None else bias.float().to(device))
    ]


def logit_change(config: Any) -> Callable[[Tensor], Tensor]:
    """What the architecture does to a language model's logits after its head: nothing, for most.

    Cohere multiplies by ``logit_scale``, Granite divides by ``logits_scaling`` and HyperCLOVA X multiplies by it; Gemma
    bounds them: cap tanh(logit / cap).
    """
    factor = float(getattr(config, "logit_scale", None) or 1.0)
    if scaling := getattr(config, "logits_scaling", None):
        factor *= scaling if config.model_type.startswith("hyperclovax") else 1.0 / scaling
    cap = getattr(config, "final_logit_softcapping", None)
    return lambda logits: factor * logits if not cap else cap * torch.tanh(factor * logits / cap)


def sliding_window(config: Any) -> int | None:
    """The attention window of a model that has one and uses it, in tokens."""
    window = getattr(config, "sliding_window", None)
    kinds = getattr(config, "layer_types", None)
    used = "sliding_attention" in kinds if kinds else getattr(config, "use_sliding_window", True)
    return int(window) if window and used else None


def _keys(folder: Path) -> dict[str, Path]:
    """The name of every tensor of a checkpoint, and the file that it is in."""
    for whole, index in INDEX.items():
        if (folder / index).exists():
            listed: Mapping[str, str] = json.loads((folder / index).read_text(encoding="utf-8"))["weight_map"]
            return {key: folder / file for key, file in listed.items()}
        if (folder / whole).exists():
            return dict.fromkeys(_open(folder / whole), folder / whole)
    raise BadInput(f"{str(folder)!r} holds neither model.safetensors nor pytorch_model.bin, whole or in shards.")


def _heads(folder: Path) -> list[str]:
    """Names that may be a head's: tensors outside the decoder."""
    return [k.removesuffix(".weight") for k in _keys(folder) if not k.startswith("model.") and k.endswith(".weight")]


def _open(file: Path) -> Iterable[str]:
    if file.suffix == ".safetensors":
        with safe_open(file, framework="pt") as opened:
            return list(opened.keys())
    return list(torch.load(file, map_location="cpu", weights_only=True, mmap=True))


def _tensors(folder: Path, names: Sequence[str], rows: Sequence[int] | None = None) -> dict[str, Tensor]:
    """Those of the named tensors that there are, or only some of their rows."""
    keys = _keys(folder)
    out: dict[str, Tensor] = {}
    for name in names:
        if name not in keys:
            continue
        file = keys[name]
        if file.suffix == ".safetensors":
            with safe_open(file, framework="pt") as opened:
                part = opened.get_slice(name) if rows is not None else None
                out[name] = (
                    opened.get_tensor(name) if part is None else torch.cat([part[r : r + 1] for r in rows or ()])
                )
        else:
            tensor = torch.load(file, map_location="cpu", weights_only=True, mmap=True)[name]
            out[name] = tensor if rows is None else tensor[list(rows)]
    return out
