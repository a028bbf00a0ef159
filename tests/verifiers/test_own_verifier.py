"""A verifier of one's own: what docs/extend.md says works, word for word."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from harness import registry
from harness.cli import app

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "extend.md"


@pytest.fixture
def commands(tmp_path, monkeypatch) -> list[str]:
    """The document's files in the working folder; its commands, the task's first."""
    text = DOCUMENT.read_text()
    for name, content in re.findall(r"<!-- file: ([^/\s]+) -->\n```\w+\n(.*?)```", text, re.DOTALL):
        (tmp_path / name).write_text(content)
    monkeypatch.chdir(tmp_path)
    task = text[text.index("## Add a task") : text.index("## Add a verifier")]
    verifier = text[text.index("## Add a verifier") :]
    found = [re.search(r"<!-- run -->\n```sh\n(.*?)```", part, re.DOTALL).group(1) for part in (task, verifier)]
    return "".join(found).strip().split("\n")


def test_the_example_runs_as_it_is_printed(commands):
    """The class and its file are all there is: both verifiers stand in the table, with the option that was given."""
    runner = CliRunner()
    for command in commands:
        program, *arguments = shlex.split(command)
        assert program == "bonbench"
        done = runner.invoke(app, arguments, catch_exceptions=False, env={"COLUMNS": "200"})
        assert done.exit_code == 0, done.output

    assert "brief" in done.output
    assert "equations" in done.output
    made = registry.verifier("./brief.py:Equations weight=0.8")
    assert made.fingerprint()["options"] == {"weight": 0.8, "separator": "\n", "pool_steps": False}


def test_the_aggregation_is_no_part_of_the_identity(commands):
    """Step scores are kept raw: another aggregation is another look at them, not another scoring."""
    made = registry.verifier("./brief.py:Equations")
    before = made.fingerprint()

    made.aggregation = "product"

    assert made.fingerprint() == before
