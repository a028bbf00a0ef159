"""Scores that came with the pool, evaluated like any verifier's.

How step scores become a solution's score is the verifier's authors' choice, so a carried score is matched by its name
with the registered verifiers: ``math_shepherd`` is Math-Shepherd, whose authors take the minimum. A score that is
nobody's has no aggregation of its own; what stands for it is then a default, and is called one.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from harness import registry
from harness.errors import UnknownName, VerifierError
from harness.records import Described, Score, Solution
from verifiers.base import BaseVerifier

LAST = "last"  # of an outcome model that was asked after each step: after the last one it has read the solution
OUTCOME_MODELS = (
    "internlm2-1.8b-reward",
    "internlm2-7b-reward",
    "internlm2-20b-reward",
)  # arXiv 2403.17297; not run here


class Carried(BaseVerifier):
    """The scores ``NAME`` of the pool itself, asked for as ``carried:NAME``.

    Args:
        score: Their name in the pool.
        aggregation: How step scores become a solution score; by default as the verifier's authors do it, where the
            verifier is known. Ignored for outcome scores.
        verifier: Whose they are, as a registered verifier's name; by default the one that ``score`` names.

    Raises:
        UnknownName: There is no such verifier.
    """

    about: Mapping[str, str] = {"kind": "scores of the pool"}

    def __init__(self, score: str, aggregation: str = "", verifier: str = "") -> None:
        self.carried = score
        self.name = score
        self.aggregation = aggregation or (_of(verifier) if verifier else authors_aggregation(score))

    def fingerprint(self) -> Mapping[str, Any]:
        """The scores' name, whose content the pool's digest covers, and what stands for them."""
        return {"name": self.name, "carried": self.carried, "aggregation": self.aggregation}

    def score(self, problem: str, solutions: Sequence[Solution]) -> Sequence[Score]:
        """Not asked for: the engine reads the pool's own columns."""
        raise VerifierError(f"The scores {self.carried!r} are read from the pool, not computed.")


def authors_aggregation(score: str) -> str:
    """The aggregation of the verifiers that a score's name can mean, where they agree; "" where it means none.

    A name means a verifier whose name, or whose model's name, it is or begins, however it is written: ``qwen_prm`` and
    ``Qwen2.5-Math-PRM-7B`` mean ``qwen-prm-7b``. An outcome model is read after the last step.

    >>> authors_aggregation("Math_Shepherd"), authors_aggregation("internlm2_7b_reward"), authors_aggregation("value")
    ('min', 'last', '')
    """
    wanted = "".join(_words(score))
    found = {aggregation for names, aggregation in _known() if any(wanted in _beginnings(name) for name in names)}
    return found.pop() if len(found) == 1 else ""


def _of(verifier: str) -> str:
    known = {names[0]: aggregation for names, aggregation in _known()}
    if verifier not in known:
        raise UnknownName(
            "verifier", verifier, known, "Name how its steps become one score with aggregation=... instead."
        )
    return known[verifier]


def _known() -> Iterator[tuple[tuple[str, ...], str]]:
    """(name, name of the model), aggregation of every verifier that reads solutions."""
    for name, maker in registry.verifiers().items():
        if isinstance(maker, Described) and name not in (*registry.controls(), "carried"):
            yield (name, maker.about.get("model", "").rpartition("/")[2]), maker.aggregation or LAST
    yield from (((name,), LAST) for name in OUTCOME_MODELS)


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", name.lower())


def _beginnings(name: str) -> set[str]:
    """A name whole, and cut behind its second word or a later one: ``qwen`` alone means nobody."""
    words = _words(name)
    return {"".join(words[:count]) for count in range(min(2, len(words)), len(words) + 1)} - {""}


VERIFIERS = {"carried": Carried}
