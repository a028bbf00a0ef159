"""A verifier in a package of its own: listed and run without a change here."""

import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

MODULE = '''
"""A verifier from elsewhere."""

from verifiers.base import OutcomeVerifier


class Brief(OutcomeVerifier):
    """Short is good."""

    name = "brief"
    about = {"kind": "ORM", "licence": "MIT", "size": "0"}

    def score_solutions(self, problem, solutions):
        return [1.0 / (1 + len(s)) for s in solutions]
'''
METADATA = "Metadata-Version: 2.1\nName: brief-verifier\nVersion: 1.0\n"


@pytest.fixture
def installed(tmp_path) -> Path:
    """A folder as ``pip install --target`` leaves it: the module, and its metadata with the entry points."""
    site = tmp_path / "site"
    info = site / "brief_verifier-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "brief_verifier.py").write_text(MODULE)
    (info / "METADATA").write_text(METADATA)
    (info / "entry_points.txt").write_text(
        "[bonbench.verifiers]\nbrief = brief_verifier:Brief\nbroken = brief_verifier:Missing\n"
    )
    return site


def bonbench(site: Path, home: Path, *arguments: str) -> str:
    """Run the command in a fresh process that has the package on its path."""
    environment = {**os.environ, "PYTHONPATH": str(site), "BONBENCH_HOME": str(home), "COLUMNS": "200"}
    command = [sys.executable, "-c", "from harness.cli import main; main()", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def test_it_is_listed_with_what_it_says_of_itself(installed, home):
    """The entry point's class is asked; one that cannot be loaded does not hide the others."""
    listed = bonbench(installed, home, "verifiers")

    line = next(line for line in listed.splitlines() if line.strip().startswith("brief "))
    assert "ORM" in line
    assert "MIT" in line
    assert "brief-verifier" in line
    assert "cannot be loaded" in listed
    assert "math-shepherd-7b" in listed


def test_it_runs_and_is_stored(installed, home, small_pool):
    """``bonbench run -v brief`` scores the pool and puts it beside the controls."""
    shown = bonbench(installed, home, "run", "--pool", "small", "-v", "brief")

    assert "brief" in shown
    folders = list(home.glob("work/*/scores/*/scores.parquet"))
    values = [pq.read_table(f)["value"].to_pylist() for f in folders]
    assert any(v and max(v) < 1.0 for v in values)


def test_it_runs_in_worker_processes(installed, home, small_pool):
    """A worker finds it by the same name."""
    shown = bonbench(installed, home, "run", "--pool", "small", "-v", "brief", "--workers", "2")

    assert "brief" in shown
