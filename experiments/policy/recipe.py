"""Every number and seed of the policies that are trained with a verifier as their reward."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """The size of the experiment.

    Attributes:
        candidates: Training problems that are looked at.
        problems: Those that are trained on: the first that the generator solves sometimes, not always, so that the
            solutions of a group differ.
        levels: How often each level occurs: what is long costs too much here.
        prompts: Problems of one step.
        group: Solutions of each problem of a step: what an advantage compares.
        steps: Updates of GRPO.
        reuse: Updates on the same solutions (GRPO's mu).
        rate: Learning rate, constant after ``warmup`` steps.
        warmup: Steps over which it grows.
        temperature: Solutions are sampled at, in training and when measured.
        beta: Weight of the KL penalty towards the generator: small enough to let a reward be hacked, above 0 so that
            TRL logs the divergence.
        most_tokens: Of a solution.
        seeds: One policy is trained with each: it decides the order of the problems and every sample.
        measured_every: Steps between two measurements on the problems that are trained on.
        held_out: Problems of the validation split, measured at the beginning and at the end.
        measured_samples: Solutions of each problem that is measured.
        shown: Solutions that are kept as text: wrong ones with the highest reward.
        dpo_rate: Learning rate of DPO.
        dpo_beta: Its beta.
        dpo_pairs: Pairs of each problem at most.
        dpo_samples: Solutions of each problem that are graded for pairs.
        dpo_epochs: Times that the pairs are read.
        dpo_batch: Pairs of a step.
        seed: Of the problems, and of what is measured.
    """

    candidates: int = 100
    problems: int = 32
    levels: tuple[float, ...] = (1.0, 1.0, 0.0, 0.0, 0.0)
    prompts: int = 8
    group: int = 4
    steps: int = 24
    reuse: int = 2
    rate: float = 3e-4
    warmup: int = 4
    temperature: float = 1.0
    beta: float = 1e-3
    most_tokens: int = 80
    seeds: tuple[int, ...] = (1, 2, 3)
    measured_every: int = 12
    held_out: int = 40
    measured_samples: int = 8
    shown: int = 6
    dpo_rate: float = 1e-4
    dpo_beta: float = 0.1
    dpo_pairs: int = 4
    dpo_samples: int = 16
    dpo_epochs: int = 2
    dpo_batch: int = 16
    seed: int = 21


FULL = Recipe()
SMOKE = Recipe(
    candidates=12, problems=4, prompts=2, group=2, steps=2, reuse=1, warmup=0, most_tokens=24, seeds=(1,),
    measured_every=1, held_out=4, measured_samples=2, shown=2, dpo_samples=8, dpo_epochs=1, dpo_batch=2,
)  # fmt: skip
