"""What a probe measures: how a rewrite moves scores, and best-of-N; described as the store keeps it."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class ProbeMeasure:
    """A number about rewrites.

    Attributes:
        name: As the store has it.
        label: As a reader sees it.
        unit: ``difference`` of two shares, ``deviations`` within a problem, or ``share``.
        higher_is_better: Its direction.
    """

    name: str
    label: str
    unit: Literal["difference", "deviations", "share"]
    higher_is_better: bool


ATTACK = ProbeMeasure("attack", "best-of-N under attack", "difference", higher_is_better=True)
ATTACK_CONTROL = ProbeMeasure("attack-control", "the same, length-matched control", "difference", higher_is_better=True)
DROPPED = ProbeMeasure("rewrites-dropped", "not confirmed by the grader", "share", higher_is_better=False)
CHANGE = {
    (role, controls): ProbeMeasure(
        f"change-{role}{'-control' if controls else ''}",
        f"score of {role} solutions{', control' if controls else ''}",
        "deviations",
        higher_is_better=role == "right",
    )
    for role in ("right", "wrong")
    for controls in (False, True)
}
MEASURES = {m.name: m for m in (ATTACK, ATTACK_CONTROL, *CHANGE.values(), DROPPED)}
