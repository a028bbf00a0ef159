"""A large made-up store, and a pool with samples, for the leaderboard's benchmark.

200 verifiers x 6 tasks x 60 N x 6 slices, and 500 problems x 1860 samples of one task, from a seed.
"""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

TASKS, GRID, PROBLEMS, SLOTS, STEPS = 6, 60, 500, 1860, 8
_CHARACTERS = 600


def grid() -> list[int]:
    """Sixty values of N from 1 to 1860, about evenly spaced in log N."""
    found = np.unique(np.round(np.geomspace(1, SLOTS, 90)).astype(int))
    keep = np.unique(np.round(np.linspace(0, len(found) - 1, GRID)).astype(int))
    return [int(n) for n in found[keep]]


def make_store(path: Path, verifiers: int, home: Path) -> None:
    """Write the large store; its first task has a pool with samples."""
    from harness.report import store

    rng = np.random.default_rng(0)
    ns = grid()
    log_n = np.log(ns) / np.log(SLOTS)
    with store.writing(path) as connection:
        for task in range(TASKS):
            digest = f"{task:064d}"
            hardness = np.sort(rng.normal(0.0, 2.2, PROBLEMS))
            quintile = np.arange(PROBLEMS) * 5 // PROBLEMS + 1
            _write_pool(connection, task, digest, hardness, home)
            for verifier in range(verifiers):
                kind = {0: "majority", 1: "pass"}.get(verifier, "best-of-n")
                skill = 3.2 if kind == "pass" else rng.normal(1.0, 0.5)
                own = hardness + rng.normal(0, 0.8, PROBLEMS)
                p = 1 / (1 + np.exp(own[:, None] - skill * log_n[None, :] - 0.3))
                _write_run(connection, task, digest, verifier, kind, ns, p, quintile, 1 / (1 + np.exp(hardness)))


def _write_run(connection, task, digest, verifier, kind, ns, p, quintile, rates) -> None:
    from harness.measure.catalogue import catalogue
    from harness.report import store

    run_id = f"{task}{verifier:05d}".ljust(12, "0")
    measure, aggregation = (kind, "") if kind != "best-of-n" else (kind, "product")
    control = {"majority": "majority", "pass": "oracle"}.get(kind, "")
    family = f"Family{verifier % 7}"
    store.run_row(
        connection,
        {
            "run_id": run_id,
            "task": f"task-{task}",
            "task_version": 1,
            "task_title": f"Task {task}",
            "domain": "math" if task < 4 else "ood-stem",
            "problems": "task",
            "pool": f"pool-{task}",
            "pool_digest": digest,
            "generator": "made",
            "slots": SLOTS,
            "n_problems": PROBLEMS,
            "task_problems": None,
            "verifier": {"majority": "majority", "pass": "pass@N"}.get(kind, f"verifier-{verifier:03d}"),
            "family": family,
            "verifier_fingerprint": f"{verifier:064d}",
            "verifier_config": {"carried": "made"} if kind == "best-of-n" else {},
            "spec": "",
            "control": control,
            "headline_measure": measure,
            "headline_aggregation": aggregation,
            "options": {"quintiles": "same"},
            "ns": ns,
            "protocol": "bon-3",
            "grader": "grader-1",
            "code_version": "0",
            "libraries": {},
            "started": f"2026-01-01T00:{verifier // 60:02d}:{verifier % 60:02d}",
            "seconds": 1.0,
            "coverage": {"slots": PROBLEMS * SLOTS, "missing": 0, "unscored": 0},
            "cost": {"tokens": 10**8 + verifier, "flops": 10**18 + verifier, "parameters": 7 * 10**9},
            "notes": [],
            "origin": "measured",
            "scores_path": None,
        },
    )
    parts = [("all", "all", np.ones(PROBLEMS, bool)), *(("quintile", str(q), quintile == q) for q in range(1, 6))]
    rows = [
        {
            "measure": measure,
            "aggregation": aggregation,
            "n": n,
            "slice_kind": kind_of,
            "slice": name,
            "value": value,
            "answering": 0.0,
            "choosing": value - 0.2,
            "draw_deviation": 0.01,
            "standard_error": 0.02,
            "low": max(value - 0.04, 0.0),
            "high": min(value + 0.04, 1.0),
            "n_problems": int(members.sum()),
            "estimator": "exact",
            "mc_error": 0.0,
        }
        for kind_of, name, members in parts
        for n, value in zip(ns, p[members].mean(axis=0).tolist(), strict=True)
    ]
    store.result_rows(connection, run_id, rows, [asdict(catalogue()[measure])])
    table = pa.table(
        {
            "run_id": [run_id] * PROBLEMS,
            "measure": [measure] * PROBLEMS,
            "aggregation": [aggregation] * PROBLEMS,
            "problem_id": [f"problem-{i:03d}" for i in range(PROBLEMS)],
            "p": pa.FixedSizeListArray.from_arrays(pa.array(p.ravel()), len(ns)).cast(pa.list_(pa.float64())),
        }
    )
    store.insert(connection, "problem_results", table)
    hard = {"problem_id": table["problem_id"], "quintile": quintile.astype(str).tolist(), "pass_rate": rates.tolist()}
    store.insert(connection, "difficulty", pa.table({"run_id": [run_id] * PROBLEMS, **hard}))


def _write_pool(connection, task, digest, hardness, home) -> None:
    from harness.pool.manifest import Manifest
    from harness.report import store

    manifest = Manifest(
        name=f"pool-{task}",
        task=f"task-{task}",
        task_version=1,
        problems="task",
        slots=SLOTS,
        n_problems=PROBLEMS,
        n_samples=PROBLEMS * SLOTS,
        scores={"made": "process"},
        digest=digest,
        generator="made",
    )
    connection.execute(
        "insert or replace into pools values (?, ?, ?, ?, ?)",
        [digest, manifest.name, "pools/large", "grades.parquet", json.dumps(asdict(manifest))],
    )
    ids = [f"problem-{i:03d}" for i in range(PROBLEMS)]
    columns = {
        "pool_digest": [digest] * PROBLEMS,
        "position": list(range(PROBLEMS)),
        "problem_id": ids,
        "subject": [f"Subject {i % 7}" for i in range(PROBLEMS)],
        "level": [1 + i % 5 for i in range(PROBLEMS)],
        "slots": [SLOTS] * PROBLEMS,
        "samples": [SLOTS] * PROBLEMS,
    }
    store.insert(connection, "problems", pa.table(columns))
    if task == 0:
        _write_samples(home, manifest, ids, hardness)


def _write_samples(home, manifest, ids, hardness) -> None:
    """samples.parquet, problems.parquet and the grades, in the layout of harness.pool.pools, problem by problem."""
    from harness.pool import pools
    from harness.pool.grading import GRADE_SCHEMA
    from harness.pool.manifest import write_manifest

    rng = np.random.default_rng(1)
    folder = home / "pools" / "large"
    folder.mkdir(parents=True)
    schema = pools.SAMPLE_SCHEMA.append(pa.field("step_scores/made", pa.list_(pa.float64())))
    samples = pq.ParquetWriter(folder / "samples.parquet", schema, compression="zstd")
    grades = pq.ParquetWriter(home / "grades.parquet", GRADE_SCHEMA, compression="zstd")
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
                        "problem_id": [ids[i]] * n,
                        "index": pa.array(range(n), pa.int32()),
                        "text": [f"{slot} {words}" for slot in range(n)],
                        "steps": pa.array([[f"step {s} of {slot}" for s in range(STEPS)] for slot in range(n)]),
                        "answer": pa.nulls(n, pa.string()),
                        "finish": ["stop"] * n,
                        "tokens": pa.array(rng.integers(100, 400, n), pa.int32()),
                        "given_correct": pa.nulls(n, pa.bool_()),
                        "step_labels": pa.nulls(n, pa.list_(pa.int8())),
                        "step_scores/made": scores.tolist(),
                    }
                ).cast(schema)
            )
            marks.append(
                pa.table(
                    {
                        "problem_id": [ids[i]] * n,
                        "index": pa.array(range(n), pa.int32()),
                        "answer": answers,
                        "answer_from": ["text"] * n,
                        "key": answers,
                        "correct": correct,
                        "reason": [""] * n,
                    }
                ).cast(GRADE_SCHEMA)
            )
        samples.write_table(pa.concat_tables(held))
        grades.write_table(pa.concat_tables(marks))
    samples.close()
    grades.close()
    rows = {
        "problem_id": ids,
        "text": [f"What is problem {i}?" for i in ids],
        "gold": ["7"] * PROBLEMS,
        "subject": pa.nulls(PROBLEMS, pa.string()),
        "level": pa.nulls(PROBLEMS, pa.int32()),
        "answer_spec": pa.nulls(PROBLEMS, pa.string()),
        "slots": [SLOTS] * PROBLEMS,
        "samples": [SLOTS] * PROBLEMS,
        "first_row": [i * SLOTS for i in range(PROBLEMS)],
    }
    pq.write_table(pa.table(rows).cast(pools.PROBLEM_SCHEMA), folder / "problems.parquet")
    write_manifest(folder, manifest)
