"""What every verifier that is a language model has: weights, a tokenizer, a place to run, an identity, a cost."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Self

from harness import packages
from harness.errors import BadInput, VerifierError
from harness.measure.aggregation import aggregation as aggregation_named
from harness.pool import steps
from harness.records import Solution
from verifiers.base import BatchedVerifier
from verifiers.engine.checkpoint import Checkpoint, Weights
from verifiers.engine.encoding import load_tokenizer
from verifiers.engine.placement import Placement
from verifiers.engine.reading import Runner
from verifiers.options import Setup, sort_options

ENGINE_VERSION = 1  # raised when the engine itself gives other scores than before
SERVED_VERSION = 2  # the same of what servers are asked and how they are read; 1 bounded labels by the prompt's token
NO_STEPS = "the solution has no steps"


class LanguageModel(BatchedVerifier):
    """A language model, in this process or behind a server.

    Args:
        checkpoint: The published record.
        setup: Which weights, how they read, and where they run.
    """

    family = ""
    process = True
    default_separator = "\n\n"

    def __init__(self, checkpoint: Checkpoint, setup: Setup | None = None) -> None:
        self.setup = setup = setup or Setup()
        if not (setup.model or checkpoint.model):
            raise BadInput(f"{checkpoint.name!r} needs model=FOLDER or model=HUB-ID: it is no one checkpoint.")
        self.checkpoint = checkpoint
        self.weights = Weights(setup.model or checkpoint.model, setup.revision)
        self.tokenizer_weights = Weights(setup.tokenizer) if setup.tokenizer else self.weights
        self.name = setup.name or checkpoint.name
        self.aggregation = (setup.reading.aggregation or checkpoint.aggregation) if self.process else ""
        if self.aggregation:
            aggregation_named(self.aggregation)
        own = str(checkpoint.extra.get("separator", self.default_separator))
        self.separator = setup.reading.separator or own
        self.pool_steps = setup.reading.pool_steps
        self.max_length = setup.reading.max_length or checkpoint.context
        self.about = {"kind": checkpoint.kind, "licence": checkpoint.licence, "source": checkpoint.source}
        self.served_model = setup.endpoint.served_model or self.weights.model
        self._asked = 0
        self._ready = False

    @classmethod
    def of(cls, checkpoint: Checkpoint, **options: Any) -> Self:
        """The verifier with options as they stand on the command line."""
        setup, own = sort_options(cls, checkpoint.name, options)
        return cls(checkpoint, setup, **own)

    # ---------------------------------------------------------------------------------------- what a family says

    def look_up(self) -> None:
        """Find markers and labels in the tokenizer and check them; called once, before anything is encoded."""

    def settings(self) -> Mapping[str, Any]:
        """What else changes a score: the family's own options, markers and templates, as JSON values."""
        return {}

    @cached_property
    def runner(self) -> Runner:
        """What runs the model."""
        raise VerifierError(f"{type(self).__name__} has no runner.")

    # ---------------------------------------------------------------------------------------- what all share

    @property
    def server(self) -> str:
        """Where it is served; "" where it runs in this process."""
        return self.setup.endpoint.server

    @cached_property
    def tokenizer(self) -> Any:
        """The model's tokenizer."""
        weights = self.tokenizer_weights
        base = weights.base()
        folder = weights.folder(weights=False)
        if base is not None and not (folder / "tokenizer_config.json").exists():
            folder = base.folder(weights=False)
        return load_tokenizer(folder)

    def placement(self) -> Placement:
        """Where the model runs in this process, device and dtype resolved.

        Raises:
            MissingExtra: A package that runs models is not installed.
        """
        packages.need("models", "run a model in this process", "torch")
        packages.need("models", "run a model in this process", "transformers")
        if self.setup.placement.device_map:
            packages.need("models", "spread a model over several devices", "accelerate")
        return self.setup.placement.resolved(self.checkpoint.dtype)

    def dtype(self) -> str:
        """The dtype that it runs in: what was asked for, else the published one, else float32 on a CPU."""
        return self.setup.placement.resolved(self.checkpoint.dtype).dtype

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
            out |= {"served": self.served_model, "revision": self.weights.revision, "client": SERVED_VERSION}
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

    def ready(self) -> None:
        """Load the tokenizer and check the markers, once."""
        if not self._ready:
            self.look_up()
            self._ready = True

    def split(self, solution: Solution) -> tuple[str, ...]:
        """The steps of a solution as this verifier sees them; () for an outcome verifier."""
        if not self.process:
            return ()
        given = solution.given(wanted=self.pool_steps)
        return steps.split(solution.text, self.separator) if given is None else given
