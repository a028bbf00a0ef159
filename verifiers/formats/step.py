"""Process verifiers whose input is one text (or dialogue) with a marker after every step.

Most published PRMs differ in a handful of facts only: what stands around a step, what the marker is, whether it is
tokenised with the text or on its own, which numbers are read there, and what they mean. ``StepFormat`` holds them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from harness.errors import BadInput, VerifierError
from harness.records import Score
from verifiers.engine.checkpoint import Checkpoint
from verifiers.engine.encoding import (
    Encoded,
    Piece,
    assemble,
    at_markers,
    at_words,
    check_ids,
    cleaner,
    encode_texts,
    render_chat,
    single_token,
    special_tokens,
    without_tag,
)
from verifiers.engine.reading import Head, Outputs, TokenLogits, WeightHead, sigmoid, softmax
from verifiers.model import ModelVerifier
from verifiers.options import Setup

Meaning = Literal["softmax", "sigmoid", "difference", "raw"]
PROBLEM, STEP, NUMBER = "{problem}", "{step}", "{i}"
PREFIX = re.compile(r"\s*Step\s+\d+\s*[:.]")


@dataclass(frozen=True, slots=True)
class StepFormat:
    r"""How a PRM sees a solution and what it answers.

    Attributes:
        opening: What stands before the first step; ``{problem}`` is the problem. Ignored where ``chat`` is set.
        step: Each step; ``{step}`` is its text, ``{i}`` its number from 1. "Step i:" is not written twice.
        marker: What follows each step, and where the model is read.
        after: What follows a marker, but for the last.
        pieces: Whether opening, steps and markers are tokenised each on its own, as in training on token lists; else
            the whole text is tokenised at once and the marker must be one token in it.
        chat: Whether problem and steps are the turns of a dialogue in the tokenizer's own template.
        system: The dialogue's system message; "" for none.
        bos: ``tokenizer`` (its special tokens are added), ``always`` (its BOS token is put first), ``none``.
        head: Names of the head's layers in the checkpoint, or the texts of the tokens whose logits are read: written
            as one text of two tokens, or as two texts.
        head_is_tokens: Which of the two ``head`` is.
        labels: Numbers the head gives; None where the checkpoint decides.
        good: Which of the numbers count for the step.
        means: ``softmax`` (probability of the good ones), ``sigmoid`` (of the one number), ``difference`` (good minus
            bad probabilities, from -1 to 1), ``raw``.
        known: Ids that the published tokenizer has for these texts; others are an error.
    """

    opening: str = "{problem}\n"
    step: str = "{step}"
    marker: str = "\n"
    after: str = ""
    pieces: bool = False
    chat: bool = False
    system: str = ""
    bos: Literal["tokenizer", "always", "none"] = "tokenizer"
    head: tuple[str, ...] = ("score",)
    head_is_tokens: bool = False
    labels: int | None = 2
    good: tuple[int, ...] = (1,)
    means: Meaning = "softmax"
    known: Mapping[str, tuple[int, ...]] | None = None


class StepVerifier(ModelVerifier):
    """A PRM that a ``StepFormat`` describes; the checkpoint's record holds it as ``extra["format"]``.

    Args:
        checkpoint: The published record.
        setup: As for every model.
        format: Another format than the record's.
    """

    family = "step-format"

    def __init__(self, checkpoint: Checkpoint, setup: Setup | None = None, *, format: StepFormat | None = None) -> None:  # noqa: A002
        super().__init__(checkpoint, setup)
        self.format: StepFormat = format or checkpoint.extra["format"]
        if not self.format.chat and PROBLEM not in self.format.opening:
            raise BadInput(f"The text before the steps, {self.format.opening!r}, does not say where {PROBLEM} goes.")
        if STEP not in self.format.step:
            raise BadInput(f"The format of a step, {self.format.step!r}, does not say where {STEP} goes.")
        self._marker_ids: tuple[int, ...] = ()
        self._tokens: tuple[int, ...] = ()
        self._tag = ""

    def settings(self) -> Mapping[str, Any]:
        """The format."""
        return {"format": {k: v for k, v in asdict(self.format).items() if k != "known"}}

    def head(self) -> Head:
        """Two tokens' logits, or the checkpoint's own head."""
        if not self.format.head_is_tokens:
            return WeightHead(self.format.head, self.format.labels)
        self.ready()
        return TokenLogits(self._tokens)

    def look_up(self) -> None:
        """The marker is found where it is written, and the read tokens are what they should be."""
        check_ids(self.tokenizer, self.format.known or {})
        if self.format.head_is_tokens:
            found = encode_texts(self.tokenizer, self.format.head)
            self._tokens = found[0] if len(found) == 1 else tuple(ids[-1] for ids in found)
            if len(set(self._tokens)) != 2:
                raise VerifierError(
                    f"The labels {' '.join(self.format.head)!r} are the tokens {list(self._tokens)} in this tokenizer; "
                    "two different ones are expected."
                )
        if self.format.pieces:
            (self._marker_ids,) = encode_texts(self.tokenizer, [self.format.marker])
            if not self._marker_ids:
                raise VerifierError(f"The marker {self.format.marker!r} has no token in this tokenizer.")
        else:
            self._marker_ids = (single_token(self.tokenizer, self.format.marker),)
        written = self.format.marker.strip()
        added = written in {str(token) for token in self.tokenizer.added_tokens_decoder.values()}
        self._clean = cleaner([*([written] if added else ()), *special_tokens(self.tokenizer)])
        self._tag = "" if added or self.format.pieces else written
        (probe,) = self.encode("p", [("", ("a b.", "c $d$", "e)", "f 1", "g }", "h\ni"))])
        if probe.note:
            raise VerifierError(f"In this tokenizer the marker {self.format.marker!r} is not always one: {probe.note}.")

    def encode(self, problem: str, solutions: Sequence[tuple[str, tuple[str, ...]]]) -> Sequence[Encoded]:
        """Opening, steps and markers as ids, read at the markers."""
        problem = self._clean(problem)
        written = [[self._step(self._clean(s), i) for i, s in enumerate(parts, 1)] for _, parts in solutions]
        if self.format.pieces:
            return self._encode_pieces(problem, written)
        special = self.format.bos == "tokenizer" and not self.format.chat
        if self._tag[-1:].isalnum() and not self.format.chat and self.tokenizer.is_fast:
            placed = [self._placed(problem, steps) for steps in written]
            return at_words(self.tokenizer, placed, self._marker_ids[0], special=special)
        texts = [self._text(problem, steps) for steps in written]
        encoded = encode_texts(self.tokenizer, texts, special=special)
        marker = self._marker_ids[0]
        return [at_markers(ids, marker, len(steps)) for ids, steps in zip(encoded, written, strict=True)]

    def judge(self, encoded: Encoded, outputs: Outputs) -> Score:
        """One number per step."""
        return Score(steps=tuple(meaning(outputs, self.format.means, self.format.good).tolist()))

    def _encode_pieces(self, problem: str, written: Sequence[Sequence[str]]) -> list[Encoded]:
        opening = self.format.opening.replace(PROBLEM, problem)
        bos: list[Piece] = []
        if self.format.bos == "always" and self.tokenizer.bos_token_id is not None:
            bos = [Piece(ids=(self.tokenizer.bos_token_id,))]
        first = Piece(opening, bos=self.format.bos == "tokenizer")
        marker = Piece(ids=self._marker_ids, read=True)
        after = [Piece(self.format.after)] if self.format.after else []
        rows = []
        for steps in written:
            row = [*bos, first]
            for i, step in enumerate(steps):
                row += [*(after if i else []), Piece(step), marker]
            rows.append(row)
        return assemble(self.tokenizer, rows)

    def _step(self, text: str, number: int) -> str:
        form, text = self.format.step, without_tag(text, self._tag) if self._tag else text
        if PREFIX.match(text) and NUMBER in form:
            form = form[form.index(STEP) :]
        return form.replace(NUMBER, str(number)).replace(STEP, text)

    def _placed(self, problem: str, steps: Sequence[str]) -> tuple[str, list[int]]:
        """The input as one text, and the place right behind each marker."""
        text, ends = self._text(problem, ()), []
        for i, step in enumerate(steps):
            text += (self.format.after if i else "") + step + self.format.marker
            ends.append(len(text))
        return text, ends

    def _text(self, problem: str, steps: Sequence[str]) -> str:
        solution = self.format.after.join(step + self.format.marker for step in steps)
        if not self.format.chat:
            bos = self.tokenizer.bos_token if self.format.bos == "always" else ""
            return (bos or "") + self.format.opening.replace(PROBLEM, problem) + solution
        system = [{"role": "system", "content": self.format.system}] if self.format.system else []
        turns = [{"role": "user", "content": problem}, {"role": "assistant", "content": solution}]
        return render_chat(self.tokenizer, [*system, *turns])


def meaning(rows: Outputs, means: Meaning, good: Sequence[int]) -> Outputs:
    """One number for each row of a head's outputs, [reads, labels] -> [reads].

    Args:
        rows: Logits.
        means: What they mean; see ``StepFormat``.
        good: The labels that count for the step.
    """
    if means == "raw":
        return rows[:, good[0]]
    if means == "sigmoid":
        return sigmoid(rows[:, good[0]])
    probabilities = softmax(rows)
    right: Outputs = probabilities[:, list(good)].sum(axis=1)
    if means == "difference":
        return 2.0 * right - 1.0
    out: Outputs = np.minimum(right, 1.0)  # rounding may take a sum over 1
    return out
