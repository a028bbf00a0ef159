"""A newcomer's changes, done for real: one file each in a copy of the packages, then seen wherever numbers go."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = (ROOT / "docs" / "extend.md").read_text()
PACKAGES = ("bonbench", "harness", "tasks", "verifiers", "leaderboard", "experiments")
SAMPLES = [
    {
        "problem_id": f"p{i}", "problem": f"Add {i} and 1.", "gold": str(i + 1),
        "samples": [
            {"text": f"We add.\n\nIt is \\boxed{{{i + 1 + (j > 1)}}}.", "steps": ["We add.", "It is."],
             "step_labels": [1, 1 if j <= 1 else -1], "step_scores": {"prm": [0.9, 0.9 - 0.25 * j]}}
            for j in range(4)
        ],
    }
    for i in range(3)
]  # fmt: skip


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The packages in a folder of their own, with the document's two new files and nothing else changed."""
    root = tmp_path_factory.mktemp("copy")
    for name in PACKAGES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "*.safetensors"))
    shutil.copytree(ROOT / "docs", root / "docs", ignore=shutil.ignore_patterns("images"))
    for name, content in re.findall(r"<!-- file: (harness/\S+) -->\n```\w+\n(.*?)```", DOCUMENT, re.DOTALL):
        (root / name).write_text(content)
    return root


@pytest.fixture(scope="module")
def bonbench(copy, tmp_path_factory):
    """A command of the copy; returns its standard output."""
    work = tmp_path_factory.mktemp("work")
    (work / "samples.jsonl").write_text("\n".join(map(json.dumps, SAMPLES)))
    environment = {**os.environ, "PYTHONPATH": str(copy), "BONBENCH_HOME": str(work / "home"), "COLUMNS": "240"}

    def run(*words):
        code = "import sys; from harness.cli import main; sys.argv[0] = 'bonbench'; main()"
        done = subprocess.run(
            [sys.executable, "-c", code, *words], cwd=work, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("pool", "import", "generic", "samples.jsonl", "--problems", "from-pool", "--task", "adding", "--name", "mine")
    run.printed = run("run", "--pool", "mine", "-v", "carried:prm", "--rule", "best-of-n,worst-of-n", "--no-controls")
    run.work, run.environment = work, environment
    (line,) = [line for line in run("runs").splitlines() if " prm" in line]
    run.id = line.split()[0]
    return run


def test_a_new_rule_and_a_new_step_measure_stand_in_the_table_of_a_run(bonbench):
    """Under their labels: the worst of four is wrong, and every wrong solution has its lowest step at the end."""
    (worst,) = [line for line in bonbench.printed.splitlines() if "worst-of-N" in line and "product" in line]
    assert " 0.0 " in worst
    assert "lowest step is the first" in bonbench.printed
    assert "100.0" in next(line for line in bonbench.printed.splitlines() if line.strip().startswith("prm "))


def test_they_stand_in_the_store_and_on_the_card(bonbench):
    """With their labels, so that whoever reads the card need not have them."""
    bonbench("export", "card", "-o", "cards", "--run", bonbench.id)
    card = json.loads((bonbench.work / "cards" / f"{bonbench.id}.json").read_text())

    labels = {m["measure"]: m["label"] for m in card["measures"]}
    assert labels["worst-of-n"] == "worst-of-N"
    assert labels["first-lowest"] == "lowest step is the first"
    assert {"worst-of-n", "first-lowest"} <= {row["measure"] for row in card["results"]}
    assert {row["n"] for row in card["results"] if row["measure"] == "first-lowest"} == {None}


def test_they_stand_in_the_exports(bonbench):
    """In the long table, one row a number."""
    bonbench("export", "csv", "-o", "all.csv")
    text = (bonbench.work / "all.csv").read_text()

    assert '"worst-of-n"' in text
    assert '"first-lowest"' in text


def test_a_card_brings_a_measure_that_is_not_known_here(bonbench, tmp_path, monkeypatch):
    """The card's numbers and their labels go into a store of an installation without the two files."""
    from harness.report import cards, lookup, store

    bonbench("export", "card", "-o", "cards", "--run", bonbench.id)
    path = tmp_path / "results.duckdb"
    assert cards.add(path, [bonbench.work / "cards" / f"{bonbench.id}.json"]) == [bonbench.id]
    with store.reading(path) as connection:
        assert lookup.measures(connection)["worst-of-n"]["label"] == "worst-of-N"


def test_they_stand_on_the_static_page(bonbench):
    """The rule among the rules, with its number; the step measure beside the verifier."""
    bonbench("publish", "board.html", "--static")
    page = (bonbench.work / "board.html").read_text()

    assert "worst-of-N" in page
    assert "lowest step is the first" in page


def test_they_stand_on_the_board(bonbench):
    """The rule can be chosen in the ranking, the step measure stands in the calibration view."""
    code = (
        "import sys; from pathlib import Path; import leaderboard\n"
        "from streamlit.testing.v1 import AppTest\n"
        "app = AppTest.from_file(str(Path(leaderboard.__file__).parent / 'app.py'), default_timeout=120)\n"
        "app.run(); assert not app.exception, app.exception\n"
        "app.switch_page('page/views/board.py').run(); assert not app.exception, app.exception\n"
        "print([option for box in app.selectbox for option in box.options])\n"
        "app.switch_page('page/views/calibration.py').run(); assert not app.exception, app.exception\n"
        "print([element.proto.body for element in app.get('html')])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=bonbench.work, env=bonbench.environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "worst-of-N" in done.stdout
    assert "lowest step is the first" in done.stdout
