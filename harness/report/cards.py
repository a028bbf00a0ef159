"""Result cards: one JSON file a run, with a published schema, that can be merged, checked and rerun.

A public board can live as a folder of cards in a git repository, one pull request a verifier.
"""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from harness.errors import BadInput
from harness.report import lookup, store
from harness.run import Result

CARD_VERSION = 2
_NOT_ON_A_CARD = ("origin", "scores_path")
_SAME = 1e-9


def schema() -> dict[str, Any]:
    """The JSON schema of a card."""
    value: dict[str, Any] = json.loads(Path(__file__).with_name("card.schema.json").read_text(encoding="utf-8"))
    return value


def card(connection: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, Any]:
    """The card of a run."""
    run = lookup.run(connection, run_id)
    ids, values = lookup.problem_values(connection, run["run_id"], run["headline_measure"], run["headline_aggregation"])
    results, known = lookup.results(connection, run["run_id"]), lookup.measures(connection)
    pools = lookup.rows(connection, "select manifest from pools where pool_digest = ?", [run["pool_digest"]])
    return {
        "card_version": CARD_VERSION,
        "run": {k: v for k, v in run.items() if k not in _NOT_ON_A_CARD},
        "measures": [row for name, row in known.items() if name in {r["measure"] for r in results}],
        "results": results,
        "problems": {i: [round(float(v), 12) for v in row] for i, row in zip(ids, values, strict=True)},
        "pool": json.loads(pools[0]["manifest"]) if pools else {},
    }


def read(path: Path) -> dict[str, Any]:
    """A card from a file, checked against the schema.

    Raises:
        BadInput: It is not there, not JSON, or not a card.
    """
    import jsonschema

    try:
        value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        jsonschema.validate(value, schema())
    except (OSError, ValueError) as error:
        raise BadInput(f"The card {str(path)!r} cannot be read: {error}.") from error
    except jsonschema.ValidationError as error:
        where = "/".join(map(str, error.absolute_path)) or "the card"
        raise BadInput(f"{str(path)!r} is not a result card: {where}: {error.message}.") from error
    return value


def add(store_path: Path, paths: Sequence[Path]) -> list[str]:
    """Merge cards into a store, each marked with the file it came from; returns the run ids.

    All cards are read and checked before the first is written. A run that was measured here is never replaced by a
    card of the same id.
    """
    found = [(path, read(path)) for path in paths]
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


def insert(connection: duckdb.DuckDBPyConnection, value: Mapping[str, Any], origin: str) -> None:
    """Write one card into a store, in place of the run of its id, marked with where it came from."""
    store.run_row(connection, {**value["run"], "origin": origin, "scores_path": None})
    store.result_rows(connection, value["run"]["run_id"], value["results"], value["measures"])
    _problem_rows(connection, value)


def _problem_rows(connection: duckdb.DuckDBPyConnection, value: Mapping[str, Any]) -> None:
    run, problems = value["run"], value["problems"]
    wrong = [i for i, p in problems.items() if len(p) != len(run["ns"])]
    if wrong:
        raise BadInput(
            f"The card of run {run['run_id']} has {len(problems[wrong[0]])} values for the problem {wrong[0]!r} and "
            f"{len(run['ns'])} values of N."
        )
    store.problem_rows(
        connection, run["run_id"], run["headline_measure"], run["headline_aggregation"], problems.items()
    )


def first_difference(value: Mapping[str, Any], result: Result) -> str | None:
    """Where a rerun first departs from a card, as a sentence; None where every number is the same.

    Simulated numbers are seeded, so they must agree as well.
    """
    run = value["run"]
    pairs: list[tuple[str, object, object]] = [
        ("pool digest", run["pool_digest"], result.run.pool_digest),
        ("verifier fingerprint", run["verifier_fingerprint"], result.run.verifier_fingerprint),
        ("protocol", run["protocol"], result.run.protocol),
        ("grader", run["grader"], result.run.grader),
        ("task version", run["task_version"], result.run.task_version),
    ]
    for name, theirs, ours in pairs:
        if theirs != ours:
            return f"the {name} differs: the card has {theirs}, here it is {ours}"
    mine = {(r.measure, r.aggregation, r.n, r.slice_kind, r.slice): r for r in result.rows}
    for row in value["results"]:
        key = (row["measure"], row["aggregation"], row["n"], row["slice_kind"], row["slice"])
        where = f"{row['measure']} {row['aggregation']} at N = {row['n']} over {row['slice_kind']} {row['slice']}"
        if key not in mine:
            return f"the card has a number that the rerun lacks: {where}"
        if not math.isclose(row["value"], mine[key].value, abs_tol=_SAME):
            return f"{where}: the card has {row['value']:.6f}, the rerun {mine[key].value:.6f}"
    return None
