"""A damaged file is named, never used: what can be made again is, what cannot stops the command with the way back."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from harness import cli, files
from harness.errors import BadPool
from harness.pool import pools
from harness.pool.importing import About, import_pool
from harness.score import parts, scoring
from verifiers.base import OutcomeVerifier
from worlds.made import entry

DAMAGES = {
    "truncated": lambda file, data: file.write_bytes(data[: len(data) // 2]),
    "its end cut": lambda file, data: file.write_bytes(data[:-3]),
    "a byte flipped at a quarter": lambda file, data: flip(file, data, len(data) // 4),
    "a byte flipped in the middle": lambda file, data: flip(file, data, len(data) // 2),
    "a byte flipped near the end": lambda file, data: flip(file, data, len(data) - 20),
    "empty": lambda file, data: file.write_bytes(b""),
    "garbage": lambda file, data: file.write_bytes(b"\x00\xffgarbage" * 500),
    "missing": lambda file, data: file.unlink(),
    "a folder in its place": lambda file, data: (file.unlink(), file.mkdir()),
}
RUN = ("run", "--pool", "p", "-v", "length", "-v", "carried:orm", "-v", "majority", "-v", "{own}:Own")
# what is damaged -> (the file in the home, commands that read it, whether it can be made again)
FILES = {
    "samples": ("pools/p/samples.parquet", [RUN, ("grade", "--pool", "p"), ("pool", "verify", "p")], False),
    "problems": ("pools/p/problems.parquet", [RUN, ("grade", "--pool", "p"), ("pool", "show", "p")], False),
    "manifest": ("pools/p/manifest.json", [RUN, ("pool", "show", "p")], False),
    "grades": ("work/*/grades/*.parquet", [RUN, ("grade", "--pool", "p")], True),
    "scores": ("work/*/scores/*/scores.parquet", [RUN], True),
    "published copy": ("results.published.duckdb", [("runs",), ("export", "csv", "-o", "{out}")], True),
    "store": ("results.duckdb", [RUN], False),
}
OWN = """
from verifiers.base import OutcomeVerifier
class Own(OutcomeVerifier):
    name = "own"
    def score_solutions(self, problem, solutions):
        return [float(len(s) % 7) for s in solutions]
"""
CASES = [(what, how, command) for what, (_, commands, _) in FILES.items() for how in DAMAGES for command in commands]


def flip(file, data, place):
    """One bit of the byte at a place."""
    changed = bytearray(data)
    changed[place] ^= 0x10
    file.write_bytes(bytes(changed))


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """A home with a pool that was measured under every kind of verifier."""
    folder = tmp_path_factory.mktemp("measured")
    (folder / "own.py").write_text(OWN)
    patch = pytest.MonkeyPatch()
    patch.setenv("BONBENCH_HOME", str(folder / "home"))
    entries = [
        entry(f"p{i}", str(i % 4 + j % 2), str(i % 4), scores={"orm": (i * 7 + j * 3) % 10 / 10})
        for i in range(12)
        for j in range(6)
    ]
    import_pool("p", entries, About(task_name="made", slots=6))
    patch.setattr(sys, "argv", ["bonbench", *(w.format(own=folder / "own.py") for w in RUN)])
    patch.setattr(os, "get_terminal_size", lambda *_: os.terminal_size((160, 40)))
    cli.main()
    patch.undo()
    return folder


@pytest.fixture
def copy(measured, tmp_path, monkeypatch):
    """A copy of that home for a test to damage, and what its commands export."""
    shutil.copytree(measured / "home", tmp_path / "copy", copy_function=shutil.copy2)
    monkeypatch.setenv("BONBENCH_HOME", str(tmp_path / "copy"))
    return tmp_path / "copy"


@pytest.mark.parametrize(("what", "how", "command"), CASES, ids=lambda v: v[0] if isinstance(v, tuple) else v)
def test_a_damaged_file_is_named_and_never_used(measured, copy, bonbench, tmp_path, what, how, command):
    """Either the command says which file and what to do, or it makes the file again and every number is the same."""
    pattern, _, remade = FILES[what]
    file = Path(next(iter(sorted(copy.glob(pattern)))))
    words = [w.format(own=measured / "own.py", out=tmp_path / "out.csv") for w in command]
    DAMAGES[how](file, file.read_bytes())

    status, _, err = bonbench(*words)

    assert "Traceback" not in err
    assert "Please report" not in err
    if status == 0:  # made again, or the damage changes nothing that is read
        assert numbers(bonbench, copy, tmp_path) == numbers(bonbench, measured / "home", tmp_path)
        return
    assert status == 2
    assert not remade or what == "published copy"
    assert err.startswith("bonbench: ")
    assert file.name in err or "'p'" in err or "pool" in err, err
    if what == "published copy":
        assert bonbench(*words)[0] == 0  # it was made again


def numbers(bonbench, home, folder):
    """Every number of a store, as CSV."""
    before = os.environ["BONBENCH_HOME"]
    os.environ["BONBENCH_HOME"] = str(home)
    file = folder / f"{home.parent.name}-{home.name}.csv"
    assert bonbench("export", "csv", "-o", file)[0] == 0
    os.environ["BONBENCH_HOME"] = before
    return file.read_text()


class Lengths(OutcomeVerifier):
    """Scores a solution by its length, and counts what it was asked."""

    name = "lengths"
    chunk_size = 12

    def options(self):
        return {}

    def __init__(self):
        self.asked = 0

    def score_solutions(self, problem, solutions):
        self.asked += 1
        return [float(len(s)) for s in solutions]


@pytest.mark.parametrize("how", DAMAGES)
@pytest.mark.parametrize("what", ["parts/part-000002.parquet", "plan.json"])
def test_a_damaged_part_is_scored_again_and_the_others_are_not(copy, what, how):
    """Without its plan nobody knows how the parts were cut: then all are."""
    pool = pools.open_pool("p")
    problems = [entry.problem for entry in pool.problems.values()]
    whole = scoring.score(Lengths(), pool, problems).table
    folder = scoring.scores_folder(Lengths(), pool)
    (folder / "scores.parquet").unlink()
    plan = parts.cut(pool, Lengths.chunk_size)
    for chunk, table, cost in scoring.here(Lengths(), pool, {p.id: p.text for p in problems}, plan):
        parts.write_part(folder, chunk, table, cost)
    file = folder / what
    DAMAGES[how](file, file.read_bytes())
    verifier = Lengths()

    found = scoring.score(verifier, pool, problems)

    assert found.table.equals(whole)
    harmless = (0,) if how.startswith("a byte") else ()  # one that changes nothing which is read
    assert verifier.asked in (2 if what != "plan.json" else 12, *harmless)


@pytest.mark.parametrize("large", [False, True])
def test_no_flipped_byte_of_a_pool_gives_another_sample(measured, copy, monkeypatch, large):
    """Of a large file only the footer and the pages that are read are compared."""
    if large:
        monkeypatch.setattr(files, "_WHOLE", 0)
    read = [t for _, t in pools.open_pool("p").batches(pools.open_pool("p").columns())]
    file = copy / "pools" / "p" / "samples.parquet"
    data, unseen = file.read_bytes(), []
    for place in range(4, len(data), max(len(data) // 400, 1)):
        flip(file, data, place)
        pool = pools.open_pool("p")
        try:
            found = [t for _, t in pool.batches(pool.columns())]
        except BadPool:
            continue
        if found != read:
            unseen.append(place)

    assert unseen == []
