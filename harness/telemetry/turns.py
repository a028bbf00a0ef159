"""The turn: the step from which on the reward rises and the truth falls.

Both curves are smoothed by a centred running mean over a window of w points, cut at the ends. The turn is where the
smoothed truth is highest. It is one if, from there to the end, the smoothed reward has risen and the smoothed truth
has fallen by more than chance: by more than 2 s sqrt(2 / w), s the deviation of the truth from its smoothed curve, so
twice the standard error of a difference of two means of w points. What is found is where a curve happens to be
highest, so the fall is somewhat too large.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from harness.telemetry.logs import Point

SHARE = 0.1  # of the points, as the window


@dataclass(frozen=True, slots=True)
class Turn:
    """Where the reward stopped to mean what it should.

    Attributes:
        step: The step at which the truth was highest.
        best: The truth there, smoothed.
        last: The truth at the end, smoothed.
        rise: What the reward has risen since.
        kl: The divergence there, where it is known.
    """

    step: int
    best: float
    last: float
    rise: float
    kl: float | None


def smooth(values: Sequence[float], window: int) -> list[float]:
    """The centred running mean, over as many points as there are at the ends.

    >>> smooth([0.0, 1.0, 5.0], 3)
    [0.5, 2.0, 3.0]
    """
    half = window // 2
    parts = [values[max(0, i - half) : i + half + 1] for i in range(len(values))]
    return [math.fsum(part) / len(part) for part in parts]


def window_of(points: int) -> int:
    """How many points are smoothed over: a tenth of them, odd, at least 3.

    >>> window_of(5), window_of(40), window_of(100)
    (3, 5, 11)
    """
    return max(3, round(SHARE * points) // 2 * 2 + 1)


def turn(points: Sequence[Point]) -> Turn | None:
    """The turn of a training, or None where the truth does not fall, or the reward does not rise.

    Args:
        points: In the order of their steps; those without a reward or a truth are left out.
    """
    known = [(p, p.proxy, p.true) for p in points if p.proxy is not None and p.true is not None]
    if len(known) < 3:
        return None
    window = window_of(len(known))
    truth = [true for _, _, true in known]
    proxy, true = smooth([proxy for _, proxy, _ in known], window), smooth(truth, window)
    at = max(range(len(true)), key=true.__getitem__)
    noise = math.sqrt(math.fsum((a - b) ** 2 for a, b in zip(truth, true, strict=True)) / len(true))
    rise, fall = proxy[-1] - proxy[at], true[at] - true[-1]
    if rise <= 0 or fall <= 2 * noise * math.sqrt(2 / window):
        return None
    return Turn(known[at][0].step, true[at], true[-1], rise, known[at][0].kl)
