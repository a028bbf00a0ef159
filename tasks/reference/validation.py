"""The figures of docs/validation.md: what bonbench computes, beside a calculation that shares no code with it.

    python -m tasks.reference.validation

Everything is read from the pools that ship, and from ``peers.json``. The independent calculation is best-of-N by
counting subsets problem by problem, and a vote over the answers as they are spelt; its verdicts are Math-Verify's.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from harness import registry
from harness.material import graded_problems
from harness.measure import evaluation
from harness.measure.arrays import Floats
from harness.measure.evaluation import Evidence, Request
from harness.measure.graded import GradedPool, graded
from harness.measure.protocol import Ask
from harness.measure.scored import scored
from harness.pool import grading, pools
from harness.pool.manifest import task_of
from harness.pool.pools import Pool
from harness.score import scoring
from tasks.reference import peers
from tasks.reference.peers import Verdicts

MATH500, GSM8K, OPENR = "math500-strictprm", "gsm8k-strictprm", "math500-openr"
_STEPS: dict[str, Callable[[Sequence[float]], float]] = {
    "product": math.prod,
    "min": min,
    "last": lambda steps: steps[-1],
    "mean": lambda steps: sum(steps) / len(steps),
}
_EXACT = 1e-9
RULES = {  # OpenR's names, and ours
    "prm_last_max": ("best-of-n", "last"),
    "prm_min_max": ("best-of-n", "min"),
    "majority_vote": ("majority", ""),
    "prm_last_vote": ("weighted-vote", "last"),
    "prm_min_vote": ("weighted-vote", "min"),
}
GSM8K_ROWS = (
    ("Skywork-o1-PRM-7B", "skywork_prm", "last"),
    ("Qwen2.5-Math-PRM-7B", "qwen_prm", "product"),
    ("InternLM2-7B-Reward", "internlm2_7b_reward", "last"),
    ("RLHFlow PRM", "rlhflow_prm", "product"),
    ("Math-Shepherd", "math_shepherd", "min"),
    ("Skywork-o1-PRM-1.5B", "skywork_prm_1_5b", "last"),
    ("InternLM2-1.8B-Reward", "internlm2_1_8b_reward", "last"),
)


# -------------------------------------------------------------------------------------- the independent calculation


def best_of(scores: Sequence[float], right: Sequence[bool], n: int) -> float:
    """How often the best of n drawn is right, ties broken fairly.

    >>> best_of([0.9, 0.5, 0.5, 0.1], [False, True, False, True], 2)
    0.25
    """
    subsets, left, found = math.comb(len(scores), n), len(scores), 0.0
    for score in sorted(set(scores), reverse=True):
        tied = [r for s, r in zip(scores, right, strict=True) if s == score]
        found += (math.comb(left, n) - math.comb(left - len(tied), n)) / subsets * sum(tied) / len(tied)
        left -= len(tied)
    return found


def vote(answers: Sequence[str | None], right: Sequence[bool]) -> float:
    """How often the most frequent spelling is right, ties broken fairly; it is right as often as its samples are.

    >>> vote(["1", "2", "1", None], [True, False, True, False])
    1.0
    """
    counts = Counter(answer for answer in answers if answer is not None)
    top = [answer for answer, count in counts.items() if count == max(counts.values())]
    of = [[r for a, r in zip(answers, right, strict=True) if a == answer] for answer in top]
    return sum(sum(each) / len(each) for each in of) / len(top) if top else 0.0


@dataclass(frozen=True, slots=True)
class Independent:
    """A pool as plain lists, problem by problem."""

    pool: Pool
    right: Verdicts

    def best(self, score: str, steps: str, n: int) -> float:
        """Mean over problems of ``best_of``."""
        values = self._columns(f"step_scores/{score}")
        rule = _STEPS[steps]
        pairs = zip(values, self.right.tolist(), strict=True)
        return float(np.mean([best_of([rule(s) for s in own], right, n) for own, right in pairs]))

    def vote(self) -> float:
        """Mean over problems of ``vote``."""
        pairs = zip(self._columns("answer"), self.right.tolist(), strict=True)
        return float(np.mean([vote(own, right) for own, right in pairs]))

    def any(self) -> float:
        """Problems with a right sample."""
        return float(self.right.any(axis=1).mean())

    def mean(self) -> float:
        """Right samples."""
        return float(self.right.mean())

    def _columns(self, name: str) -> list[list]:  # type: ignore[type-arg]
        return [table[name].to_pylist() for _, table in self.pool.batches([name])]


# ------------------------------------------------------------------------------------------------ bonbench


@dataclass(frozen=True, slots=True)
class Ours:
    """A pool as bonbench measures it.

    Attributes:
        pool: The pool.
        found: Its grades.
    """

    pool: Pool
    found: GradedPool

    @classmethod
    def of(cls, name: str) -> "Ours":
        """Graded by our grader."""
        pool = pools.open_pool(name)
        problems, spec = graded_problems(task_of(pool.manifest), pool, None)
        slots = {i: p.slots for i, p in pool.problems.items()}
        return cls(pool, graded(list(pool.problems), slots, grading.grade(pool, problems, spec).table))

    def judged(self, right: Verdicts) -> "Ours":
        """The same with another's verdicts in place of our grades."""
        return replace(self, found=replace(self.found, correct=right.ravel().astype(np.float64)))

    def each(self, rule: str, n: int, score: str = "", steps: str = "") -> Floats:
        """How often the rule's choice is right, problem by problem."""
        evidence = Evidence(self.found, None, None)
        if score:
            verifier = registry.verifier(f"carried:{score}")
            problems, _ = graded_problems(task_of(self.pool.manifest), self.pool, None)
            evidence = replace(evidence, scored=scored(scoring.score(verifier, self.pool, problems).table))
        asked = Request(score, (rule,), Ask((n,)), steps, (steps,) if steps else ())
        (curve, *_), _ = evaluation.curves(evidence, asked)
        values: Floats = curve.values[:, 0]
        return values

    def at(self, rule: str, n: int, score: str = "", steps: str = "") -> float:
        """The mean over problems."""
        return float(self.each(rule, n, score, steps).mean())


# ------------------------------------------------------------------------------------------------ the tables


def math500() -> Iterator[str]:
    """MATH-500: independent, bonbench on the same verdicts, bonbench."""
    ours = Ours.of(MATH500)
    right = peers.verdicts(MATH500)
    alone, theirs = Independent(ours.pool, right), ours.judged(right)
    yield "| MATH-500, % | independent | bonbench on Math-Verify's verdicts | bonbench |"
    yield "| --- | ---: | ---: | ---: |"
    yield _row("mean accuracy", alone.mean(), *(each.at("best-of-n", 1, "qwen_prm", "min") for each in (theirs, ours)))
    for n, steps in (*((n, "product") for n in (2, 4, 8, 16, 32)), (32, "min"), (32, "last")):
        both = (each.at("best-of-n", n, "qwen_prm", steps) for each in (theirs, ours))
        yield _row(f"best-of-{n}, {steps}", alone.best("qwen_prm", steps, n), *both)
    yield _row("majority of 32", alone.vote(), *(each.at("majority", 32) for each in (theirs, ours)))
    yield _row("pass@32", alone.any(), *(each.at("pass", 32) for each in (theirs, ours)))


def gsm8k() -> Iterator[str]:
    """GSM8K: seven verifiers, independent on Math-Verify's verdicts, and bonbench."""
    ours = Ours.of(GSM8K)
    right = peers.verdicts(GSM8K)
    alone, theirs = Independent(ours.pool, right), ours.judged(right)
    yield "| GSM8K, best of 32, % | independent | bonbench on Math-Verify's verdicts | bonbench |"
    yield "| --- | ---: | ---: | ---: |"
    for label, score, steps in GSM8K_ROWS:
        both = (each.at("best-of-n", 32, score, steps) for each in (theirs, ours))
        yield _row(f"{label}, {steps}", alone.best(score, steps, 32), *both)
    yield _row("majority", alone.vote(), *(each.at("majority", 32) for each in (theirs, ours)))
    yield _row("pass@32", alone.any(), *(each.at("pass", 32) for each in (theirs, ours)))
    yield _row("mean accuracy", alone.mean(), *(each.at("best-of-n", 1, "qwen_prm", "min") for each in (theirs, ours)))


def differing() -> Iterator[str]:
    """On how many samples the two graders differ, and who finds them right."""
    yield "| of 16,000 samples | both right | right for bonbench alone | right for Math-Verify alone | both wrong |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for name in (MATH500, GSM8K):
        own = Ours.of(name).found.correct.astype(bool)
        other = peers.verdicts(name).ravel()
        counts = (own & other, own & ~other, ~own & other, ~own & ~other)
        yield f"| {name} | " + " | ".join(f"{int(each.sum()):,}" for each in counts) + " |"


def openr() -> Iterator[str]:
    """On how many problems our choice is as right as the one that OpenR recorded."""
    ours = Ours.of(OPENR)
    yield "| OpenR's rule, of 500 problems | the same | tied here, broken by order there | the opposite |"
    yield "| --- | ---: | ---: | ---: |"
    for name, (rule, steps) in RULES.items():
        recorded = np.array([int(digit) for digit in peers.choices()[name]])
        apart = np.abs(ours.each(rule, 4, "value" if steps else "", steps) - recorded)
        same, opposite = int((apart < _EXACT).sum()), int((apart > 1 - _EXACT).sum())
        yield f"| `{name}` | {same} | {len(apart) - same - opposite} | {opposite} |"


def _row(label: str, *values: float) -> str:
    return f"| {label} | " + " | ".join(f"{100 * value:.2f}" for value in values) + " |"


if __name__ == "__main__":
    for table in (math500, gsm8k, differing, openr):
        print("\n".join(table()), end="\n\n")
