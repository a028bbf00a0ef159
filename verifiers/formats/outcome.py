"""Outcome verifiers that read one number, or a few labels, at the end of a solution."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from harness.errors import BadInput
from harness.pool import steps
from harness.records import Score
from verifiers.engine.checkpoint import Checkpoint
from verifiers.engine.encoding import Encoded, Piece, assemble, cleaner, encode_texts, render_chat, special_tokens
from verifiers.engine.reading import Head, Outputs, WeightHead
from verifiers.formats.step import PROBLEM, Meaning, meaning
from verifiers.model import ModelVerifier
from verifiers.options import Setup


@dataclass(frozen=True, slots=True)
class OutcomeFormat:
    r"""How an ORM sees a solution and what it answers.

    Attributes:
        chat: Whether problem and solution are the turns of a dialogue in the tokenizer's own template.
        system: The dialogue's system message; "" for none.
        opening: What stands before the solution where there is no dialogue; ``{problem}`` is the problem.
        separator: Where there is no dialogue: what follows every step, tokenised on its own; "" to take the solution
            as one text.
        bos: ``tokenizer`` (its special tokens are added, one BOS at most), ``none``.
        head: Names of the head's layers in the checkpoint.
        labels: Numbers the head gives; None where the checkpoint decides.
        good: Which of the numbers count for the solution.
        means: ``raw`` (an unbounded reward), ``softmax``, ``sigmoid``, ``difference``.
    """

    chat: bool = True
    system: str = ""
    opening: str = "{problem}\n"
    separator: str = ""
    bos: Literal["tokenizer", "none"] = "tokenizer"
    head: tuple[str, ...] = ("score",)
    labels: int | None = 1
    good: tuple[int, ...] = (0,)
    means: Meaning = "raw"


class OutcomeModel(ModelVerifier):
    """An ORM that an ``OutcomeFormat`` describes, read at the last token.

    The last token is the sequence's own, never found through the padding: where the padding token is also the token
    that ends a turn, looking for "the last that is not padding" finds the one before.

    Args:
        checkpoint: The published record; its ``extra["format"]`` is the format.
        setup: As for every model.
        format: Another format than the record's.
    """

    family = "outcome-format"
    process = False

    def __init__(
        self,
        checkpoint: Checkpoint,
        setup: Setup | None = None,
        *,
        format: OutcomeFormat | None = None,  # noqa: A002
    ) -> None:
        super().__init__(checkpoint, setup)
        self.format: OutcomeFormat = format or checkpoint.extra["format"]
        if not self.format.chat and PROBLEM not in self.format.opening:
            raise BadInput(f"The text before the solution, {self.format.opening!r}, does not say where {PROBLEM} goes.")

    def settings(self) -> Mapping[str, Any]:
        """The format."""
        return {"format": asdict(self.format)}

    def head(self) -> Head:
        """The checkpoint's own head."""
        return WeightHead(self.format.head, self.format.labels)

    def look_up(self) -> None:
        """What a solution must not contain."""
        self._clean = cleaner(special_tokens(self.tokenizer))

    def encode(self, problem: str, solutions: Sequence[tuple[str, tuple[str, ...]]]) -> Sequence[Encoded]:
        """Dialogue or plain text, read at the last token."""
        problem = self._clean(problem)
        texts = [self._clean(text) for text, _ in solutions]
        special = self.format.bos == "tokenizer"
        if self.format.chat:
            rendered = [self._dialogue(problem, text) for text in texts]
            found = encode_texts(self.tokenizer, rendered, special=special)
        else:
            opening = Piece(self.format.opening.replace(PROBLEM, problem), bos=special)
            found = [e.ids for e in assemble(self.tokenizer, [[opening, *self._pieces(text)] for text in texts])]
        return [Encoded(ids, (len(ids) - 1,)) for ids in found]

    def judge(self, encoded: Encoded, outputs: Outputs) -> Score:
        """One number for the solution."""
        return Score(float(meaning(outputs, self.format.means, self.format.good)[0]))

    def _pieces(self, text: str) -> list[Piece]:
        if not self.format.separator:
            return [Piece(text)]
        parts = steps.split(text, self.format.separator) or (text,)
        return [p for part in parts for p in (Piece(part), Piece(self.format.separator))]

    def _dialogue(self, problem: str, solution: str) -> str:
        system = [{"role": "system", "content": self.format.system}] if self.format.system else []
        turns = [{"role": "user", "content": problem}, {"role": "assistant", "content": solution}]
        return render_chat(self.tokenizer, [*system, *turns])
