"""How far scores can be trusted as such: reliability, discrimination within problems, the pull of length."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from harness.measure import statistics
from harness.measure.arrays import Bools, Floats, Ints
from harness.measure.graded import GradedPool
from harness.measure.scored import SolutionScores

BINS = 10
_GRID = np.linspace(0.0, 1.0, 51)
Rows = list[dict[str, float]]


@dataclass(frozen=True, slots=True)
class Judged:
    """The samples that have an answer, a grade and a score, [S] of them.

    Attributes:
        problem: The position of each one's problem.
        score: On its own scale; a product of probabilities as a probability.
        ranking: What samples are ranked by: the same order, without underflow.
        correct: 1.0 right, 0.0 wrong.
        kept: Which of the graded pool's samples these are.
    """

    problem: Ints
    score: Floats
    ranking: Floats
    correct: Floats
    kept: Bools

    @property
    def bounded(self) -> bool:
        """Whether the scores can be read as probabilities of being right."""
        return bool(len(self.score)) and float(self.score.min()) >= 0.0 and float(self.score.max()) <= 1.0


def judged(graded: GradedPool, scores: SolutionScores) -> Judged:
    """What can be judged of one verifier's scores."""
    kept = graded.answered & ~graded.undecided & ~np.isnan(scores.ranking)
    value = scores.value[kept]
    return Judged(graded.problem_of()[kept], value, scores.ranking[kept], graded.correct[kept], kept)


def reliability(found: Judged) -> Rows:
    """Mean score and share right in bins of the score, with the share's 95 % interval.

    Ten bins of equal width where the scores are probabilities, ten of equal size where they are not. The samples of one
    problem are not independent, so the interval is Wilson's at the effective size that the spread between problems
    leaves (``statistics.interval_about``), with the standard error of a ratio over C clusters:
    sqrt(C / (C - 1) sum_c (right_c - r n_c)^2) / n.

    Reference: Korn & Graubard 1998 (the interval); Cochran 1977, Sampling Techniques, section 6.3 (the ratio).
    """
    if not len(found.score):
        return []
    if found.bounded:
        place = np.minimum((found.score * BINS).astype(int), BINS - 1)
    else:
        order = stats.rankdata(found.score, method="average")
        place = np.minimum(((order - 0.5) / len(order) * BINS).astype(int), BINS - 1)
    rows = []
    for i in range(BINS):
        members = place == i
        count = int(members.sum())
        if not count:
            continue
        _, problem = np.unique(found.problem[members], return_inverse=True)
        correct = found.correct[members]
        right, clusters = float(correct.mean()), int(problem.max()) + 1
        interval = statistics.interval_about(right, _clustered_error(problem, correct - right), clusters)
        rows.append(
            {
                "bin": i + 1,
                "score": float(found.score[members].mean()),
                "right": right,
                "low": interval.low,
                "high": interval.high,
                "samples": count,
                "problems": clusters,
            }
        )
    return rows


def _clustered_error(cluster: Ints, residual: Floats) -> float | None:
    """The standard error of a mean whose samples come in clusters; None for a single one."""
    sums = np.bincount(cluster, weights=residual)
    if len(sums) < 2:
        return None
    return float(np.sqrt(len(sums) / (len(sums) - 1) * np.sum(sums**2)) / len(residual))


def brier(found: Judged) -> float | None:
    """Mean squared difference of score and correctness; None where scores are not probabilities."""
    return float(np.mean((found.score - found.correct) ** 2)) if found.bounded else None


def calibration_error(found: Judged) -> float | None:
    """Expected calibration error over ten bins of equal width: sum of share |mean score - share right|."""
    if not found.bounded:
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


def within(found: Judged) -> Within | None:
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
    mean, error = float(values.mean()), statistics.standard_error(values)
    half = 0.0 if error is None else float(stats.t.ppf(0.975, len(values) - 1)) * error
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


def by_length(found: Judged, length: Floats) -> list[dict[str, float | str]]:
    """Mean score of right and of wrong samples by tenths of the solutions' length.

    Args:
        found: The samples.
        length: Of each of them, NaN where it is not known; shape [S].
    """
    known = ~np.isnan(length)
    if not known.any():
        return []
    edges = np.unique(np.quantile(length[known], np.linspace(0, 1, BINS + 1)))
    place = np.clip(np.searchsorted(edges, length, side="right") - 1, 0, max(len(edges) - 2, 0))
    rows: list[dict[str, float | str]] = []
    for i in range(max(len(edges) - 1, 1)):
        for name, kind in (("right", 1.0), ("wrong", 0.0)):
            members = known & (place == i) & (found.correct == kind)
            if members.any():
                rows.append(
                    {
                        "samples_are": name,
                        "length": float(np.median(length[known & (place == i)])),
                        "score": float(found.score[members].mean()),
                        "samples": int(members.sum()),
                    }
                )
    return rows
