"""Killed at any file operation of any command, the same command given again ends as if nothing had happened.

Each scenario is one command. It is run undisturbed, and its file operations are counted; then it is killed at the
first, at the second, ... of them, given again, and all that lies in its folder is compared with the undisturbed run:
tables by their rows, JSON by its values, the store by its rows, everything else byte for byte, and no leftover.
A sample of the operations is tried; BONBENCH_EVERY_KILL=1 tries every one.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from worlds import killing
from worlds.mistaken import row

ROOT = Path(__file__).resolve().parents[2]
MOST = 30  # operations of a scenario that are tried, unless all are
LEAST = 200  # kills that all scenarios together must come to
SOMETIMES = {"seconds", "started", "finished", "began", "ended", "created", "processor_seconds"}  # never twice the same
IMPORT = ("pool", "import", "generic", "one.jsonl", "--problems", "from-pool", "--task", "t", "--name", "p")
REPLACE = (*IMPORT[:3], "two.jsonl", *IMPORT[4:], "--replace")
GRADE = ("grade", "--pool", "p")
RUN = ("run", "--pool", "p", "-v", "carried", "-v", "own.py:Own")
AGAIN = (*RUN[:3], "-v", "length", "-n", "1,2")
CARDS = ("export", "card", "-o", "cards")
PUBLISH = ("publish", "site")
SCENARIOS = {  # name: (commands before, the command)
    "import": ([], IMPORT),
    "import with rejects": ([], (*IMPORT[:3], "bad.jsonl", *IMPORT[4:], "--max-rejected", "50%")),
    "replace": ([IMPORT], REPLACE),
    "generate": ([], ("generate",)),
    "generate, replacing": ([("generate",)], ("generate", "--replace")),
    "grade": ([IMPORT], GRADE),
    "score, evaluate and store": ([IMPORT], RUN),
    "store beside a run": ([IMPORT, RUN], AGAIN),
    "cards export": ([IMPORT, RUN], CARDS),
    "cards add": ([IMPORT, RUN, CARDS], ("cards", "add", "cards", "--store", "other.duckdb")),
    "export": ([IMPORT, RUN], ("export", "csv", "-o", "out.csv")),
    "pool export": ([IMPORT], ("pool", "export", "p", "out.jsonl.gz")),
    "publish": ([IMPORT, RUN], PUBLISH),
    "publish, replacing": ([IMPORT, RUN, PUBLISH, AGAIN], (*PUBLISH, "--replace")),
    "publish one file": ([IMPORT, RUN], ("publish", "page.html", "--static")),
}  # fmt: skip
OWN = """from verifiers.base import OutcomeVerifier

class Own(OutcomeVerifier):
    name = "own"
    chunk_size = 1

    def score_solutions(self, problem, solutions):
        return [len(s) % 7 / 7 for s in solutions]
"""
kills: list[str] = []


class Server:
    """Runs commands in one folder, each to its end or to a kill."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, folder.parent / "log"
        environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "OMP_NUM_THREADS": "1"}
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

    def said(self) -> str:
        """What the last command printed."""
        return Path(f"{self.log}.out").read_text(errors="replace")[-3000:]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The one process that all scenarios are run by."""
    folder = tmp_path_factory.mktemp("faults") / "here"
    folder.mkdir()
    running = Server(folder)
    yield running
    running.process.stdin.close()
    running.process.wait(timeout=60)


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


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", SCENARIOS)
def test_killed_anywhere_the_same_command_ends_as_if_nothing_had_happened(server, tmp_path, name):
    """Equal pools, grades, scores, stores, cards and boards, and nothing left over."""
    before, words = SCENARIOS[name]
    begin(server.folder)
    for command in before:
        assert server(command)[0] == 0, server.said()
    shutil.copytree(server.folder, tmp_path / "start")
    status, operations = server(words)
    assert status == 0, server.said()
    expected = all_of(server.folder)

    count = len(operations)
    every = range(1, count + 1)
    step = 1 if os.environ.get("BONBENCH_EVERY_KILL") else max(1, -(-count // MOST))
    wrong = []
    for k in every[::step]:
        shutil.rmtree(server.folder)
        shutil.copytree(tmp_path / "start", server.folder)
        at = operations[k - 1]
        assert server(words, kill=k)[0] == killing.KILLED
        kills.append(f"{name}: {at}")
        status, _ = server(words)
        told = server.said()
        complete = status == 2 and ("already a pool" in told or "is not empty" in told or "exists" in told)
        if status and not complete:
            wrong.append(f"{k} {at}: {told}")
            continue
        wrong += [f"{k} {at}: {d}" for d in difference(all_of(server.folder), expected)]

    assert not wrong, "\n".join(wrong[:20])


@pytest.mark.slow
def test_enough_was_killed():
    """At least two hundred distinct operations, where every scenario was run."""
    if {k.partition(":")[0] for k in kills} < set(SCENARIOS):
        pytest.skip("not every scenario was run")
    assert len(kills) >= LEAST
