"""One writes while many read: no reader fails, and the writer does not wait for them."""

import subprocess
import sys
import threading
import time

import duckdb
import pytest

from harness.errors import StoreError
from harness.report import store
from leaderboard.read import data, queries

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
            for board in data.ask(queries.boards):
                data.ask(queries.entries, board)
                data.ask(queries.values, board, 8)
            seen.append(max(len(b.run_ids) for b in data.ask(queries.boards)))
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
    before = len(data.ask(queries.boards))
    with store.writing(own_board) as connection:
        connection.execute("delete from runs where task = 'invented-science'")

    assert len(data.ask(queries.boards)) == before - 1


def test_an_answer_is_asked_once_per_version(own_board, monkeypatch):
    """The second asking does not reach the database."""
    calls = []

    def counted(connection: duckdb.DuckDBPyConnection) -> int:
        calls.append(1)
        return len(connection.execute("select run_id from runs").fetchall())

    counted.__module__, counted.__qualname__ = __name__, f"counted-{time.time_ns()}"
    assert data.ask(counted) == data.ask(counted)
    assert len(calls) == 1
    with store.writing(own_board) as connection:
        connection.execute("delete from runs where task = 'invented-science'")
    data.ask(counted)

    assert len(calls) == 2


def locked(path, seconds):
    """Another process that holds the file open for writing."""
    hold = f"import duckdb, time; c = duckdb.connect({str(path)!r}); print(1, flush=True); time.sleep({seconds})"
    process = subprocess.Popen([sys.executable, "-c", hold], stdout=subprocess.PIPE)
    process.stdout.readline()
    return process


def test_a_store_that_is_locked_is_asked_again(own_board):
    """A reader that comes while the file is locked gets through as soon as it is free."""
    other = locked(store.published_copy(own_board), 1.0)

    assert len(data.ask(queries.boards)) == 2
    other.wait()


def test_a_store_that_stays_locked_is_reported(own_board, monkeypatch):
    """After the retry budget the reader says what is wrong."""
    monkeypatch.setattr(data, "RETRY_SECONDS", 0.2)
    other = locked(store.published_copy(own_board), 30.0)
    try:
        with pytest.raises(StoreError, match="cannot be opened"):
            data.ask(queries.boards)
    finally:
        other.kill()
        other.wait()
