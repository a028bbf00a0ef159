"""Several tasks as one: problems are pooled, so a task counts by its number of problems.

This is the arithmetic of the paper's out-of-distribution table (arXiv 2305.20050): intervals are over problems.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.measure import statistics
from harness.measure.arrays import Floats, Ints


@dataclass(frozen=True, slots=True)
class Number:
    """Expected accuracy over some problems.

    Attributes:
        value: The mean of p_i.
        low: Lower end of its 95 % interval over problems.
        high: Its upper end.
        n_problems: How many.
    """

    value: float
    low: float
    high: float
    n_problems: int


def over_problems(p: Floats) -> Number:
    """The number over the problems whose p_i are given, shape [P]."""
    interval = statistics.mean_interval(p)
    return Number(float(p.mean()), interval.low, interval.high, len(p))


@dataclass(frozen=True, slots=True)
class Moments:
    """What is reported of several parts' problems, each at the same values of N; arrays of shape [n_N].

    Attributes:
        value: Mean.
        standard_error: Of the mean over problems, NaN for a single problem.
        draw_deviation: Standard deviation of one random draw.
        mc_error: Of the simulation.
        n_problems: Problems.
    """

    value: Floats
    standard_error: Floats
    draw_deviation: Floats
    mc_error: Floats
    n_problems: int

    def intervals(self) -> list[statistics.Interval]:
        """The 95 % interval at each N."""
        return [
            statistics.interval_about(float(m), None if np.isnan(e) else float(e), self.n_problems)
            for m, e in zip(self.value, self.standard_error, strict=True)
        ]


def pooled(parts: Sequence[Moments]) -> Moments:
    """The moments of the parts' problems together, exactly.

    With means m_i, standard errors e_i and P_i problems: the mean is sum P_i m_i / P, its squared error
    sum [P_i (P_i - 1) e_i^2 + P_i (m_i - m)^2] / (P (P - 1)), and deviations of independent draws add in squares.
    """
    sizes: Ints = np.array([part.n_problems for part in parts])
    counts = sizes.astype(np.float64)[:, None]
    total = float(counts.sum())
    means = np.stack([part.value for part in parts])
    mean = (counts * means).sum(axis=0) / total
    errors = np.nan_to_num(np.stack([part.standard_error for part in parts]))  # a single problem needs none
    squares = (counts * (counts - 1) * errors**2 + counts * (means - mean) ** 2).sum(axis=0)
    error = np.sqrt(squares / (total * (total - 1))) if total > 1 else np.full(len(mean), np.nan)
    drawn, simulated = (
        np.sqrt(((counts * np.stack(found)) ** 2).sum(axis=0)) / total
        for found in ([part.draw_deviation for part in parts], [part.mc_error for part in parts])
    )
    return Moments(mean, error, drawn, simulated, int(total))
