"""The optional packages: which extra brings which, and one sentence where it is missing.

A command that needs an extra calls ``need`` first, so that it stops before it has worked, not in the middle.
"""

import importlib.util

from harness.errors import MissingExtra

EXTRAS = {  # extra -> what is imported of it; the versions stand in pyproject.toml
    "models": ("torch", "transformers", "accelerate", "safetensors", "huggingface_hub"),
    "generate": ("lm_eval",),
    "board": ("streamlit",),
    "contamination": ("datasketch",),
    "hub": ("datasets",),
    "ray": ("ray",),
    "serve": ("fastapi", "uvicorn"),
    "train": ("torch", "transformers", "accelerate", "safetensors", "datasets"),
}


def need(extra: str, purpose: str, *packages: str) -> None:
    """Make sure that an extra is installed, without importing it.

    Args:
        extra: A key of ``EXTRAS``.
        purpose: What it is needed for, completing "... is needed to".
        packages: Those of the extra's packages that are needed; all of them by default.

    Raises:
        MissingExtra: One of the packages is not installed.
    """
    for package in packages or EXTRAS[extra]:
        if importlib.util.find_spec(package) is None:
            raise MissingExtra(package, extra, purpose)
