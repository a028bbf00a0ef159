"""Models behind vLLM's HTTP server, asked with token ids: the ids and the positions are ours, the forward pass is its.

``/pooling`` is for checkpoints that vLLM knows as reward or classification models: it gives a row for every token, a
row for every step marker (STEP pooling), or one row. ``/v1/completions`` with ``prompt_logprobs`` is for language
models whose label is a token: it gives the most probable tokens at every position, of which two are compared. Tested
with vLLM 0.32.
"""

import math
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from harness.errors import BadInput, VerifierError
from verifiers.engine.http_client import Client, Endpoint, Refused
from verifiers.engine.reading import (
    Head,
    NextTokenLogProb,
    Outputs,
    Request,
    Runner,
    TokenLogits,
    TokenLogProbs,
    WeightHead,
)

TOP = 20  # tokens that a server returns at a position: vLLM's default limit
UNSURE = 1e-3  # largest width of a probability that a token outside the returned ones may leave open
TOO_LONG = (  # how servers say that an input leaves no room; the last is vLLM's for one that is as long as its limit
    "maximum context length",
    "max_model_len",
    "is longer than",
    "too long",
    "max_tokens must be at least 1",
)


def runner(endpoint: Endpoint, head: Head) -> Runner:
    """The client for a head.

    Raises:
        BadInput: The server cannot be asked for it this way.
    """
    api = endpoint.api or ("pooling" if isinstance(head, WeightHead) else "completions")
    if api == "pooling":
        if not isinstance(head, WeightHead):
            raise BadInput("/pooling returns a head of the model's own; this verifier reads tokens: api=completions.")
        return Pooling(Client(endpoint), endpoint.server_outputs)
    if api == "completions":
        if isinstance(head, WeightHead):
            raise BadInput("This verifier has a head of its own, which completions do not show: api=pooling.")
        return Completions(Client(endpoint), head)
    raise BadInput(f"api={api} is not known; use pooling or completions.")


class _Served:
    """What both share: every distinct request once, and refusals of single requests as notes."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.computed = 0

    def outputs(self, requests: Sequence[Request]) -> list[Outputs | str]:
        """The outputs of each request, or why there are none."""
        distinct = list(dict.fromkeys(requests))
        found: dict[Request, Outputs | str] = dict(zip(distinct, self.client.map(self._ask, distinct), strict=True))
        self.computed += sum(len(r.ids) for r, answer in found.items() if not isinstance(answer, str))
        return [found[r] for r in requests]

    def usage(self) -> Mapping[str, Any]:
        """Tokens sent; the server's device and precision are not known here."""
        return {"computed_tokens": self.computed, "device": "served", "dtype": "as served"}

    def _ask(self, request: Request) -> Outputs | str:
        try:
            return self._rows(request)
        except Refused as refused:
            if refused.status in (400, 413, 422) and any(sign in refused.message for sign in TOO_LONG):
                return f"{len(request.ids)} tokens, more than the server takes"
            raise

    def _rows(self, request: Request) -> Outputs | str:
        raise VerifierError(f"{type(self).__name__} cannot be asked.")


class Pooling(_Served):
    """vLLM's ``/pooling``.

    Args:
        client: Of the server.
        outputs: ``raw``, ``probabilities``, or ``auto``: rows of several numbers that each sum to 1 are taken for
            probabilities; single numbers are asked for raw, and taken for raw where the server does as it is asked.
    """

    def __init__(self, client: Client, outputs: str = "auto") -> None:
        super().__init__(client)
        if outputs not in ("auto", "raw", "probabilities"):
            raise BadInput(f"server_outputs={outputs} is not known; use auto, raw or probabilities.")
        self.given = outputs
        self._raw = False  # whether single numbers are known to be raw
        self._finding_out = threading.Lock()

    def _rows(self, request: Request) -> Outputs | str:
        rows = self._pooled(request, activated=False)
        if self.given == "auto" and rows.shape[1] == 1:
            with self._finding_out:
                self._raw = self._raw or self._is_raw(request, rows)
        return self._as_logits(rows)

    def _is_raw(self, request: Request, rows: Outputs) -> bool:
        """Whether a server that was asked for single numbers without a sigmoid gave them so.

        Older ones do not know the switch and apply the sigmoid all the same. Numbers outside [0, 1] went through none,
        and where the switch changes the numbers it is obeyed.

        Raises:
            VerifierError: The numbers do not tell.
        """
        if (rows < 0.0).any() or (rows > 1.0).any():
            return True
        if np.abs(self._pooled(request, activated=True) - rows).max() > 1e-2:
            return True
        raise VerifierError(
            "The server's numbers lie between 0 and 1 and are the same with and without 'use_activation': it may apply "
            "a sigmoid whatever it is asked. Say server_outputs=probabilities if it does, server_outputs=raw if not."
        )

    def _pooled(self, request: Request, *, activated: bool) -> Outputs:
        """The rows at the reads, [reads, numbers]."""
        body = {"input": list(request.ids), "use_activation": activated, "encoding_format": "float"}
        answer = self.client.post("/pooling", body)
        try:
            rows = np.asarray(answer["data"][0]["data"], dtype=np.float64)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise VerifierError(
                f"The answer of /pooling has no data[0].data of numbers: {str(answer)[:200]}"
            ) from error
        rows = _by_token(rows, request)
        reads, tokens = len(request.reads), len(request.ids)
        if len(rows) == tokens and tokens != reads:
            rows = rows[list(request.reads)]
        elif len(rows) != reads:
            raise VerifierError(
                f"The server returned {len(rows)} rows for {tokens} tokens and {reads} reads; one a token (pooling "
                "type ALL) or one a step marker (STEP) is expected. Check its --pooler-config."
            )
        return rows

    def _as_logits(self, rows: Outputs) -> Outputs:
        """Rows as the head gave them, up to what a softmax or a sigmoid takes away again."""
        several = rows.shape[1] > 1
        sums = bool((np.abs(rows.sum(axis=1) - 1.0) < 1e-2).all() and (rows >= 0.0).all()) if several else False
        if self.given == "raw" or (self.given == "auto" and not sums):
            return rows
        with np.errstate(divide="ignore"):
            logits: Outputs = np.log(rows) - (0.0 if several else np.log1p(-rows))
        return np.maximum(np.minimum(logits, 700.0), -700.0)


class Completions(_Served):
    """``/v1/completions`` with ``prompt_logprobs``.

    Args:
        client: Of the server.
        head: Which tokens are compared, or that the following one is asked for.
    """

    def __init__(self, client: Client, head: TokenLogits | TokenLogProbs | NextTokenLogProb) -> None:
        super().__init__(client)
        self.head = head

    def _rows(self, request: Request) -> Outputs | str:
        next_token = isinstance(self.head, NextTokenLogProb)
        ends_read = request.reads[-1] == len(request.ids) - 1
        body: dict[str, Any] = {
            "prompt": list(request.ids),
            "max_tokens": 1,
            "temperature": 0.0,
            "prompt_logprobs": 1 if next_token else TOP,
            "return_tokens_as_token_ids": True,
        }
        if ends_read:
            body["logprobs"] = TOP
        choice = _choice(self.client.post("/v1/completions", body))
        prompt = choice.get("prompt_logprobs")
        if not isinstance(prompt, list) or len(prompt) != len(request.ids):
            raise VerifierError(
                "The server returned no prompt_logprobs for every token of the prompt; vLLM does. Other "
                "OpenAI-compatible servers cannot run verifiers of this kind."
            )
        out = []
        for position in request.reads:
            inside = position + 1 < len(prompt)
            at = (prompt[position + 1] if inside else _first_generated(choice)) or {}
            found = {int(k): float(v["logprob"] if isinstance(v, dict) else v) for k, v in at.items()}
            if isinstance(self.head, NextTokenLogProb):
                out.append([found[request.ids[position + 1]]])
                continue
            least = _least(at, request.ids[position + 1] if inside else None)
            row = _compared(found, self.head.tokens, least)
            if isinstance(row, str):
                return row
            out.append(row)
        return np.asarray(out, dtype=np.float64)


def _least(at: Mapping[str, Any], own: int | None) -> float:
    """The log-probability that no token which was not returned exceeds: the smallest of the most probable ones.

    Args:
        at: What the server returned at a position.
        own: The prompt's own token there, which is returned as well, however improbable it is.
    """
    ranked = [v for v in at.values() if isinstance(v, dict) and v.get("rank")]
    if len(ranked) == len(at):
        kept = [v["logprob"] for v in ranked if v["rank"] <= TOP]
    else:
        kept = [v["logprob"] if isinstance(v, dict) else v for k, v in at.items() if int(k) != own]
    return float(min(kept, default=math.inf))


def _compared(found: Mapping[int, float], tokens: Sequence[int], least: float) -> list[float] | str:
    """Log-probabilities of the labels, ``least`` for one that was not returned.

    A sentence instead where none was returned, or where that leaves a label's share open by more than ``UNSURE``.
    """
    known = [found[t] for t in tokens if t in found]
    if not known:
        return f"no label is among the {TOP} most probable tokens that the server returns"
    missing = len(tokens) - len(known)
    if missing and missing * math.exp(min(least - max(known), 0.0)) > UNSURE:
        return (
            f"only some labels are among the {TOP} most probable tokens that the server returns, and others may matter"
        )
    return [found.get(t, least) for t in tokens]


def _by_token(rows: Outputs, request: Request) -> Outputs:
    """Rows of numbers, whatever shape they came in: a list of numbers is one row, or a column."""
    if rows.ndim == 1:
        column = len(rows) in (len(request.ids), len(request.reads)) and len(rows) > 1
        rows = rows[:, None] if column or len(rows) == 1 else rows[None, :]
    return rows


def _choice(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        choice: Mapping[str, Any] = answer["choices"][0]
    except (KeyError, IndexError, TypeError) as error:
        raise VerifierError(f"The answer of /v1/completions has no choices: {str(answer)[:200]}") from error
    return choice


def _first_generated(choice: Mapping[str, Any]) -> dict[str, float]:
    """Log-probabilities of what may follow the prompt, by token id."""
    top = ((choice.get("logprobs") or {}).get("top_logprobs") or [{}])[0]
    return {k.removeprefix("token_id:"): v for k, v in top.items() if k.startswith("token_id:")}
