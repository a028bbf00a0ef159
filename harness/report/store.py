"""The results, in DuckDB: short writes, and a published copy that readers open.

DuckDB lets one process write or many read. So a run writes in one short transaction, waiting for its turn; after every
write the file is copied beside itself under the name ``*.published.duckdb`` and put in place atomically, and everything
that only reads (the leaderboard, ``runs``, ``show``, ``compare``) opens that copy.
"""

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pyarrow as pa

from harness import files, home, plain, registry
from harness.errors import Damaged, StoreError
from harness.measure.catalogue import catalogue
from harness.report import opening
from harness.run_record import Run

if TYPE_CHECKING:  # the engine is needed to write results, not to read them
    from harness.run import Result

RETRY_SECONDS = 30.0
MEASURED = "measured"
JSON_COLUMNS = tuple(f.name for f in fields(Run) if "Mapping" in str(f.type))  # of the table ``runs``
_PUBLISHED_DEFAULTS: dict[str, Any] = {
    "slice": "all", "measure": "best-of-n", "aggregation": "", "generator": "", "note": "", "n_problems": None
}  # fmt: skip


@contextmanager
def writing(path: Path, retry_seconds: float = RETRY_SECONDS) -> Iterator[duckdb.DuckDBPyConnection]:
    """A transaction on the store, created where there is none; published when it succeeds, undone when it fails.

    Raises:
        StoreError: It stays locked by another process, is damaged, is not a store, or is of a newer version.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = opening.writable(path, retry_seconds)
    try:
        if connection.execute("select count(*) from duckdb_tables()").fetchall()[0][0]:
            opening.check(connection, path)
        connection.execute("begin")
        try:
            opening.prepare(connection)
            _load_published(connection)
            _load_groups(connection)
            _load_verifiers(connection)
            yield connection
        except BaseException:
            connection.execute("rollback")
            raise
        connection.execute("commit")
        connection.execute("checkpoint")
        opening.publish(path)  # while the file's lock is still ours
    except duckdb.Error as error:
        raise opening.damaged(error, path) from error
    finally:
        connection.close()


@contextmanager
def reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the published copy of a store.

    Raises:
        StoreError: There is none, it is damaged, or it is of a newer version.
    """
    copy = opening.readable(path)
    try:
        connection = opening.connect(copy, read_only=True)
        try:
            opening.check(connection, copy)
            yield connection
        finally:
            connection.close()
    except duckdb.Error as error:
        if copy == path or not path.exists() or opening.fault_of(path):
            raise opening.damaged(error, copy) from error
        why = files.reason(error)
        files.set_aside(copy, Damaged(copy, why, ""))
        opening.publish(path)
        raise StoreError(f"The published copy {str(copy)!r} was damaged ({why}). Give the command again.") from error


# ---------------------------------------------------------------------------------------------- writing


def write(path: Path, results: "Sequence[Result]") -> None:
    """Write results in one transaction; a run that is already there is replaced as a whole."""
    with writing(path) as connection:
        for result in results:
            scores = relative(result.scores.path) if result.scores else None
            run_row(connection, {**asdict(result.run), "origin": MEASURED, "scores_path": scores})
            known = catalogue()
            measures = [known[name] for name in dict.fromkeys(row.measure for row in result.rows)]
            result_rows(connection, result.run.run_id, [asdict(row) for row in result.rows], map(asdict, measures))
            _write_problem_results(connection, result)
            _write_pool(connection, result)


def run_row(connection: duckdb.DuckDBPyConnection, row: Mapping[str, Any]) -> None:
    """Insert one run, in place of one of the same id; what is not a column's own kind of value becomes JSON."""
    for table in ("runs", "results", "problem_results", "difficulty"):
        connection.execute(f"delete from {table} where run_id = ?", [row["run_id"]])  # noqa: S608  constant names
    row = plain.masked_values(row)
    names = ", ".join(row)
    marks = ", ".join("?" for _ in row)
    values = [
        json.dumps(value, sort_keys=True)
        if name in JSON_COLUMNS
        else list(value)
        if isinstance(value, tuple)
        else value
        for name, value in row.items()
    ]
    connection.execute(f"insert into runs ({names}) values ({marks})", values)  # noqa: S608


def result_rows(
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    rows: Sequence[Mapping[str, Any]],
    measures: Iterable[Mapping[str, Any]],
) -> None:
    """Insert the reported numbers of a run, and what their measures are."""
    if rows:
        insert(connection, "results", pa.Table.from_pylist([{"run_id": run_id, **row} for row in rows]))
    for described in measures:
        connection.execute("delete from measures where measure = ?", [described["measure"]])
        insert(connection, "measures", pa.Table.from_pylist([dict(described)]))


def relative(path: Path | None) -> str | None:
    """A path as the store keeps it: relative to the home where it lies inside."""
    if path is None:
        return None
    base = home.home().resolve()
    full = path.resolve()
    return str(full.relative_to(base)) if full.is_relative_to(base) else str(full)


def _write_problem_results(connection: duckdb.DuckDBPyConnection, result: "Result") -> None:
    for curve in result.curves:
        known = [
            (problem.id, p) for problem, p in zip(result.problems, curve.values, strict=True) if not np.isnan(p[0])
        ]
        problem_rows(connection, result.run.run_id, curve.measure, curve.aggregation, known)
    table = pa.Table.from_pylist(
        [
            {"run_id": result.run.run_id, "problem_id": i, "quintile": q, "pass_rate": result.pass_rate[i]}
            for i, q in result.quintile.items()
        ]
    )
    if table.num_rows:
        insert(connection, "difficulty", table)


def pool_told(connection: duckdb.DuckDBPyConnection, digest: str, manifest: Mapping[str, Any]) -> None:
    """Keep what a card says of its pool, licence and source among it, unless the pool was measured here."""
    connection.execute(
        "insert or ignore into pools values (?, ?, '', '', ?)",
        [digest, str(manifest.get("name") or ""), json.dumps(plain.masked_values(manifest), sort_keys=True)],
    )


def problem_rows(
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    measure: str,
    aggregation: str,
    values: Iterable[tuple[str, Iterable[float]]],
) -> None:
    """Insert p_i of some problems, each with its id."""
    names = ("run_id", "measure", "aggregation", "problem_id", "p")
    rows = [(run_id, measure, aggregation, i, list(map(float, p))) for i, p in values]
    if rows:
        insert(connection, "problem_results", pa.table([list(c) for c in zip(*rows, strict=True)], names=list(names)))


def _write_pool(connection: duckdb.DuckDBPyConnection, result: "Result") -> None:
    pool = result.pool
    connection.execute(
        "insert or replace into pools values (?, ?, ?, ?, ?)",
        [
            pool.digest,
            pool.name,
            relative(pool.path),
            relative(result.grades.path) if result.grades else "",
            json.dumps(asdict(pool.manifest), sort_keys=True),
        ],
    )
    connection.execute("delete from problems where pool_digest = ?", [pool.digest])
    table = pa.Table.from_pylist(
        [
            {
                "pool_digest": pool.digest,
                "position": position,
                "problem_id": problem.id,
                "subject": problem.subject,
                "level": problem.level,
                "slots": pool.problems[problem.id].slots,
                "samples": pool.problems[problem.id].samples,
            }
            for position, problem in enumerate(result.problems)
        ]
    )
    insert(connection, "problems", table)


def _load_published(connection: duckdb.DuckDBPyConnection) -> None:
    """The published reference numbers, as this version of bonbench ships them."""
    data = tomllib.loads(Path(__file__).with_name("published.toml").read_text(encoding="utf-8"))
    connection.execute("delete from published")
    rows = [
        {**_PUBLISHED_DEFAULTS, **{k: v for k, v in source.items() if k != "numbers"}, **number}
        for source in data["source"]
        for number in source["numbers"]
    ]
    insert(connection, "published", pa.Table.from_pylist(rows))


def _load_verifiers(connection: duckdb.DuckDBPyConnection) -> None:
    """What is known of the verifiers that have a name here (model, size, licence, source), for the same reason."""
    known = {name: dict(getattr(maker, "about", None) or {}) for name, maker in registry.verifiers().items()}
    told = {name: {k: str(v) for k, v in about.items() if v} for name, about in known.items() if about}
    connection.execute("insert or replace into meta values ('verifiers', ?)", [json.dumps(told, sort_keys=True)])


def _load_groups(connection: duckdb.DuckDBPyConnection) -> None:
    """The groups of tasks, so that what only reads the store need not import the tasks."""
    groups = [asdict(group) for group in registry.groups().values()]
    connection.execute("insert or replace into meta values ('groups', ?)", [json.dumps(groups)])


def insert(connection: duckdb.DuckDBPyConnection, table_name: str, table: pa.Table) -> None:
    """Append the rows of an Arrow table to a table of the store."""
    connection.register("incoming", table)
    names = ", ".join(f'"{name}"' for name in table.column_names)
    connection.execute(f"insert into {table_name} ({names}) select {names} from incoming")  # noqa: S608  our own names
    connection.unregister("incoming")
