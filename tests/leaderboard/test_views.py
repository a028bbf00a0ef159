"""Every view, run headless on a small store."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from harness import registry, store
from harness.run import evaluate

APP = Path(__file__).resolve().parents[2] / "leaderboard" / "app.py"


@pytest.fixture
def board(home, small_pool, monkeypatch):
    """A store with the two carried verifiers of the small pool and the controls."""
    names = ["carried:orm", "carried:prm", *registry.controls()]
    results = evaluate(None, small_pool, [registry.verifier(name) for name in names])
    store.write(home / "results.duckdb", results)
    monkeypatch.setenv("BESTOFN_STORE", str(home / "results.duckdb"))
    return home / "results.duckdb"


def opened(view: str = "") -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=30)
    page.run()
    if view:
        page.switch_page(f"views/{view}.py").run()
    assert not page.exception
    return page


def html(page: AppTest) -> str:
    return "".join(element.value for element in page.get("html"))


def test_the_ranking_names_every_entry_with_its_accuracy(board):
    """The board lists the verifiers and the four controls."""
    page = html(opened())

    for name in ("orm", "prm", "majority", "random", "length", "pass@N"):
        assert f"<b>{name}</b>" in page


def test_the_curves_are_drawn_for_all_problems_and_by_quintile(board):
    """One chart of all problems, and small multiples."""
    page = opened("curves")

    assert len(page.get("vega_lite_chart")) > 1


def test_a_missing_store_gets_a_friendly_page(home):
    """No traceback: what is missing, and what to do."""
    page = opened()

    assert "There is no store" in page.text[0].value
