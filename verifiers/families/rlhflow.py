r"""RLHFlow's process and outcome verifiers (Llama 3.1 8B): every step is a user's turn, the answer to it "+" or "-".

    user: {problem} {step 1}   assistant: +   user: {step 2}   assistant: +   ...

The verdict on a step is what the model would say in the place of "+", so it is read one token before; "+" is fed back
whatever the verdict was. One pass gives all steps, because attention is causal: a placeholder token marks the
assistant's turns and "+" takes its place ("+" itself also stands in the mathematics). The dialogue is the tokenizer's
own template, without a system message of ours. RLHFlow/RLHF-Reward-Modeling, math-rm; the mean step is the score.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from harness.errors import VerifierError
from harness.records import Score
from verifiers.engine.checkpoint import Checkpoint, entries
from verifiers.engine.encoding import (
    Encoded,
    at_markers,
    check_ids,
    cleaner,
    encode_texts,
    render_chat,
    single_token,
    special_tokens,
    without_tag,
)
from verifiers.engine.reading import Head, Outputs, TokenLogits, softmax
from verifiers.model import ModelVerifier

PLACEHOLDER = "<|reserved_special_token_0|>"
TAG = "ки"  # behind every step of the solutions that the Mistral-data verifiers were trained on; they never saw it
KNOWN = {"+": (10,), "-": (12,), PLACEHOLDER: (128002,)}


class RLHFlowPRM(ModelVerifier):
    """P(+) against P(-) in answer to each step."""

    family = "rlhflow-prm"
    version = 2  # 1 stripped the problem, and took the tag's letters out of words

    def head(self) -> Head:
        """The logits of "+" and "-"."""
        self.ready()
        return TokenLogits((self._good, self._bad))

    def look_up(self) -> None:
        """Look up the three tokens, and make sure that the placeholder's dialogue is the real one."""
        tokenizer = self.tokenizer
        check_ids(tokenizer, self.checkpoint.extra.get("known", {}))
        self._good, self._bad = (single_token(tokenizer, sign) for sign in "+-")
        self._placeholder = single_token(tokenizer, PLACEHOLDER)
        self._clean = cleaner(special_tokens(tokenizer))
        turns = self._turns("1 + 1?", ("1 + 1 is 2.", "So 2"))
        (held,) = encode_texts(tokenizer, [render_chat(tokenizer, turns)])
        real = [{**t, "content": t["content"].replace(PLACEHOLDER, "+")} for t in turns]
        (wanted,) = encode_texts(tokenizer, [render_chat(tokenizer, real)])
        if tuple(self._good if i == self._placeholder else i for i in held) != wanted:
            raise VerifierError(
                "In this tokenizer '+' as an answer is not a token of its own, so the verdicts cannot be read."
            )

    def encode(self, problem: str, solutions: Sequence[tuple[str, tuple[str, ...]]]) -> Sequence[Encoded]:
        """The dialogue's ids, read where each "+" is predicted."""
        problem = self._clean(problem)
        steps = [tuple(self._clean(s).strip() for s in self._parts(text, parts)) for text, parts in solutions]
        texts = [render_chat(self.tokenizer, self._turns(problem, parts)) for parts in steps]
        encoded = encode_texts(self.tokenizer, texts)
        return [
            at_markers(ids, self._placeholder, len(parts), before=1, instead=self._good)
            for ids, parts in zip(encoded, steps, strict=True)
        ]

    def judge(self, encoded: Encoded, outputs: Outputs) -> Score:
        """One probability per step."""
        return Score(steps=tuple(softmax(outputs)[:, 0].tolist()))

    def _parts(self, text: str, parts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(without_tag(part, TAG) for part in parts)

    def _turns(self, problem: str, steps: Sequence[str]) -> list[Mapping[str, Any]]:
        turns: list[Mapping[str, Any]] = []
        for i, step in enumerate(steps):
            turns.append({"role": "user", "content": step if i else f"{problem} {step}"})
            turns.append({"role": "assistant", "content": PLACEHOLDER})
        return turns


class RLHFlowORM(RLHFlowPRM):
    """P(+) against P(-) in answer to the whole solution."""

    family = "rlhflow-orm"
    process = False

    def judge(self, encoded: Encoded, outputs: Outputs) -> Score:
        """One probability for the solution."""
        return Score(float(np.minimum(softmax(outputs)[0, 0], 1.0)))

    def _parts(self, text: str, parts: tuple[str, ...]) -> tuple[str, ...]:
        return ("\n".join(without_tag(line, TAG) for line in text.split("\n")),)


def _checkpoint(kind: str, data: str) -> Checkpoint:
    separator = "\n" if data == "Mistral" else "\n\n"
    return Checkpoint(
        name=f"rlhflow-{kind.lower()}-{data.lower()}-8b",
        model=f"RLHFlow/Llama3.1-8B-{kind}-{data}-Data",
        size="8B",
        context=8192,
        source="RLHFlow/RLHF-Reward-Modeling",
        aggregation="mean" if kind == "PRM" else "",
        kind=kind,
        extra={"separator": separator, "known": KNOWN},
    )


VERIFIERS = {
    **entries(RLHFlowPRM.of, (_checkpoint("PRM", "Mistral"), _checkpoint("PRM", "Deepseek"))),
    **entries(RLHFlowORM.of, (_checkpoint("ORM", "Mistral"), _checkpoint("ORM", "Deepseek"))),
}
