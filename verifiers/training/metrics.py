"""How well a verifier answers on solutions that it was not trained on."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from verifiers.formats.layout import Kind
from verifiers.training.batches import IGNORED


def good_probability(logits: Any, labels: Any) -> Any:
    """P(not negative), or P(right), at every token [batch, tokens]: the first label of either kind is the bad one."""
    return 1.0 - logits.float().softmax(-1)[..., 0]


def metrics(probabilities: NDArray[np.float32], targets: NDArray[np.int64], kind: Kind) -> dict[str, float]:
    """Accuracy at one half and area under the ROC curve, over steps for a PRM, over solutions for an ORM.

    Args:
        probabilities: ``good_probability`` at every token, [solutions, tokens].
        targets: The targets, ``IGNORED`` where there is none, of the same shape.
        kind: An ORM is judged at its last target in each row alone.
    """
    asked = targets != IGNORED
    if kind == "orm":
        last = asked.shape[1] - 1 - np.argmax(asked[:, ::-1], axis=1)
        rows = np.flatnonzero(asked.any(axis=1))
        guess, truth = probabilities[rows, last[rows]], targets[rows, last[rows]] > 0
    else:
        guess, truth = probabilities[asked], targets[asked] > 0
    return {"accuracy": float(np.mean((guess > 0.5) == truth)), "auc": area(guess, truth), "good": float(truth.mean())}


def area(scores: NDArray[np.float32], good: NDArray[np.bool_]) -> float:
    """Probability that a good one scores above a bad one, ties counting half; NaN when one sort is missing.

    >>> area(np.array([0.1, 0.4, 0.4, 0.9]), np.array([False, False, True, True]))
    0.875
    """
    n_good = int(good.sum())
    n_bad = len(good) - n_good
    if not n_good or not n_bad:
        return float("nan")
    ranks = rankdata(scores)
    return float((ranks[good].sum() - n_good * (n_good + 1) / 2) / (n_good * n_bad))
