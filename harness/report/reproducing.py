"""A card rerun where its pool is at hand."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness import registry
from harness.errors import BadInput
from harness.pool import pools
from harness.pool.manifest import task_of
from harness.probe.attack import probe
from harness.probe.overoptimisation import overoptimisation
from harness.progress import Stages
from harness.report import cards
from harness.run import evaluate


def obstacle(card: Mapping[str, Any]) -> str:
    """Why a card cannot be rerun here, as a sentence; "" where its pool is at hand and it names its verifier."""
    run = card["run"]
    if run["pool_digest"] not in cards.pools_at_hand(run["task"]):
        return (
            f"The card's pool {run['pool']!r} (digest {run['pool_digest'][:16]}) is not here. Import its samples "
            "first; the digest tells whether they are the same."
        )
    if not run["spec"]:
        return f"The card of {run['verifier']!r} does not say how its verifier was named; it was made in Python."
    return ""


def difference(
    card: Mapping[str, Any], *, code: bool = False, data: Path | None = None, progress: Stages | None = None
) -> str:
    """Where a rerun first departs from a card, as a sentence; "" where every number is the same.

    Args:
        card: As ``cards.read`` gives it.
        code: Whether a file that the card names may be run.
        data: The task's records, if not where the task itself finds them.
        progress: Told how far each stage is.

    Raises:
        BadInput: It cannot be rerun here.
    """
    if found := obstacle(card):
        raise BadInput(found)
    at_hand = cards.pools_at_hand(card["run"]["task"])
    pool = pools.open_pool(at_hand[card["run"]["pool_digest"]])
    chosen = cards.options(card["run"], at_hand)
    verifier = registry.verifier(card["run"]["spec"], code=code)
    if chosen.rules == tuple(verifier.rules):  # its own are left out where they do not apply, not insisted on
        chosen = replace(chosen, rules=())
    task, probed = task_of(pool.manifest), card["run"]["options"].get("probe")
    if probed:
        result = probe(task, pool, verifier, probed["n"], chosen.seed, progress)
    elif "overoptimisation" in card["run"]["options"]:
        result = overoptimisation(task, pool, verifier, progress)
    else:
        (result,) = evaluate(task, pool, [verifier], chosen, data, progress)
    return cards.first_difference(card, result) or ""
