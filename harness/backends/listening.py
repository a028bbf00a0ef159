"""What a backend tells of its completions on the way: tokens, and why generation ended. lm-eval returns texts only.

What is asked carries its number and its seed through lm-eval (``Asked`` is a ``str``), so that whatever comes back can
be told apart even where one prompt was asked many times.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Tick = Callable[[int], None]


class Asked(str):
    """A prompt, or the JSON text of messages, as one request.

    Attributes:
        number: Of the request within one call.
        seed: Of its sample.
    """

    __slots__ = ("number", "seed")

    number: int
    seed: int

    @classmethod
    def of(cls, prompt: Any, number: int, seed: int) -> Any:
        """The prompt in its own type, with the request's number and seed inside."""
        messages = hasattr(prompt, "prompt")  # lm-eval's ``JsonChatStr``
        made = cls(prompt.prompt if messages else prompt)
        made.number, made.seed = number, seed
        return type(prompt)(made) if messages else made


def asked(prompt: Any) -> Asked | None:
    """The request that a prompt stands for; None where a backend made a text of its own."""
    inner = getattr(prompt, "prompt", prompt)
    return inner if isinstance(inner, Asked) else None


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of one completion; None for what is not."""

    tokens: int | None = None
    finish: str | None = None


class Ear:
    """Listens to one model.

    Attributes:
        told: What was told, by the request's number.
        rows: The requests of the batch that runs, in its order, where the backend shows them.
        counted: Where token counts came from.
        ended: Where the reasons why generation ended came from.
    """

    def __init__(self, model: Any) -> None:
        self.told: dict[int, Told] = {}
        self.rows: list[Asked | None] = []
        self.counted: set[str] = set()
        self.ended: set[str] = set()
        self._pending: list[Told] = []
        self._tick: Tick = lambda _: None
        model.cache_hook.add_partial = self._came  # called by every backend as soon as it has a text

    def begin(self, tick: Tick) -> None:
        """Forget the last call's requests."""
        self.told, self.rows, self._pending, self._tick = {}, [], [], tick

    def expect(self, told: list[Told], source: str) -> None:
        """What is told of the next texts that come in, in their order."""
        self._pending = told
        if any(t.tokens is not None for t in told):
            self.counted.add(source)
        if any(t.finish is not None for t in told):
            self.ended.add(source)

    def _came(self, kind: str, request: Sequence[Any], text: Any) -> None:
        told = self._pending.pop(0) if self._pending else Told()
        own = asked(request[0])
        if own is not None:
            self.told[own.number] = told
        self._tick(1)


def hear_server(model: Any, ear: Ear, sent: Callable[[dict[str, Any]], None]) -> None:
    """Listen to a model behind HTTP, and have every request sent with its sample's seed.

    Args:
        model: An lm-eval ``TemplateAPI`` that sends one prompt a request.
        ear: Listens.
        sent: Called with the body of every request.
    """
    create, payload, parse = model.create_message, model._create_payload, model.parse_generations  # noqa: SLF001

    def created(messages: Any, *args: Any, **more: Any) -> Any:
        own = asked(messages[0])
        if own is not None:
            model._seed = own.seed  # noqa: SLF001  lm-eval reads it right after this, into the same request
        return create(messages, *args, **more)

    def payloaded(*args: Any, **more: Any) -> Any:
        body = payload(*args, **more)
        sent(body)
        return body

    def parsed(*args: Any, **more: Any) -> Any:
        told = of_server(more["outputs"] if "outputs" in more else args[0])
        for prompt, own in zip(more.get("contexts") or (), told, strict=False):
            request = asked(prompt)
            if request is not None:  # lm-eval says nothing of an answer without a text
                ear.told[request.number] = own
        ear.expect(told, "the server")
        return parse(*args, **more)

    model.create_message, model._create_payload, model.parse_generations = created, payloaded, parsed  # noqa: SLF001


def of_server(outputs: Any) -> list[Told]:
    """What a server says of its choices, in their order."""
    told = []
    for reply in outputs if isinstance(outputs, list) else [outputs]:
        choices = sorted(reply.get("choices") or [], key=lambda choice: choice.get("index", 0))
        usage = (reply.get("usage") or {}).get("completion_tokens") if len(choices) == 1 else None
        told += [Told(usage if isinstance(usage, int) else None, choice.get("finish_reason")) for choice in choices]
    return told


def of_vllm(outputs: Any) -> list[Told]:
    """What vLLM says of its outputs."""
    return [Told(len(o.outputs[0].token_ids), o.outputs[0].finish_reason) for o in outputs]


def of_ids(ids: list[int], ends: set[int], stops: Sequence[str], decode: Callable[[list[int]], str]) -> Told:
    """Tokens of a row up to the end of sequence or the token that completed a stop text, itself included.

    Args:
        ids: The generated ids; after an end of sequence they are padding.
        ends: The ids that end a sequence.
        stops: Texts that end a solution. A batch runs on until all its rows have ended, so a row may hold more.
        decode: Ids -> text.
    """
    at = next((i for i, token in enumerate(ids) if token in ends), None)
    ids = ids if at is None else ids[: at + 1]

    def stopped(n: int) -> bool:
        text = decode(ids[:n])
        return any(stop in text for stop in stops)

    if not stops or not stopped(len(ids)):
        return Told(len(ids), "length" if at is None else "stop")
    low, high = 0, len(ids)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if stopped(middle) else (middle, high)
    return Told(high, "stop")
