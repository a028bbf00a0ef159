"""The open store: one read-only connection for all visitors, replaced when a newer copy has been published."""

import os
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import duckdb

from harness import home
from harness.errors import StoreError
from harness.report import opening
from leaderboard.read.cache import Cache

P = ParamSpec("P")
T = TypeVar("T")

RETRY_SECONDS = 3.0
_KEPT = 2  # versions of the store held open: the newest, and the one that a page may still be drawn from
_ANSWERS = 1024


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
    for place in (opening.published_copy(whole), whole):
        try:
            found = place.stat()
        except FileNotFoundError:
            continue
        return Stamp(place, found.st_ino, found.st_mtime_ns, found.st_size)
    raise StoreError(f"There is no store at {str(whole)!r} yet: 'bonbench run' makes one.")


def ask(query: Callable[Concatenate[duckdb.DuckDBPyConnection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The answer of a function of ``queries`` on the newest store; asked once per version of the store.

    Raises:
        StoreError: The store is missing, damaged, of a newer version, or stays locked.
    """
    version = stamp()
    key = (version, query, args, tuple(kwargs.items()))
    answer: T = _made.get(key, lambda: _answer(version, lambda cursor: query(cursor, *args, **kwargs)))
    return answer


def derive(key: Hashable, make: Callable[[], T]) -> T:
    """Something made from the answers, made once per version of the store and key."""
    made: T = _made.get((stamp(), key), make)
    return made


def forget() -> None:
    """Drop every answer and close the store; the next question opens it again."""
    _made.clear()
    _opened.clear()


def _answer(version: Stamp, query: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
    while True:
        opened: _Opened = _opened.get(version, lambda: _Opened(_open(version)))
        try:
            with opened.cursor() as cursor:
                if cursor is not None:
                    return query(cursor)
        except duckdb.Error as error:
            raise StoreError(f"{str(version.path)!r} cannot be read: {str(error).splitlines()[0]}") from error


class _Opened:
    """A connection that is closed once nobody needs it: neither the cache nor a query that still runs."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._needed = 1  # by the cache

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection | None]:
        """A cursor of one's own; None where the connection has been closed meanwhile."""
        with self._lock:
            open_still = self._needed > 0
            self._needed += open_still
        if not open_still:
            yield None
            return
        try:
            cursor = self._connection.cursor()
            try:
                cursor.execute("use store")  # a cursor starts in the default catalog
                yield cursor
            finally:
                cursor.close()
        finally:
            self.let_go()

    def let_go(self) -> None:
        """One need less."""
        with self._lock:
            self._needed -= 1
            last = not self._needed
        if last:
            self._connection.close()


def _open(version: Stamp) -> duckdb.DuckDBPyConnection:
    """Open the store, with retry."""
    deadline = time.monotonic() + RETRY_SECONDS
    while True:
        try:
            connection = opening.attached(version.path)
        except duckdb.Error as error:
            if time.monotonic() > deadline:
                message = str(error).splitlines()[0]
                raise StoreError(f"{str(version.path)!r} cannot be opened as a store: {message}") from error
            time.sleep(0.1)
            continue
        try:
            opening.check(connection, version.path)
        except BaseException:
            connection.close()
            raise
        return connection


_made = Cache(_ANSWERS)
_opened = Cache(_KEPT, release=_Opened.let_go)
