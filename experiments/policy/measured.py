"""A policy's solutions: what the reward says of them, how many are right, what they look like."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import torch

from experiments.micromath.decoding import Decoder
from experiments.micromath.sampling import Generator, load_generator, solutions
from experiments.micromath.tokenizer import LONGEST
from experiments.policy.recipe import Recipe
from experiments.policy.rewards import Reward
from harness.records import Sample
from harness.telemetry.texts import degenerate
from tasks.micromath.families.catalogue import IN_DISTRIBUTION
from tasks.micromath.plans import Plan
from tasks.micromath.splits import Split, stream


@dataclass(frozen=True, slots=True)
class Shown:
    """A solution as text: its problem, what the reward says, and which of its steps are wrong."""

    problem: str
    text: str
    reward: float
    step_labels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """What solutions are like after so many steps of training.

    Attributes:
        step: Steps so far.
        reward: Mean of the reward that is trained on.
        accuracy: Share with the right final answer.
        clean: Share with the right final answer and no wrong step.
        steps: Mean steps of a solution.
        tokens: Mean tokens.
        unfinished: Share that was cut off.
        degenerate: Share of texts that no reader would call a solution.
        distinct: Distinct solutions per sample of a problem.
    """

    step: int
    reward: float | None
    accuracy: float
    clean: float
    steps: float
    tokens: float
    unfinished: float
    degenerate: float
    distinct: float


def drawn(split: Split, recipe: Recipe, count: int) -> list[Plan]:
    """Distinct problems of a split, families by their share, levels as the recipe has them."""
    found: dict[str, Plan] = {}
    problems = stream(IN_DISTRIBUTION, split, f"policy-{recipe.seed}", level_weights=recipe.levels)
    for plan in islice(problems, 20 * count):
        found.setdefault(plan.text, plan)
        if len(found) == count:
            break
    return list(found.values())


@lru_cache(maxsize=1)  # the same for every policy
def trained_on(recipe: Recipe, generator: Path) -> list[Plan]:
    """The training problems: those that the generator solves sometimes, not always."""
    loaded = load_generator(generator, recipe.temperature, recipe.seed)
    plans = drawn("train", recipe, recipe.candidates)
    right = {plan.id: sum(bool(s.given_correct) for s in found)
             for plan, found in solutions(loaded, plans, recipe.measured_samples)}  # fmt: skip
    return [plan for plan in plans if 0 < right[plan.id] < recipe.measured_samples][: recipe.problems]


def measured(
    model: Any, tokenizer: Any, plans: Sequence[Plan], recipe: Recipe, reward: Reward, step: int
) -> tuple[Measured, list[Shown]]:
    """The numbers, and the wrong solutions with the highest reward.

    Args:
        model: A ``LlamaForCausalLM``.
        tokenizer: Its tokenizer.
        plans: The problems.
        recipe: How many solutions of each are sampled, and how.
        reward: What is trained on.
        step: Steps of training so far.
    """
    generator = Generator(Decoder(model, LONGEST, torch.float32), tokenizer, recipe.temperature, recipe.seed)
    rows = [(plan, s) for plan, found in solutions(generator, plans, recipe.measured_samples) for s in found]
    values = reward([plan.text for plan, _ in rows], [s.text or "" for _, s in rows])
    known = [v for v in values if v is not None]
    n = len(rows)
    numbers = Measured(
        step,
        sum(known) / len(known) if known else None,
        sum(bool(s.given_correct) for _, s in rows) / n,
        sum(bool(s.given_correct) and min(_labels(s) or (-1,)) >= 0 for _, s in rows) / n,
        sum(len(s.steps or ()) for _, s in rows) / n,
        sum(s.tokens or 0 for _, s in rows) / n,
        sum(s.finish == "length" for _, s in rows) / n,
        sum(bool(degenerate(s.text or "")) for _, s in rows) / n,
        len({(plan.id, s.text) for plan, s in rows}) / n,
    )
    wrong = {
        (plan.text, s.text): Shown(plan.text, s.text or "", value, _labels(s))
        for (plan, s), value in zip(rows, values, strict=True)
        if value is not None and not s.given_correct
    }
    return numbers, sorted(wrong.values(), key=lambda one: -one.reward)[: recipe.shown]


def as_json(found: Measured | Shown) -> dict[str, Any]:
    """With as many digits as mean something."""
    return {k: round(v, 5) if isinstance(v, float) else v for k, v in asdict(found).items()}


def _labels(sample: Sample) -> tuple[int, ...]:
    """The checker's labels, which know every step."""
    return tuple(label for label in sample.step_labels or () if label is not None)
