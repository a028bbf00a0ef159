"""Every number and seed that the bundled world was made with."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


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
class Recipe:
    """How the bundled generator, pools and verifiers are made.

    Attributes:
        seed: Everything random comes from it.
        shape: The generator, and so the verifiers that start from it.
        corpus: Solutions in the generator's training text, written by erring authors, each read once.
        corpus_levels: How often each level occurs in it: long problems are rare.
        generator_rate: Peak learning rate of the generator.
        batch_tokens: Tokens of a training batch, padding included.
        temperature: Sampling temperature of every pool.
        pool_samples: Samples of each test problem.
        train_problems: In-distribution problems whose solutions are labelled for the verifiers.
        train_samples: Solutions of each of them.
        validation_problems: Problems of the pool that training is watched on.
        validation_samples: Samples of each of them.
        epochs: Times that a verifier reads its training data.
        verifier_rate: Peak learning rate of the verifiers.
    """

    seed: int = 1
    shape: ModelShape = ModelShape()
    corpus: int = 250_000
    corpus_levels: tuple[float, ...] = (3.0, 3.0, 2.5, 2.0, 1.5)
    generator_rate: float = 1.5e-3
    batch_tokens: int = 8192
    temperature: float = 1.0
    pool_samples: int = 256
    train_problems: int = 40_000
    train_samples: int = 4
    validation_problems: int = 100
    validation_samples: int = 16
    epochs: Mapping[str, float] = field(default_factory=lambda: {"orm": 1.0, "prm": 1.0})
    verifier_rate: float = 5e-4


FULL = Recipe()
SMOKE = replace(
    FULL,
    shape=ModelShape(width=64, layers=2, heads=4, shared_heads=2, inner=128),
    corpus=400,
    batch_tokens=2048,
    pool_samples=4,
    train_problems=20,
    train_samples=2,
    validation_problems=5,
    validation_samples=4,
)
