"""How far scores can be trusted as such: reliability, discrimination within problems, steps, length. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from harness.measure import statistics
from leaderboard.read.bulk import Bulk
from leaderboard.read.records import Floats

BINS = 10
_GRID = np.linspace(0.0, 1.0, 51)
Rows = list[dict[str, float]]


def is_probability(found: Bulk) -> bool:
    """Whether the scores lie in [0, 1] and can be read as probabilities of being right."""
    return bool(len(found.score)) and float(found.score.min()) >= 0.0 and float(found.score.max()) <= 1.0


def reliability(found: Bulk) -> Rows:
    """Mean score and share right in bins of the score, with Wilson's 95 % interval.

    Ten bins of equal width where the scores are probabilities, ten of equal size where they are not.
    """
    if not len(found.score):
        return []
    if is_probability(found):
        place = np.minimum((found.score * BINS).astype(int), BINS - 1)
    else:
        order = stats.rankdata(found.score, method="average")
        place = np.minimum(((order - 0.5) / len(order) * BINS).astype(int), BINS - 1)
    rows = []
    for i in range(BINS):
        members = place == i
        count = int(members.sum())
        if count:
            interval = stats.binomtest(int(found.correct[members].sum()), count).proportion_ci(method="wilson")
            rows.append(
                {
                    "bin": i + 1,
                    "score": float(found.score[members].mean()),
                    "right": float(found.correct[members].mean()),
                    "low": float(interval.low),
                    "high": float(interval.high),
                    "samples": count,
                }
            )
    return rows


def brier(found: Bulk) -> float | None:
    """Mean squared difference of score and correctness; None where scores are not probabilities."""
    return float(np.mean((found.score - found.correct) ** 2)) if is_probability(found) else None


def calibration_error(found: Bulk) -> float | None:
    """Expected calibration error over ten bins of equal width: sum of share |mean score - share right|."""
    if not is_probability(found):
        return None
    rows = reliability(found)
    total = sum(r["samples"] for r in rows)
    return sum(r["samples"] / total * abs(r["score"] - r["right"]) for r in rows)


@dataclass(frozen=True, slots=True)
class Within:
    """Discrimination within problems.

    Attributes:
        auc: Mean over problems of the chance that a right sample outscores a wrong one, ties half.
        low: Lower end of the 95 % interval of that mean over problems.
        high: Its upper end.
        problems: Problems with both right and wrong samples.
        pooled: The same over all samples at once: it rewards knowing which problems are easy.
        curve: Mean ROC curve over the problems: ``false`` and ``true`` positive rates.
    """

    auc: float
    low: float
    high: float
    problems: int
    pooled: float | None
    curve: Rows


def within(found: Bulk) -> Within | None:
    """Discrimination within problems; None where no problem has both right and wrong samples."""
    areas, curves = [], []
    order = np.argsort(found.problem, kind="stable")
    cuts = np.flatnonzero(np.diff(found.problem[order])) + 1
    for members in np.split(order, cuts) if len(order) else []:
        area = statistics.auc(found.ranking[members], found.correct[members])
        if area is not None:
            areas.append(area)
            curves.append(_roc(found.ranking[members], found.correct[members]))
    if not areas:
        return None
    values = np.array(areas)
    half = 0.0
    if len(values) > 1:
        half = float(stats.t.ppf(0.975, len(values) - 1)) * float(np.std(values, ddof=1)) / math.sqrt(len(values))
    mean = float(values.mean())
    curve = np.mean(curves, axis=0)
    return Within(
        auc=mean,
        low=max(mean - half, 0.0),
        high=min(mean + half, 1.0),
        problems=len(values),
        pooled=statistics.auc(found.ranking, found.correct),
        curve=[{"false": float(x), "true": float(y)} for x, y in zip(_GRID, curve, strict=True)],
    )


def _roc(scores: Floats, correct: Floats) -> Floats:
    """True positive rate on the grid of false positive rates; equal scores are joined by a straight line."""
    order = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    true = np.concatenate([[0.0], np.cumsum(correct[order])[ends]])
    false = np.concatenate([[0.0], np.cumsum(1.0 - correct[order])[ends]])
    rates: Floats = np.interp(_GRID, false / false[-1], true / true[-1])
    return rates


def by_length(found: Bulk) -> list[dict[str, float | str]]:
    """Mean score of right and of wrong samples, and the share right, by tenths of the solutions' length."""
    known = ~np.isnan(found.length)
    if not known.any():
        return []
    edges = np.unique(np.quantile(found.length[known], np.linspace(0, 1, BINS + 1)))
    place = np.clip(np.searchsorted(edges, found.length, side="right") - 1, 0, max(len(edges) - 2, 0))
    rows: list[dict[str, float | str]] = []
    for i in range(max(len(edges) - 1, 1)):
        for name, kind in (("right", 1.0), ("wrong", 0.0)):
            members = known & (place == i) & (found.correct == kind)
            if members.any():
                rows.append(
                    {
                        "samples_are": name,
                        "length": float(np.median(found.length[known & (place == i)])),
                        "score": float(found.score[members].mean()),
                        "samples": int(members.sum()),
                    }
                )
    return rows


@dataclass(frozen=True, slots=True)
class StepMetrics:
    """Step scores against true step labels (neutral counts as right).

    Attributes:
        solutions: Labelled solutions.
        steps: Labelled steps.
        auc: Chance that a right step outscores a wrong one, over all steps, ties half.
        accuracy: Share of steps on the right side of the threshold.
        located: Among solutions with a wrong step: share whose first wrong step is the first below the threshold.
        accepted: Among solutions without: share with no step below it.
        f1: Harmonic mean of the last two (ProcessBench, arXiv 2412.06559).
    """

    solutions: int
    steps: int
    auc: float | None
    accuracy: float
    located: float | None
    accepted: float | None
    f1: float | None


def step_metrics(
    labelled: Sequence[tuple[tuple[float, ...], tuple[int, ...]]], threshold: float = 0.5
) -> StepMetrics | None:
    """Step-level metrics of a verifier; None where there are no labels."""
    if not labelled:
        return None
    scores = np.array([s for row, _ in labelled for s in row])
    right = np.array([float(x >= 0) for _, row in labelled for x in row])
    located: list[bool] = []
    accepted: list[bool] = []
    for row, truth in labelled:
        first_wrong = next((i for i, x in enumerate(truth) if x < 0), None)
        first_low = next((i for i, s in enumerate(row) if s < threshold), None)
        (accepted if first_wrong is None else located).append(first_low == first_wrong)
    a = float(np.mean(located)) if located else None
    b = float(np.mean(accepted)) if accepted else None
    f1 = None if a is None or b is None else (2 * a * b / (a + b) if a + b else 0.0)
    accuracy = float(np.mean((scores >= threshold) == (right > 0.5)))
    return StepMetrics(len(labelled), len(scores), statistics.auc(scores, right), accuracy, a, b, f1)
