"""Turn step scores into one solution score."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from harness.errors import BadInput, UnknownName
from harness.measure.arrays import Floats, Ints


def product(steps: Sequence[float]) -> float:
    """Log of the product of the step probabilities: the probability that every step is right, as a log.

    The sum of logs is rounded once (``math.fsum``), so it does not depend on the order of the steps, and never
    underflows; a probability of 0 gives -inf. The paper's main rule (arXiv 2305.20050).
    """
    return math.fsum(math.log(p) if p > 0.0 else -math.inf for p in steps)


def minimum(steps: Sequence[float]) -> float:
    """The worst step (Math-Shepherd, arXiv 2312.08935)."""
    return min(steps)


def last(steps: Sequence[float]) -> float:
    """The score after the last step (Snell et al., arXiv 2408.03314)."""
    return steps[-1]


def mean(steps: Sequence[float]) -> float:
    """The mean step (RLHFlow)."""
    return math.fsum(steps) / len(steps)


def maximum(steps: Sequence[float]) -> float:
    """The best step (for noisy Monte Carlo labels, arXiv 2402.02658)."""
    return max(steps)


def total(steps: Sequence[float]) -> float:
    """The sum of raw step rewards or logits (implicit PRMs: the outcome log-ratio)."""
    return math.fsum(steps)


AGGREGATIONS: dict[str, Callable[[Sequence[float]], float]] = {
    "product": product,
    "min": minimum,
    "last": last,
    "mean": mean,
    "max": maximum,
    "sum": total,
}
NEEDS_PROBABILITIES = frozenset({"product"})


def aggregation(name: str) -> Callable[[Sequence[float]], float]:
    """The aggregation of that name.

    Raises:
        UnknownName: There is none.
    """
    if name not in AGGREGATIONS:
        raise UnknownName("aggregation", name, AGGREGATIONS)
    return AGGREGATIONS[name]


def aggregate(values: Floats, offsets: Ints, name: str) -> Floats:
    """Solution scores of many solutions at once.

    Args:
        values: The step scores of all solutions, one after another.
        offsets: Solution i has the steps ``values[offsets[i]:offsets[i + 1]]``; shape [solutions + 1].
        name: The aggregation.

    Returns:
        One score per solution; NaN for a solution without steps or with a NaN step.

    Raises:
        BadInput: A rule for probabilities was given raw scores outside [0, 1].
    """
    rule = aggregation(name)
    known = values[~np.isnan(values)]
    if name in NEEDS_PROBABILITIES and len(known) and not (known.min() >= 0.0 and known.max() <= 1.0):
        raise BadInput(
            f"The {name!r} aggregation needs step probabilities in [0, 1]; found {known.min():.4g} to "
            f"{known.max():.4g}. Use min, last, mean or sum for raw rewards."
        )
    flat = values.tolist()
    bounds = offsets.tolist()
    out = np.full(len(bounds) - 1, np.nan)
    for i in range(len(bounds) - 1):
        part = flat[bounds[i] : bounds[i + 1]]
        if part and not any(map(math.isnan, part)):
            out[i] = rule(part)
    return out


def as_probability(scores: Floats, name: str) -> Floats:
    """Aggregated scores on the scale a weighted vote can add: the log of a product becomes the product.

    By the C library's exponential, not NumPy's, whose last digit depends on the processor.
    """
    if name != "product":
        return scores
    return np.fromiter(map(math.exp, scores.tolist()), np.float64, len(scores))
