"""What came out, as small JSON: ``docs/results/policy.json``."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from experiments.policy.recipe import Recipe
from harness import files
from harness.telemetry import logs
from harness.telemetry.turns import turn

NAME = "policy"
KEPT = ("reward", "accuracy", "clean", "steps", "tokens", "degenerate", "distinct")


def write(found: Sequence[Path], recipe: Recipe, out: Path) -> Path:
    """The numbers of every policy whose log is there.

    Args:
        found: The logs.
        recipe: The size.
        out: The folder of the results.
    """
    policies = [_policy(log) for log in found if log.exists()]
    hours = sum(p["cpu_seconds"] for p in policies) / 3600
    file = out / f"{NAME}.json"
    files.write_json(
        {"experiment": NAME, "size": asdict(recipe), "cpu_hours": round(hours, 3), "policies": policies}, file
    )
    return file


def _policy(log: Path) -> dict[str, Any]:
    """One policy: its trainer, arm and seed; what it was like at each measurement; its curve, its turn, its texts."""
    value = json.loads(log.read_text(encoding="utf-8"))
    out: dict[str, Any] = {
        "trainer": log.parent.name.partition("-")[0],
        **{name: value[name] for name in ("arm", "seed", "seconds", "cpu_seconds")},
        **{name: value[name] for name in ("pairs", "mean_longer") if name in value},
        "measured": [{k: m[k] for k in ("step", *KEPT)} for m in value["measured"]],
        "held_out": [{k: m[k] for k in ("step", *KEPT)} for m in value["held_out"]],
    }
    if out["trainer"] == "grpo":
        points = logs.read(log)
        at = turn(points)
        out["turn"] = None if at is None else asdict(at)
        out["curve"] = [[p.step, p.proxy, p.true, p.kl] for p in points]
        out["shown"] = value["shown"][:3]
    return out
