"""docs/compare.md, word for word: a verifier of one's own among those of a reference pool."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from harness.cli import app
from harness.report import lookup, standard, store

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "compare.md"


@pytest.fixture
def commands(tmp_path, monkeypatch) -> list[str]:
    """The document's file in the working folder, and its commands."""
    text = DOCUMENT.read_text(encoding="utf-8")
    for name, content in re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", text, re.DOTALL):
        (tmp_path / name).write_text(content)
    monkeypatch.chdir(tmp_path)
    return re.search(r"<!-- run -->\n```sh\n(.*?)```", text, re.DOTALL).group(1).strip().split("\n")


def test_the_way_to_a_comparison_is_as_it_is_printed(commands, tmp_path, home):
    """The verifier is ranked on the pool, leaves as a card, and stands on a page with the whole reference board."""
    for command in commands:
        program, *arguments = shlex.split(command)
        assert program == "bonbench"
        done = CliRunner().invoke(app, arguments, catch_exceptions=False, env={"COLUMNS": "200"})
        assert done.exit_code == 0, done.output

    with store.reading(home / "results.duckdb") as connection:
        runs = lookup.runs(connection)
    own = {run["verifier"] for run in runs if run["origin"] == store.MEASURED}
    assert own == {"boxed", "logprob", "majority", "pass@N", "random", "length"}
    assert {run["origin"] for run in runs} == {store.MEASURED, standard.CURRENT}
    assert len(list((tmp_path / "cards").glob("*.json"))) == 6
    page = (tmp_path / "board.html").read_text(encoding="utf-8")
    assert "boxed" in page
    assert "qwen_prm" in page
    (card,) = (p for p in (tmp_path / "cards").glob("*.json") if '"verifier": "boxed"' in p.read_text(encoding="utf-8"))
    done = CliRunner().invoke(app, ["reproduce", str(card), "--allow-code"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
