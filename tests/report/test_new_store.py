"""A store that several processes make at the same moment: one of them makes it, and what each writes stays."""

import multiprocessing

import pytest

from harness.report import opening

PROCESSES = 3


def _write(path, start, number, said) -> None:
    start.wait()
    try:
        connection = opening.writable(path, 60)
        connection.execute("insert into meta values (?, 'here')", [str(number)])
        connection.close()
        said.put("written")
    except Exception as error:  # noqa: BLE001 (the parent asserts on it)
        said.put(str(error))


@pytest.mark.parametrize("left", ["nothing", "an empty file"])
def test_two_that_make_one_store_lose_nothing(tmp_path, left):
    """Also where a kill left an empty file: neither process may take the other's new store for it."""
    fork = multiprocessing.get_context("forkserver")
    for round_ in range(8):
        path = tmp_path / f"results{round_}.duckdb"
        if left == "an empty file":
            path.touch()
        start, said = fork.Barrier(PROCESSES), fork.Queue()
        processes = [fork.Process(target=_write, args=(path, start, i, said)) for i in range(PROCESSES)]
        for process in processes:
            process.start()
        assert [said.get(timeout=300) for _ in processes] == ["written"] * PROCESSES
        for process in processes:
            process.join()

        with opening.connect(path, read_only=True) as connection:
            rows = connection.execute("select key from meta where value = 'here' order by key").fetchall()
        assert rows == [(str(i),) for i in range(PROCESSES)]
