"""A task of one's own: what docs/extend.md says works, word for word."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from harness import registry
from harness.cli import app
from harness.errors import BadInput, UnknownName
from harness.pool import problems

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "extend.md"
runner = CliRunner()


@pytest.fixture
def written(tmp_path, monkeypatch) -> tuple[str, list[str]]:
    """The document's files in the working folder; its task file and its commands."""
    text = DOCUMENT.read_text()
    section = text[text.index("## Add a task") :]
    for name, content in re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", section, re.DOTALL):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    monkeypatch.chdir(tmp_path)
    commands = re.search(r"<!-- run -->\n```sh\n(.*?)```", section, re.DOTALL)
    assert commands
    return (tmp_path / "pears.py").read_text(), commands.group(1).strip().split("\n")


def test_the_example_is_short(written):
    """A task for a file of one's own takes under 25 lines."""
    code, _ = written
    assert 5 < len([line for line in code.split("\n") if line.strip()]) < 25


def test_the_example_runs_as_it_is_printed(written):
    """Show, import and run: every command of the document succeeds, and the numbers are those of its samples."""
    for command in written[1]:
        program, *arguments = command.split()
        assert program == "bonbench"
        done = runner.invoke(app, arguments, catch_exceptions=False, env={"COLUMNS": "200"})
        assert done.exit_code == 0, done.output
    assert "2 problems" in done.output
    row = next(line for line in done.output.split("\n") if "majority" in line)
    assert "100.0" in row, "both problems have two right answers of three, one of them in kilograms"


def test_a_path_without_a_task_says_what_the_file_holds(written, tmp_path):
    """Errors name the file and what is in it."""
    Path("empty.py").write_text("PEARS = 1\n")
    with pytest.raises(BadInput, match=r"'empty.py' defines no 'TASK'; it has PEARS"):
        registry.task("./empty.py")
    with pytest.raises(BadInput, match="There is no file 'missing.py'"):
        registry.task("./missing.py")
    with pytest.raises(BadInput, match="is a int; a records.Task was expected"):
        registry.task("./empty.py:PEARS")
    with pytest.raises(UnknownName, match="math500"):
        registry.task("math50")


def test_a_task_of_an_installed_package_is_listed(written, monkeypatch):
    """An entry point of the group bonbench.tasks is a task by name."""
    own = registry.task("./pears.py")

    class Entry:
        name = "pears"

        @staticmethod
        def load():
            return own

    monkeypatch.setattr(registry, "entry_points", lambda group: [Entry()] if group == "bonbench.tasks" else [])
    registry.tasks.cache_clear()
    try:
        assert registry.task("pears") is own
        done = runner.invoke(app, ["tasks"], catch_exceptions=False, env={"COLUMNS": "200"})
        assert "Pears" in done.output
    finally:
        registry.tasks.cache_clear()


def test_a_repeated_record_is_counted_and_a_repeated_id_is_refused(written):
    """A record that stands twice counts twice, as ID#2; two problems of one id are an error with both places."""
    task = registry.task("./pears.py")
    path = Path("pears.jsonl")
    lines = path.read_text().strip().split("\n")
    path.write_text("\n".join([*lines, lines[0]]))
    assert [p.id for p in problems.load_problems(task, path)] == ["pear-1", "pear-2", "pear-1#2"]
    path.write_text("\n".join([*lines, lines[0].replace("buys 3", "buys 4")]))
    with pytest.raises(BadInput, match=r"pears.jsonl, line 3: the id 'pear-1' stands already at pears.jsonl, line 1"):
        problems.load_problems(task, path)


def test_data_that_is_nowhere_says_where_it_may_be(written):
    """A task without a hub dataset asks for its file."""
    with pytest.raises(BadInput, match="give its file with --data, or put pears.jsonl into the folder 'pears'"):
        problems.load_problems(registry.task("./pears.py"))
