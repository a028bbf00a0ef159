"""One policy, trained by TRL's own ``GRPOTrainer`` from the bundled generator, with an arm's reward."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from transformers import AutoTokenizer, LlamaForCausalLM, TrainerCallback

from experiments.policy.measured import as_json, drawn, measured, trained_on
from experiments.policy.recipe import Recipe
from experiments.policy.rewards import ARMS, Checked, reward
from experiments.policy.trainers import unseen
from harness import files
from harness.telemetry.texts import degenerate
from tasks.micromath.writers import SEPARATOR

__all__ = ["ARMS", "train"]


def train(arm: str, seed: int, recipe: Recipe, generator: Path, out: Path) -> Path:
    """Train a policy and write its log: ``log.json``.

    Args:
        arm: Whose reward.
        seed: Of everything random.
        recipe: The size.
        generator: The folder of the model that it starts from.
        out: The folder of this policy.

    Returns:
        The file: ``history`` is TRL's own log, one entry a step; ``measured`` its numbers on the problems that
        it is trained on, ``held_out`` on others; ``shown`` wrong solutions with the highest reward at the end.
    """
    from trl import GRPOConfig, GRPOTrainer

    started, cpu = time.monotonic(), time.process_time()
    plans = trained_on(recipe, generator)
    held_out = drawn("validation", recipe, recipe.held_out)
    by_text = {plan.text: plan for plan in [*plans, *held_out]}
    proxy, true = reward(arm, by_text), Checked(by_text)

    def paid(prompts: Sequence[str], completions: Sequence[str], **more: Any) -> list[float | None]:
        found = [text.strip(SEPARATOR) for text in completions]
        if "log_metric" in more:
            more["log_metric"]("solution/steps", sum(t.count(SEPARATOR) + bool(t) for t in found) / len(found))
            more["log_metric"]("solution/degenerate", sum(map(bool, map(degenerate, found))) / len(found))
        return proxy([p.strip(SEPARATOR) for p in prompts], found)

    def right(prompts: Sequence[str], completions: Sequence[str], **more: Any) -> list[float | None]:
        return true([p.strip(SEPARATOR) for p in prompts], completions)

    paid.__name__, right.__name__ = "proxy", "true"
    tokenizer = AutoTokenizer.from_pretrained(generator)
    model = LlamaForCausalLM.from_pretrained(generator, dtype=torch.float32)
    curve: list[dict[str, Any]] = []
    shown: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []

    def measure(step: int) -> None:
        numbers, worst = measured(model, tokenizer, plans, recipe, proxy, step)
        curve.append(as_json(numbers))
        shown[:] = [as_json(one) for one in worst]
        if step in (0, recipe.steps):
            others.append(as_json(measured(model, tokenizer, held_out, recipe, proxy, step)[0]))

    class Watch(TrainerCallback):  # type: ignore[misc]
        """Measures while it trains."""

        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            """Every so many steps."""
            if state.global_step % recipe.measured_every == 0:
                measure(state.global_step)

    trainer = GRPOTrainer(
        model=model,
        reward_funcs=[paid, right],
        processing_class=tokenizer,
        train_dataset=Dataset.from_list([{"prompt": plan.text + SEPARATOR} for plan in plans]),
        callbacks=[Watch()],
        args=GRPOConfig(
            output_dir=str(out / "trainer"),
            max_steps=recipe.steps,
            per_device_train_batch_size=recipe.prompts * recipe.group,
            num_generations=recipe.group,
            num_iterations=recipe.reuse,
            max_completion_length=recipe.most_tokens,
            temperature=recipe.temperature,
            generation_kwargs={"use_cache": True},  # the saved generator's own configuration says no
            learning_rate=recipe.rate,
            lr_scheduler_type="constant_with_warmup",
            warmup_steps=recipe.warmup,
            beta=recipe.beta,
            reward_weights=[1.0, 0.0],
            **unseen(seed),
        ),
    )
    measure(0)
    trainer.train()
    found = {
        "arm": arm,
        "seed": seed,
        "seconds": round(time.monotonic() - started, 1),
        "cpu_seconds": round(time.process_time() - cpu, 1),
        "measured": curve,
        "held_out": others,
        "shown": shown,
        "history": trainer.state.log_history,
    }
    files.write_json(found, out / "log.json")
    return out / "log.json"
