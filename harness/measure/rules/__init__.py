"""Selection rules: how one of N drawn samples, or one of their answers, is chosen.

One file a rule, each with a ``RULE``; a new file here is a new rule everywhere.

best_of_n       the sample with the highest score
majority        the most frequent answer
weighted_vote   the answer with the largest sum of scores
pass_at_n       right if any is: the ceiling of every other rule
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from harness.errors import UnknownName
from harness.measure.arrays import Floats
from harness.measure.graded import GradedPool
from harness.measure.protocol import Ask
from harness.measure.scored import SolutionScores

Aggregations = Literal["none", "own", "every"]


@dataclass(frozen=True, slots=True)
class Expected:
    """How often a rule's choice is right.

    Attributes:
        values: p_i of every problem at every N, shape [P, n_N].
        errors: Monte Carlo standard errors of the same shape, or None where exact.
    """

    values: Floats
    errors: Floats | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """What a rule is likeliest to choose of one problem's samples.

    Attributes:
        sample: Position of the sample, or of the first that gives the answer chosen; None where nothing can be.
        chance: That this very sample is chosen at N; None where a rule chooses answers, not samples.
    """

    sample: int | None
    chance: float | None = None


NOTHING = Pick(None)


@dataclass(frozen=True, slots=True)
class Rule:
    """A selection rule.

    Attributes:
        name: As the command line and the store have it.
        label: As a reader sees it; ``N`` may be replaced by a number.
        aggregations: Of step scores: ``every`` one that applies, the verifier's ``own``, or ``none``: the rule needs
            no scores, so it says nothing of a verifier and stands beside all of them.
        expected: From a graded pool, scores (all NaN where the rule needs none) and what is asked to p_i. It raises
            BadInput where these scores do not allow it.
        pick: From one graded problem, its scores and N to the choice that the explorer shows.
        simulated: Whether the values carry Monte Carlo errors.
    """

    name: str
    label: str
    aggregations: Aggregations
    expected: Callable[[GradedPool, SolutionScores, Ask], Expected]
    pick: Callable[[GradedPool, SolutionScores, int], Pick]
    simulated: bool = False

    @property
    def needs_scores(self) -> bool:
        """Whether it is about a verifier at all."""
        return self.aggregations != "none"


@lru_cache(maxsize=1)
def rules() -> Mapping[str, Rule]:
    """Every rule by name."""
    modules = [importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)]
    return {module.RULE.name: module.RULE for module in modules}


def rule(name: str) -> Rule:
    """The rule of that name.

    Raises:
        UnknownName: There is none.
    """
    if name not in rules():
        raise UnknownName("rule", name, rules())
    return rules()[name]


def unscored(graded: GradedPool) -> SolutionScores:
    """What a rule that needs no scores is given in their place."""
    return SolutionScores("", np.full(len(graded.correct), np.nan))
