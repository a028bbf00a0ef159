"""A wheel built from the tree brings the bundled pools and models along."""

import os
import subprocess
import sys
import zipfile

import pytest

from worlds import wheel

FOUND = """
import sys
from pathlib import Path
import harness, tasks, verifiers, leaderboard, experiments
from harness import registry
from harness.pool import pools
from harness.records import Solution

site = Path(sys.argv[1])
for package in (harness, tasks, verifiers, leaderboard, experiments):
    assert site in Path(package.__file__).parents, package.__file__
for name in ("micromath", "micromath-ood"):
    assert site in pools.open_pool(name).path.parents
    assert registry.task(name).name == name
pool = pools.open_pool("micromath")
problem = next(iter(pool.problems.values())).problem
_, table = next(iter(pool.batches(["text", "steps"])))
solutions = [Solution(row["text"], tuple(row["steps"])) for row in table.slice(0, 4).to_pylist()]
for name in ("micromath-orm", "micromath-prm"):
    for score, solution in zip(registry.verifier(name).score(problem.text, solutions), solutions, strict=True):
        assert len(score.steps or ()) == (len(solution.steps) if name == "micromath-prm" else 0), score
print("found")
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A wheel built from the tree and unpacked, as an installer would."""
    folder = tmp_path_factory.mktemp("wheel")
    with zipfile.ZipFile(wheel.build(folder)) as file:
        file.extractall(folder / "site")
    return folder / "site"


def clean(site):
    """An environment in which the wheel comes before the tree."""
    return {**os.environ, "PYTHONPATH": str(site), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}


@pytest.mark.slow
def test_bundled_pools_and_models_are_found_outside_the_tree(site, tmp_path):
    """Every package is the wheel's own, the pools open, and both verifiers score their solutions."""
    words = [sys.executable, "-c", FOUND, str(site)]
    done = subprocess.run(
        words, cwd=tmp_path, env=clean(site), capture_output=True, text=True, check=False, timeout=200
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("found")


@pytest.mark.slow
def test_the_command_lists_what_is_bundled(site, tmp_path):
    def bonbench(*words):
        command = [sys.executable, "-m", "bonbench", *words]
        return subprocess.run(
            command, cwd=tmp_path, env=clean(site), capture_output=True, text=True, check=True, timeout=100
        ).stdout

    assert "micromath-ood" in bonbench("pool", "list")
    assert "micromath-ood" in bonbench("tasks")
    assert "micromath-prm" in bonbench("verifiers", "micromath")


def test_nothing_private_or_large_is_in_the_wheel(site):
    files = [path for path in site.rglob("*") if path.is_file()]

    assert sum(path.stat().st_size for path in files) < 40e6
    assert not [path for path in files if path.suffix in {".duckdb", ".pyc", ".pt", ".bin"}]
