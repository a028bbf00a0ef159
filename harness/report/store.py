"""The results, in DuckDB: short writes, and a published copy that readers open.

DuckDB lets one process write or many read. So a run writes in one short transaction, waiting for its turn; after every
write the file is copied beside itself under the name ``*.published.duckdb`` and put in place atomically, and everything
that only reads (the leaderboard, ``runs``, ``show``, ``compare``) opens that copy.
"""

import json
import os
import shutil
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from harness import home, registry
from harness.errors import StoreError

if TYPE_CHECKING:  # the engine is needed to write results, not to read them
    from harness.run import Result

SCHEMA_VERSION = 1
RETRY_SECONDS = 30.0
MEASURED = "measured"
_PUBLISHED_DEFAULTS: dict[str, Any] = {
    "slice": "all", "rule": "best-of-n", "aggregation": "", "generator": "", "note": "", "n_problems": None
}  # fmt: skip


def published_copy(path: Path) -> Path:
    """Where readers find a store."""
    return path.with_name(f"{path.stem}.published.duckdb")


@contextmanager
def writing(path: Path, retry_seconds: float = RETRY_SECONDS) -> Iterator[duckdb.DuckDBPyConnection]:
    """A transaction on the store, created where there is none; published when it succeeds, undone when it fails.

    Raises:
        StoreError: It stays locked by another process, is not a store, or is of a newer version.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = _connect(path, retry_seconds)
    try:
        check_version(connection, path)
        connection.execute("begin")
        try:
            connection.execute(Path(__file__).with_name("schema.sql").read_text(encoding="utf-8"))
            connection.execute("insert or replace into meta values ('schema_version', ?)", [str(SCHEMA_VERSION)])
            _load_published(connection)
            _load_groups(connection)
            yield connection
        except BaseException:
            connection.execute("rollback")
            raise
        connection.execute("commit")
        connection.execute("checkpoint")
        _publish(path)  # while the file's lock is still ours
    finally:
        connection.close()


@contextmanager
def reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the published copy of a store.

    Raises:
        StoreError: There is none, or it is of a newer version.
    """
    copy = published_copy(path) if published_copy(path).exists() else path
    if not copy.exists():
        raise StoreError(f"There is no store at {str(path)!r} yet: 'bonbench run' makes one.")
    try:
        connection = duckdb.connect(str(copy), read_only=True)
    except duckdb.Error as error:
        raise StoreError(f"{str(copy)!r} cannot be opened as a store: {_first_line(error)}") from error
    try:
        check_version(connection, copy)
        yield connection
    finally:
        connection.close()


def _connect(path: Path, retry_seconds: float) -> duckdb.DuckDBPyConnection:
    deadline = time.monotonic() + retry_seconds
    while True:
        try:
            return duckdb.connect(str(path))
        except duckdb.Error as error:
            message = _first_line(error)
            if "lock" not in message.lower():
                raise StoreError(f"{str(path)!r} cannot be opened as a store: {message}") from error
            if time.monotonic() > deadline:
                raise StoreError(
                    f"The store {str(path)!r} is locked by another process for {retry_seconds:.0f} s. Nothing was "
                    "lost: grades and scores are kept; run the same command again when the other process is done."
                ) from error
            time.sleep(0.2)


def check_version(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Make sure that an opened database is a store that this version can read; an empty one may become a store.

    Raises:
        StoreError: It is not a store, or of a newer version.
    """
    tables = {row[0] for row in connection.execute("select table_name from information_schema.tables").fetchall()}
    if not tables:
        return
    if "meta" not in tables:
        raise StoreError(f"{str(path)!r} is a DuckDB database, but not a bonbench store; name another with --store.")
    rows = connection.execute("select value from meta where key = 'schema_version'").fetchall()
    if rows and int(rows[0][0]) > SCHEMA_VERSION:
        raise StoreError(
            f"The store {str(path)!r} has schema version {rows[0][0]}, this bonbench knows up to {SCHEMA_VERSION}: "
            "upgrade bonbench, or name another store with --store."
        )


def _publish(path: Path) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    shutil.copyfile(path, part)
    os.replace(part, published_copy(path))


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n")[0]


# ---------------------------------------------------------------------------------------------- writing


def write(path: Path, results: "Sequence[Result]") -> None:
    """Write results in one transaction; a run that is already there is replaced as a whole."""
    with writing(path) as connection:
        for result in results:
            run_row(connection, _run(result))
            result_rows(connection, result.run.id, [asdict(row) for row in result.rows])
            _write_problem_results(connection, result)
            _write_pool(connection, result)


def run_row(connection: duckdb.DuckDBPyConnection, row: dict[str, Any]) -> None:
    """Insert one run, in place of one of the same id."""
    for table in ("runs", "results", "problem_results"):
        connection.execute(f"delete from {table} where run_id = ?", [row["run_id"]])  # noqa: S608  constant names
    names = ", ".join(row)
    marks = ", ".join("?" for _ in row)
    connection.execute(f"insert into runs ({names}) values ({marks})", list(row.values()))  # noqa: S608


def result_rows(connection: duckdb.DuckDBPyConnection, run_id: str, rows: Sequence[dict[str, Any]]) -> None:
    """Insert the reported numbers of a run."""
    if rows:
        table = pa.Table.from_pylist([{"run_id": run_id, **row} for row in rows])
        insert(connection, "results", table)


def _run(result: "Result") -> dict[str, Any]:
    run, task, manifest = result.run, result.task, result.pool.manifest
    return {
        "run_id": run.id,
        "task": run.task,
        "task_version": run.task_version,
        "task_title": task.title if task else run.task,
        "domain": task.domain if task else "",
        "problems": run.problems,
        "pool": run.pool,
        "pool_digest": run.pool_digest,
        "generator": manifest.generator,
        "slots": manifest.slots,
        "n_problems": len(result.problems),
        "verifier": run.verifier,
        "family": _family(run.verifier_config),
        "verifier_fingerprint": run.verifier_fingerprint,
        "verifier_config": json.dumps(run.verifier_config, sort_keys=True),
        "spec": run.spec,
        "headline_rule": result.headline[0],
        "headline_aggregation": result.headline[1],
        "options": json.dumps(run.options, sort_keys=True),
        "ns": list(result.ns),
        "protocol": run.protocol,
        "grader": run.grader,
        "code_version": run.code_version,
        "libraries": json.dumps(run.libraries, sort_keys=True),
        "started": run.started,
        "seconds": run.seconds,
        "coverage": json.dumps(run.coverage, sort_keys=True),
        "cost": json.dumps(run.cost, sort_keys=True),
        "notes": list(result.notes),
        "origin": MEASURED,
        "scores_path": relative(result.scores.path) if result.scores else None,
    }


def _family(config: Mapping[str, Any]) -> str:
    """A verifier's class, or the family of one that runs a model, or ``carried``: scores that came with the samples."""
    return str(config.get("class") or config.get("options", {}).get("family") or "carried")


def relative(path: Path | None) -> str | None:
    """A path as the store keeps it: relative to the home where it lies inside."""
    if path is None:
        return None
    base = home.home().resolve()
    full = path.resolve()
    return str(full.relative_to(base)) if full.is_relative_to(base) else str(full)


def _write_problem_results(connection: duckdb.DuckDBPyConnection, result: "Result") -> None:
    for curve in result.curves:
        n = len(result.problems)
        table = pa.table(
            {
                "run_id": [result.run.id] * n,
                "rule": [curve.rule] * n,
                "aggregation": [curve.aggregation] * n,
                "problem_id": [p.id for p in result.problems],
                "p": [row.tolist() for row in curve.values],
            }
        )
        insert(connection, "problem_results", table)


def _write_pool(connection: duckdb.DuckDBPyConnection, result: "Result") -> None:
    pool = result.pool
    connection.execute(
        "insert or replace into pools values (?, ?, ?, ?, ?)",
        [
            pool.digest,
            pool.name,
            relative(pool.path),
            relative(result.grades.path),
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
                "quintile": result.quintile[problem.id],
                "pass_rate": result.pass_rate[problem.id],
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
