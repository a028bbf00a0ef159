"""What can be measured, described for whoever only reads results: the store, the page, a card's reader."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from harness.measure.probes import MEASURES
from harness.measure.rules import rules
from harness.measure.steps import measures


@dataclass(frozen=True, slots=True)
class Described:
    """A measure as the store and a result card keep it.

    Attributes:
        measure: Its name.
        label: As a reader sees it.
        kind: ``rule`` (of selection, over N), or, against step labels and without N, ``steps``, ``credit`` or
            ``calibration``; or ``probe``, ``optimisation``.
        unit: Of its values: ``share``, within [0, 1], ``difference`` of two, or ``deviations`` of a problem's scores.
        higher_is_better: Its direction.
        about_verifiers: False for a rule that needs no scores.
        simulated: Whether its values carry a Monte Carlo error.
        position: Where it stands in lists.
    """

    measure: str
    label: str
    kind: Literal["rule", "steps", "credit", "calibration", "probe", "optimisation"]
    unit: str
    higher_is_better: bool
    about_verifiers: bool
    simulated: bool
    position: int


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Described]:
    """Every measure that this installation knows, by name: rules first."""
    found = [
        Described(r.name, r.label, "rule", "share", True, r.needs_scores, r.simulated, 0) for r in rules().values()
    ]
    found += [
        Described(m.name, m.label, m.kind, m.unit, m.higher_is_better, True, False, 0) for m in measures().values()
    ]
    found += [Described(m.name, m.label, m.kind, m.unit, m.higher_is_better, True, False, 0) for m in MEASURES.values()]
    return {d.measure: replace(d, position=position) for position, d in enumerate(found)}
