"""Where the steps end in the ids: how a trained verifier sees a solution.

    prompt ids | step 1 ids | separator ids | step 2 ids | separator ids | ...

The ids are built piece by piece, so a step's ids never depend on what follows it. A PRM is read at the last token of
each separator, an ORM at the last token of all. The layout is saved beside the model as ``verifier.json``, and
whoever scores with the model reads it there.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from harness.errors import BadInput

FILE = "verifier.json"
PLACE = "{problem}"
Kind = Literal["orm", "prm"]
NeutralRule = Literal["neutral-as-positive", "neutral-as-negative"]
LABELS: dict[Kind, tuple[str, ...]] = {"orm": ("wrong", "right"), "prm": ("negative", "neutral", "positive")}


@dataclass(frozen=True, slots=True)
class Layout:
    """How a verifier sees a solution and how its outputs are read.

    Attributes:
        kind: ``orm`` or ``prm``.
        prompt: What stands before the steps; ``{problem}`` is replaced by the problem's text.
        separator: What follows every step.
        neutral: For a PRM: whether a neutral step counts as positive or as negative in a step's score.
        longest: Most tokens of a solution with its problem.
    """

    kind: Kind
    prompt: str = "{problem}\n"
    separator: str = "\n"
    neutral: NeutralRule = "neutral-as-positive"
    longest: int = 4096

    def save(self, folder: Path) -> None:
        """Writes ``verifier.json``."""
        (folder / FILE).write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")


def load_layout(folder: Path) -> Layout:
    """The layout of a saved verifier.

    Raises:
        BadInput: The folder has no readable ``verifier.json``.
    """
    try:
        return Layout(**json.loads((folder / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise BadInput(f"{folder} holds no {FILE} of a trained verifier ({error}).") from error


@dataclass(frozen=True, slots=True)
class Encoded:
    """A solution as ids.

    Attributes:
        ids: All token ids.
        prompt: How many of them are the problem's.
        ends: For each step the position of the last token of its separator, where a PRM is read.
    """

    ids: tuple[int, ...]
    prompt: int
    ends: tuple[int, ...]


class Encoder:
    """Turns problems and steps into ids, piece by piece.

    Args:
        tokenizer: Any Hugging Face tokenizer.
        layout: How the pieces are put together.
    """

    def __init__(self, tokenizer: Any, layout: Layout) -> None:
        if PLACE not in layout.prompt:
            raise BadInput(f"The prompt {layout.prompt!r} does not say where the problem goes: put {PLACE} into it.")
        self._layout = layout
        self._piece = lru_cache(maxsize=200_000)(
            lambda text: tuple(tokenizer(text, add_special_tokens=False)["input_ids"])
        )
        self._prompt = lru_cache(maxsize=50_000)(lambda text: tuple(tokenizer(text)["input_ids"]))
        self._separator = self._piece(layout.separator)
        self._end = tokenizer.eos_token_id
        if not self._separator:
            raise BadInput(f"The separator {layout.separator!r} has no token in this tokenizer; choose another.")

    def encode(self, problem: str, steps: Sequence[str]) -> Encoded:
        """The ids of a solution, however long."""
        prompt = self._prompt(self._layout.prompt.replace(PLACE, problem))
        if len(prompt) > 1 and prompt[-1] == self._end:
            prompt = prompt[:-1]  # a tokenizer that closes every text would close it before the solution
        ids = list(prompt)
        ends = []
        for step in steps:
            ids.extend(self._piece(step))
            ids.extend(self._separator)
            ends.append(len(ids) - 1)
        return Encoded(tuple(ids), len(prompt), tuple(ends))
