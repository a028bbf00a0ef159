"""What a model is asked: token ids, the positions that are read, and what is read there.

A verifier turns a problem and a solution into a ``Request``; a runner (the engine in this process, or a server)
answers with the outputs of the head at the positions that were asked for, and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Outputs = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Request:
    """One sequence and where it is read.

    Attributes:
        ids: Token ids, the model's whole input.
        reads: Positions in ``ids``, ascending, at which the head is applied.
    """

    ids: tuple[int, ...]
    reads: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TokenLogits:
    """The language model's logits of a few tokens, not normalised: the weights' rows for them, nothing more."""

    tokens: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TokenLogProbs:
    """Log-probabilities of a few tokens under the whole vocabulary."""

    tokens: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NextTokenLogProb:
    """The log-probability that the model gives to the token which follows the position."""


@dataclass(frozen=True, slots=True)
class WeightHead:
    """A head of its own: layers of linear maps with ReLU between them, found in the checkpoint under their names.

    Attributes:
        layers: Prefixes of ``.weight`` and, where there is one, ``.bias``, in the order in which they are applied.
        outputs: How many numbers the last one gives, or None where the checkpoint decides.
    """

    layers: tuple[str, ...]
    outputs: int | None = None


Head = TokenLogits | TokenLogProbs | NextTokenLogProb | WeightHead


class Runner(Protocol):
    """Whatever can answer requests."""

    def outputs(self, requests: Sequence[Request]) -> list[Outputs | str]:
        """For each request the head's outputs, [reads, numbers], or a sentence that says why there are none."""
        ...

    def usage(self) -> Mapping[str, Any]:
        """Running totals: tokens computed; and parameters, device, dtype, peak memory."""
        ...


def softmax(rows: Outputs) -> Outputs:
    """Probabilities of each row's logits, [reads, labels]."""
    shifted = np.exp(rows - rows.max(axis=-1, keepdims=True))
    out: Outputs = shifted / shifted.sum(axis=-1, keepdims=True)
    return out


def sigmoid(values: Outputs) -> Outputs:
    """1 / (1 + exp(-x)), without overflow."""
    small = np.exp(-np.abs(values))
    out: Outputs = np.where(values >= 0, 1.0, small) / (1.0 + small)
    return out


def log_sum_exp(values: Outputs) -> float:
    """log(sum(exp(x))); -inf for no values."""
    if not len(values):
        return float("-inf")
    top = float(values.max())
    return top if top == float("-inf") else top + float(np.log(np.exp(values - top).sum()))
