"""Every number and seed that the bundled world was made with."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class ModelShape:
    """A Llama decoder.

    Attributes:
        width: Hidden size.
        layers: Number of layers.
        heads: Attention heads; ``width / heads`` is their size.
        shared_heads: Key-value heads, each shared by ``heads / shared_heads`` of them.
        inner: Width of the feed-forward layers.
    """

    width: int = 256
    layers: int = 6
    heads: int = 8
    shared_heads: int = 2
    inner: int = 512


@dataclass(frozen=True, slots=True)
class Round:
    """One training of the verifiers on labelled solutions, each read once.

    The first round's solutions are sampled at temperature 1, for every kind of error there is; the next one's nearer to
    the test pools' temperature, for the errors that matter there.

    Attributes:
        seed: Which problems, and the order in which their solutions are read.
        temperature: At which the solutions are sampled.
        rate: Peak learning rate.
        problems: In-distribution training problems.
        samples: Solutions of each.
    """

    seed: int
    temperature: float
    rate: float
    problems: int = 40_000
    samples: int = 4


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the bundled generator, pools and verifiers are made.

    Attributes:
        seed: Everything random comes from it.
        shape: The generator, and so the verifiers that start from it.
        corpus: Solutions in the generator's training text, written by erring authors, each read once.
        corpus_levels: How often each level occurs in it: long problems are rare.
        generator_rate: Peak learning rate of the generator.
        batch_tokens: Tokens of a training batch, padding included.
        temperature: Sampling temperature of the test pools.
        pool_samples: Samples of each test problem.
        rounds: What the verifiers are trained on, one training after another.
        validation_problems: Problems of the pool that a training is watched on.
        validation_samples: Samples of each of them.
    """

    seed: int = 1
    shape: ModelShape = ModelShape()
    corpus: int = 250_000
    corpus_levels: tuple[float, ...] = (3.0, 3.0, 2.5, 2.0, 1.5)
    generator_rate: float = 1.5e-3
    batch_tokens: int = 8192
    temperature: float = 0.3
    pool_samples: int = 256
    rounds: tuple[Round, ...] = (
        Round(seed=1, temperature=1.0, rate=5e-4),
        Round(seed=2, temperature=0.5, rate=3e-4, problems=14_000),
    )
    validation_problems: int = 100
    validation_samples: int = 16


FULL = Recipe()
SMOKE = replace(
    FULL,
    shape=ModelShape(width=64, layers=2, heads=4, shared_heads=2, inner=128),
    corpus=400,
    batch_tokens=2048,
    pool_samples=4,
    rounds=tuple(replace(each, problems=20, samples=2) for each in FULL.rounds),
    validation_problems=5,
    validation_samples=4,
)
