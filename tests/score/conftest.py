"""A pool with scores, and verifiers written to files."""

import pytest

from harness.pool.importing import About, import_pool
from worlds.made import entry


@pytest.fixture
def pool(home):
    """Five problems with four samples each, of two steps."""
    entries = [entry(p, "1", text=f"We count {i}.\n\nSo it is $\\boxed{{{i}}}$.") for p in "abcde" for i in range(4)]
    return import_pool("scored", entries, About(task_name="made", slots=4))


@pytest.fixture
def problems(pool):
    return [p.problem for p in pool.problems.values()]


@pytest.fixture
def write(tmp_path):
    """A file of somebody's own, by what stands in it; the specification of its V."""

    def write(text, name="mine.py"):
        (tmp_path / name).write_text(text)
        return f"{tmp_path / name}:V"

    return write
