"""A pool format of one's own: what docs/extend.md says works, word for word."""

import re
from pathlib import Path

import pytest

from harness.pool import pools

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "extend.md"


@pytest.fixture
def commands(tmp_path, monkeypatch) -> list[str]:
    """The section's files in the working folder, and its commands."""
    section = DOCUMENT.read_text().split("## Add a pool format")[1]
    for name, content in re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", section, re.DOTALL):
        (tmp_path / name).write_text(content)
    monkeypatch.chdir(tmp_path)
    return re.search(r"<!-- run -->\n```sh\n(.*?)```", section, re.DOTALL)[1].strip().split("\n")


def test_the_example_runs_as_it_is_printed(bonbench, commands):
    """Import and run: the score stands in the table, and the attempt without a text is a missing slot."""
    for command in commands:
        program, *words = command.split()
        assert program == "bonbench"
        status, out, err = bonbench(*words)
        assert status == 0, err

    assert "script" in out
    assert "4 slots: 1 missing" in out
    manifest = pools.open_pool("attempts").manifest
    assert (manifest.n_problems, manifest.n_samples, manifest.slots) == (2, 3, 2)
    assert manifest.scores == {"script": "outcome"}
