"""Where and how a model runs in this process."""

from dataclasses import dataclass, replace

from harness import packages
from harness.errors import BadInput

DTYPES = ("float32", "bfloat16", "float16")


@dataclass(frozen=True, slots=True)
class Placement:
    """Where and how a model runs; nothing here changes a score but the dtype.

    Attributes:
        device: ``cpu``, ``cuda``, ``cuda:1``, ``mps``; ``auto`` for the best there is.
        dtype: ``float32``, ``bfloat16`` or ``float16``; ``auto`` for the published one, and float32 on a CPU.
        device_map: Spread a large model over several devices with Accelerate: ``auto``; "" for one device.
        attention: An attention implementation of Transformers; "" for the fastest that it has (mostly sdpa).
        batch_tokens: Tokens of a batch, padding included; 0 for what suits the device.
        share: Whether the prefixes of sequences are shared.
    """

    device: str = "auto"
    dtype: str = "auto"
    device_map: str = ""
    attention: str = ""
    batch_tokens: int = 0
    share: bool = True

    def __post_init__(self) -> None:
        if self.dtype not in ("auto", *DTYPES):
            raise BadInput(f"dtype={self.dtype} is not known; use float32, bfloat16 or float16.")

    def resolved(self, published: str = "float32") -> "Placement":
        """The same with a device and a dtype instead of ``auto``.

        Args:
            published: The dtype that the model was published in.
        """
        device = best_device() if self.device == "auto" else self.device
        own = "float32" if device == "cpu" else published
        return replace(self, device=device, dtype=own if self.dtype == "auto" else self.dtype)


def best_device() -> str:
    """The fastest device there is: ``cuda``, ``mps`` or ``cpu``."""
    packages.need("models", "run a model in this process", "torch")
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"
