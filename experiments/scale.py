"""Every number and seed of the experiments with small verifiers, and the same at toy size."""

from dataclasses import dataclass, replace

from experiments.micromath.recipe import FULL as WORLD
from experiments.micromath.recipe import ModelShape, Recipe


@dataclass(frozen=True, slots=True)
class Scale:
    """The size of the experiments.

    Attributes:
        base: The small language model that every student starts from: as the world's generator, but smaller, with
            its own seed and with less to read.
        problems: Training problems, all in distribution.
        samples: Solutions drawn of each of them, the candidates for a label.
        temperature: They are drawn at.
        counts: Labelled solutions of each problem that students are trained on.
        seeds: One student is trained with each: it decides which solutions are labelled, the order of the training
            data and the initial head.
        slots: How many of a test problem's samples a student chooses among.
        heads: The rules and values of N at which students are compared.
        epochs: Times that a student reads its data.
        least_read: Solutions that a student reads at least: where it has few, it reads them more often.
        rate: Peak learning rate of a student.
        batch_tokens: Tokens of a student's training batch, padding included.
        negative: A large PRM's P(negative) above which it calls a step negative; 0.2 in appendix H of the paper.
        wrong: Share of convincing wrong-answer solutions in active learning; 0.8 in section 4.2 of the paper.
        seed: Of the training problems and their samples.
    """

    base: Recipe
    problems: int = 300
    samples: int = 128
    temperature: float = 1.0
    counts: tuple[int, ...] = (1, 4, 16)
    seeds: tuple[int, ...] = (1, 2, 3)
    slots: int = 64
    heads: tuple[tuple[str, int], ...] = (("best-of-n", 8), ("best-of-n", 64), ("weighted-vote", 64))
    epochs: float = 2.0
    least_read: int = 3600
    rate: float = 1e-3
    batch_tokens: int = 2048
    negative: float = 0.2
    wrong: float = 0.8
    seed: int = 11


FULL = Scale(
    base=replace(
        WORLD,
        seed=11,
        shape=ModelShape(width=128, layers=3, heads=4, shared_heads=2, inner=256),
        corpus=100_000,
        generator_rate=2e-3,
        batch_tokens=4096,
    )
)
SMOKE = Scale(
    base=replace(
        WORLD,
        seed=11,
        shape=ModelShape(width=32, layers=1, heads=2, shared_heads=1, inner=64),
        corpus=200,
        batch_tokens=2048,
    ),
    problems=6,
    samples=8,
    counts=(1, 2, 4),
    seeds=(1, 2),
    slots=4,
    heads=(("best-of-n", 2), ("weighted-vote", 4)),
    epochs=1.0,
    least_read=8,
)
