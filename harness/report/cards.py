"""Result cards: one JSON file a run, with a published schema, that can be merged, checked and rerun.

A public board can live as a folder of cards in a git repository, one pull request a verifier.
"""

import contextlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb

from harness import files, plain
from harness.errors import BadInput, BadPool, UnknownName
from harness.material import Options, reported_slices
from harness.measure.catalogue import catalogue
from harness.pool import pools
from harness.pool.manifest import task_of
from harness.report import checking, lookup, store
from harness.run import Result

CARD_VERSION = 2
_NOT_ON_A_CARD = ("origin", "scores_path")
_SAME = 1e-9
_RUN_ID = re.compile(r"\w[\w-]{0,63}")
_LARGEST = 200_000_000  # bytes of a card
_COMPARED = (  # of a run: all that is not a circumstance of the one or the other computer
    "pool_digest", "verifier_fingerprint", "protocol", "grader", "task_version", "options", "run_id", "task",
    "problems", "slots", "n_problems", "task_problems", "verifier", "control", "headline_measure",
    "headline_aggregation", "ns", "coverage",
)  # fmt: skip


def schema() -> dict[str, Any]:
    """The JSON schema of a card."""
    value: dict[str, Any] = json.loads(Path(__file__).with_name("card.schema.json").read_text(encoding="utf-8"))
    return value


def card(connection: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, Any]:
    """The card of a run."""
    run = lookup.run(connection, run_id)
    ids, values = lookup.problem_values(connection, run["run_id"], run["headline_measure"], run["headline_aggregation"])
    results, known = lookup.results(connection, run["run_id"]), lookup.measures(connection)
    held = lookup.rows(connection, "select manifest from pools where pool_digest = ?", [run["pool_digest"]])
    return {
        "card_version": CARD_VERSION,
        "run": {k: v for k, v in run.items() if k not in _NOT_ON_A_CARD},
        "measures": [row for name, row in known.items() if name in {r["measure"] for r in results}],
        "results": results,
        "problems": {i: [round(float(v), 12) for v in row] for i, row in zip(ids, values, strict=True)},
        "pool": json.loads(held[0]["manifest"]) if held else {},
    }


def file_name(run_id: str) -> str:
    """What the card of a run is called as a file.

    Raises:
        BadInput: The id, from a store that somebody else wrote, is no name of a file.
    """
    if not _RUN_ID.fullmatch(run_id):
        raise BadInput(
            f"The store has a run with the id {plain.line(run_id)[:80]!r}, which is none of ours and names no file: "
            "the run ids of bonbench are 12 letters and digits. Export the runs that you want with --run."
        )
    return f"{run_id}.json"


def read(path: Path) -> dict[str, Any]:
    """A card from a file, checked against the schema.

    Raises:
        BadInput: It is not there, not JSON, or not a card.
    """
    import jsonschema

    try:
        if path.stat().st_size > _LARGEST:
            raise BadInput(f"The card {str(path)!r} has over {_LARGEST / 1e6:.0f} MB; no card is that large.")
        value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_number)
        jsonschema.validate(value, schema())
    except (OSError, ValueError, RecursionError) as error:
        raise BadInput(f"The card {str(path)!r} cannot be read: {files.reason(error)}.") from error
    except jsonschema.ValidationError as error:
        where = "/".join(map(str, error.absolute_path)) or "the card"
        raise BadInput(f"{str(path)!r} is not a result card: {where}: {error.message[:200]}.") from error
    return value


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number")


def _refuse(path: Path, fault: str) -> None:
    if fault:
        raise BadInput(
            f"The card {str(path)!r} cannot be right: {fault}. Ask for the card as 'bonbench export' wrote it."
        )


def add(store_path: Path, paths: Sequence[Path]) -> list[str]:
    """Merge cards into a store, each marked with the file it came from; returns the run ids.

    All cards are read and checked before the first is written; where a card's pool is at hand, its slices are too. A
    run that was measured here is never replaced by a card of the same id.
    """
    found = [(path, read(path)) for path in paths]
    for path, value in found:
        _refuse(path, checking.first_fault(value))  # before a pool is graded for it
        _refuse(path, checking.first_fault(value, _members(value["run"])))
    added = []
    with store.writing(store_path) as connection:
        for path, value in found:
            run_id = value["run"]["run_id"]
            here = lookup.rows(connection, "select origin from runs where run_id = ?", [run_id])
            if here and here[0]["origin"] == store.MEASURED:
                continue
            insert(connection, value, f"card {path.name}")
            added.append(run_id)
    return added


def pools_at_hand(task: str) -> dict[str, str]:
    """The names of the pools here by digest; one that cannot be opened is left out.

    Args:
        task: The card's: of pools with the same content those that were imported for it go first.
    """
    found: dict[str, str] = {}
    for name in pools.names():
        with contextlib.suppress(BadPool):  # another command names what is wrong with it
            pool = pools.open_pool(name)
            if pool.digest not in found or pool.manifest.task == task:
                found[pool.digest] = name
    return found


def options(run: Mapping[str, Any], at_hand: Mapping[str, str]) -> Options:
    """What a card's run was given.

    Args:
        run: The card's run.
        at_hand: Pools by digest.

    Raises:
        BadInput: The pool that set its quintiles is not here.
    """
    given = run["options"]
    quintiles = "same" if given["quintiles"] == "none" else given["quintiles"]  # none: of a step set
    if quintiles.startswith("pool:"):
        digest = quintiles.removeprefix("pool:")
        if digest not in at_hand:
            raise BadInput(
                f"The pool that set the card's quintiles (digest {digest[:16]}) is not here; import it first."
            )
        quintiles = at_hand[digest]
    unchosen = "aggregation" in given  # to name them all would be a choice
    return Options(
        ns=tuple(given["ns"]),
        aggregations=() if unchosen else tuple(a for a in given["aggregations"] if a),
        rules=tuple(given["rules"]),
        quintiles=quintiles,
        transform=given["transform"],
        draws=given["draws"],
        seed=given["seed"],
        contamination=f"digest:{given['contamination']}" if given.get("contamination") else "",
    )


def insert(connection: duckdb.DuckDBPyConnection, value: Mapping[str, Any], origin: str) -> None:
    """Write one card into a store, in place of the run of its id, marked with where it came from.

    What a measure of ours is, we say; a card's word counts for those that only it knows.
    """
    run, ours = value["run"], catalogue()
    known = {row["measure"] for row in value["results"]} & ours.keys()
    measures = [m for m in value["measures"] if m["measure"] not in ours] + [asdict(ours[name]) for name in known]
    store.run_row(connection, {**run, "origin": origin, "scores_path": None})
    store.result_rows(connection, run["run_id"], value["results"], measures)
    store.problem_rows(
        connection, run["run_id"], run["headline_measure"], run["headline_aggregation"], value["problems"].items()
    )
    if value["pool"]:
        store.pool_told(connection, run["pool_digest"], value["pool"])


def _members(run: Mapping[str, Any]) -> checking.Members | None:
    """The problems of every slice that a card's run reports; None where its pool or what it names is not here."""
    at_hand = pools_at_hand(run["task"])
    if run["pool_digest"] not in at_hand:
        return None
    pool = pools.open_pool(at_hand[run["pool_digest"]])
    try:
        return reported_slices(task_of(pool.manifest), pool, options(run, at_hand))
    except (BadInput, UnknownName):  # another pool, a report or a task is missing: the p_i alone must do
        return None


def first_difference(value: Mapping[str, Any], result: Result) -> str | None:
    """Where a rerun first departs from a card, as a sentence; None where everything that it states is the same.

    Simulated numbers are seeded, so they must agree as well.
    """
    run, ours = value["run"], json.loads(json.dumps(asdict(result.run)))
    for name in _COMPARED:
        if run[name] != ours[name]:
            return f"the {name.replace('_', ' ')} differs: the card has {run[name]}, here it is {ours[name]}"
    made = {_key(row): row for row in map(asdict, result.rows)}
    stated = {_key(row): row for row in value["results"]}
    for lacking, who, other in (
        (stated.keys() - made.keys(), "card", "rerun"),
        (made.keys() - stated.keys(), "rerun", "card"),
    ):
        if lacking:
            return f"the {who} has a number that the {other} lacks: {_where(min(lacking, key=str))}"
    for key, row in stated.items():
        for name, theirs in row.items():
            if not _same(theirs, made[key][name], checking.ROUNDED if name == "draw_deviation" else _SAME):
                shown = [f"{v:.6f}" if isinstance(v, float) else str(v) for v in (theirs, made[key][name])]
                return f"{_where(key)}, {name.replace('_', ' ')}: the card has {shown[0]}, the rerun {shown[1]}"
    curve = next(c for c in result.curves if (c.measure, c.aggregation) == result.headline)
    again = {p.id: row for p, row in zip(result.problems, curve.values.tolist(), strict=True) if not math.isnan(row[0])}
    if again.keys() != value["problems"].keys():
        return "the card has p_i of other problems than the rerun"
    for name, p in value["problems"].items():
        if len(p) != len(again[name]) or not all(_same(a, b, _SAME) for a, b in zip(p, again[name], strict=True)):
            return f"p_i of the problem {name!r} differ"
    return None


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("measure", "aggregation", "n", "slice_kind", "slice"))


def _where(key: Sequence[Any]) -> str:
    measure, aggregation, n, kind, part = key
    return f"{measure} {aggregation} at N = {n} over {kind} {part}"


def _same(a: object, b: object, limit: float) -> bool:
    if isinstance(a, int | float) and isinstance(b, int | float):
        return math.isclose(a, b, abs_tol=limit)
    return a == b
