"""What a training tells while it runs, to whoever shows it."""

from collections.abc import Mapping
from typing import Any, Protocol

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments


class Watch(Protocol):
    """Whoever wants to know how a training goes."""

    def read(self, solutions: int) -> None:
        """So many solutions are read and turned into ids."""

    def step(self, done: int, steps: int, tokens: int) -> None:
        """So many of the steps are done; ``tokens`` is what one step reads on average."""

    def looked(self, done: int, steps: int, numbers: Mapping[str, float]) -> None:
        """A checkpoint is saved: the ``loss`` since the last one, and ``accuracy`` and ``auc`` on held-out data."""


class Unwatched:
    """Nobody wants to know."""

    def read(self, solutions: int) -> None:
        """Nothing."""

    def step(self, done: int, steps: int, tokens: int) -> None:
        """Nothing."""

    def looked(self, done: int, steps: int, numbers: Mapping[str, float]) -> None:
        """Nothing."""


class Reporter(TrainerCallback):  # type: ignore[misc]
    """Passes on what the Trainer does.

    Args:
        watch: To whom.
        tokens: What one step reads on average.
    """

    def __init__(self, watch: Watch, tokens: int) -> None:
        self._watch = watch
        self._tokens = tokens
        self._losses: list[float] = []
        self._held_out: dict[str, float] = {}

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        """Where it starts: not at 0 when it goes on from a checkpoint."""
        self._watch.step(state.global_step, state.max_steps, self._tokens)

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object) -> None:
        """One more step."""
        self._watch.step(state.global_step, state.max_steps, self._tokens)

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: Mapping[str, Any] | None = None,
        **_: object,
    ) -> None:
        """The loss is collected until the next checkpoint."""
        if logs and "loss" in logs:
            self._losses.append(float(logs["loss"]))

    def on_evaluate(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        metrics: Mapping[str, float],
        **_: object,
    ) -> None:
        """The held-out data is looked at just before a checkpoint is saved."""
        self._held_out = {name: metrics[f"eval_{name}"] for name in ("accuracy", "auc")}

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object) -> None:
        """A checkpoint is saved."""
        numbers = {"loss": sum(self._losses) / len(self._losses)} if self._losses else {}
        self._watch.looked(state.global_step, state.max_steps, numbers | self._held_out)
        self._losses, self._held_out = [], {}
