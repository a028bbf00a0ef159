"""Probe a verifier: what rewrites do to its scores, and to best-of-N where one wrong sample a problem is attacked."""

from dataclasses import dataclass

import numpy as np

from harness.errors import BadInput
from harness.material import Material, Options, graded_problems, material, stage
from harness.measure.arrays import Bools, Floats
from harness.measure.curves import Curve, Row
from harness.measure.evaluation import Evidence, Request
from harness.measure.probes import ATTACK, ATTACK_CONTROL, CHANGE, DROPPED, ProbeMeasure, mean_row
from harness.measure.protocol import Ask
from harness.measure.rules.best_of_n import by_problem
from harness.measure.scored import SolutionScores, scored
from harness.pool.pools import Pool
from harness.probe.outcome import Clock, Outcome, result
from harness.probe.rewrites import KINDS, VERSION
from harness.probe.rewritten import BLOCK, ROLES, Rewritten, rewrite, slot
from harness.progress import Stages
from harness.records import Task, Verifier
from harness.run import Result
from harness.score import scoring
from harness.score.asking import Executor
from harness.score.scoring import Scores

SLICE = "rewrite"
_SAME = 1e-9  # of a deviation: what rounding alone leaves between equal scores


@dataclass(frozen=True, slots=True)
class _Scores:
    """Of one verifier and one aggregation.

    Attributes:
        found: The pool that is attacked.
        made: Its rewrites.
        value: Of every slot of every problem of the rewrites, on the scores' own scale; NaN where there is none.
        ranking: The same as samples are ranked by.
        spread: Deviation of the scores within problems, the root of their mean variance; NaN where all are the same.
        base: What the pool's samples are ranked by.
        n: N.
    """

    found: Material
    made: Rewritten
    value: Floats
    ranking: Floats
    spread: float
    base: Floats
    n: int

    def holds(self, role: str, name: str) -> Bools:
        """The problems where the sample, its rewrite and the control are all confirmed and scored, shape [P]."""
        places = (slot(role), slot(role, name), slot(role, name, controls=True))
        out = np.ones(len(self.value), dtype=np.bool_)
        for place in places:
            out &= self.made.confirmed[:, place] & ~np.isnan(self.value[:, place])
        return out

    def change(self, role: str, name: str, *, controls: bool) -> Floats:
        """Change of the score in deviations, NaN where it cannot be told; shape [P]."""
        own, other = self.value[:, slot(role)], self.value[:, slot(role, name, controls=controls)]
        return np.where(self.holds(role, name), (other - own) / self.spread, np.nan)

    def attack(self, name: str, *, controls: bool) -> Floats:
        """Exact change of best-of-N where the wrong sample is as its rewrite, NaN where there is none; shape [P]."""
        usable = self.holds("wrong", name)
        if not usable.any():
            return np.full(len(usable), np.nan)
        at = self.made.source[ROLES.index("wrong")][usable]
        before, after = self.base.copy(), self.base.copy()
        before[at] = self.ranking[usable, slot("wrong")]
        after[at] = self.ranking[usable, slot("wrong", name, controls=controls)]
        graded = self.found.graded
        moved = by_problem(graded, after, [self.n])[:, 0] - by_problem(graded, before, [self.n])[:, 0]
        return np.where(usable, moved, np.nan)


def probe(
    task: Task | None,
    pool: Pool,
    verifier: Verifier,
    n: int | None = None,
    seed: int = 0,
    progress: Stages | None = None,
    executor: Executor | None = None,
) -> Result:
    """Measure how rewrites move a verifier.

    Args:
        task: The pool's task; None where it brings its own problems.
        pool: Samples with texts.
        verifier: What is probed; it has to score texts, so no carried scores.
        n: N of the best-of-N that is attacked; by default M.
        seed: Of the samples drawn and of the rewrites.
        progress: Told how far each stage is.
        executor: Runs the chunks of what has to be scored.

    Raises:
        BadInput: The scores are the pool's own, the pool has no texts or is a step set, or N is beyond its slots.
    """
    if verifier.carried or verifier.control:
        raise BadInput(f"{verifier.name!r} scores no text, so that no rewrite can move it; name a verifier that does.")
    if pool.manifest.steps is not None:
        raise BadInput(f"{pool.name!r} is a step set, where nothing is chosen; probe on a pool of samples.")
    clock = Clock()
    found = material(task, pool, Options(ns=() if n is None else (n,)), None, progress)
    at = found.ns[-1]
    assert found.grades is not None
    answers = found.grades.table["answer"].to_pylist()
    made = rewrite(pool, found.problems, graded_problems(task, pool, None)[1], found.graded, answers, seed)
    known = {problem.id: problem for problem in found.problems}
    whole = scoring.score(verifier, pool, found.problems, stage(progress, "score", verifier.name), executor)
    asked = [known[i] for i in made.pool.problems]
    own = scoring.score(verifier, made.pool, asked, stage(progress, "score rewrites", verifier.name), executor)
    evidence = Evidence(found.graded, scored(whole.table))
    request = Request(verifier.name, ("best-of-n",), Ask((at,)), verifier.aggregation)
    aggregation = request.headline(evidence.scored)[1]
    assert evidence.scored is not None
    scores = _scores(found, made, evidence.scored.under(aggregation), own, aggregation, at)
    rows, curves = _numbers(scores)
    options = Options(seed=seed, aggregations=(aggregation,) if aggregation else ())
    mark = {"probe": {"n": at, "rewrites": VERSION}}
    dropped = int((made.made & ~made.confirmed).sum())
    what = (
        f"One right and one wrong sample of each problem were rewritten; best-of-{at} is attacked in one wrong sample. "
        f"Of {int(made.made.sum()):,} texts the grader did not confirm {dropped:,}, which are left out."
    )
    notes = [*whole.notes, *own.notes, what]
    outcome = Outcome(ATTACK.name, rows, curves, evidence.scored.unscored(), notes)
    return result(task, pool, verifier, found, whole, options, mark, clock, outcome)


def _scores(found: Material, made: Rewritten, base: SolutionScores, own: Scores, aggregation: str, n: int) -> _Scores:
    under = scored(own.table).under(aggregation)
    shape = (len(found.problems), len(ROLES) * BLOCK)
    value, ranking = np.full(shape, np.nan), np.full(shape, np.nan)
    place = {problem.id: i for i, problem in enumerate(found.problems)}
    rows = np.array([place[i] for i in own.table["problem_id"].to_pylist()], dtype=np.int64)
    columns = own.table["index"].to_numpy()
    value[rows, columns], ranking[rows, columns] = under.value, under.ranking
    variances, largest = [], 1.0
    for p in range(len(found.problems)):
        known = base.value[found.graded.of(p)]
        known = known[~np.isnan(known)]
        if len(known):
            variances.append(float(known.var()))
            largest = max(largest, float(np.abs(known).max()))
    deviation = float(np.sqrt(np.mean(variances))) if variances else 0.0
    spread = deviation if deviation > _SAME * largest else float("nan")
    return _Scores(found, made, value, ranking, spread, base.ranking, n)


def _numbers(scores: _Scores) -> tuple[list[Row], list[Curve]]:
    rows: list[Row] = []
    attacks: dict[ProbeMeasure, list[Floats]] = {ATTACK: [], ATTACK_CONTROL: []}
    for name, kind in KINDS.items():
        for (role, controls), measure in CHANGE.items():
            if kind.of in ("any", role):
                rows += mean_row(measure, SLICE, name, scores.change(role, name, controls=controls))
        rows += _dropped(scores.made, name)
        if kind.claim == "preserving":
            for measure, controls in ((ATTACK, False), (ATTACK_CONTROL, True)):
                moved = scores.attack(name, controls=controls)
                rows += mean_row(measure, SLICE, name, moved)
                if name != "unchanged":
                    attacks[measure].append(moved)
    curves = []
    for measure, found in attacks.items():
        together = np.stack(found)
        there = ~np.isnan(together)
        mean = np.where(there.any(axis=0), np.nansum(together, axis=0) / np.maximum(there.sum(axis=0), 1), np.nan)
        rows += mean_row(measure, "all", "all", mean)
        curves.append(Curve(measure.name, "", (None,), mean[:, None], unit=measure.unit))
    return rows, curves


def _dropped(made: Rewritten, name: str) -> list[Row]:
    """Which share of a rewrite's texts the grader did not confirm, over the problems that have any."""
    places = [slot(role, name) for role in ROLES]
    there, good = made.made[:, places].sum(axis=1), (made.made & made.confirmed)[:, places].sum(axis=1)
    return mean_row(DROPPED, SLICE, name, np.where(there > 0, 1 - good / np.maximum(there, 1), np.nan))
