"""A published board runs by itself: its folder with nothing of bonbench installed, its one file without a server."""

import json
import re
import subprocess
import sys

import duckdb
import pytest

from harness.errors import BadInput, StoreError
from harness.report import publish, store
from leaderboard.draw.static import page

HIDDEN = ("torch", "lm_eval", "transformers", "datasets", "sympy", "math_verify", "numba", "typer", "rich", "psutil",
          "tasks", "verifiers", "orjson", "accelerate")  # fmt: skip
OPEN_EVERY_VIEW = f"""
import importlib.abc, sys
class Hidden(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {HIDDEN!r}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Hidden())
sys.path = [p for p in sys.path if "site-packages" in p or "lib/python" in p or p.endswith(".zip")]
sys.meta_path = [f for f in sys.meta_path if "editable" not in repr(f).lower()]
from streamlit.testing.v1 import AppTest
page = AppTest.from_file("app.py", default_timeout=60).run()
assert not page.exception, page.exception
print("front", sum("Alder-PRM-7B" in h.value for h in page.get("html")))
for view in ("board", "verifier", "run", "curves", "ood", "compare", "problems", "calibration", "compute", "training",
             "method"):
    page.switch_page(f"leaderboard/page/views/{{view}}.py").run()
    assert not page.exception, (view, page.exception)
    print(view, len(page.get("html")), [e.value for e in page.info])
from pathlib import Path
here = Path.cwd().resolve()
away = [m for m, x in sys.modules.items() if m.split(".")[0] in ("harness", "leaderboard")
        and getattr(x, "__file__", None) and here not in Path(x.__file__).resolve().parents]
assert not away, away
"""


@pytest.fixture
def published(board, tmp_path):
    """The invented store, published."""
    return publish.publish(board, tmp_path / "site", "Invented board")


def run(folder):
    return subprocess.run(
        [sys.executable, "-c", OPEN_EVERY_VIEW], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_folder_runs_without_the_engine(published):
    """Every view opens in a process that has neither bonbench nor PyTorch, SymPy, lm-eval and the like."""
    done = run(published.folder)

    assert done.returncode == 0, done.stderr[-2000:]
    assert "front 1" in done.stdout
    assert "not at hand" not in done.stdout


def test_the_folder_holds_what_it_needs_and_no_engine(published):
    """Database, samples, grades, scores, application, requirements; no module of the engine."""
    names = {str(p.relative_to(published.folder)) for p in published.folder.rglob("*") if p.is_file()}

    assert {"app.py", "requirements.txt", "README.md", "Dockerfile", ".streamlit/config.toml"} <= names
    assert "results.published.duckdb" in names
    assert sum(name.endswith("samples.parquet") for name in names) == 2
    assert sum("/scores-" in name for name in names) == 16
    assert "leaderboard/method.md" in names
    assert not names & {
        "harness/run.py",
        "harness/pool/grading.py",
        "harness/score/scoring.py",
        "harness/registry_of_tasks.py",
    }
    assert published.missing == ()


def test_the_database_points_into_the_folder(published):
    """No path of the machine that published it is left."""
    with duckdb.connect(str(published.folder / "results.published.duckdb"), read_only=True) as connection:
        paths = [
            r[0] for r in connection.execute("select path from pools union select grades_path from pools").fetchall()
        ]
        paths += [
            r[0] for r in connection.execute("select scores_path from runs where scores_path is not null").fetchall()
        ]

    assert paths
    assert all((published.folder / path).exists() for path in paths)


def test_without_samples_the_explorer_says_so(board, tmp_path):
    """--no-samples leaves texts out; every view still opens."""
    done = publish.publish(board, tmp_path / "site", samples=False)

    assert not list(done.folder.rglob("*.parquet"))
    shown = run(done.folder)
    assert shown.returncode == 0, shown.stderr[-2000:]


def test_requirements_are_pinned_to_what_is_installed():
    """name==version, Streamlit and DuckDB among them, PyTorch not."""
    lines = publish.requirements()

    assert all(re.fullmatch(r"[\w-]+==[\w.+]+", line) for line in lines)
    assert {"streamlit", "duckdb", "altair"} <= {line.split("==")[0] for line in lines}
    assert not any(line.startswith("torch") for line in lines)


def test_a_folder_is_not_overwritten_by_accident(board, published, tmp_path):
    """An existing folder needs --replace; a folder of something else is never replaced; a checkout stays one."""
    with pytest.raises(BadInput, match="--replace"):
        publish.publish(board, published.folder)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.tex").write_text("years of work", encoding="utf-8")
    with pytest.raises(BadInput, match="something else"):
        publish.publish(board, tmp_path / "other", replace=True)
    (published.folder / ".git").mkdir()
    (published.folder / ".git" / "HEAD").write_text("ref", encoding="utf-8")
    publish.publish(board, published.folder, replace=True)

    assert (published.folder / ".git" / "HEAD").read_text(encoding="utf-8") == "ref"
    assert (tmp_path / "other" / "thesis.tex").exists()


def test_nothing_is_left_of_a_publication_that_failed(tmp_path):
    """Without a store there is no folder, not half of one."""
    with pytest.raises(StoreError):
        publish.publish(tmp_path / "results.duckdb", tmp_path / "site")

    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------------------------------------ one file


@pytest.fixture(scope="module")
def file(invented_home):
    """The board as one HTML file."""
    pytest.importorskip("vl_convert")
    with store.reading(invented_home / "results.duckdb") as connection:
        return page(connection, "Board <of> inventions")


def test_the_file_needs_no_network(file):
    """No address is loaded: no script, style, font or image from elsewhere."""
    loaded = re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)\s*=", file.split('<script type="module">')[0])

    assert loaded == []
    assert "@import" not in file.split("<body>")[0]


def test_the_file_holds_ranking_curves_quintiles_and_numbers(file):
    """Both boards, eight values of N each, six charts each, a CSV for each N."""
    charts = json.loads(re.search(r'<script type="application/json" id="charts">(.*?)</script>', file, re.DOTALL)[1])

    assert file.count('<section class="board"') == 2
    assert file.count('class="at"') == 16
    assert sorted(charts) == sorted(f"{i}-{name}" for i in (0, 1) for name in
                                    ("accuracy", *(f"quintile-{q}" for q in range(1, 6))))  # fmt: skip
    assert file.count("rank,rank_best") == 16


def test_names_cannot_leave_their_place_in_the_file(file, own_board):
    """A verifier called </script> is text in the table, the data and the CSV."""
    with store.writing(own_board) as connection:
        connection.execute("update runs set verifier = '</script><script>alert(1)' where verifier = 'Alder-PRM-7B'")
    with store.reading(own_board) as connection:
        evil = page(connection, "Board")

    assert "Board &lt;of&gt; inventions" in file
    assert "<script>alert(1)" not in evil
    assert evil.count("<script") == file.count("<script")


def test_a_page_of_somebody_else_is_not_replaced(board, bonbench, tmp_path):
    """--replace writes over a board only."""
    (tmp_path / "index.html").write_text("<!doctype html><title>My thesis</title>")

    status, _, err = bonbench("publish", tmp_path, "--static", "--replace")

    assert status == 2
    assert "no board that bonbench wrote" in err
    assert "My thesis" in (tmp_path / "index.html").read_text()
    for _ in range(2):
        assert bonbench("publish", tmp_path / "board.html", "--static", "--replace")[0] == 0


# ------------------------------------------------------------------------------------------------ served


@pytest.mark.parametrize(
    ("asked", "listens", "shown"),
    [((), "127.0.0.1", "127.0.0.1"), (("--address", "0.0.0.0"), "0.0.0.0", "localhost")],
)
def test_the_board_is_for_this_machine_unless_told_otherwise(board, bonbench, monkeypatch, asked, listens, shown):
    """It listens where it was told, and names an address of its own, so that Streamlit looks for none outside."""
    called = []
    monkeypatch.setattr(subprocess, "call", lambda command, env: called.append(command) or 0)
    bonbench("leaderboard", "--no-open-browser", "--no-reference", *asked)
    (command,) = called

    assert command[command.index("--server.address") + 1] == listens
    assert command[command.index("--browser.serverAddress") + 1] == shown


def test_no_file_of_the_working_folder_is_run(board, bonbench, monkeypatch, tmp_path):
    """A ``click.py`` that somebody left there is not what Streamlit imports."""
    called = []
    monkeypatch.setattr(subprocess, "call", lambda command, env: called.append((command, env)) or 0)
    bonbench("leaderboard", "--no-open-browser", "--no-reference")
    ((command, environment),) = called
    (tmp_path / "click.py").write_text("open('ran', 'w')\n")

    start = command[: command.index("streamlit") + 1]
    done = subprocess.run(
        [*start, "version"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )

    assert "Streamlit, version" in done.stdout, done.stderr
    assert not (tmp_path / "ran").exists()
