"""Server time of the leaderboard on a large store: 200 verifiers x 6 tasks x 60 N x 6 slices, and a 500 x 1860 pool.

Every view is opened with cold caches, then its choices are changed one by one; each script run is timed in this process,
without a browser. Claims: the first view in under 2 s, any change of a choice in under 0.5 s; the explorer reads only the
row groups that it needs. The store and the pool are made up, from a seed.

    python -m benchmarks.leaderboard [--verifiers 200] [--keep FOLDER]
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

APP = Path(__file__).resolve().parents[1] / "leaderboard" / "app.py"
TASKS, GRID, PROBLEMS, SLOTS, STEPS = 6, 60, 500, 1860, 8
FIRST_VIEW, CHANGE = 2.0, 0.5
_GROUP_ROWS = 4_096
_CHARACTERS = 600


def grid() -> list[int]:
    """Sixty values of N from 1 to 1860, about evenly spaced in log N."""
    found = np.unique(np.round(np.geomspace(1, SLOTS, 90)).astype(int))
    keep = np.unique(np.round(np.linspace(0, len(found) - 1, GRID)).astype(int))
    return [int(n) for n in found[keep]]


def make_store(path: Path, verifiers: int, home: Path) -> None:
    """Write the large store; its first task has a pool with samples."""
    from harness import store

    rng = np.random.default_rng(0)
    ns = grid()
    log_n = np.log(ns) / np.log(SLOTS)
    with store.writing(path) as connection:
        for task in range(TASKS):
            digest = f"{task:064d}"
            hardness = np.sort(rng.normal(0.0, 2.2, PROBLEMS))
            quintile = np.arange(PROBLEMS) * 5 // PROBLEMS + 1
            _write_pool(connection, task, digest, hardness, quintile, home)
            for verifier in range(verifiers):
                kind = {0: "majority", 1: "pass"}.get(verifier, "best-of-n")
                skill = 3.2 if kind == "pass" else rng.normal(1.0, 0.5)
                own = hardness + rng.normal(0, 0.8, PROBLEMS)
                p = 1 / (1 + np.exp(own[:, None] - skill * log_n[None, :] - 0.3))
                _write_run(connection, task, digest, verifier, kind, ns, p, quintile)


def _write_run(connection, task, digest, verifier, kind, ns, p, quintile) -> None:
    from harness import store

    run_id = f"{task}{verifier:05d}".ljust(12, "0")
    rule, aggregation = (kind, "") if kind != "best-of-n" else (kind, "product")
    family = {"majority": "Majority", "pass": "Oracle"}.get(kind, f"Family{verifier % 7}")
    store.run_row(
        connection,
        {
            "run_id": run_id, "task": f"task-{task}", "task_version": 1, "task_title": f"Task {task}",
            "domain": "math" if task < 4 else "ood-stem", "problems": "task", "pool": f"pool-{task}",
            "pool_digest": digest, "generator": "made", "slots": SLOTS, "n_problems": PROBLEMS,
            "verifier": {"majority": "majority", "pass": "pass@N"}.get(kind, f"verifier-{verifier:03d}"),
            "family": family, "verifier_fingerprint": f"{verifier:064d}",
            "verifier_config": '{"carried": "made"}' if kind == "best-of-n" else "{}", "spec": "",
            "headline_rule": rule, "headline_aggregation": aggregation, "options": '{"quintiles": "same"}', "ns": ns,
            "protocol": "bon-1", "grader": "grader-1", "code_version": "0", "libraries": "{}",
            "started": f"2026-01-01T00:{verifier // 60:02d}:{verifier % 60:02d}", "seconds": 1.0,
            "coverage": f'{{"slots": {PROBLEMS * SLOTS}, "missing": 0, "unanswered": 0, "undecided": 0, "unscored": 0}}',
            "cost": f'{{"tokens": {10**8 + verifier}, "flops": {10**18 + verifier}, "parameters": {7 * 10**9}}}',
            "notes": [], "origin": "measured", "scores_path": None,
        },
    )  # fmt: skip
    parts = [("all", "all", np.ones(PROBLEMS, bool)), *(("quintile", str(q), quintile == q) for q in range(1, 6))]
    rows = [
        {
            "rule": rule, "aggregation": aggregation, "n": n, "slice_kind": kind_of, "slice": name, "value": value,
            "draw_deviation": 0.01, "standard_error": 0.02, "low": max(value - 0.04, 0.0), "high": min(value + 0.04, 1.0),
            "n_problems": int(members.sum()), "estimator": "exact", "mc_error": 0.0,
        }
        for kind_of, name, members in parts
        for n, value in zip(ns, p[members].mean(axis=0).tolist(), strict=True)
    ]  # fmt: skip
    store.result_rows(connection, run_id, rows)
    table = pa.table(
        {
            "run_id": [run_id] * PROBLEMS,
            "rule": [rule] * PROBLEMS,
            "aggregation": [aggregation] * PROBLEMS,
            "problem_id": [f"problem-{i:03d}" for i in range(PROBLEMS)],
            "p": pa.FixedSizeListArray.from_arrays(pa.array(p.ravel()), len(ns)).cast(pa.list_(pa.float64())),
        }
    )
    store.insert(connection, "problem_results", table)


def _write_pool(connection, task, digest, hardness, quintile, home) -> None:
    from harness import pools, store

    manifest = pools.Manifest(
        name=f"pool-{task}", task=f"task-{task}", task_version=1, problems="task", slots=SLOTS, n_problems=PROBLEMS,
        n_samples=PROBLEMS * SLOTS, scores={"made": "process"}, digest=digest, generator="made",
    )  # fmt: skip
    import json

    connection.execute(
        "insert or replace into pools values (?, ?, ?, ?, ?)",
        [digest, manifest.name, "pools/large", "grades.parquet", json.dumps(asdict(manifest))],
    )
    ids = [f"problem-{i:03d}" for i in range(PROBLEMS)]
    columns = {
        "pool_digest": [digest] * PROBLEMS, "position": list(range(PROBLEMS)), "problem_id": ids,
        "subject": [f"Subject {i % 7}" for i in range(PROBLEMS)], "level": [1 + i % 5 for i in range(PROBLEMS)],
        "quintile": quintile.tolist(), "pass_rate": (1 / (1 + np.exp(hardness))).tolist(),
        "slots": [SLOTS] * PROBLEMS, "samples": [SLOTS] * PROBLEMS,
    }  # fmt: skip
    store.insert(connection, "problems", pa.table(columns))
    if task == 0:
        _write_samples(home, manifest, ids, hardness)


def _write_samples(home, manifest, ids, hardness) -> None:
    """samples.parquet, problems.parquet and the grades, in the layout of harness.pools, problem by problem."""
    from harness import pools

    rng = np.random.default_rng(1)
    folder = home / "pools" / "large"
    folder.mkdir(parents=True)
    schema = pools.SAMPLE_SCHEMA.append(pa.field("step_scores/made", pa.list_(pa.float64())))
    grade_schema = pa.schema(
        [("problem_id", pa.string()), ("index", pa.int32()), ("answer", pa.string()), ("answer_from", pa.string()),
         ("key", pa.string()), ("correct", pa.bool_()), ("reason", pa.string())]
    )  # fmt: skip
    samples = pq.ParquetWriter(folder / "samples.parquet", schema, compression="zstd")
    grades = pq.ParquetWriter(home / "grades.parquet", grade_schema, compression="zstd")
    words = "".join(chr(97 + i % 26) + " " * (i % 5 == 0) for i in range(_CHARACTERS))
    for start in range(0, PROBLEMS, 2):  # two problems a row group, as the importer writes at this size
        held, marks = [], []
        for i in range(start, start + 2):
            rates = 1 / (1 + np.exp(hardness[i]))
            correct = rng.random(SLOTS) < rates
            scores = np.clip(rng.normal(0.7 + 0.2 * correct[:, None], 0.15, (SLOTS, STEPS)), 0, 1)
            n = SLOTS
            answers = np.where(correct, 7, rng.integers(8, 40, n)).astype(str).tolist()
            held.append(
                pa.table(
                    {
                        "problem_id": [ids[i]] * n, "index": pa.array(range(n), pa.int32()),
                        "text": [f"{slot} {words}" for slot in range(n)],
                        "steps": pa.array([[f"step {s} of {slot}" for s in range(STEPS)] for slot in range(n)]),
                        "answer": pa.nulls(n, pa.string()), "finish": ["stop"] * n,
                        "tokens": pa.array(rng.integers(100, 400, n), pa.int32()), "given_correct": pa.nulls(n, pa.bool_()),
                        "step_labels": pa.nulls(n, pa.list_(pa.int8())), "step_scores/made": scores.tolist(),
                    }
                ).cast(schema)
            )  # fmt: skip
            marks.append(
                pa.table(
                    {
                        "problem_id": [ids[i]] * n, "index": pa.array(range(n), pa.int32()), "answer": answers,
                        "answer_from": ["text"] * n, "key": answers, "correct": correct, "reason": [""] * n,
                    }
                ).cast(grade_schema)
            )  # fmt: skip
        samples.write_table(pa.concat_tables(held))
        grades.write_table(pa.concat_tables(marks))
    samples.close()
    grades.close()
    rows = {
        "problem_id": ids, "text": [f"What is problem {i}?" for i in ids], "gold": ["7"] * PROBLEMS,
        "subject": pa.nulls(PROBLEMS, pa.string()), "level": pa.nulls(PROBLEMS, pa.int32()),
        "answer_spec": pa.nulls(PROBLEMS, pa.string()), "slots": [SLOTS] * PROBLEMS, "samples": [SLOTS] * PROBLEMS,
        "first_row": [i * SLOTS for i in range(PROBLEMS)],
    }  # fmt: skip
    pq.write_table(pa.table(rows).cast(pools.PROBLEM_SCHEMA), folder / "problems.parquet")
    pools.write_manifest(folder, manifest)


# ---------------------------------------------------------------------------------------------- measuring


def timed(name: str, limit: float, act: Callable[[], object], failures: list[str]) -> None:
    """Run an action, print its time against the limit."""
    started = time.perf_counter()
    page = act()
    seconds = time.perf_counter() - started
    problems = list(getattr(page, "exception", ()))
    if problems:
        failures.append(f"{name}: {problems[0].value}")
    if seconds > limit:
        failures.append(f"{name}: {seconds:.2f} s, {limit} s allowed")
    print(f"  {name:58s} {seconds:6.2f} s   (limit {limit})")


def measure(failures: list[str]) -> None:
    """Open every view with cold caches, then change its choices."""
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    def opened(view: str):
        st.cache_resource.clear()
        page = AppTest.from_file(str(APP), default_timeout=120)
        page.session_state["board"] = "task-0/pool-0"
        if view == "ranking":
            return page.run()
        page.run()
        st.cache_resource.clear()
        return page.switch_page(f"views/{view}.py").run()

    AppTest.from_file(str(APP), default_timeout=120).run()  # the libraries are loaded once per server, not per visitor
    pages = {}
    print("first view, cold caches:")
    for view in ("ranking", "curves", "ood", "compare", "problems", "calibration", "compute", "method"):

        def first(view=view):
            pages[view] = opened(view)
            return pages[view]

        limit = FIRST_VIEW * (2 if view != "ranking" else 1)  # two script runs: the entry page, then the view
        timed(view, limit, first, failures)
    print("changes:")
    page = opened("ranking")
    for n in (1000, 32, 1):
        nearest = min(grid(), key=lambda m: abs(m - n))
        timed(f"ranking: N = {nearest}", CHANGE, lambda n=nearest: page.select_slider(key="n").set_value(n).run(), failures)
    timed("ranking: another task", CHANGE, lambda: page.selectbox(key="board").set_value("task-3/pool-3").run(), failures)
    timed("ranking: back", CHANGE, lambda: page.selectbox(key="board").set_value("task-0/pool-0").run(), failures)
    timed("ranking: one family", CHANGE, lambda: page.multiselect(key="family").set_value(["Family3"]).run(), failures)
    page = opened("curves")
    timed("curves: six more entries", CHANGE, lambda: page.multiselect(key="entries").set_value([f"verifier-{i:03d} (product)" for i in range(20, 32)]).run(), failures)
    timed("curves: one quintile large", CHANGE, lambda: _press(page, "slice", "Quintile 5, hardest"), failures)
    timed("curves: linear N", CHANGE, lambda: page.toggle(key="linear").set_value(True).run(), failures)
    page = opened("compare")
    timed("compare: another A", CHANGE, lambda: page.selectbox(key="a").set_value("verifier-030 (product)").run(), failures)
    timed("compare: N = 1000", CHANGE, lambda: page.select_slider(key="n").set_value(min(grid(), key=lambda m: abs(m - 1000))).run(), failures)
    page = opened("problems")
    timed("problems: A right, B wrong", CHANGE, lambda: page.selectbox(key="show").set_value("A right, B wrong").run(), failures)
    timed("problems: the next problem", CHANGE, lambda: page.button[1].click().run(), failures)
    timed("problems: another sample", CHANGE, lambda: page.selectbox(key="sample").set_value(1234).run(), failures)
    page = opened("calibration")
    timed("calibration: two entries", CHANGE, lambda: page.multiselect(key="entries").set_value(["verifier-020 (product)", "verifier-021 (product)"]).run(), failures)
    page = opened("compute")
    timed("compute: by solutions", CHANGE, lambda: _press(page, "cost", "solutions"), failures)
    page = opened("ranking")
    samples = sorted(_again(page) for _ in range(9))
    print(f"  {'any view again, caches warm: ranking, median of 9':58s} {statistics.median(samples):6.2f} s")


def _press(page, key, value):
    page.segmented_control(key=key).set_value(value)
    return page.run()


def _again(page) -> float:
    started = time.perf_counter()
    page.run()
    return time.perf_counter() - started


def row_groups(home: Path) -> None:
    """How much of the samples a problem takes to show."""
    from leaderboard import samples

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
    print(f"one problem of {PROBLEMS}: {len(read)} row groups of 2 x {file.num_row_groups} read, {seconds:.3f} s ({size:.0f} MB file)")


def main() -> None:
    """Make the store, measure, and fail where a claim does not hold."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--verifiers", type=int, default=200)
    parser.add_argument("--keep", type=Path, help="make the store here, or use the one that is here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = options.keep or Path(scratch)
        os.environ["BESTOFN_HOME"] = str(home)
        os.environ["BESTOFN_STORE"] = str(home / "results.duckdb")
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
        if failures:
            raise SystemExit("\n".join(["over the limit:", *failures]))


if __name__ == "__main__":
    main()
