"""A verifier that is a language model: what every family shares, and the four things a family says.

    head()      what is read: two labels, a value, the logits of two tokens, ...
    prepare()   which markers there are, checked against the tokenizer
    encode()    a problem and its solutions as ids and the positions that are read
    judge()     what is read there, as one number for each step or one for the solution

Everything else (batching, sharing of prefixes, limits, servers, fingerprints, cost) is here and below.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from harness import packages
from harness.errors import BadInput, VerifierError
from harness.measure.aggregation import aggregation as aggregation_named
from harness.pool import steps
from harness.records import Rule, Score, Solution
from verifiers.base import NO_TEXT, _Verifier
from verifiers.engine.checkpoint import Checkpoint, Weights
from verifiers.engine.encoding import Encoded, load_tokenizer
from verifiers.engine.reading import Head, Outputs, Request, Runner

ENGINE_VERSION = 1  # raised when the engine itself gives other scores than before
NO_STEPS = "the solution has no steps"
Question = tuple[str, Sequence[Solution]]


@dataclass(frozen=True, slots=True)
class Begun:
    """Questions that were encoded.

    Attributes:
        scores: What is known without the model: solutions without text, or over the limit.
        asked: What the model is to read: question, solution, ids.
    """

    scores: list[list[Score | None]]
    asked: list[tuple[int, int, Encoded]]


class ModelVerifier(_Verifier):
    """A language model with a head, in this process or behind a server.

    Args:
        checkpoint: The published record.
        model: Other weights than the record's: a folder, or an id on the hub.
        revision: Commit of the model on the hub.
        tokenizer: Another tokenizer than the model's: a folder, or an id.
        name: As it stands on the board.
        aggregation: Of step scores, instead of the authors'.
        separator: What separates two steps of a text, instead of the family's.
        pool_steps: Take the steps that the pool comes with, where it has them.
        max_length: Longest input in tokens; longer solutions get no score, and are counted.
        dtype: float32, bfloat16, float16; by default the published one on a GPU and float32 on a CPU.
        device: cpu, cuda, cuda:1, mps; by default the best there is.
        device_map: Spread a large model over several GPUs: auto.
        attention: An attention implementation of Transformers, instead of its own choice.
        batch_tokens: Tokens of a batch; by default what suits the device.
        share: Whether the prefixes of sequences are shared.
        server: Address of a server that runs the model instead, or several, separated by commas.
        api: What the server is asked: pooling, completions; by default what the family's head needs.
        served_model: The model's name at the server, if not the model's own.
        server_outputs: What /pooling returns: raw, probabilities, or auto (told from the numbers).
        concurrency: Requests that are under way at a time, at each server.
        key_env: Environment variable with the server's key.
    """

    version = 1
    family = ""
    process = True
    default_separator = "\n\n"
    chunk_size = 512

    def __init__(
        self,
        checkpoint: Checkpoint,
        *,
        model: str = "",
        revision: str = "",
        tokenizer: str = "",
        name: str = "",
        aggregation: str = "",
        separator: str = "",
        pool_steps: bool = False,
        max_length: int = 0,
        dtype: str = "auto",
        device: str = "auto",
        device_map: str = "",
        attention: str = "",
        batch_tokens: int = 0,
        share: bool = True,
        server: str = "",
        api: str = "",
        served_model: str = "",
        server_outputs: str = "auto",
        concurrency: int = 32,
        key_env: str = "",
    ) -> None:
        if not (model or checkpoint.model):
            raise BadInput(f"{checkpoint.name!r} needs model=FOLDER or model=HUB-ID: it is no one checkpoint.")
        packages.need("models", f"run {checkpoint.name!r}", *(["transformers"] if server else []))
        self.checkpoint = checkpoint
        self.weights = Weights(model or checkpoint.model, revision)
        self.tokenizer_weights = Weights(tokenizer) if tokenizer else self.weights
        self.name = name or checkpoint.name
        self.aggregation = (aggregation or checkpoint.aggregation) if self.process else ""
        if self.aggregation:
            aggregation_named(self.aggregation)
        self.separator = separator or str(checkpoint.extra.get("separator", self.default_separator))
        self.pool_steps = pool_steps
        self.max_length = max_length or checkpoint.context
        self.rules: tuple[Rule, ...] = ("best-of-n", "weighted-vote")
        self.about = {"kind": checkpoint.kind, "licence": checkpoint.licence, "source": checkpoint.source}
        self._dtype, self._device, self._device_map = dtype, device, device_map
        self._attention, self._batch_tokens, self._share = attention, batch_tokens, share
        self.server, self._api = server, api
        self.served_model = served_model or self.weights.model
        self._server_outputs, self._concurrency, self._key_env = server_outputs, concurrency, key_env
        self._asked = 0
        self._ready = False

    # ---------------------------------------------------------------------------------------- what a family says

    def head(self) -> Head:
        """What is read at each position."""
        raise VerifierError(f"{type(self).__name__} has no head().")

    def prepare(self) -> None:
        """Look up markers in the tokenizer and check them; called once, before anything is encoded."""

    def encode(self, problem: str, solutions: Sequence[tuple[str, tuple[str, ...]]]) -> Sequence[Encoded]:
        """Solutions, each its text and its steps, as ids and reads."""
        raise VerifierError(f"{type(self).__name__} has no encode(problem, solutions).")

    def judge(self, encoded: Encoded, outputs: Outputs) -> Score:
        """The score that the outputs, [reads, numbers], stand for."""
        raise VerifierError(f"{type(self).__name__} has no judge(encoded, outputs).")

    def settings(self) -> Mapping[str, Any]:
        """What else changes a score: the family's own options, markers and templates, as JSON values."""
        return {}

    # ---------------------------------------------------------------------------------------- what all share

    @cached_property
    def tokenizer(self) -> Any:
        """The model's tokenizer."""
        weights = self.tokenizer_weights
        base = weights.base()
        folder = weights.folder(weights=False)
        if base is not None and not (folder / "tokenizer_config.json").exists():
            folder = base.folder(weights=False)
        return load_tokenizer(folder)

    @cached_property
    def runner(self) -> Runner:
        """The engine in this process, or the server's client."""
        return self.runner_of(self.weights, self.server, self.served_model)

    def runner_of(self, weights: Weights, server: str, served_model: str) -> Runner:
        """A runner for these weights: in this process, or the client of a server."""
        if server:
            from verifiers.engine import served
            from verifiers.engine.http_client import Endpoint

            endpoint = Endpoint.parse(server, served_model, self._concurrency, self._key_env)
            return served.runner(endpoint, self.head(), self._api, self._server_outputs)
        from verifiers.engine.transformers import Engine

        base, folder = weights.base(), weights.folder()
        if base is None:
            return Engine(folder, self.head(), self.placement(), self.checkpoint.model_type)
        return Engine(base.folder(), self.head(), self.placement(), self.checkpoint.model_type, adapter=folder)

    def placement(self) -> Any:
        """Device, dtype and batches of a model in this process."""
        from verifiers.engine.loading import Placement, best_device

        device = best_device() if self._device == "auto" else self._device
        return Placement(
            device=device,
            dtype=self.dtype(device),
            batch_tokens=self._batch_tokens,
            share=self._share,
            attention=self._attention,
            device_map=self._device_map,
        )

    def dtype(self, device: str = "") -> str:
        """The dtype that it runs in: what was asked for, else the published one, else float32 on a CPU."""
        if self._dtype != "auto":
            if self._dtype not in ("float32", "bfloat16", "float16"):
                raise BadInput(f"dtype={self._dtype} is not known; use float32, bfloat16 or float16.")
            return self._dtype
        if not device and self._device == "auto":
            from verifiers.engine.loading import best_device

            device = best_device()
        return "float32" if (device or self._device) == "cpu" else self.checkpoint.dtype

    def options(self) -> Mapping[str, Any]:
        """What changes a score, as JSON values. Device, batches, server addresses and workers do not."""
        out: dict[str, Any] = {
            "family": self.family or type(self).__name__,
            "engine": ENGINE_VERSION,
            "max_length": self.max_length,
            **self.settings(),
        }
        if self.process:
            out |= {"separator": self.separator, "pool_steps": self.pool_steps}
        if self.server:
            out |= {"served": self.served_model, "revision": self.weights.revision}
            out["tokenizer"] = self.tokenizer_weights.identity()
        else:
            out |= {"weights": self.weights.identity(), "dtype": self.dtype()}
            if self.tokenizer_weights is not self.weights:
                out["tokenizer"] = self.tokenizer_weights.identity()
        return out

    def fingerprint(self) -> Mapping[str, Any]:
        """Name, version, weights by content or commit, format, limits, dtype."""
        return {"name": self.name, "version": self.version, "options": dict(self.options())}

    def usage(self) -> Mapping[str, Any]:
        """Running totals: tokens asked for and computed, FLOPs, and the runner's device, dtype, memory."""
        if "runner" not in self.__dict__:
            return {}
        found = dict(self.runner.usage())
        parameters = found.get("parameters")
        return {
            **found,
            "tokens": self._asked,
            "flops": 2 * parameters * self._asked if parameters else None,
            "computed_flops": 2 * parameters * found.get("computed_tokens", 0) if parameters else None,
        }

    def score(self, problem: str, solutions: Sequence[Solution]) -> Sequence[Score]:
        """One Score per solution."""
        return self.score_many([(problem, solutions)])[0]

    def score_many(self, questions: Sequence[Question]) -> list[list[Score]]:
        """One Score per solution of each question; the model sees all of them at once."""
        return self.finish(self.begin(questions))

    def begin(self, questions: Sequence[Question]) -> "Begun":
        """Encode questions; this may run in another thread, while the questions before are scored."""
        self.ready()
        scores: list[list[Score | None]] = [[None] * len(solutions) for _, solutions in questions]
        asked: list[tuple[int, int, Encoded]] = []
        for q, (problem, solutions) in enumerate(questions):
            pieces = [self.split(s) for s in solutions]
            for i, (solution, parts) in enumerate(zip(solutions, pieces, strict=True)):
                if not solution.text:
                    scores[q][i] = Score(None, note=NO_TEXT)
                elif self.process and not parts:
                    scores[q][i] = Score(None, note=NO_STEPS)
            left = [i for i, s in enumerate(scores[q]) if s is None]
            encoded = self.encode(problem, [(solutions[i].text, pieces[i]) for i in left])
            for i, one in zip(left, encoded, strict=True):
                if len(one.ids) > self.max_length:
                    scores[q][i] = Score(None, note=f"{len(one.ids)} tokens, limit {self.max_length}")
                else:
                    self._check(one, pieces[i])
                    asked.append((q, i, one))
        return Begun(scores, asked)

    def finish(self, begun: "Begun") -> list[list[Score]]:
        """One Score per solution of each question that was begun."""
        answers = self.runner.outputs([Request(one.ids, one.reads) for _, _, one in begun.asked])
        for (q, i, one), answer in zip(begun.asked, answers, strict=True):
            if isinstance(answer, str):
                begun.scores[q][i] = Score(None, note=answer)
            else:
                score = self.judge(one, answer)
                begun.scores[q][i] = Score(score.value, score.steps, score.note, len(one.ids))
                self._asked += len(one.ids)
        return [[s for s in row if s is not None] for row in begun.scores]

    def ready(self) -> None:
        """Load the tokenizer and check the markers, once."""
        if not self._ready:
            self.prepare()
            self._ready = True

    def split(self, solution: Solution) -> tuple[str, ...]:
        """The steps of a solution as this verifier sees them; () for an outcome verifier."""
        if not self.process:
            return ()
        if self.pool_steps and solution.steps is not None:
            return solution.steps
        return steps.split(solution.text, self.separator)

    def _check(self, encoded: Encoded, parts: Sequence[str]) -> None:
        """Exactly one read per step, and none out of place."""
        if self.process and encoded.steps != len(parts):
            raise VerifierError(f"{self.name!r} encoded {encoded.steps} steps of a solution that has {len(parts)}.")
        if not encoded.reads or encoded.reads[0] < 0 or encoded.reads[-1] >= len(encoded.ids):
            raise VerifierError(f"{self.name!r} reads at {encoded.reads} in an input of {len(encoded.ids)} tokens.")
