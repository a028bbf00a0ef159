"""Every number and seed of the policies that are trained with a verifier as their reward."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """The size of the experiment.

    Attributes:
        problems: Distinct training problems, in distribution.
        levels: How often each level occurs, in training and when measured: what is long costs too much here.
        prompts: Problems of one step.
        group: Solutions of each problem of a step: what an advantage compares.
        steps: Steps of GRPO, each on fresh solutions.
        rate: Learning rate, constant after ``warmup`` steps.
        warmup: Steps over which it grows.
        temperature: Solutions are sampled at, in training and when measured.
        beta: Weight of the KL penalty towards the generator: small enough to let a reward be hacked, above 0 so that
            TRL logs the divergence.
        most_tokens: Of a solution; the longest of the bundled pool has fewer.
        seeds: One policy is trained with each: it decides the order of the problems and every sample.
        measured_every: Steps between two measurements on held-out problems.
        measured_problems: Held-out problems, from the validation split.
        measured_samples: Solutions of each of them.
        shown: Held-out solutions that are kept as text: wrong ones with the highest reward.
        dpo_rate: Learning rate of DPO.
        dpo_beta: Its beta.
        dpo_pairs: Pairs of each problem at most.
        dpo_problems: Training problems whose solutions are graded for pairs.
        dpo_samples: Solutions of each of them.
        dpo_batch: Pairs of a step.
        seed: Of the problems and of what pairs are made from.
    """

    problems: int = 600
    levels: tuple[float, ...] = (1.0, 1.0, 1.0, 0.0, 0.0)
    prompts: int = 4
    group: int = 8
    steps: int = 40
    rate: float = 3e-4
    warmup: int = 2
    temperature: float = 1.0
    beta: float = 1e-3
    most_tokens: int = 128
    seeds: tuple[int, ...] = (1, 2, 3)
    measured_every: int = 20
    measured_problems: int = 60
    measured_samples: int = 4
    shown: int = 6
    dpo_rate: float = 1e-4
    dpo_beta: float = 0.1
    dpo_pairs: int = 2
    dpo_problems: int = 200
    dpo_samples: int = 8
    dpo_batch: int = 16
    seed: int = 21


FULL = Recipe()
SMOKE = Recipe(
    problems=8, prompts=2, group=2, steps=2, warmup=0, most_tokens=24, seeds=(1,), measured_every=1,
    measured_problems=4, measured_samples=2, shown=2, dpo_problems=8, dpo_samples=4, dpo_batch=2,
)  # fmt: skip
