"""``make micromath`` at toy size: every stage runs, and what ships is there."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_a_toy_world_is_built_from_nothing(tmp_path):
    words = [sys.executable, "-m", "experiments.micromath.build", "--smoke", "--work", str(tmp_path)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)

    assert done.returncode == 0, done.stderr[-2000:]
    shipped = tmp_path / "smoke/shipped"
    for name in (
        "tasks/micromath/generator",
        "verifiers/families/micromath_models/orm",
        "verifiers/families/micromath_models/prm",
    ):
        assert {"model.safetensors", "README.md"} <= {file.name for file in (shipped / name).iterdir()}
    assert (shipped / "tasks/micromath/pools/micromath/samples.parquet").exists()
