"""Over-optimisation: choosing among more solutions raises the score of the chosen, and not always its accuracy.

The distance that best-of-N goes from the generator is log N - (N - 1) / N at most (Gao et al. 2023, arXiv 2210.10760).
Both curves are exact, from the same rank probabilities.
"""

import math

import numpy as np

from harness.errors import BadInput
from harness.material import Options, material, stage
from harness.measure.arrays import Floats
from harness.measure.curves import Curve
from harness.measure.evaluation import Evidence, Request
from harness.measure.graded import GradedPool
from harness.measure.probes import ACCURACY, FALL, SELECTED, mean_row
from harness.measure.protocol import Ask
from harness.measure.rules.best_of_n import by_problem, pick_chances
from harness.measure.scored import SolutionScores, scored
from harness.pool import pools
from harness.pool.pools import Pool
from harness.probe.outcome import Clock, Outcome, result
from harness.progress import Stages
from harness.records import Task, Verifier
from harness.run import Result
from harness.score import scoring
from harness.score.asking import Executor

SLICE = "n"
_VERSION = 1
_SAME = 1e-12


def selected(graded: GradedPool, scores: SolutionScores, ns: tuple[int, ...]) -> Floats:
    """The score of the chosen sample to expect of best-of-N, in deviations above the problem's mean; shape [P, n_N].

    A deviation is the root of the mean variance within problems. Draws without a sample that can be chosen are left
    out; NaN where a problem has none.
    """
    value = np.where(graded.answered, scores.value, np.nan)
    parts = [value[graded.of(p)] for p in range(len(graded.ids))]
    known = [part[~np.isnan(part)] for part in parts]
    spread = math.sqrt(float(np.mean([part.var() for part in known if len(part)] or [0.0])))
    out = np.full((len(parts), len(ns)), np.nan)
    for p, part in enumerate(parts):
        if not len(known[p]) or spread <= _SAME:
            continue
        above = np.nan_to_num((part - known[p].mean()) / spread)
        order = np.where(graded.answered[graded.of(p)], scores.ranking[graded.of(p)], np.nan)
        for column, n in enumerate(ns):
            chances = pick_chances(order, int(graded.slots[p]), n)
            out[p, column] = float(chances @ above) / float(chances.sum())
    return out


def falls(accuracy: Floats) -> tuple[Floats, tuple[int, int]]:
    """How far accuracy falls from its peak to the largest N, without the bias of a peak found in the same numbers.

    The peak N* of the even problems is applied to the odd ones, and the other way round.

    Args:
        accuracy: Of every problem at every N, ascending; shape [P, n_N].

    Returns:
        p_i(N*) - p_i(largest N), shape [P], and the columns of N* that the even and the odd problems set.
    """
    even = np.arange(len(accuracy)) % 2 == 0
    peaks = tuple(int(accuracy[half].mean(axis=0).argmax()) for half in (even, ~even))
    at = np.where(even, peaks[1], peaks[0])
    out: Floats = accuracy[np.arange(len(accuracy)), at] - accuracy[:, -1]
    return out, (peaks[0], peaks[1])


def overoptimisation(
    task: Task | None,
    pool: Pool,
    verifier: Verifier,
    progress: Stages | None = None,
    executor: Executor | None = None,
) -> Result:
    """Measure how far a verifier can be optimised on a pool.

    Raises:
        BadInput: The verifier gives no scores, the pool is a step set or has one problem.
    """
    if verifier.control or pool.manifest.steps is not None:
        raise BadInput(
            f"{verifier.name!r} chooses nothing by scores on {pool.name!r}; name a verifier and a pool of samples."
        )
    clock = Clock()
    found = material(task, pool, Options(), None, progress)
    if len(found.problems) < 2:
        raise BadInput(f"{pool.name!r} has one problem, and the peak has to be found on others than its fall.")
    read = pools.with_texts(pool)
    source = pool if verifier.carried else read
    asked = found.problems if source is pool else pools.evaluated_problems(read, None)
    whole = scoring.score(verifier, source, asked, stage(progress, "score", verifier.name), executor)
    evidence = Evidence(found.graded, scored(whole.table))
    assert evidence.scored is not None
    aggregation = Request(verifier.name, ("best-of-n",), Ask(found.ns), verifier.aggregation).headline(evidence.scored)[
        1
    ]
    scores = evidence.scored.under(aggregation)
    accuracy = by_problem(found.graded, scores.ranking, found.ns)
    chosen = selected(found.graded, scores, found.ns)
    fall, peaks = falls(accuracy)
    rows = mean_row(FALL, "all", "all", fall)
    for column, n in enumerate(found.ns):
        rows += mean_row(ACCURACY, SLICE, str(n), accuracy[:, column])
        rows += mean_row(SELECTED, SLICE, str(n), chosen[:, column])
    options = Options(aggregations=(aggregation,) if aggregation else ())
    even, odd = (found.ns[peak] for peak in peaks)
    what = (
        f"Accuracy is largest at N = {even} on the even problems and at N = {odd} on the odd ones; the fall from there "
        f"to N = {found.ns[-1]} is measured on the other half each."
    )
    curve = Curve(FALL.name, "", (None,), fall[:, None], unit=FALL.unit)
    outcome = Outcome(FALL.name, rows, (curve,), evidence.scored.unscored(), [*whole.notes, what])
    mark = {"overoptimisation": _VERSION}
    return result(task, pool, verifier, found, whole, options, mark, clock, outcome)
