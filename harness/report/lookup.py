"""Read results back from a store: runs, their numbers, and their p_i for comparisons."""

import json
from collections.abc import Sequence
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from harness.errors import BadInput, UnknownName
from harness.report.store import JSON_COLUMNS

Floats = NDArray[np.float64]


def rows(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """The rows of a query as dictionaries."""
    result = connection.execute(sql, list(parameters))
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def runs(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Every run, newest first, with its headline number at its largest N."""
    found = rows(
        connection,
        """
        select r.run_id, r.task, r.pool, r.verifier, r.headline_measure as measure,
               r.headline_aggregation as aggregation, r.options, x.n, x.value, x.low, x.high, r.started, r.origin
        from runs r
        join results x on x.run_id = r.run_id and x.measure = r.headline_measure and x.slice_kind = 'all'
         and x.aggregation = r.headline_aggregation and x.n is not distinct from list_max(r.ns)
        order by r.started desc, r.task, x.value desc
        """,
    )
    for row in found:
        row["options"] = json.loads(row["options"])
    return found


def run(connection: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, Any]:
    """One run by its id or an unambiguous beginning of it.

    Raises:
        UnknownName: There is none.
        BadInput: Several begin so.
    """
    found = rows(connection, "select * from runs where starts_with(run_id, ?) order by run_id", [run_id])
    if not found:
        known = [row["run_id"] for row in rows(connection, "select run_id from runs")]
        raise UnknownName("run", run_id, known, "'bonbench runs' lists them.")
    if len(found) > 1:
        raise BadInput(f"{run_id!r} begins {len(found)} run ids: {', '.join(r['run_id'] for r in found[:6])}.")
    out = found[0]
    for name in JSON_COLUMNS:
        out[name] = json.loads(out[name])
    return out


def results(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[dict[str, Any]]:
    """Every reported number of a run."""
    return rows(
        connection,
        """
        select * exclude (run_id) from results where run_id = ? order by measure, aggregation, slice_kind, slice, n
        """,
        [run_id],
    )


def measures(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """What the store knows of its measures, by name, in the order of lists."""
    return {row["measure"]: row for row in rows(connection, "select * from measures order by kind, position, measure")}


def problem_values(
    connection: duckdb.DuckDBPyConnection, run_id: str, measure: str, aggregation: str
) -> tuple[list[str], Floats]:
    """Problem ids and p_i at every N of the run, shape [P, n_N]; one column for a measure that draws nothing."""
    found = connection.execute(
        """
        select problem_id, p from problem_results
        where run_id = ? and measure = ? and aggregation = ? order by problem_id
        """,
        [run_id, measure, aggregation],
    ).fetchall()
    return [row[0] for row in found], np.array([row[1] for row in found], dtype=np.float64)


def at_n(
    connection: duckdb.DuckDBPyConnection,
    row: dict[str, Any],
    n: int | None,
    measure: str = "",
    aggregation: str | None = None,
) -> dict[str, float]:
    """p_i by problem id of a run (as ``run`` returns it) at one N, under its headline unless told otherwise.

    Without N: the values of a measure that draws nothing.

    Raises:
        BadInput: The run does not have that N, measure or aggregation.
    """
    measure = measure or row["headline_measure"]
    aggregation = row["headline_aggregation"] if aggregation is None else aggregation
    if n is not None and n not in row["ns"]:
        raise BadInput(f"The run {row['run_id']} has no N = {n}; it has {', '.join(map(str, row['ns']))}.")
    ids, values = problem_values(connection, row["run_id"], measure, aggregation)
    if not ids:
        raise BadInput(f"The run {row['run_id']} holds no {measure} under the aggregation {aggregation!r}.")
    return dict(zip(ids, values[:, 0 if n is None else row["ns"].index(n)].tolist(), strict=True))
