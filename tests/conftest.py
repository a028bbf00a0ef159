"""Shared by all tests: a home of its own for each, the real data where it is at hand, and a small made pool."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.pop("COLUMNS", None)  # pytest-xdist sets it in its workers: what commands print would be cut to it

from harness import cli, registry
from harness.pool.importing import About, import_pool
from harness.pool.pools import Pool
from harness.report import store
from harness.run import evaluate
from worlds.made import entry

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True, scope="session")
def powered() -> Iterator[None]:
    """No test waits until a disk has written for good: this computer's power does not fail between two tests."""
    patch = pytest.MonkeyPatch()
    patch.setattr(os, "fsync", lambda _: None)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    """A fresh BONBENCH_HOME, so that no test sees another's pools, grades or results."""
    folder = tmp_path / "home"
    monkeypatch.setenv("BONBENCH_HOME", str(folder))
    monkeypatch.delenv("BONBENCH_DATA", raising=False)
    return folder


@pytest.fixture
def bonbench(monkeypatch, capsys):
    """Run a command; returns (exit status, standard output, standard error)."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["bonbench", *map(str, words)])
        try:
            cli.main()
            status = 0
        except SystemExit as stop:
            status = int(stop.code or 0)
        out = capsys.readouterr()
        return status, out.out, out.err

    return run


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real pools and problem sets; tests that ask for it are skipped where it is absent."""
    folder = Path(os.environ.get("BONBENCH_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}; set BONBENCH_TEST_DATA")
    return folder


def pytest_collection_modifyitems(items) -> None:
    """Whatever uses the real data is marked ``real``."""
    for item in items:
        if "real_data" in getattr(item, "fixturenames", ()):
            item.add_marker("real")


@pytest.fixture
def small_pool(home) -> Pool:
    """Two problems with four slots each.

    ``pears`` (gold 1): right, right, wrong, missing; ``plums`` (gold 2): wrong, right, no answer, wrong.
    Carried: ``orm`` (outcome) and ``prm`` (two steps a solution).
    """
    entries = [
        entry("pears", "1", scores={"orm": 0.9, "prm": (0.9, 0.8)}),
        entry("pears", "1", scores={"orm": 0.2, "prm": (0.9, 0.9)}),
        entry("pears", "7", scores={"orm": 0.5, "prm": (0.5, 0.9)}),
        entry("plums", "5", "2", scores={"orm": 0.8, "prm": (0.2, 0.2)}),
        entry("plums", "2", "2", scores={"orm": 0.8, "prm": (0.7, 0.7)}),
        entry("plums", None, "2", text="I do not know", scores={"orm": 0.99, "prm": (0.99, 0.99)}),
        entry("plums", "5", "2", scores={"orm": 0.1, "prm": (0.6, 0.9)}),
    ]
    return import_pool("small", entries, About(task_name="made", slots=4))


@pytest.fixture
def written(small_pool, tmp_path):
    """A store with three runs, and their results."""
    path = tmp_path / "results.duckdb"
    results = evaluate(None, small_pool, [registry.verifier(n) for n in ("majority", "carried:orm", "carried:prm")])
    store.write(path, results)
    return path, results
