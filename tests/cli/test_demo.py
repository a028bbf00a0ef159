"""``bonbench demo`` on a few problems of the bundled pools, with the bundled models."""

import pytest

from harness import cli, registry
from harness.cli import demo
from harness.pool import pools
from harness.pool.formats import Described, Entry
from harness.pool.importing import About, import_pool
from harness.pool.problems import load_problems
from harness.records import Sample
from harness.report import store
from leaderboard.read import queries

COLUMNS = ("index", "text", "steps", "answer", "tokens", "finish")


@pytest.fixture
def few(home):
    """The first 24 samples of every fortieth problem of both pools, as pools of the test's home."""

    def entries(pool):
        for number, (problem, table) in enumerate(pool.batches(COLUMNS)):
            if number % 40 == 20:
                asked = pool.problems[problem].problem
                described = Described(asked.id, asked.text, asked.gold, asked.subject, asked.level)
                for row in table.slice(0, 24).to_pylist():
                    sample = Sample(row["index"], row["text"], steps=tuple(row["steps"]), answer=row["answer"])
                    yield Entry(described, sample, pool.name, row["index"] + 1)

    for name in demo.POOLS:
        task = registry.task(name)
        about = About(task_name=name, task=task, problems=load_problems(task), slots=24)
        import_pool(f"few-{name}", entries(pools.open_pool(name)), about)
    return tuple(f"few-{name}" for name in demo.POOLS)


def test_the_demo_measures_both_pools_and_says_what_came_out(few, home, monkeypatch, capsys):
    monkeypatch.setattr(demo, "POOLS", few)
    monkeypatch.setattr("sys.argv", ["bonbench", "demo", "--workers", "1"])

    cli.main()
    out = capsys.readouterr().out

    for name in ("micromath-prm", "micromath-orm", "majority", "random", "length", "pass@N"):
        assert out.count(name) >= 2
    assert "Of 24 solutions a problem" in out
    assert "make leaderboard" in out
    assert out.index("bonbench-reference-1 · MATH-500") < out.index("micromath-prm")
    assert "'bonbench standard' lists all 41 pools" in out
    with store.reading(home / "results.duckdb") as connection:
        families = dict(connection.execute("select verifier, family from runs where origin = 'measured'").fetchall())
        boards = [board.name for board in queries.boards(connection)]
    assert families["micromath-prm"] == "hf-prm"
    assert families["micromath-orm"] == "hf-orm"
    assert set(boards) >= {f"{name.removeprefix('few-')}/{name}" for name in few}
