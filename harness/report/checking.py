"""A card is a stranger's claim: every number is made again from the p_i that it carries, and must be the one it states.

identity     the run's id and the verifier's fingerprint are hashes of what the card says
counts       N <= M, problems and coverage fit each other and the pool's manifest
shape        every N has its number, none stands there twice, no slice that nobody reports
intervals    each is the one that its value, its standard error and its number of problems give
sums         quintiles add up to the whole; value - answering - choosing is one mean accuracy
numbers      the headline's, from its p_i: of all problems, and of every slice whose problems are known
rights       how many samples of each problem are right, which p_i at N = 1 says: whole numbers that fit the coverage.
             They set the quintiles, are the accuracy of every rule at N = 1, give pass@N, and bound best-of-N
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np
from scipy import special

from harness import digest
from harness.measure import statistics
from harness.measure.catalogue import catalogue
from harness.measure.curves import EXACT, SIMULATED
from harness.measure.slices import QUINTILE_NAMES, quintiles

Fault = tuple[str, str]  # the field, and what is wrong with it
Members = Mapping[tuple[str, str], Sequence[str]]

SAME = 1e-9
ROUNDED = 2e-6  # of a draw deviation: the square root of what the last digits of a p_i leave open
IDENTITY = (
    "task", "task_version", "problems", "pool_digest", "verifier_fingerprint", "options", "protocol", "grader",
)  # fmt: skip
_KINDS = {
    "all": ("all",),
    "quintile": tuple(QUINTILE_NAMES),
    "contamination": ("clean", "contaminated"),
    "subject": None,
    "level": None,
    "rewrite": None,
    "n": None,
}
_DRAWING = ("best-of-n", "weighted-vote", "majority", "pass")  # whose choice from one sample is that sample
_OF_POOL = {"digest": "pool_digest", "slots": "slots", "n_problems": "n_problems"}


def first_fault(card: Mapping[str, Any], members: Members | None = None) -> str:
    """What cannot be right on a card that fits the schema, as "field: what"; "" where nothing was found.

    Args:
        card: The card.
        members: The problems of every slice that the run reports, where they are known.
    """
    for where, what in _faults(card, members):
        return f"{where}: {what}"
    return ""


def _faults(card: Mapping[str, Any], members: Members | None) -> Iterator[Fault]:
    yield from _finite(card, "")
    yield from _identity(card["run"])
    yield from _counts(card)
    yield from _shape(card)
    yield from _intervals(card)
    yield from _sums(card)
    rights = _rights(card)
    known = {("all", "all"): list(card["problems"]), **_quintiles(card, rights), **(members or {})}
    yield from _numbers(card, known, whole=members is not None)
    if rights:
        yield from _limits(card, rights, known)


def _finite(value: Any, where: str) -> Iterator[Fault]:
    if isinstance(value, float) and not math.isfinite(value):
        yield where, "a number that is none"
    elif isinstance(value, int) and abs(value) >= 2**63:
        yield where, "a number beyond 64 bits"
    elif isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _finite(inner, f"{where}/{name}".lstrip("/"))


def _identity(run: Mapping[str, Any]) -> Iterator[Fault]:
    if digest.of_json(run["verifier_config"]) != run["verifier_fingerprint"]:
        yield "run/verifier_fingerprint", "it is not the hash of verifier_config"
    if digest.of_json({name: run[name] for name in IDENTITY})[:12] != run["run_id"]:
        yield "run/run_id", f"it is not the hash of {', '.join(IDENTITY)}"
    try:
        datetime.fromisoformat(run["started"])
    except ValueError:
        yield "run/started", f"{run['started'][:40]!r} is no time"


def _counts(card: Mapping[str, Any]) -> Iterator[Fault]:
    run, manifest, ns = card["run"], card["pool"], card["run"]["ns"]
    if ns != sorted(set(ns)) or ns != run["options"]["ns"]:
        yield "run/ns", "the values of N do not ascend, or are not those of the options"
    if ns and run["slots"] is not None and ns[-1] > run["slots"]:
        yield "run/ns", f"N = {ns[-1]} of M = {run['slots']} samples"
    if (ns and run["n_problems"] != len(card["problems"])) or run["n_problems"] < len(card["problems"]):
        yield "run/n_problems", f"{run['n_problems']:,} where the card holds p_i of {len(card['problems']):,} problems"
    if run["task_problems"] is not None and run["task_problems"] < run["n_problems"]:
        yield "run/task_problems", f"{run['task_problems']:,} in the task, {run['n_problems']:,} of them measured"
    for name, p in card["problems"].items():
        if len(p) != max(len(ns), 1):
            yield f"problems/{name}", f"{len(p)} values for {len(ns)} values of N"
        if ns and not all(0 <= value <= 1 for value in p):
            yield f"problems/{name}", "a probability that is none"
    counted = run["coverage"]
    if run["slots"] is not None and counted["slots"] != run["slots"] * run["n_problems"]:
        yield "run/coverage/slots", f"{counted['slots']:,} for {run['n_problems']:,} problems of {run['slots']:,} slots"
    present = counted["slots"] - counted["missing"]
    for name in ("unanswered", "undecided", "unscored"):
        if counted[name] > present:
            yield f"run/coverage/{name}", f"{counted[name]:,} of {present:,} samples"
    if present < 0:
        yield "run/coverage/missing", f"{counted['missing']:,} of {counted['slots']:,} slots"
    for theirs, ours in _OF_POOL.items():
        if theirs in manifest and manifest[theirs] != run[ours]:
            yield f"pool/{theirs}", f"the run has {run[ours]!r}"


def _shape(card: Mapping[str, Any]) -> Iterator[Fault]:
    run, described = card["run"], {m["measure"]: m for m in card["measures"]}
    known = catalogue()
    for name, entry in described.items():
        if name in known and {**asdict(known[name]), "position": entry["position"]} != entry:
            yield f"measures/{name}", "it is described otherwise than it is known here"
    seen = set()
    for place, row in enumerate(card["results"]):
        key = (row["measure"], row["aggregation"], row["n"], row["slice_kind"], row["slice"])
        names = _KINDS.get(row["slice_kind"], ())
        rule = described.get(row["measure"], {}).get("kind") == "rule"
        if row["measure"] not in described:
            yield f"results/{place}/measure", f"{row['measure']!r} is not described under measures"
        if key in seen:
            yield f"results/{place}", "this number stands there twice"
        if names is not None and row["slice"] not in names:
            yield f"results/{place}/slice", f"there is no slice {row['slice_kind']} {row['slice']!r}"
        if (row["n"] is None) == rule or (rule and row["n"] not in run["ns"]):
            yield f"results/{place}/n", f"{row['n']} is no N of the run"
        if row["n_problems"] > run["n_problems"] or (
            rule and row["slice_kind"] == "all" and row["n_problems"] != run["n_problems"]
        ):
            yield f"results/{place}/n_problems", f"{row['n_problems']:,} of {run['n_problems']:,}"
        if row["estimator"] not in (EXACT, SIMULATED) or (row["estimator"] == EXACT and row["mc_error"]):
            yield f"results/{place}/estimator", f"{row['estimator'][:40]!r} with an error of {row['mc_error']}"
        seen.add(key)
    for n in run["ns"] or [None]:
        if (run["headline_measure"], run["headline_aggregation"], n, "all", "all") not in seen:
            yield "results", "the headline has no number" + ("" if n is None else f" at N = {n}")


def _intervals(card: Mapping[str, Any]) -> Iterator[Fault]:
    units = {m["measure"]: m["unit"] for m in card["measures"]}
    for place, row in enumerate(card["results"]):
        where = f"results/{place}"
        value, error, size = row["value"], row["standard_error"], row["n_problems"]
        unit = units.get(row["measure"], "share")
        least = {"share": 0.0, "difference": -1.0}.get(unit, -math.inf)
        if not least - SAME <= value <= (1 if math.isfinite(least) else math.inf) + SAME:
            yield f"{where}/value", f"{value} is no {unit}"
        if not row["low"] - SAME <= value <= row["high"] + SAME:
            yield f"{where}/low", f"{value} does not lie between {row['low']} and {row['high']}"
        if row["n"] is not None:
            if (error is None) != (size == 1) or row["draw_deviation"] is None:
                yield f"{where}/standard_error", "it is missing, or stated for one problem"
            elif error is not None and error > math.sqrt(value * (1 - value) / (size - 1)) + ROUNDED:
                yield f"{where}/standard_error", f"{error} is more than {size} values from 0 to 1 can have"
            elif row["draw_deviation"] > math.sqrt(value * (1 - value) / size) + ROUNDED:
                yield f"{where}/draw_deviation", f"{row['draw_deviation']} is more than {size} problems can have"
        made = statistics.interval_in(unit, value, error, size)
        if not (_close(made.low, row["low"]) and _close(made.high, row["high"])):
            yield f"{where}/low", f"value and standard error give {made.low:.6f} to {made.high:.6f}"


def _sums(card: Mapping[str, Any]) -> Iterator[Fault]:
    means: dict[tuple[str, str], float] = {}
    parts: dict[tuple[str, str, int], list[tuple[float, int]]] = {}
    whole: dict[tuple[str, str, int], tuple[int, float, int]] = {}
    for place, row in enumerate(card["results"]):
        if row["n"] is None:
            continue
        if row["answering"] is not None and row["choosing"] is not None:
            mean = row["value"] - row["answering"] - row["choosing"]
            known = means.setdefault((row["slice_kind"], row["slice"]), mean)
            if not _close(mean, known) or not -SAME <= mean <= 1 + SAME:
                yield f"results/{place}/answering", "value - answering - choosing is not one mean accuracy everywhere"
        key = (row["measure"], row["aggregation"], row["n"])
        if row["slice_kind"] == "quintile":
            parts.setdefault(key, []).append((row["value"] * row["n_problems"], row["n_problems"]))
        elif row["slice_kind"] == "all":
            whole[key] = (place, row["value"], row["n_problems"])
    for key, found in parts.items():
        place, value, size = whole.get(key, (0, 0.0, 0))
        if sum(n for _, n in found) != size or not _close(sum(v for v, _ in found), value * size, size):
            yield f"results/{place}/value", "the quintiles do not add up to it"


def _numbers(card: Mapping[str, Any], members: Members, *, whole: bool) -> Iterator[Fault]:
    run = card["run"]
    if not run["ns"]:
        yield from _influences(card)
        return
    columns = {n: column for column, n in enumerate(run["ns"])}
    seen = set()
    for place, row in enumerate(card["results"]):
        if (row["measure"], row["aggregation"]) != (run["headline_measure"], run["headline_aggregation"]):
            continue
        key = (row["slice_kind"], row["slice"])
        seen.add(key)
        if key not in members:
            if whole:
                yield f"results/{place}/slice", f"the pool has no {' '.join(key)}"
            continue
        ids = members[key]
        if row["n"] is None or not set(ids) <= card["problems"].keys():
            yield f"results/{place}/slice", f"the card lacks problems of {' '.join(key)}"
            continue
        p = np.array([card["problems"][i][columns[row["n"]]] for i in ids], dtype=np.float64)
        made = {
            "n_problems": (len(ids), 0.0),
            "value": (float(np.mean(p)), SAME),
            "standard_error": (statistics.standard_error(p), SAME),
            "draw_deviation": (statistics.draw_deviation(p), ROUNDED),
        }
        for name, (ours, limit) in made.items():
            theirs = row[name]
            if (ours is None) != (theirs is None) or (ours is not None and abs(theirs - ours) > limit):
                yield f"results/{place}/{name}", f"{theirs} is stated, and the card's own p_i give {ours}"
    for key in members.keys() - seen if whole else ():
        yield "results", f"the headline's number on {' '.join(key)} is missing"


def _rights(card: Mapping[str, Any]) -> dict[str, float]:
    """Right samples of each problem, as p_i at N = 1 says; empty where it says something else."""
    run = card["run"]
    whole = run["slots"] is not None and not run["coverage"]["unscored"] and run["options"]["quintiles"] != "cross-fit"
    whole = whole and run["headline_measure"] in _DRAWING
    simulated = any(r["estimator"] != EXACT and r["measure"] == run["headline_measure"] for r in card["results"])
    if not whole or simulated or 1 not in run["ns"]:
        return {}
    column = run["ns"].index(1)
    return {name: p[column] * run["slots"] for name, p in card["problems"].items()}


def _quintiles(card: Mapping[str, Any], rights: Mapping[str, float]) -> dict[tuple[str, str], list[str]]:
    """The problems of every quintile, where the run's own pass rates set them."""
    run = card["run"]
    if not rights or run["options"]["quintiles"] != "same":
        return {}
    out: dict[tuple[str, str], list[str]] = {}
    for name, quintile in quintiles({name: round(count) / run["slots"] for name, count in rights.items()}).items():
        out.setdefault(("quintile", quintile), []).append(name)
    return out if len(out) > 1 else {}


def _limits(card: Mapping[str, Any], rights: Mapping[str, float], members: Members) -> Iterator[Fault]:
    """No best of N is better than pass@N, nor worse than where every drawn sample is right; at N = 1 all are one."""
    run, slots, counted = card["run"], card["run"]["slots"], card["run"]["coverage"]
    for name, exact in rights.items():
        if abs(exact - round(exact)) > SAME * slots:
            yield f"problems/{name}", f"at N = 1 it is no share of {slots:,} samples"
    answered = counted["slots"] - counted["missing"] - counted["unanswered"] - counted["undecided"]
    if round(sum(rights.values())) > answered:
        yield "run/coverage", f"{round(sum(rights.values())):,} samples are right by the p_i, {answered:,} by it"
    count, ns = np.round([rights[name] for name in card["problems"]])[:, None], np.array(run["ns"])[None, :]
    low, high = _all_drawn(count, slots, ns), 1.0 - _all_drawn(slots - count, slots, ns)
    place_of = {name: place for place, name in enumerate(card["problems"])}
    if run["headline_measure"] in ("best-of-n", "pass"):
        least = high if run["headline_measure"] == "pass" else low
        p = np.array(list(card["problems"].values()))
        for place in np.argwhere((p > high + ROUNDED) | (p < least - ROUNDED))[:1]:
            yield f"problems/{[*place_of][place[0]]}", f"it cannot be {p[tuple(place)]} at N = {run['ns'][place[1]]}"
    for place, row in enumerate(card["results"]):
        ids = members.get((row["slice_kind"], row["slice"]))
        if ids is None or row["n"] not in run["ns"]:
            continue
        rows = [place_of[i] for i in ids]
        accuracy = float(count[rows].mean()) / slots
        if row["answering"] is not None and not _close(row["value"] - row["answering"] - row["choosing"], accuracy):
            yield f"results/{place}/answering", f"the mean accuracy is {accuracy} by the card's own p_i"
        if row["measure"] in ("best-of-n", "pass"):
            column = run["ns"].index(row["n"])
            most, fewest = float(high[rows, column].mean()), float(low[rows, column].mean())
            if not fewest - ROUNDED <= row["value"] <= most + ROUNDED:
                yield f"results/{place}/value", f"{row['value']} is not between {fewest} and {most}, as the p_i have it"


def _all_drawn(count: Any, slots: int, n: Any) -> Any:
    """C(count, n) / C(slots, n): the chance that all n drawn are among so many, by logarithms."""
    few = np.where(count >= n, count, n)
    log = special.gammaln(few + 1.0) - special.gammaln(few - n + 1.0) + special.gammaln(slots - n + 1.0)
    return np.where(count >= n, np.exp(log - special.gammaln(slots + 1.0)), 0.0)


def _influences(card: Mapping[str, Any]) -> Iterator[Fault]:
    """Of a measure that draws nothing the values are those of the jackknife: their error is that of the number."""
    run = card["run"]
    values = np.array([p[0] for p in card["problems"].values()], dtype=np.float64)
    for place, row in enumerate(card["results"]):
        if row["measure"] != run["headline_measure"] or row["slice_kind"] != "all":
            continue
        if row["n_problems"] != len(values):
            yield f"results/{place}/n_problems", f"{row['n_problems']:,}, with the values of {len(values):,} problems"
        error = statistics.standard_error(values)
        if (error is None) != (row["standard_error"] is None) or abs(
            (error or 0) - (row["standard_error"] or 0)
        ) > 1e-6:
            yield (
                f"results/{place}/standard_error",
                f"{row['standard_error']} is stated, and the card's values give {error}",
            )


def _close(a: float, b: float, scale: float = 1.0) -> bool:
    return math.isclose(a, b, rel_tol=SAME, abs_tol=SAME * scale)
