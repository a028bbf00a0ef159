"""A small invented store, made once, and the leaderboard opened on it without a browser."""

import os
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from harness.report import store
from leaderboard.read import queries, ranking
from worlds import invented

APP = Path(__file__).resolve().parents[2] / "leaderboard" / "app.py"


@pytest.fixture(scope="session")
def invented_home(tmp_path_factory) -> Path:
    """A home with two invented tasks measured under six invented verifiers."""
    folder = tmp_path_factory.mktemp("invented")
    patch = pytest.MonkeyPatch()
    patch.setenv("BONBENCH_HOME", str(folder))
    invented.make_store(folder / "results.duckdb", 25)
    patch.undo()
    return folder


@pytest.fixture(scope="session")
def browser():
    """One browser for all tests."""
    from worlds import browsing

    with browsing.playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=browsing.CHROMIUM, args=list(browsing.FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def site(invented_home):
    """The invented store, served."""
    from worlds import browsing

    server = browsing.Server(Path(os.environ.get("BONBENCH_SCREENSHOT_HOME", invented_home)))
    yield server
    server.stop()


@pytest.fixture
def board(invented_home, monkeypatch) -> Path:
    """The invented store as the one that the leaderboard opens."""
    monkeypatch.setenv("BONBENCH_HOME", str(invented_home))
    monkeypatch.setenv("BONBENCH_STORE", str(invented_home / "results.duckdb"))
    return invented_home / "results.duckdb"


@pytest.fixture
def hostile(tmp_path, monkeypatch) -> Path:
    """A store whose solutions try to be something else than text."""
    monkeypatch.setenv("BONBENCH_HOME", str(tmp_path / "hostile"))
    path = tmp_path / "hostile" / "results.duckdb"
    monkeypatch.setenv("BONBENCH_STORE", str(path))
    return invented.make_hostile_store(path)


@pytest.fixture
def own_board(board, tmp_path, monkeypatch) -> Path:
    """A copy of the invented store that a test may change."""
    folder = tmp_path / "own"
    shutil.copytree(board.parent, folder)
    monkeypatch.setenv("BONBENCH_HOME", str(folder))
    monkeypatch.setenv("BONBENCH_STORE", str(folder / "results.duckdb"))
    return folder / "results.duckdb"


@pytest.fixture
def opened():
    """Opens a view as a visitor with this address does."""

    def open_view(view: str = "board", app: Path = APP, **address: str | list[str]) -> AppTest:
        page = AppTest.from_file(str(app), default_timeout=60)
        for key, value in address.items():
            page.query_params[key] = value
        if view != "front":
            page.switch_page(f"page/views/{view}.py")
        return page.run()

    return open_view


@pytest.fixture
def asked(board):
    """Entries, curves and p_i of the invented boards, by task."""
    with store.reading(board) as connection:
        yield {
            b.task: (b, queries.entries(connection, b), queries.curves(connection, b), queries.values(connection, b, 8))
            for b in queries.boards(connection)
        }


@pytest.fixture
def lines(asked):
    """The board of sums at N = 8."""
    found, entries, curves, values = asked["invented-sums"]
    return ranking.standings(found, ranking.chosen(entries, "headline"), curves["all"], values, 8)
