"""Make a model of lm-eval's registry, and say how it was made."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness import digest
from harness.errors import BadInput, UnknownName

MAY_CHANGE = frozenset(  # between an interrupted run and its continuation: where it runs, not what it computes
    ("base_url", "num_concurrent", "max_retries", "timeout", "device", "device_map_option", "parallelize", "max_memory",
     "gpu_memory_utilization", "tensor_parallel_size", "data_parallel_size", "offload_folder", "verify_certificate",
     "ca_cert_path")
)  # fmt: skip
_SECRET = re.compile(r"token|key|secret|password|header|auth|credential", re.IGNORECASE)
_NO_SECRET = frozenset(("think_end_token", "add_bos_token", "tokenizer", "tokenizer_backend", "tokenized_requests"))
_LOGIN = re.compile(r"(?<=://)[^/@\s]+@")
_WEIGHTS = ("*.safetensors", "*.bin", "*.gguf", "*.json", "*.model", "*.jinja")


def parse_args(text: str) -> dict[str, Any]:
    """``--model-args`` as lm-eval reads it: ``pretrained=...,dtype=float16``, or a JSON object.

    Raises:
        BadInput: It is not written so.
    """
    from lm_eval.utils import simple_parse_args_string

    if text.lstrip().startswith("{"):
        try:
            return dict(json.loads(text))
        except ValueError as error:
            raise BadInput(f"--model-args {text!r} is no JSON object: {error}.") from error
    odd = [part for part in text.split(",") if part and "=" not in part]
    if odd:
        raise BadInput(f"--model-args is written key=value,key=value, or as a JSON object; {odd[0]!r} is neither.")
    return dict(simple_parse_args_string(text))


def find(name: str) -> Any:
    """The class of that name in lm-eval's registry.

    Raises:
        UnknownName: lm-eval has none.
        BadInput: A package that the model needs is not installed.
    """
    import lm_eval.models  # noqa: F401  fills the registry
    from lm_eval.api.registry import get_model, model_registry

    known = list(model_registry.keys())
    if name not in known:
        raise UnknownName("lm-eval model", name, known)
    try:
        return get_model(name)
    except ImportError as error:
        raise _missing(error, name) from error


def make(name: str, kind: Any, args: Mapping[str, Any], batch_size: int | str, device: str | None) -> Any:
    """An lm-eval model.

    Raises:
        BadInput: It cannot be made with these arguments, or a package that it needs is not installed.
    """
    if args.get("trust_remote_code") and not args.get("revision") and not Path(str(args.get("pretrained"))).is_dir():
        raise BadInput(
            "trust_remote_code runs code from the hub, which may change; pin it with revision=COMMIT in --model-args."
        )
    try:
        made = kind.create_from_arg_obj(dict(args), {"batch_size": batch_size, "device": device})
    except ImportError as error:
        raise _missing(error, name) from error
    except Exception as error:  # models raise what they like: OSError, AssertionError, a package's own
        shown = ", ".join(f"{k}={v}" for k, v in public(args).items()) or "no arguments"
        said = str(error).rstrip(".")
        raise BadInput(f"The model {name!r} could not be made with {shown}: {said}. Change --model-args.") from error
    if made.world_size > 1:
        raise BadInput("Generation runs as one process; give the model its devices through --model-args instead.")
    return made


def device_for(args: Mapping[str, Any], device: str | None) -> str | None:
    """The device of a ``transformers`` model: the one named, else a GPU where there is one, else the processor.

    lm-eval takes a GPU for granted. Where the arguments place the model themselves, nothing is said.
    """
    if device or any(args.get(name) for name in ("device", "parallelize", "device_map", "device_map_option")):
        return device
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def public(args: Mapping[str, Any]) -> dict[str, Any]:
    """Model arguments that may be written down: no keys, no headers, no login in an address.

    >>> public({"model": "m", "auth_token": "s", "base_url": "http://me:pw@host/v1"})
    {'model': 'm', 'base_url': 'http://host/v1'}
    """
    kept = {k: v for k, v in args.items() if k in _NO_SECRET or not _SECRET.search(k)}
    return {k: _LOGIN.sub("", v) if isinstance(v, str) else v for k, v in kept.items()}


def weights(args: Mapping[str, Any]) -> dict[str, str]:
    """SHA-256 of every file of a model on disk (weights, configuration, tokenizer), by name; empty for any other."""
    folder = Path(str(args.get("pretrained") or ""))
    if not args.get("pretrained") or not folder.is_dir():
        return {}
    return {path.name: digest.of_file(path) for pattern in _WEIGHTS for path in sorted(folder.glob(pattern))}


def _missing(error: ImportError, name: str) -> BadInput:
    found = f"the package {error.name!r}" if error.name else str(error).split(". Please", maxsplit=1)[0]
    return BadInput(
        f"lm-eval's {name!r} needs what is not installed ({found}): pip install 'bonbench[models]' for Transformers, "
        f"'bonbench[api]' for a model behind HTTP, 'lm-eval[{name}]' for another."
    )
