"""What the two votes share: the tally of a problem's answers, and problems spread over threads."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from harness.measure.arrays import Floats, Ints
from harness.measure.graded import GradedPool
from harness.measure.rules import NOTHING, Pick

_V = TypeVar("_V")


def tally(graded: GradedPool, problem: int) -> tuple[Ints, Floats]:
    """How often each distinct answer of a problem was given, and the share of its samples that are right, [A] each."""
    at = graded.of(problem)
    voted = graded.key[at] >= 0
    counts = np.bincount(graded.key[at][voted])
    right = np.bincount(graded.key[at][voted], weights=graded.correct[at][voted]) / np.maximum(counts, 1)
    return counts, right


def first_of(graded: GradedPool, weight: Floats) -> Pick:
    """The first sample of one problem that gives the answer of the largest weight, [A]."""
    if not len(weight):
        return NOTHING
    return Pick(int(np.flatnonzero(graded.key == int(weight.argmax()))[0]))


def over_problems(one: Callable[[_V], Floats], votes: Sequence[_V], n_grid: int, threads: int) -> Floats:
    """``one`` applied to every problem, on threads: the kernels release the interpreter's lock."""
    if not votes:
        return np.zeros((0, n_grid))
    with ThreadPoolExecutor(threads) as pool:
        return np.stack(list(pool.map(one, votes)))
