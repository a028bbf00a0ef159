"""Which weights: one frozen record per published verifier, its files, and what identifies their content.

A model of the hub is identified by its commit, a local one by a hash of its files, so that scores are never reused
after a model was changed in place, and a folder may be moved.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from harness import packages
from harness.errors import BadInput

SMALL_FILES = ("*.json", "*.txt", "*.model", "*.jinja", "*.tiktoken")
COMMIT = re.compile(r"[0-9a-f]{40}")
UNHASHED = frozenset({".gitattributes", "README.md", "LICENSE", "training.json", "train.json"})


@dataclass(frozen=True, slots=True)
class Golden:
    """What the authors say that their model answers.

    Attributes:
        problem: The problem's text.
        solutions: Solutions, each as its steps.
        scores: For each solution its step scores, or its one score.
        tolerance: How far off a right setup may be: rounding of the published numbers and of half precision.
        source: Where they say so.
    """

    problem: str
    solutions: tuple[tuple[str, ...], ...]
    scores: tuple[tuple[float, ...], ...]
    tolerance: float
    source: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One published verifier.

    Attributes:
        name: The registered name.
        model: Its id on the Hugging Face hub; "" where the user names one.
        size: Parameters, as its authors round them.
        context: Longest input it is made for, in tokens.
        licence: SPDX identifier, or the card's own words; "not stated" where the card has none.
        source: The paper or page that says how it is read.
        aggregation: Of its step scores, by its authors; "" for an outcome verifier.
        kind: What ``bonbench verifiers`` calls it.
        model_type: The native architecture where the checkpoint names one of its own.
        dtype: What it was published in.
        golden: The authors' example, where they print its scores.
        extra: What the family needs to know of it beyond that.
    """

    name: str
    model: str = ""
    size: str = ""
    context: int = 4096
    licence: str = "not stated"
    source: str = ""
    aggregation: str = ""
    kind: str = "PRM"
    model_type: str = ""
    dtype: str = "bfloat16"
    golden: Golden | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """A registered verifier: called with options, it makes one of its family for its checkpoint."""

    family: Callable[..., Any]
    checkpoint: Checkpoint

    def __call__(self, **options: Any) -> Any:
        """The verifier."""
        return self.family(self.checkpoint, **options)

    @property
    def aggregation(self) -> str:
        """Of its step scores."""
        return self.checkpoint.aggregation

    @property
    def about(self) -> Mapping[str, str]:
        """What ``bonbench verifiers`` lists."""
        c = self.checkpoint
        return {
            "kind": c.kind,
            "model": c.model or "model=...",
            "size": c.size,
            "context": f"{c.context:,}" if c.model else "",
            "licence": c.licence if c.model else "",
            "source": c.source,
            "golden": "yes" if c.golden else "",
        }


def entries(family: Callable[..., Any], checkpoints: tuple[Checkpoint, ...]) -> dict[str, Entry]:
    """The ``VERIFIERS`` of a family's file; ``family`` is its ``of``, which takes a checkpoint and options."""
    return {c.name: Entry(family, c) for c in checkpoints}


@dataclass(frozen=True, slots=True)
class Weights:
    """Where a model is.

    Attributes:
        model: A folder, or an id on the hub.
        revision: Commit, branch or tag on the hub; "" for the newest.
    """

    model: str
    revision: str = ""

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder here."""
        return Path(self.model).expanduser().is_dir()

    def identity(self) -> Mapping[str, Any]:
        """What tells these weights from all others: model and commit, or a hash of the folder's files."""
        base = self.base()
        under = {} if base is None else {"base": base.identity()}
        if self.is_folder:
            return {"sha256": _hash_folder(self.folder(weights=False)), **under}
        if COMMIT.fullmatch(self.revision):
            return {"model": self.model, "revision": self.revision, **under}
        return {"model": self.model, "revision": self.folder(weights=False).name, **under}

    def base(self) -> "Weights | None":
        """The model that an adapter changes; None for a whole model."""
        folder = self.folder(weights=False)
        file = folder / "adapter_config.json"
        if (folder / "config.json").exists() or not file.exists():
            return None
        config = json.loads(file.read_text(encoding="utf-8"))
        return Weights(config["base_model_name_or_path"], config.get("revision") or "")

    def folder(self, *, weights: bool = True) -> Path:
        """The folder with its files, downloaded if need be: all of them, or all but the weights.

        Raises:
            BadInput: It is neither a folder nor to be had from the hub.
        """
        if self.is_folder:
            return Path(self.model).expanduser().resolve()
        if self.model.startswith((".", "/", "~")):
            raise BadInput(f"There is no folder {self.model!r}, where the model should be.")
        found = self._download(SMALL_FILES)
        if weights:
            found = self._download((*SMALL_FILES, "*.safetensors"))
            if not any(found.glob("*.safetensors")):
                found = self._download((*SMALL_FILES, "*model*.bin"))
        return found

    def _download(self, patterns: tuple[str, ...]) -> Path:
        packages.need("models", "fetch a model from the Hugging Face hub", "huggingface_hub")
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

        try:
            return Path(snapshot_download(self.model, revision=self.revision or None, allow_patterns=list(patterns)))
        except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
            reason = str(error).strip().split("\n")[0]
            raise BadInput(
                f"{self.model!r} is neither a folder nor to be had from the Hugging Face hub ({reason}). Give "
                "model=FOLDER, or, for a gated model, log in with 'hf auth login'."
            ) from error


@lru_cache(maxsize=32)
def _hash_folder(folder: Path) -> str:
    """SHA-256 over the names and contents of what a model is made of."""
    files = sorted(p for p in folder.iterdir() if p.is_file() and p.name not in UNHASHED and p.name[0] != ".")
    with ThreadPoolExecutor(max_workers=8) as pool:
        digests = list(pool.map(_hash_file, files))
    listed = json.dumps([[p.name, d] for p, d in zip(files, digests, strict=True)])
    return hashlib.sha256(listed.encode()).hexdigest()


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
