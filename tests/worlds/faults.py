"""What faults are tried on: files to begin with, one folder in which commands run, and what lies in it afterwards."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from worlds.mistaken import row

ROOT = Path(__file__).resolve().parents[2]
SOMETIMES = {"seconds", "started", "finished", "began", "ended", "created", "seal"}  # never twice the same
IMPORT = ("pool", "import", "generic", "one.jsonl", "--problems", "from-pool", "--task", "t", "--name", "p")
OWN = """from verifiers.base import OutcomeVerifier

class Own(OutcomeVerifier):
    name = "own"
    chunk_size = 1

    def score_solutions(self, problem, solutions):
        return [len(s) % 7 / 7 for s in solutions]
"""


class Server:
    """Runs commands in one folder, each to its end or to a kill; what the environment adds is there from the start."""

    def __init__(self, folder: Path, **more: str) -> None:
        self.folder, self.log = folder, folder.parent / "log"
        environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "OMP_NUM_THREADS": "1", **more}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "worlds.killing"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=folder.parent,
        )  # fmt: skip

    def __call__(self, words, kill=None) -> tuple[int, list[str]]:
        """(exit status, file operations)."""
        order = {
            "argv": words, "cwd": str(self.folder), "env": {"BONBENCH_HOME": str(self.folder / "home")}, "kill": kill,
            "roots": [str(self.folder.resolve())], "log": str(self.log),
        }  # fmt: skip
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        return answer["status"], answer["done"]

    def close(self) -> None:
        """No more commands."""
        self.process.stdin.close()
        self.process.wait(timeout=60)

    def said(self) -> str:
        """What the last command printed."""
        return Path(f"{self.log}.out").read_text(errors="replace")[-3000:]


def begin(folder: Path) -> None:
    """The files that the scenarios start from."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, gold in (("one", "1"), ("two", "2"), ("bad", "3")):
        rows = [
            row(problem_id=f"p{i}", problem=f"Which {i}?", gold=gold, samples=[
                {"text": rf"We count. So it is $\boxed{{{k % 3}}}$.", "scores": {"orm": k / 9}} for k in range(4)
            ]) for i in range(3)
        ]  # fmt: skip
        if name == "bad":
            rows[0]["samples"][0] = 7
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    (folder / "own.py").write_text(OWN)


def steady(value):
    """A JSON value without what never comes twice."""
    if isinstance(value, dict):
        return {k: steady(v) for k, v in value.items() if k not in SOMETIMES}
    return [steady(v) for v in value] if isinstance(value, list) else value


def content(path: Path):
    """What a file says, whatever its bytes."""
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        return [table.drop_columns([c for c in table.column_names if c in SOMETIMES]).to_pylist()]
    if path.suffix == ".json":
        return {k: v for k, v in steady(json.loads(path.read_text())).items() if k != "files" or path.name[0] != "."}
    if path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            tables = connection.execute("select table_name from duckdb_tables() order by 1").fetchall()
            out = {}
            for (name,) in tables:
                found = connection.execute(f"select * from {name}").to_arrow_table()
                rows = found.drop_columns([c for c in found.column_names if c in SOMETIMES]).to_pylist()
                read = [{k: said(v) for k, v in r.items()} for r in rows]
                out[name] = sorted(read, key=str)
            return out
    return hashlib.sha256(path.read_bytes()).hexdigest()


def said(value):
    """A field of the store, JSON without what never comes twice."""
    if isinstance(value, str) and value.startswith(("{", "[")):
        try:
            return str(steady(json.loads(value)))
        except ValueError:
            return value
    return str(value)


def all_of(folder: Path) -> dict:
    """Everything that lies in a folder; locks and compiled code are nothing."""
    return {
        str(p.relative_to(folder)): content(p)
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.suffix not in (".lock", ".pyc")
    }


def difference(found: dict, expected: dict) -> list[str]:
    """Which files are missing, left over or different."""
    return sorted(
        [f"{n} is missing" for n in expected.keys() - found.keys()]
        + [f"{n} is left over" for n in found.keys() - expected.keys()]
        + [
            f"{n}: {str(found[n])[:300]} != {str(expected[n])[:300]}"
            for n in found.keys() & expected.keys()
            if found[n] != expected[n]
        ]
    )
