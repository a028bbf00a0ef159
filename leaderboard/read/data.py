"""The open store: one read-only connection for all visitors, replaced when a newer copy has been published."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import duckdb
import streamlit as st

from harness import home
from harness.errors import StoreError
from harness.report import store

P = ParamSpec("P")
T = TypeVar("T")

RETRY_SECONDS = 3.0
POLL_SECONDS = 20.0
_KEPT = 2  # versions of the store held open: the newest, and the one that a page may still be drawn from


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which file, and which content of it: a published copy is a new inode each time."""

    path: Path
    inode: int
    modified_ns: int
    size: int


def path() -> Path:
    """The store that the command line named, or the home's own."""
    named = os.environ.get("BONBENCH_STORE")
    return Path(named) if named else home.default_store()


def stamp() -> Stamp:
    """What is published now.

    Raises:
        StoreError: There is nothing.
    """
    whole = path()
    for place in (store.published_copy(whole), whole):
        try:
            found = place.stat()
        except FileNotFoundError:
            continue
        return Stamp(place, found.st_ino, found.st_mtime_ns, found.st_size)
    raise StoreError(f"There is no store at {str(whole)!r} yet: 'bonbench run' makes one.")


def _look() -> None:
    """Look now and then whether another store was published, and draw the page again if so."""
    try:
        found: Stamp | None = stamp()
    except StoreError:
        found = None
    if st.session_state.setdefault("_drawn_from", found) != found:
        st.session_state["_drawn_from"] = found
        st.rerun()


def ask(query: Callable[Concatenate[duckdb.DuckDBPyConnection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The answer of a function of ``queries`` on the newest store; asked once per version of the store.

    Raises:
        StoreError: The store is missing, damaged, of a newer version, or stays locked.
    """
    answer: T = _answer(stamp(), query.__module__, query.__qualname__, query, args, tuple(kwargs.items()))
    return answer


def derive(key: Any, make: Callable[[], T]) -> T:
    """Something made from the answers, made once per version of the store and key."""
    made: T = _derived(stamp(), key, make)
    return made


def _answer_of(version: Stamp, module: str, name: str, _query: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    cursor = _connection(version).cursor()
    try:
        cursor.execute("use store")  # a cursor starts in the default catalog
        return _query(cursor, *args, **dict(kwargs))
    except duckdb.Error as error:
        raise StoreError(f"{str(version.path)!r} cannot be read: {str(error).splitlines()[0]}") from error
    finally:
        cursor.close()


def _made(version: Stamp, key: Any, _make: Callable[[], Any]) -> Any:
    return _make()


def _open(version: Stamp) -> duckdb.DuckDBPyConnection:
    """Open the store, with retry.

    It is attached to a database in memory, because DuckDB answers a second ``connect`` to the same path with the
    instance it already has, which would still be the file that was replaced.
    """
    deadline = time.monotonic() + RETRY_SECONDS
    while True:
        connection = duckdb.connect()
        try:
            connection.execute(f"attach '{str(version.path).replace(chr(39), chr(39) * 2)}' as store (read_only)")
            connection.execute("use store")
            store.check_version(connection, version.path)
            connection.execute("select count(*) from runs").fetchall()
        except duckdb.Error as error:
            connection.close()
            if time.monotonic() > deadline:
                message = str(error).splitlines()[0]
                raise StoreError(f"{str(version.path)!r} cannot be opened as a store: {message}") from error
            time.sleep(0.1)
        except StoreError:
            connection.close()
            raise
        else:
            return connection


watch = st.fragment(_look, run_every=POLL_SECONDS)
_answer = st.cache_resource(_answer_of, max_entries=512, show_spinner=False)
_derived = st.cache_resource(_made, max_entries=512, show_spinner=False)
_connection = st.cache_resource(
    _open, max_entries=_KEPT, show_spinner=False, on_release=lambda connection: connection.close()
)
