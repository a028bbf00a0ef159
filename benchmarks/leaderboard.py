"""Server time of the leaderboard on a large store: 200 verifiers x 6 tasks x 60 N x 6 slices, and a 500 x 1860 pool.

Every view is opened with cold caches, then its choices are changed one by one; each script run is timed in this
process, without a browser. Claims: the first view in under 2 s, the front page among them, any change of a choice in
under 0.5 s (a text is searched for in all 930,000 solutions, which may take as long as a first view), and a problem is
shown from the row groups that hold it alone. Then a browser opens the served page, and what it loads is counted: at
most 2.5 MB. The store and the pool are made up, from a seed.

    python -m benchmarks.leaderboard [--verifiers 200] [--keep FOLDER]
"""

import argparse
import logging
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from benchmarks import first_load
from benchmarks.large_store import GRID, PROBLEMS, TASKS, grid, make_store

APP = Path(__file__).resolve().parents[1] / "leaderboard" / "app.py"
FIRST_VIEW, CHANGE = 2.0, 0.5  # seconds
SEARCH = "a text in all solutions"
TRIES = 3


def timed(name: str, limit: float, prepare: Callable[[], Any], act: Callable[[Any], Any], failures: list[str]) -> None:
    """Prepare, run an action, print its time and what the processors worked, against the limit.

    What is over the limit is tried again, twice: another program on the machine can only add to a time.
    """
    tries: list[tuple[float, float]] = []
    while not tries or (min(tries)[0] > limit and len(tries) < TRIES):
        ready = prepare()
        started, worked = time.perf_counter(), time.process_time()
        page = act(ready)
        tries.append((time.perf_counter() - started, time.process_time() - worked))
        failures += [f"{name}: {problem.value}" for problem in getattr(page, "exception", ())]
    seconds, work = min(tries)
    if seconds > limit:
        failures.append(f"{name}: {seconds:.2f} s, {limit} s allowed")
    again = f", the least of {len(tries)}" if len(tries) > 1 else ""
    print(f"  {name:58s} {seconds:6.2f} s   (processor {work:.2f} s, limit {limit} s{again})", flush=True)


VIEWS = (
    "front",
    "board",
    "curves",
    "ood",
    "compare",
    "problems",
    "calibration",
    "compute",
    "method",
    "verifier",
    "run",
)
BOARD = "task-0/pool-0"


def measure(failures: list[str]) -> None:
    """Open every view with cold caches, then change its choices."""
    from streamlit.testing.v1 import AppTest

    from leaderboard.read import store

    logging.getLogger(
        "streamlit.runtime.scriptrunner_utils.script_run_context"
    ).disabled = True  # no browser: no context

    def opened(view: str):
        page = AppTest.from_file(str(APP), default_timeout=120)
        if view not in ("front", "verifier", "run"):
            page.query_params["board"] = BOARD
        if view != "front":
            page.switch_page(f"page/views/{view}.py")
        return page.run()

    def cold(view: str = ""):
        store.forget()
        return opened(view) if view else None

    opened("front")  # the libraries are loaded once per server, not per visitor
    print("first view, cold caches:")
    for view in VIEWS:
        timed(view, FIRST_VIEW, cold, lambda _, view=view: opened(view), failures)
    print("changes, nothing else read before:")
    for view, name, act in changes():
        limit = FIRST_VIEW if name == SEARCH else CHANGE
        timed(f"{view}: {name}", limit, lambda view=view: cold(view), act, failures)
    page = opened("board")
    again = sorted(_again(page) for _ in range(9))
    print(f"  {'the board again, caches warm, median of 9':58s} {statistics.median(again):6.2f} s")


def changes() -> list[tuple[str, str, Callable[[object], object]]]:
    """(view, what is changed, how) of every kind of choice."""

    def near(n: int) -> int:
        return min(grid(), key=lambda m: abs(m - n))

    def select(key, value):
        return lambda page: page.selectbox(key=key).set_value(value).run()

    def several(key, values):
        return lambda page: page.multiselect(key=key).set_value(values).run()

    def at(n):
        return lambda page: page.select_slider(key="n").set_value(near(n)).run()

    def press(key, value):
        return lambda page: _press(page, key, value)

    def labels(first, last):
        return [f"verifier-{i:03d} (product)" for i in range(first, last)]

    return [
        ("front", "N = 1000", select("n", near(1000))),
        ("front", "an N that no pool has", select("n", 2**20 if 2**20 in grid() else 512)),
        ("front", "one task", press("task", "task-3")),
        ("board", "N = 1000", at(1000)),
        ("board", "N = 32", at(32)),
        ("board", "another task", select("_task", "task-3")),
        ("board", "the group of four tasks", select("_task", "math")),
        ("board", "one family", several("family", ["Family3"])),
        ("board", "every rule", select("rule", "all")),
        ("curves", "twelve other entries", several("entries", labels(20, 32))),
        ("curves", "one quintile large", press("slice", "5")),
        ("curves", "linear N", lambda page: page.toggle(key="linear").set_value(True).run()),
        ("curves", "no band", press("band", "none")),
        ("ood", "other entries", several("entries", labels(20, 26))),
        ("compare", "another A", select("a", "verifier-030 (product)")),
        ("compare", "N = 1000", at(1000)),
        ("problems", "A right, B wrong", select("show", "a-right")),
        ("problems", "the next problem", lambda page: next(b for b in page.button if b.label == "Next").click().run()),
        ("problems", "another sample", select("sample", 1234)),
        ("problems", SEARCH, lambda page: page.text_input(key="find").set_value("problem 250").run()),
        ("calibration", "one entry more", several("entries", ["verifier-020 (product)"])),
        ("compute", "by solutions", press("cost", "solutions")),
        ("verifier", "another verifier", select("verifier", "verifier-150")),
        ("run", "another run", select("run", "000007000000")),
    ]


def _press(page, key, value):
    page.segmented_control(key=key).set_value(value)
    return page.run()


def _again(page) -> float:
    started = time.perf_counter()
    page.run()
    return time.perf_counter() - started


def row_groups(home: Path) -> None:
    """How much of the samples a problem takes to show."""
    from leaderboard.read import samples

    pool = samples.open_pool("pools/large", "large")
    file = pq.ParquetFile(pool.path / "samples.parquet")
    read: list[int] = []
    original = pq.ParquetFile.read_row_groups

    def counted(self, groups, *args, **kwargs):
        read.extend(groups)
        return original(self, groups, *args, **kwargs)

    pq.ParquetFile.read_row_groups = counted
    started = time.perf_counter()
    samples.of_problem(pool, home / "grades.parquet", "problem-250", ["made"])
    seconds = time.perf_counter() - started
    pq.ParquetFile.read_row_groups = original
    size = (pool.path / "samples.parquet").stat().st_size / 1e6
    share = f"{len(read)} of 2 x {file.num_row_groups} row groups"
    print(f"one problem of {PROBLEMS}: {share} read, {seconds:.3f} s ({size:.0f} MB of samples)")


def main() -> None:
    """Make the store, measure, and fail where a claim does not hold."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--verifiers", type=int, default=200)
    parser.add_argument("--keep", type=Path, help="make the store here, or use the one that is here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = options.keep or Path(scratch)
        os.environ["BONBENCH_HOME"] = str(home)
        os.environ["BONBENCH_STORE"] = str(home / "results.duckdb")
        if not (home / "results.duckdb").exists():
            started = time.perf_counter()
            home.mkdir(parents=True, exist_ok=True)
            make_store(home / "results.duckdb", options.verifiers, home)
            print(f"store made in {time.perf_counter() - started:.0f} s")
        size = (home / "results.duckdb").stat().st_size / 1e6
        print(f"{options.verifiers} verifiers x {TASKS} tasks x {GRID} N x 6 slices, {size:.0f} MB")
        failures: list[str] = []
        row_groups(home)
        measure(failures)
        first_load.measure(failures)
        if failures:
            raise SystemExit("\n".join(["over the limit:", *failures]))


if __name__ == "__main__":
    main()
