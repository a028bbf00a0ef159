"""What people get wrong ends in a sentence: what was found, what was expected, what to do; and nothing good is lost.

Two tables: mistakes that others tried, read from the real data where that is at hand, and our own below.
"""

import os
import shutil
from pathlib import Path

import pytest

from harness.pool import pools
from worlds import mistaken

TRIED = Path(os.environ.get("BONBENCH_TEST_DATA", "")) / "mistakes" / "mistakes.tsv"
FINE = {  # tried, and no mistake: what was asked for is done
    "grade: 40 choices", "grade: gold beyond choices", "grade: number gold unreadable", "home: empty string",
    "import: NaN and inf scores", "import: gold letter beyond choices", "import: index None", "import: n -1",
    "import: name 'CON'", "import: name a.rejects.jsonl", "import: number gold unreadable", "import: same id, two texts",
    "import: taken name replace no", "compare same", "publish --static to a folder", "run: -n 1,,2", "run: -n 1,1",
    "run: inf scores", "run: quintiles of itself", "run: rule majority for carried", "run: seed huge", "run: sum",
    "run: transform unknown, no weighted", "run: workers 10000", "runs after cards", "runs: .published name",
    "cards add: two cards of one id", "export latex after cards", "verifier: print garbage, fine",
}  # fmt: skip


def tried() -> list[list[str]]:
    """The rows of the table, those apart that need a person's Ctrl-C."""
    if not TRIED.is_file():
        return []
    rows = [line.split("\t") for line in TRIED.read_text(encoding="utf-8").split("\n")[1:] if line]
    return [row for row in rows if "Ctrl-C" not in row[0]]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A home with good things in it, and bad files; what run ids of the table are in it."""
    folder = tmp_path_factory.mktemp("world")
    os.environ["BONBENCH_HOME"] = str(folder / "home")
    ids = mistaken.build(folder)
    return folder, ids


@pytest.fixture
def here(world, tmp_path, monkeypatch):
    """A copy of that world for each test."""
    folder = tmp_path / "here"
    shutil.copytree(world[0], folder)
    monkeypatch.setenv("BONBENCH_HOME", str(folder / "home"))
    monkeypatch.chdir(folder)
    return folder


def words_of(command: str, folder: Path, ids: dict[str, str]) -> list[str]:
    """The words of a command in the table, which has lost its quotation marks around verifiers."""
    for name, found in ids.items():
        if f"{name}.json" not in command:
            command = command.replace(name, found)
    places = {"FILES": "files", "HOMES/mis/home": "home", "HOMES/mis/files": "files", "HOMES/mis/empty": "empty",
              "HOMES/cards": "cards", "PATH": "models", "X/lab": "files"}  # fmt: skip
    for sign in sorted(places, key=len, reverse=True):
        command = command.replace(sign, str(folder / places[sign]))
    out: list[str] = []
    for word in command.split(" "):
        if len(out) > 1 and out[-2] == "-v" and not word.startswith("-"):
            out[-1] += f" {word}"
        else:
            out.append(word)
    return out


def holds(folder: Path) -> None:
    """What was good is still there."""
    os.environ["BONBENCH_HOME"] = str(folder / "home")
    for name in ("s", "a"):
        assert pools.open_pool(name).verify()


def is_a_sentence(err: str) -> None:
    """One line or two on standard error that say something, and not that nobody foresaw it."""
    lines = [line for line in err.strip().splitlines() if not line.startswith(("!", "["))]
    assert "Traceback" not in err
    assert "Please report" not in err, err
    assert lines
    assert lines[-1].startswith("bonbench: "), err
    assert len(lines[-1]) < 1500
    assert lines[-1].rstrip()[-1] in ".?!", err


@pytest.mark.skipif(not TRIED.is_file(), reason="no table of tried mistakes; set BONBENCH_TEST_DATA")
@pytest.mark.parametrize(
    ("name", "status", "command"), [(r[0], r[1], r[3]) for r in tried()], ids=[r[0] for r in tried()]
)
def test_a_tried_mistake_is_answered_with_a_sentence(bonbench, world, here, monkeypatch, name, status, command):
    """Every one that others tried; those that are no mistake do what was asked for."""
    words = words_of(command, here, world[1])
    mistaken.prepare(name, words, here)
    if "slow.py" in command:
        (here / "files" / "slow.py").write_text(mistaken.VERIFIER.replace("class V", "class Slow"))
    if name == "import: --slots 1":
        assert "--slots" in words
    if name.startswith("home: "):
        monkeypatch.setenv("BONBENCH_HOME", "" if "empty" in name else str(here / "files" / "good.jsonl"))
    if "no store" in name:
        monkeypatch.setenv("BONBENCH_HOME", str(here / "empty"))
    if name in ("group, no runs",):
        monkeypatch.setenv("BONBENCH_HOME", str(here / "home"))

    found, _, err = bonbench(*words)

    if name in FINE:
        assert found == 0, err
        return
    if "run_id" in name or "interval" in name:
        assert found in (1, 2)
    else:
        assert found == 2, err
    if found == 2:
        is_a_sentence(err)
    holds(here)
