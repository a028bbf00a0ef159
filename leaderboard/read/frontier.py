"""Accuracy for its cost: what generating and verifying N solutions takes, and which entries nothing beats. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leaderboard.read.ranking import per_solution
from leaderboard.read.records import Curve, Entry, Key

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Generation:
    """What is known of generating one solution.

    Attributes:
        tokens: Generated tokens of a sample on average, or None.
        parameters: Of the generator, or None.
    """

    tokens: float | None
    parameters: float | None

    @property
    def flops(self) -> float | None:
        """2 x parameters x tokens: a forward pass a token (Kaplan et al. 2020, arXiv 2001.08361)."""
        return None if self.tokens is None or self.parameters is None else 2.0 * self.parameters * self.tokens


@dataclass(frozen=True, slots=True)
class Measure:
    """A cost to draw accuracy against.

    Attributes:
        title: Of the axis.
        generation: ``tokens``, ``flops``, ``one`` (a solution costs one) or "" (generation is left out).
        verification: ``tokens``, ``flops`` or "".
        note: What is counted, as a sentence.
    """

    title: str
    generation: str
    verification: str
    note: str


def generator_parameters(manifest: Mapping[str, Any]) -> float | None:
    """The generator's parameters, where the pool's sampling says so."""
    sampling = manifest.get("sampling")
    value = sampling.get("parameters") if isinstance(sampling, Mapping) else None
    return float(value) if isinstance(value, int | float) and value > 0 else None


def measures(entries: Sequence[Entry], generation: Generation) -> dict[str, Measure]:
    """The costs that can be drawn with what is on record, the most telling first."""
    out: dict[str, Measure] = {}
    tokens = any(per_solution(e, "tokens") is not None for e in entries)
    flops = any(per_solution(e, "flops") is not None for e in entries)
    if flops and generation.flops is not None:
        out["FLOPs"] = Measure(
            "FLOPs a problem, generation and verification",
            "flops",
            "flops",
            "Generation counts 2 x parameters x tokens; verification is what the verifier recorded.",
        )
    if generation.tokens is not None:
        what = "generation and verification" if tokens else "generation only"
        checked = ", and tokens the verifier processed." if tokens else ": no verifier recorded its own."
        note = "Tokens generated" + checked
        out["tokens"] = Measure(f"tokens a problem, {what}", "tokens", "tokens" if tokens else "", note)
    if flops and generation.flops is None:
        out["verification FLOPs"] = Measure(
            "FLOPs a problem, verification only",
            "",
            "flops",
            "The generator's size is not on record, so only verification is counted; majority vote costs none and is "
            "not drawn.",
        )
    out["solutions"] = Measure("solutions generated a problem", "one", "", "Every solution counts as one.")
    return out


def cost(entry: Entry, measure: Measure, generation: Generation) -> float | None:
    """What one solution costs under a measure; None where it is not known."""
    made: float | None = {
        "tokens": generation.tokens,
        "flops": generation.flops,
        "one": 1.0,
        "": 0.0,
    }[measure.generation]
    checked: float | None = 0.0
    if measure.verification and not entry.control:
        checked = per_solution(entry, measure.verification)
    if made is None or checked is None or made + checked <= 0:
        return None
    return made + checked


def rows(entries: Sequence[Entry], curves: Mapping[Key, Curve], measure: Measure, generation: Generation) -> Rows:
    """One row per entry and N: cost of N solutions, accuracy, and whether it is on the frontier.

    There is a frontier only where verifiers are drawn and what they cost is counted: otherwise the best one at each N
    would be on it, however much it took to run.
    """
    out: Rows = []
    for entry in entries:
        curve, each = curves.get(entry.key), cost(entry, measure, generation)
        if curve is None or each is None:
            continue
        for i, n in enumerate(curve.n.tolist()):
            out.append(
                {
                    "label": entry.label,
                    "run_id": entry.run_id,
                    "n": n,
                    "cost": n * each,
                    "value": float(curve.value[i]),
                    "low": float(curve.low[i]),
                    "high": float(curve.high[i]),
                    "frontier": False,
                }
            )
    if not measure.verification or not any(e.competes and cost(e, measure, generation) is not None for e in entries):
        return out
    best = -1.0
    for row in sorted(out, key=lambda r: (r["cost"], -r["value"])):
        if row["value"] > best + 1e-12:
            row["frontier"], best = True, row["value"]
    return out
