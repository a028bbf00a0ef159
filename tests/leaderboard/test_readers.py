"""One writes while many read: no reader fails, and the writer does not wait for them."""

import subprocess
import sys
import threading
import time

import duckdb
import pytest

from harness.errors import StoreError
from harness.report import opening, store
from leaderboard.read import queries
from leaderboard.read import store as opened_store
from leaderboard.read.cache import Cache

WRITES = """
import sys, time
from pathlib import Path
from harness.report import store
path, count = Path(sys.argv[1]), int(sys.argv[2])
longest = 0.0
for i in range(count):
    started = time.monotonic()
    with store.writing(path) as connection:
        connection.execute("create or replace temp table one as select * from runs limit 1")
        connection.execute("update one set run_id = ?, started = ?", [f"new-{i}", f"2999-01-01T00:00:{i:02d}"])
        connection.execute("delete from runs where run_id = ?", [f"new-{i}"])
        connection.execute("insert into runs select * from one")
    longest = max(longest, time.monotonic() - started)
print(longest)
"""


def test_twenty_readers_and_a_writer(own_board, monkeypatch):
    """While another process writes fifteen times, twenty threads read without an error and see the last write."""
    failures: list[object] = []
    seen: list[int] = []
    done = threading.Event()
    monkeypatch.setattr(threading, "excepthook", failures.append)

    def read() -> None:
        while not done.is_set():
            for board in opened_store.ask(queries.boards):
                opened_store.ask(queries.entries, board)
                opened_store.ask(queries.values, board, 8)
            seen.append(max(len(b.run_ids) for b in opened_store.ask(queries.boards)))
            time.sleep(0.02)

    readers = [threading.Thread(target=read) for _ in range(20)]
    for reader in readers:
        reader.start()
    writer = subprocess.run(
        [sys.executable, "-c", WRITES, str(own_board), "15"], capture_output=True, text=True, timeout=120, check=False
    )
    time.sleep(0.3)
    done.set()
    for reader in readers:
        reader.join(30)

    assert writer.returncode == 0, writer.stderr
    assert float(writer.stdout) < store.RETRY_SECONDS / 3
    assert failures == []
    assert max(seen) == min(seen) + 15


def test_a_connection_is_replaced_with_its_file(own_board):
    """DuckDB would answer a second connect with the instance of the file that was replaced."""
    before = len(opened_store.ask(queries.boards))
    with store.writing(own_board) as connection:
        connection.execute("delete from runs where task = 'invented-science'")

    assert len(opened_store.ask(queries.boards)) == before - 1


def test_an_answer_is_asked_once_per_version(own_board, monkeypatch):
    """The second asking does not reach the database."""
    calls = []

    def counted(connection: duckdb.DuckDBPyConnection) -> int:
        calls.append(1)
        return len(connection.execute("select run_id from runs").fetchall())

    assert opened_store.ask(counted) == opened_store.ask(counted)
    assert len(calls) == 1
    with store.writing(own_board) as connection:
        connection.execute("delete from runs where task = 'invented-science'")
    opened_store.ask(counted)

    assert len(calls) == 2


def locked(path, seconds):
    """Another process that holds the file open for writing."""
    hold = f"import duckdb, time; c = duckdb.connect({str(path)!r}); print(1, flush=True); time.sleep({seconds})"
    process = subprocess.Popen([sys.executable, "-c", hold], stdout=subprocess.PIPE)
    process.stdout.readline()
    return process


def test_a_store_that_is_locked_is_asked_again(own_board):
    """A reader that comes while the file is locked gets through as soon as it is free."""
    other = locked(opening.published_copy(own_board), 1.0)

    assert len(opened_store.ask(queries.boards)) == 2
    other.wait()


def test_a_store_that_stays_locked_is_reported(own_board, monkeypatch):
    """After the retry budget the reader says what is wrong."""
    monkeypatch.setattr(opened_store, "RETRY_SECONDS", 0.2)
    other = locked(opening.published_copy(own_board), 30.0)
    try:
        with pytest.raises(StoreError, match="cannot be opened"):
            opened_store.ask(queries.boards)
    finally:
        other.kill()
        other.wait()


def test_a_value_is_made_once_however_many_ask():
    """Twenty threads at once: one makes it, the others wait for it."""
    cache, made, seen = Cache(4), [], []

    def make() -> int:
        time.sleep(0.05)
        made.append(1)
        return 7

    threads = [threading.Thread(target=lambda: seen.append(cache.get("key", make))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(made), seen) == (1, [7] * 20)


def test_what_fails_is_tried_again():
    """A store that was locked is not locked for ever."""
    cache = Cache(4)
    with pytest.raises(ZeroDivisionError):
        cache.get("key", lambda: 1 / 0)

    assert cache.get("key", lambda: 7) == 7


def test_what_was_not_asked_for_the_longest_goes_first():
    """Two are kept; the one that goes is handed to whoever closes it."""
    gone = []
    cache = Cache(2, release=gone.append)
    for name in ("a", "b", "a", "c"):
        cache.get(name, lambda name=name: name.upper())

    assert gone == ["B"]
    cache.clear()
    assert sorted(gone) == ["A", "B", "C"]


def test_a_connection_is_closed_after_the_last_query_that_needs_it(own_board):
    """Let go by the cache while a query runs, it stays open for that query and no other."""
    opened = opened_store._Opened(opened_store._open(opened_store.stamp()))
    with opened.cursor() as cursor:
        opened.let_go()
        assert cursor.execute("select count(*) from runs").fetchone()[0] > 0
    with opened.cursor() as cursor:
        assert cursor is None


def test_nothing_that_reads_or_draws_needs_streamlit():
    """The page alone does, so that the one-file board and the tests of numbers run without it."""
    hidden = (
        "import sys; sys.modules['streamlit'] = None\n"
        "import importlib, pkgutil, leaderboard.draw, leaderboard.read\n"
        "for package in (leaderboard.draw, leaderboard.read):\n"
        "    for found in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "        importlib.import_module(found.name)\n"
    )
    done = subprocess.run([sys.executable, "-c", hidden], capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stderr[-2000:]
