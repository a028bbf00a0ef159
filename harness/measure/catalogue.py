"""What can be measured, described for whoever only reads results: the store, the page, a card's reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from harness.measure.rules import rules
from harness.measure.steps import measures


@dataclass(frozen=True, slots=True)
class Described:
    """A measure as the store and a result card keep it.

    Attributes:
        measure: Its name.
        label: As a reader sees it.
        kind: ``rule`` (of selection, over N) or ``steps`` (against step labels, without N).
        unit: Of its values.
        higher_is_better: Its direction.
        about_verifiers: False for a rule that needs no scores.
        simulated: Whether its values carry a Monte Carlo error.
        position: Where it stands in lists.
    """

    measure: str
    label: str
    kind: Literal["rule", "steps"]
    unit: str
    higher_is_better: bool
    about_verifiers: bool
    simulated: bool
    position: int


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Described]:
    """Every measure that this installation knows, by name: rules first."""
    found: list[tuple[str, str, Literal["rule", "steps"], bool, bool]] = [
        (r.name, r.label, "rule", r.needs_scores, r.simulated) for r in rules().values()
    ]
    found += [(m.name, m.label, "steps", True, False) for m in measures().values()]
    return {
        name: Described(name, label, kind, "share", True, about, simulated, position)
        for position, (name, label, kind, about, simulated) in enumerate(found)
    }
