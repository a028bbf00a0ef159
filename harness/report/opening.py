"""How the file of a store is opened: with no way from it to another file, and only if it is a store.

A store may come from a stranger. SQL that stands in it (a view, a macro) is refused, no statement reaches the disk or
the network, and no extension is loaded. DuckDB keeps a checksum on every block; what it finds is said as a sentence.
"""

import contextlib
import shutil
import time
from pathlib import Path

import duckdb

from harness import files, locks
from harness.errors import Damaged, StoreError

SCHEMA_VERSION = 3
SCHEMA = Path(__file__).with_name("schema.sql")  # a published board has none: it never writes
TABLES = frozenset(
    {"meta", "runs", "measures", "results", "problem_results", "problems", "difficulty", "pools", "published"}
)
_ALONE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
_CLOSED = {**_ALONE, "enable_external_access": "false", "lock_configuration": "true"}
_OUTSIDE = ("no space left", "quota exceeded", "permission denied", "read-only file system", "file name too long")
_KEPT = "Grades and scores are kept: move it away and run again, or name another with --store."


def connect(path: Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection to a database that reaches nothing but its own file."""
    return duckdb.connect(str(path), read_only=read_only, config=_CLOSED)


def attached(path: Path) -> duckdb.DuckDBPyConnection:
    """The same through a database in memory, as the catalog ``store``.

    DuckDB answers a second ``connect`` to one path with the instance it already has, which would still be the file that
    was replaced.
    """
    connection = duckdb.connect(config=_ALONE)
    try:
        connection.execute(f"attach '{str(path).replace(chr(39), chr(39) * 2)}' as store (read_only)")
        connection.execute("use store")
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
    except BaseException:
        connection.close()
        raise
    return connection


def published_copy(path: Path) -> Path:
    """Where readers find a store."""
    return path.with_name(f"{path.stem}.published.duckdb")


def readable(path: Path) -> Path:
    """The file that a reader opens: the published copy, made again where it is damaged or a kill left it behind.

    Raises:
        StoreError: There is no store, or it cannot be read.
    """
    copy = published_copy(path)
    if not copy.exists():
        if not path.exists() or not path.stat().st_size:
            raise StoreError(f"There is no store at {str(path)!r} yet: 'bonbench run' makes one.")
        return path
    fault = fault_of(copy)
    if not path.exists():
        if fault:
            raise StoreError(f"{str(copy)!r} cannot be opened as a store: {fault}. Publish or copy it again.")
        return copy
    behind = path.with_name(path.name + ".wal").exists() or path.stat().st_mtime_ns > copy.stat().st_mtime_ns
    if fault and not fault_of(path):
        files.set_aside(copy, Damaged(copy, fault, ""))
        publish(path)
    elif behind:
        with contextlib.suppress(duckdb.Error, OSError, StoreError):  # somebody writes, or the disk cannot be written
            connection = connect(path)
            try:
                check(connection, path)
                connection.execute("checkpoint")
                publish(path)
            finally:
                connection.close()
    return copy


def fault_of(path: Path) -> str:
    """Why a file cannot be opened as a database; "" if it can."""
    try:
        connect(path, read_only=True).close()
    except duckdb.Error as error:
        return "" if locked(error) else files.reason(error)
    return ""


def publish(path: Path) -> None:
    """Put a copy of a store where readers find it."""
    part = files.beside(published_copy(path))
    shutil.copyfile(path, part)
    files.put(part, published_copy(path))


def writable(path: Path, retry_seconds: float) -> duckdb.DuckDBPyConnection:
    """A connection that may write, to a store that is made where there is none.

    Raises:
        StoreError: It stays locked by another process, or is no store.
    """
    files.clear(path)
    if not path.exists() or (path.is_file() and not path.stat().st_size):
        _create(path)
    deadline = time.monotonic() + retry_seconds
    while True:
        try:
            return connect(path)
        except duckdb.Error as error:
            if not locked(error):
                raise damaged(error, path) from error
            if time.monotonic() > deadline:
                raise StoreError(
                    f"The store {str(path)!r} is locked by another process for {retry_seconds:.0f} s. Nothing was "
                    "lost: grades and scores are kept; run the same command again when the other process is done."
                ) from error
            time.sleep(0.2)


def locked(error: duckdb.Error) -> bool:
    """Whether a database could not be opened because another process has it."""
    return isinstance(error, duckdb.IOException) and "could not set lock" in str(error).lower()


def damaged(error: duckdb.Error, path: Path) -> StoreError:
    """The sentence for what a library said of a store's file."""
    said = files.reason(error)
    if any(cause in str(error).lower() for cause in _OUTSIDE):
        return StoreError(
            f"The store {str(path)!r} cannot be written: {said}. Nothing was lost: grades and scores are kept. Mend "
            "that and run the same command again."
        )
    copy, back = published_copy(path), _KEPT
    if copy != path and copy.exists() and not fault_of(copy):
        back = f"Its last published copy is whole: copy {str(copy)!r} over it. Or: {_KEPT[0].lower()}{_KEPT[1:]}"
    return StoreError(f"{str(path)!r} cannot be opened as a store: {said}. {back}")


def _create(path: Path) -> None:
    """A store without a run, whole or not there.

    One process at a time: a second one that took the first one's store for what a kill left would unlink it while the
    first writes, whose journal would then stand beside another file.
    """
    lock = path.with_name(f".{path.name}.lock")
    with locks.held(lock, told=False):
        if path.exists() and path.stat().st_size:
            return
        part = files.beside(path)
        part.unlink(missing_ok=True)
        try:
            with connect(part) as connection:
                prepare(connection)
        except duckdb.Error as error:
            raise damaged(error, path) from error
        files.put(part, path)
        lock.unlink(missing_ok=True)  # whoever has it open, or makes it anew, finds the store


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """The tables of a store, where they are not there yet."""
    connection.execute(SCHEMA.read_text(encoding="utf-8"))
    connection.execute("insert or replace into meta values ('schema_version', ?)", [str(SCHEMA_VERSION)])


def check(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Make sure that an opened database is a store of this version, and holds rows only.

    Raises:
        StoreError: It is not.
    """
    foreign = StoreError(
        f"{str(path)!r} is a DuckDB database, but not a bonbench store of ours; name another with --store."
    )
    sql = connection.execute(
        "select view_name from duckdb_views() where not internal union all "
        "select function_name from duckdb_functions() where not internal"
    ).fetchall()
    if sql:
        raise StoreError(
            f"{str(path)!r} holds a view or a macro, {sql[0][0]!r}, and a store holds tables only: it is refused, "
            "since reading it would run its SQL. Name another with --store."
        )
    tables = {row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()}
    if not tables:
        raise StoreError(f"There is no store at {str(path)!r} yet, only an empty database: 'bonbench run' makes one.")
    try:
        rows = connection.execute("select value from meta where key = 'schema_version'").fetchall()
        found = int(rows[0][0])
    except (duckdb.CatalogException, duckdb.BinderException, IndexError, TypeError, ValueError) as error:
        raise foreign from error
    if found > SCHEMA_VERSION:
        raise StoreError(
            f"The store {str(path)!r} has schema version {found}, this bonbench knows up to {SCHEMA_VERSION}: upgrade "
            "bonbench, or name another store with --store."
        )
    if found < SCHEMA_VERSION:
        raise StoreError(
            f"The store {str(path)!r} has schema version {found}, this bonbench writes {SCHEMA_VERSION}. Grades and "
            "scores are kept: move the store away and run again, or name another with --store."
        )
    if TABLES - tables:
        raise foreign
