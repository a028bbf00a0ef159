"""Trainings whose logs were read: points by step, smoothed curves, and where the reward turned."""

from collections.abc import Sequence
from typing import Any

from harness.telemetry import keeping
from harness.telemetry.keeping import Training
from harness.telemetry.logs import FIELDS
from harness.telemetry.turns import Turn, smooth, turn, window_of

REWARDS = {"proxy": "reward that was trained on", "true": "true reward"}
OTHERS = {
    "kl": "divergence from the start (KL)",
    "steps": "steps of a solution",
    "length": "tokens of a solution",
    "degenerate": "share of degenerate texts",
    "cut": "share cut off",
}


def names() -> list[str]:
    """The trainings that there are."""
    return keeping.names()


def trainings(chosen: Sequence[str]) -> list[Training]:
    """Those of these names."""
    return [keeping.training(name) for name in chosen]


def rows(found: Sequence[Training]) -> list[dict[str, Any]]:
    """One row a training, measure and step: ``training``, ``measure``, ``step``, ``value``, ``smoothed``."""
    out = []
    for one in found:
        for field in FIELDS:
            known = [(p.step, value) for p in one.points if (value := getattr(p, field)) is not None]
            curve = smooth([value for _, value in known], window_of(len(known)))
            out += [
                {"training": one.name, "measure": field, "step": step, "value": value, "smoothed": smoothed}
                for (step, value), smoothed in zip(known, curve, strict=True)
            ]
    return out


def turns(found: Sequence[Training]) -> dict[str, Turn | None]:
    """By name, where its reward stopped to mean what it should."""
    return {one.name: turn(one.points) for one in found}
