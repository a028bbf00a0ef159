"""Ask a model for completions: one text for every prompt, each drawn with a seed of its own."""

import inspect
import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from harness.backends import making
from harness.backends.listening import Asked, Ear, Tick, Told, hear_server, of_ids, of_vllm
from harness.errors import BadInput, BonbenchError

NO_CONTENT = "LMEVAL_MODEL_NONE_ANSWER_PLACEHOLDER"  # lm-eval's text for a reply without one
OWN_DRAWS = "one generator for each sample"
OWN_REQUESTS = "sent with each sample's request"
PROCESS = "the process's generators, seeded once a shard: this backend takes no seed of a sample"


@dataclass(frozen=True, slots=True)
class Settings:
    """How to sample.

    Attributes:
        temperature: 0 for greedy decoding.
        top_p: Share of the probability that is sampled from.
        top_k: Number of tokens that is sampled from, 0 for all; None leaves it to a server (all, in our process).
        max_tokens: Generated tokens at most.
        stop: Texts that end a solution; they are cut off.
        more: Further settings as the backend calls them.
    """

    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int | None = None
    max_tokens: int = 1024
    stop: tuple[str, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Completion:
    """One solution as it was generated.

    Attributes:
        text: Without the stop text.
        tokens: Generated tokens, the one that ended it included; None where unknown.
        finish: ``stop``, ``length``, or the server's own word; None where unknown.
    """

    text: str
    tokens: int | None
    finish: str | None


class Backend:
    """A model of lm-eval's registry, made for one way of sampling.

    Args:
        name: Its name there.
        args: Its arguments, as lm-eval's ``--model_args``.
        settings: How to sample.
        batch_size: Prompts at once, or ``auto``; for a server, requests at once. None for what suits the backend.
        device: For models in our process; None for a GPU where there is one, else the processor.
        chat: Whether a prompt goes through the model's chat template. Chat servers always get messages.
        system: The system message, "" for none.

    Raises:
        UnknownName: lm-eval has no such backend.
        BadInput: It cannot be made so.
    """

    def __init__(
        self,
        name: str,
        args: Mapping[str, Any],
        settings: Settings,
        batch_size: int | str | None = None,
        device: str | None = None,
        *,
        chat: bool = False,
        system: str = "",
    ) -> None:
        self.name, self.args, self.settings = name, dict(args), settings
        self.system = system
        kind = making.find(name)
        ancestors = {base.__name__: base for base in kind.__mro__}
        self.is_hf, self.is_api, self.is_vllm = (c in ancestors for c in ("HFLM", "TemplateAPI", "VLLM"))
        self.chat = chat or "LocalChatCompletion" in ancestors
        self.batch_size = batch_size or (8 if self.is_hf else 1 if self.is_api else "auto")
        if self.is_api:
            self._as_single_requests(batch_size, chats="LocalChatCompletion" in ancestors)
        if self.is_hf:
            device = making.device_for(self.args, device)
        self.model = making.make(name, kind, self.args, 1 if self.is_api else self.batch_size, device)
        self.weights = making.weights(self.args)
        self.ear = Ear(self.model)
        self.request: dict[str, Any] = {}  # the settings in the body of a request, as they were really sent
        own_loop = self.is_hf and kind._model_generate is ancestors["HFLM"]._model_generate  # noqa: SLF001
        self.seeding = OWN_DRAWS if own_loop else OWN_REQUESTS if self.is_api or self.is_vllm else PROCESS
        if self.is_api:
            hear_server(self.model, self.ear, self._sent)
        elif own_loop or self.is_vllm:
            self._hear_ids()

    def _as_single_requests(self, batch_size: int | str | None, *, chats: bool) -> None:
        """A server gets one prompt a request, as text: only so can each have its seed and its own finish reason."""
        if self.args.get("tokenized_requests") is True:
            raise BadInput("Prompts are sent to a server as text; leave tokenized_requests out of --model-args.")
        if self.chat and not chats:
            raise BadInput(f"{self.name!r} completes plain text; for --chat use local-chat-completions.")
        if isinstance(batch_size, int):
            self.args["num_concurrent"] = batch_size
        self.args.setdefault("tokenizer_backend", "none")
        self.args["tokenized_requests"] = False
        self.batch_size = int(self.args.get("num_concurrent", 1))

    # -------------------------------------------------------------------------------------------- asking

    def prompt(self, text: str) -> Any:
        """What is sent for a question: the text, or messages.

        Raises:
            BadInput: The model has no chat template.
        """
        if not self.chat:
            return f"{self.system}\n\n{text}" if self.system else text
        messages = [{"role": "system", "content": self.system}] if self.system else []
        try:
            return self.model.apply_chat_template([*messages, {"role": "user", "content": text}])
        except (ValueError, NotImplementedError) as error:
            raise BadInput(f"This model has no chat template ({error}); generate without --chat.") from error

    def check(self, prompts: Sequence[Any]) -> None:
        """Make sure that no prompt will be cut short, where the model is in our process.

        Raises:
            BadInput: One is too long, together with what is to be generated.
        """
        longest = getattr(self.model, "max_length", None)
        if self.is_api or not isinstance(longest, int):
            return
        room = longest - self.settings.max_tokens
        for prompt in prompts:
            tokens = self._count(prompt) if isinstance(prompt, str) else None
            if tokens is not None and tokens > room:
                raise BadInput(
                    f"A prompt of {tokens} tokens and --max-tokens {self.settings.max_tokens} do not fit into the "
                    f"model's {longest}; lower --max-tokens, or raise max_length in --model-args: {prompt[:80]!r}..."
                )

    def complete(self, prompts: Sequence[Any], seeds: Sequence[int], tick: Tick | None = None) -> list[Completion]:
        """One completion of every prompt.

        Args:
            prompts: From ``prompt``; one may stand there often.
            seeds: Of each, at least 0 and below 2^31.
            tick: Called with the number of completions that came in.

        Raises:
            BonbenchError: The backend failed.
        """
        from lm_eval.api.instance import Instance

        own = [Asked.of(p, i, seed) for i, (p, seed) in enumerate(zip(prompts, seeds, strict=True))]
        self.ear.begin(tick or (lambda _: None))
        self._seed_process(seeds[0])
        requests = [
            Instance("generate_until", {}, (p, self.arguments(seed)), i)
            for i, (p, seed) in enumerate(zip(own, seeds, strict=True))
        ]
        quiet = "disable_tqdm" in inspect.signature(self.model.generate_until).parameters
        try:
            texts = self.model.generate_until(requests, **({"disable_tqdm": True} if quiet else {}))
        except Exception as error:  # a backend raises what it likes: torch's, aiohttp's, a server's
            raise BonbenchError(
                f"The model {self.name!r} failed: {type(error).__name__}: {error}. The shards that were finished are "
                "kept; the same command continues."
            ) from error
        return [self._completion(i, text) for i, text in enumerate(texts)]

    def arguments(self, seed: int) -> dict[str, Any]:
        """Generation settings as lm-eval and this backend call them. Nothing is left to a model's own defaults."""
        own, sampled = self.settings, self.settings.temperature > 0
        out: dict[str, Any] = {
            "until": list(own.stop),
            "max_gen_toks": own.max_tokens,
            "do_sample": sampled,
            "temperature": own.temperature,
        }
        if sampled:
            out["top_p"] = own.top_p
            if own.top_k is not None or self.is_hf or self.is_vllm:
                out["top_k"] = own.top_k or 0
            if self.is_vllm:
                out["seed"] = seed
        if self.is_hf:
            out["repetition_penalty"] = 1.0
        return {**out, **own.more}

    def _seed_process(self, seed: int) -> None:
        """For backends that draw from the process's own generators; it does the others no harm."""
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002  what a model may use is the global one
        if not self.is_api:
            import torch

            torch.manual_seed(seed)

    def _completion(self, number: int, text: str | None) -> Completion:
        told = self.ear.told.get(number, Told())
        text = "" if text is None or NO_CONTENT in text else text
        tokens = told.tokens
        if tokens is None and text:
            tokens = self._count(text)
            self.ear.counted.add("unknown" if tokens is None else "the text, encoded again")
        return Completion(text, tokens, told.finish)

    def _count(self, text: str) -> int | None:
        tokenizer = getattr(self.model, "tokenizer", None)
        if tokenizer is None or not hasattr(tokenizer, "encode"):
            return None
        wants = "add_special_tokens" in inspect.signature(tokenizer.encode).parameters
        return len(tokenizer.encode(text, **({"add_special_tokens": False} if wants else {})))

    # -------------------------------------------------------------------------------------------- ids

    def _hear_ids(self) -> None:
        """See the prompts of a batch go in and its ids come out; for ``transformers``, draw them."""
        model = self.model
        encode: Any = getattr(model, "tok_batch_encode", None)
        generate = model._model_generate  # noqa: SLF001  the one place where the ids can be seen

        def encoded(strings: Any, *args: Any, **more: Any) -> Any:
            self.ear.rows = [s if isinstance(s, Asked) else None for s in strings]
            return encode(strings, *args, **more)

        def generated(*args: Any, **more: Any) -> Any:
            if self.is_vllm:
                out = generate(*args, **more)
                self.ear.expect(of_vllm(out), "the generated ids")
                return out
            ends = self._ends()
            out = generate(*args, **self._drawn(more), eos_token_id=sorted(ends) or None)
            start = (more["context"] if "context" in more else args[0]).shape[1] if model.backend == "causal" else 1
            rows = [of_ids(row[start:], ends, self._stops(), model.tok_decode) for row in out.tolist()]
            self.ear.expect(rows, "the generated ids")
            return out

        if self.is_hf:
            model.tok_batch_encode = encoded
        model._model_generate = generated  # noqa: SLF001

    def _drawn(self, settings: dict[str, Any]) -> dict[str, Any]:
        """The settings of a batch with the drawing taken over; as they are for greedy decoding."""
        if not settings.get("do_sample"):
            return settings
        from harness.backends.draws import RowDraws, split

        shaping, rest = split(settings)
        seeds = [row.seed for row in self.ear.rows if row is not None]
        draws = RowDraws(shaping, seeds)
        return {**rest, "do_sample": False, "temperature": 0.0, "logits_processor": [draws]}

    def _stops(self) -> list[str]:
        return [text for text in self.settings.stop if text]

    def _ends(self) -> set[int]:
        """Ids that end a sequence: the tokenizer's, the model's own, and stop texts that are a special token."""
        stated = getattr(getattr(self.model.model, "generation_config", None), "eos_token_id", None)
        found = {self.model.eot_token_id, *(stated if isinstance(stated, list) else [stated])}
        special = getattr(self.model.tokenizer, "added_tokens_encoder", {})
        found.update(special[stop] for stop in self._stops() if stop in special)
        return {i for i in found if i is not None}

    # -------------------------------------------------------------------------------------------- telling

    def _sent(self, body: dict[str, Any]) -> None:
        self.request = {k: v for k, v in body.items() if k not in ("prompt", "messages", "seed", "text")}

    def identity(self) -> dict[str, Any]:
        """What must be the same when an interrupted run is continued."""
        args = {k: v for k, v in making.public(self.args).items() if k not in making.MAY_CHANGE}
        told = {"backend": self.name, "model_args": args, "chat": self.chat, "system": self.system}
        return {**told, "settings": {**asdict(self.settings), "stop": list(self.settings.stop)}, "files": self.weights}

    def circumstances(self) -> dict[str, Any]:
        """How and where it runs: everything that was not chosen to define the samples, but may move a bit."""
        from lm_eval import __version__

        told: dict[str, Any] = {
            "lm_eval": __version__,
            "model_args": making.public(self.args),
            "batch_size": self.batch_size,
            "arguments": {k: v for k, v in self.arguments(0).items() if k != "seed"},
            "seeds": self.seeding,
            "tokens_from": ", ".join(sorted(self.ear.counted)) or "unknown",
            "finish_from": ", ".join(sorted(self.ear.ended)) or "unknown",
        }
        if self.request:
            told["request"] = self.request
        if self.is_hf:
            told.update(self._of_model)
        return told

    @cached_property
    def _of_model(self) -> dict[str, Any]:
        """What the model says of itself, asked once: lm-eval asks the hub for its commit."""
        known = {key: str(value) for key, value in self.model.get_model_info().items()}
        commit = getattr(self.model.config, "_commit_hash", None)
        return {"device": str(self.model.device), "model": known, "commit": commit}
