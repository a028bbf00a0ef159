r"""A language model asked whether a solution is right: the probability of "Yes" as its next token (GenRM, direct).

"Yes" comes in several spellings that are tokens of their own ("Yes", " Yes", "yes", ...), and which one a model says
depends on the character before it. So the probabilities of all spellings of each side are added:

    score = P(yes) / (P(yes) + P(no)),   neither = 1 - P(yes) - P(no)

The mass on neither is in each score's note: where it is large, the model was not asked in a way that it understands.
The idea is arXiv 2408.15240 (section 3); its template is not public, so the wording is an option.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from harness.errors import BadInput, VerifierError
from harness.records import Score
from verifiers.engine.checkpoint import Checkpoint, entries
from verifiers.engine.encoding import Encoded, cleaner, encode_texts, render_chat, special_tokens
from verifiers.engine.reading import Head, Outputs, TokenLogProbs, log_sum_exp
from verifiers.model import ModelVerifier
from verifiers.options import Setup

ASK = "{problem}\n\nProposed solution:\n\n{solution}\n\nIs the answer of this solution correct (Yes/No)?"


class YesNo(ModelVerifier):
    r"""P(yes) against P(no) as the next token.

    Args:
        checkpoint: The generic record.
        setup: As for every model.
        ask: The question, with ``{problem}`` and ``{solution}``; ``\n`` is a newline.
        system: The dialogue's system message.
        chat: Whether the question is a user's turn in the tokenizer's template, or plain text.
        prefill: What the answer begins with, before the verdict.
        yes: The word for right; its spellings with a space before it and in lower case count as well.
        no: The word for wrong.
    """

    family = "yes-no"
    process = False

    def __init__(
        self,
        checkpoint: Checkpoint,
        setup: Setup | None = None,
        *,
        ask: str = ASK,
        system: str = "",
        chat: bool = True,
        prefill: str = "",
        yes: str = "Yes",
        no: str = "No",
    ) -> None:
        super().__init__(checkpoint, setup)
        self.ask = ask.replace("\\n", "\n")
        if "{problem}" not in self.ask or "{solution}" not in self.ask:
            raise BadInput("The question must have the places {problem} and {solution}.")
        self.system, self.chat, self.prefill = system, chat, prefill.replace("\\n", "\n")
        self.yes, self.no = yes, no
        self._tokens: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())

    def settings(self) -> Mapping[str, Any]:
        """The wording."""
        return {
            "ask": self.ask,
            "system": self.system,
            "chat": self.chat,
            "prefill": self.prefill,
            "yes": self.yes,
            "no": self.no,
        }

    def head(self) -> Head:
        """The log-probabilities of every spelling."""
        self.ready()
        return TokenLogProbs((*self._tokens[0], *self._tokens[1]))

    def look_up(self) -> None:
        """Find the spellings that are one token."""
        self._tokens = spellings(self.tokenizer, self.yes), spellings(self.tokenizer, self.no)
        if not all(self._tokens) or set(self._tokens[0]) & set(self._tokens[1]):
            raise VerifierError(f"{self.yes!r} and {self.no!r} are not tokens of their own in this tokenizer.")
        self._clean = cleaner(special_tokens(self.tokenizer))

    def encode(self, problem: str, solutions: Sequence[tuple[str, tuple[str, ...]]]) -> Sequence[Encoded]:
        """The question's ids, read at the last."""
        asked = self.ask.replace("{problem}", self._clean(problem))
        texts = [asked.replace("{solution}", self._clean(text)) for text, _ in solutions]
        if self.chat:
            system = [{"role": "system", "content": self.system}] if self.system else []
            texts = [
                render_chat(self.tokenizer, [*system, {"role": "user", "content": t}], generate=True) for t in texts
            ]
        found = encode_texts(self.tokenizer, [t + self.prefill for t in texts], special=not self.chat)
        return [Encoded(ids, (len(ids) - 1,)) for ids in found]

    def judge(self, encoded: Encoded, outputs: Outputs) -> Score:
        """The share of yes among yes and no."""
        split = len(self._tokens[0])
        value, neither = verdict(outputs[0, :split], outputs[0, split:])
        return Score(value, note=f"neither={neither:.4f}")


def spellings(tokenizer: Any, word: str) -> tuple[int, ...]:
    """The ids of a word's spellings that are one token: as it is, with a space before it, and in lower case."""
    forms = [space + form for form in dict.fromkeys((word, word.lower())) for space in ("", " ")]
    found = encode_texts(tokenizer, forms)
    return tuple(dict.fromkeys(ids[0] for ids in found if len(ids) == 1))


def verdict(yes: Outputs, no: Outputs) -> tuple[float, float]:
    """P(yes) / (P(yes) + P(no)), and the probability of neither, from log-probabilities of the spellings.

    >>> import numpy as np
    >>> value, neither = verdict(np.log([0.25, 0.25]), np.log([0.125]))
    >>> round(value, 6), round(neither, 6)
    (0.8, 0.375)
    """
    for_yes, for_no = log_sum_exp(yes), log_sum_exp(no)
    both = log_sum_exp(np.array([for_yes, for_no]))
    return float(np.exp(for_yes - both)), float(max(0.0, 1.0 - np.exp(both)))


VERIFIERS = entries(YesNo.of, (Checkpoint(name="yes-no", context=8192, kind="generative", source="arXiv 2408.15240"),))
