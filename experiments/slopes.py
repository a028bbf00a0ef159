"""Lines through accuracy against labels, and what their slopes say of data efficiency."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True, slots=True)
class Line:
    """accuracy = at_one + slope * log2(labels), by least squares.

    Attributes:
        slope: Accuracy gained when the labels double.
        at_one: Accuracy at one label.
        error: Standard error of the slope; NaN for two points.
    """

    slope: float
    at_one: float
    error: float


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of slopes with its 95 % interval.

    Attributes:
        value: The ratio; None where the slope below is zero.
        low: Lower end; None where the slope below may be zero, so that there is no bound.
        high: Upper end; None likewise.
    """

    value: float | None
    low: float | None
    high: float | None


def fit(labels: Sequence[float], accuracy: Sequence[float]) -> Line:
    """The least-squares line through accuracy against the logarithm of the number of labels.

    Args:
        labels: Numbers of labels, at least two different ones.
        accuracy: One accuracy for each.

    >>> line = fit([1, 2, 4, 8], [0.1, 0.2, 0.3, 0.4])
    >>> round(line.slope, 6), round(line.at_one, 6)
    (0.1, 0.1)
    """
    found = stats.linregress(np.log2(labels), accuracy)
    error = float(found.stderr) if len(labels) > 2 else float("nan")
    return Line(float(found.slope), float(found.intercept), error)


def ratio(above: Line, below: Line) -> Ratio:
    """The data efficiency of one way to label over another, as section 4.2 of the paper states it: slope over slope.

    The interval is Fieller's for two independent normal slopes: it is right also where the slope below is not much
    larger than its error, and without an end where that slope may be zero.

    Args:
        above: The line of the way to be judged.
        below: The line of the way it is compared with.

    Reference: Fieller 1954, Journal of the Royal Statistical Society B 16, 175-185.
    """
    z = 1.959964
    value = above.slope / below.slope if below.slope else None
    a = below.slope**2 - (z * below.error) ** 2
    b = above.slope * below.slope
    c = above.slope**2 - (z * above.error) ** 2
    if not a > 0 or below.slope < 0:
        return Ratio(value, None, None)
    half = max(b * b - a * c, 0.0) ** 0.5
    return Ratio(value, (b - half) / a, (b + half) / a)


def labels_saved(above: Line, below: Line, labels: float) -> float | None:
    """How many times more labels the line below needs for the accuracy that the line above reaches with ``labels``.

    Unlike the ratio of slopes it depends on where the lines lie. None where the line below does not rise.

    >>> upper, lower = Line(slope=0.1, at_one=0.3, error=0.01), Line(slope=0.1, at_one=0.2, error=0.01)
    >>> round(labels_saved(upper, lower, 4), 6)
    2.0
    """
    if below.slope <= 0:
        return None
    reached = above.at_one + above.slope * np.log2(labels)
    return float(2 ** ((reached - below.at_one) / below.slope) / labels)
