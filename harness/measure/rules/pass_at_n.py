"""pass@N: right if any of the N is. No verifier can do better. Exact."""

from collections.abc import Sequence

import numpy as np

from harness.measure.arrays import Floats, Ints
from harness.measure.graded import GradedPool
from harness.measure.protocol import Ask
from harness.measure.rules import NOTHING, Expected, Pick, Rule
from harness.measure.rules.best_of_n import best_of_n, by_problem
from harness.measure.scored import SolutionScores


def pass_at_n(n_right: Ints, slots: int, ns: Sequence[int]) -> Floats:
    """Probability that N of M slots hold at least one right sample: 1 - C(M-c, N) / C(M, N).

    Args:
        n_right: Right samples of each problem, c, shape [P].
        slots: M.
        ns: Values of N.

    Returns:
        Shape [P, n_N].

    Reference: Chen et al. 2021 (arXiv 2107.03374), the unbiased pass@k.
    """
    ranked = (np.arange(slots)[None, :] < np.asarray(n_right)[:, None]).astype(np.float64)
    return best_of_n(ranked, ns)


def _expected(graded: GradedPool, _: SolutionScores, ask: Ask) -> Expected:
    return Expected(by_problem(graded, graded.correct, ask.ns))


def _pick(graded: GradedPool, _: SolutionScores, n: int) -> Pick:
    right = np.flatnonzero(graded.correct > 0)
    return Pick(int(right[0])) if len(right) else NOTHING


RULE = Rule("pass", "pass@N", "none", _expected, _pick)
