"""Text that a model writes before it judges: what it is asked, what it said, and who can be asked."""

import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from harness.errors import VerifierError
from verifiers.engine.http_client import Client, Refused
from verifiers.engine.reading import Outputs, Request
from verifiers.engine.served import TOO_LONG


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a text is sampled.

    Attributes:
        samples: Texts for each prompt.
        max_tokens: Longest text.
        temperature: 0 for the most probable text.
        top_p: Nucleus.
        top_k: The most probable tokens that take part; 0 for all.
        stop: Texts that end it; they are not part of it.
    """

    samples: int = 1
    max_tokens: int = 2048
    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 0
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A text that a model wrote.

    Attributes:
        text: The text.
        finished: Whether it came to an end by itself; False where the limit cut it.
    """

    text: str
    finished: bool


class Talker(Protocol):
    """A model that writes, and that can be read like any other."""

    def say(self, prompts: Sequence[Any], sampling: Sampling) -> list[list[Said] | str]:
        """For each prompt its samples, or a sentence that says why there are none."""
        ...

    def outputs(self, requests: Sequence[Request]) -> list[Outputs | str]:
        """The head at the positions that are read."""
        ...

    def usage(self) -> Mapping[str, Any]:
        """Running totals."""
        ...


def seed_of(prompt: Any) -> int:
    """A seed from the prompt's content, so that a repeated run samples the same texts."""
    return int.from_bytes(hashlib.sha256(repr(prompt).encode()).digest()[:4], "little") >> 1


class ServedTalker:
    """A model behind an OpenAI-compatible server.

    Args:
        client: Of the server.
        path: ``/v1/completions`` (prompts are ids) or ``/v1/chat/completions`` (prompts are lists of messages).
        reader: Reads positions, where the verifier does that.
        limit_name: What the server calls the limit on tokens.
        extra: Further fields of every request.
    """

    def __init__(
        self,
        client: Client,
        path: str,
        reader: Any = None,
        limit_name: str = "max_tokens",
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        self.client, self.path, self.reader = client, path, reader
        self.limit_name, self.extra = limit_name, dict(extra or {})
        self.prompt_tokens = self.said_tokens = 0
        self._counting = threading.Lock()

    def outputs(self, requests: Sequence[Request]) -> list[Outputs | str]:
        """The head at the positions that are read."""
        found: list[Outputs | str] = self.reader.outputs(requests)
        return found

    def usage(self) -> Mapping[str, Any]:
        """Tokens as the server counts them."""
        read = self.reader.computed if self.reader is not None else 0
        return {
            "computed_tokens": self.prompt_tokens + self.said_tokens + read,
            "generated_tokens": self.said_tokens,
            "device": "served",
            "dtype": "as served",
        }

    def say(self, prompts: Sequence[Any], sampling: Sampling) -> list[list[Said] | str]:
        """The samples of each prompt."""
        return self.client.map(lambda prompt: self._say(prompt, sampling), prompts)

    def _say(self, prompt: Any, sampling: Sampling) -> list[Said] | str:
        out: list[Said] = []
        while len(out) < sampling.samples:  # some servers give one text a request, whatever n says
            try:
                answer = self.client.post(self.path, self._body(prompt, sampling, len(out)))
            except Refused as refused:
                if refused.status in (400, 413, 422) and any(sign in refused.message for sign in TOO_LONG):
                    return "the question is longer than the server takes"
                raise
            said = [_said(choice) for choice in answer.get("choices") or []]
            if not said:
                raise VerifierError(f"The server's answer has no choices: {str(answer)[:200]}")
            out += said
            usage = answer.get("usage") or {}
            with self._counting:
                self.prompt_tokens += int(usage.get("prompt_tokens") or 0)
                self.said_tokens += int(usage.get("completion_tokens") or 0)
        return out[: sampling.samples]

    def _body(self, prompt: Any, sampling: Sampling, had: int) -> dict[str, Any]:
        body: dict[str, Any] = {
            "messages" if self.path.endswith("chat/completions") else "prompt": prompt,
            "n": sampling.samples - had,
            self.limit_name: sampling.max_tokens,
            "temperature": sampling.temperature,
            "seed": seed_of(prompt) + had,
            **self.extra,
        }
        if sampling.top_p < 1.0:
            body["top_p"] = sampling.top_p
        if sampling.top_k:
            body["top_k"] = sampling.top_k
        if sampling.stop:
            body["stop"] = list(sampling.stop)
        return body


def _said(choice: Mapping[str, Any]) -> Said:
    message = choice.get("message")
    text = message.get("content") if isinstance(message, dict) else choice.get("text")
    return Said(str(text or ""), choice.get("finish_reason") != "length")
