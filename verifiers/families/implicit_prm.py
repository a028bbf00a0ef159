r"""Implicit process verifiers (EurusPRM): the log-ratio of two language models is the reward.

    r_t = beta (log p(y_t) - log p_ref(y_t)),   q_t = r_1 + ... + r_t,   step score = q at its end - q at the one before

Both models read the dialogue of problem and solution, steps written "Step i: ..." and joined by a blank line; there is
no system message. A step's end is found as the authors find it: the dialogue of the first k steps is rendered, a blank
line is put after it unless k is the last, and the boundary is the position two before its last token (it may lie a
token or two in the next step; the sum over the steps is the same). Scores are log-ratios, not probabilities.
PRIME-RL/ImplicitPRM, eval/processbench.py; arXiv 2412.01981 and 2502.01456. The reference model and beta are the model
card's, Qwen/Qwen2.5-Math-7B-Instruct and 0.001; one script of the repository has Qwen2.5-7B-Instruct and 0.005.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from harness.records import Score
from verifiers.engine.checkpoint import Checkpoint, Weights, entries
from verifiers.engine.encoding import Encoded, cleaner, encode_texts, render_chat, special_tokens
from verifiers.engine.reading import Head, NextTokenLogProb, Outputs, Request, Runner
from verifiers.formats.step import PREFIX
from verifiers.model import ModelVerifier
from verifiers.options import Setup


class ImplicitPRM(ModelVerifier):
    """Steps scored by the log-ratio of a policy and a reference model.

    Args:
        checkpoint: The published record; its ``extra`` has the reference and beta.
        setup: As for every model.
        reference: Another reference model: a folder or an id on the hub.
        beta: Another coefficient.
        reference_server: Where the reference is served, if the policy is served.
    """

    family = "implicit-prm"

    def __init__(
        self,
        checkpoint: Checkpoint,
        setup: Setup | None = None,
        *,
        reference: str = "",
        beta: float | None = None,
        reference_server: str = "",
    ) -> None:
        super().__init__(checkpoint, setup)
        self.reference = Weights(reference or checkpoint.extra["reference"])
        self.beta = float(checkpoint.extra["beta"] if beta is None else beta)
        self._reference_server = reference_server

    def settings(self) -> Mapping[str, Any]:
        """Reference model and beta."""
        known = self.reference.model if self.server else self.reference.identity()
        return {"beta": self.beta, "reference": known}

    def head(self) -> Head:
        """The log-probability of every token of the solution."""
        return NextTokenLogProb()

    @cached_property
    def runner(self) -> Runner:
        """Both models."""
        return _Pair(
            self.runner_of(self.weights, self.server, self.served_model),
            self.runner_of(self.reference, self._reference_server, self.reference.model),
        )

    def look_up(self) -> None:
        """What a solution must not contain."""
        self._clean = cleaner(special_tokens(self.tokenizer))

    def encode(self, problem: str, solutions: Sequence[tuple[str, tuple[str, ...]]]) -> Sequence[Encoded]:
        """The dialogue's ids, read from the first token of the solution to the end of the last step."""
        problem = self._clean(problem)
        texts: list[str] = []
        counts = []
        for _, parts in solutions:
            steps = [self._numbered(self._clean(s), i) for i, s in enumerate(parts, 1)]
            texts.append(self._dialogue(problem, steps))
            for k in range(len(steps) + 1):
                prefix = self._dialogue(problem, steps[:k]).strip()
                texts.append(prefix if k in (0, len(steps)) else prefix + "\n\n")
            counts.append(len(steps))
        encoded = encode_texts(self.tokenizer, texts)
        out, start = [], 0
        for count in counts:
            ids = encoded[start]
            bounds = [min(max(len(e) - 2, 0), len(ids) - 2) for e in encoded[start + 1 : start + 2 + count]]
            start += count + 2
            out.append(_Bounded(ids, tuple(range(bounds[0], bounds[-1] + 1)), count, bounds=tuple(bounds)))
        return out

    def judge(self, encoded: Encoded, outputs: Outputs) -> Score:
        """The log-ratio gained in each step."""
        assert isinstance(encoded, _Bounded)
        total = np.cumsum(self.beta * outputs[:, 0])
        first = encoded.bounds[0]
        ends = [total[min(max(b, first), encoded.bounds[-1]) - first] for b in encoded.bounds[1:]]
        return Score(steps=tuple(np.diff(ends, prepend=0.0).tolist()))

    def _numbered(self, text: str, number: int) -> str:
        return text if PREFIX.match(text) else f"Step {number}: {text}"

    def _dialogue(self, problem: str, steps: Sequence[str]) -> str:
        turns = [{"role": "user", "content": problem}, {"role": "assistant", "content": "\n\n".join(steps)}]
        return render_chat(self.tokenizer, turns)


@dataclass(frozen=True, slots=True)
class _Bounded(Encoded):
    """A solution with the positions where its steps end; the first is where the solution begins."""

    bounds: tuple[int, ...] = ()


class _Pair:
    """Two models as one runner: the difference of their outputs."""

    def __init__(self, policy: Runner, reference: Runner) -> None:
        self.policy, self.reference = policy, reference

    def outputs(self, requests: Sequence[Request]) -> list[Outputs | str]:
        """Policy minus reference."""
        pairs = zip(self.policy.outputs(requests), self.reference.outputs(requests), strict=True)
        return [a if isinstance(a, str) else (b if isinstance(b, str) else a - b) for a, b in pairs]

    def usage(self) -> Mapping[str, Any]:
        """Parameters of both together; tokens computed by one."""
        ours, theirs = self.policy.usage(), self.reference.usage()
        both = [u["parameters"] for u in (ours, theirs) if u.get("parameters")]
        return {**ours, "parameters": sum(both) if len(both) == 2 else None}


VERIFIERS = entries(
    ImplicitPRM.of,
    tuple(
        Checkpoint(
            name=f"eurus-prm-stage{stage}",
            model=f"PRIME-RL/EurusPRM-Stage{stage}",
            size="7B",
            context=4096,
            licence="Apache-2.0",
            source="arXiv 2502.01456",
            aggregation=aggregation,
            extra={"reference": "Qwen/Qwen2.5-Math-7B-Instruct", "beta": 0.001},
        )
        for stage, aggregation in ((1, "min"), (2, "sum"))
    ),
)
