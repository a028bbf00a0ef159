"""Stores that are not well, texts that are hostile: a page that says so, and shows them as themselves."""

import json

import duckdb
import pytest

from harness.report import cards, opening, store
from worlds.pages import html, words

VIEWS = (
    "front", "board", "curves", "ood", "compare", "problems", "calibration", "compute", "training", "method",
    "verifier", "run",
)  # fmt: skip


def test_a_missing_store_gets_a_friendly_page(home, monkeypatch, opened):
    """No traceback: what is missing, and what to do."""
    monkeypatch.setenv("BONBENCH_STORE", str(home / "results.duckdb"))
    page = opened()

    assert not page.exception
    assert "There is no store" in words(page)


def test_an_empty_store_gets_a_friendly_page(home, monkeypatch, opened):
    """A store without runs says how to make one."""
    monkeypatch.setenv("BONBENCH_STORE", str(home / "results.duckdb"))
    with store.writing(home / "results.duckdb"):
        pass
    page = opened()

    assert not page.exception
    assert "The store is empty" in words(page)


@pytest.mark.parametrize("content", [b"", b"half of a file", b"\0" * 5000])
def test_a_half_written_store_gets_a_friendly_page(tmp_path, monkeypatch, opened, content):
    """A damaged file is named, and nothing else breaks."""
    monkeypatch.setattr("leaderboard.read.store.RETRY_SECONDS", 0.1)
    monkeypatch.setenv("BONBENCH_STORE", str(tmp_path / "results.duckdb"))
    (tmp_path / "results.published.duckdb").write_bytes(content)
    page = opened()

    assert not page.exception
    assert "results.published.duckdb" in words(page)


def test_a_newer_store_gets_a_friendly_page(own_board, opened):
    """A store of a later version asks for an upgrade."""
    with duckdb.connect(str(opening.published_copy(own_board))) as connection:
        connection.execute("update meta set value = '999' where key = 'schema_version'")
    page = opened()

    assert not page.exception
    assert "upgrade bonbench" in words(page)


def test_a_new_store_is_noticed(own_board, opened):
    """A run that is written while a page is open is on it at the next look."""
    page = opened(board="invented-sums/sums")
    with store.writing(own_board) as connection:
        connection.execute("update runs set verifier = 'Renamed-PRM' where verifier = 'Alder-PRM-7B'")
    page.run()

    assert "<b>Renamed-PRM</b>" in html(page)


def test_a_store_of_cards_alone_is_shown(own_board, tmp_path, monkeypatch, opened):
    """Merged cards have a board; what needs their samples says that they are elsewhere."""
    with store.reading(own_board) as connection:
        ids = [row[0] for row in connection.execute("select run_id from runs where task = 'invented-sums'").fetchall()]
        found = [cards.card(connection, run_id) for run_id in ids]
    (tmp_path / "cards").mkdir()
    for i, card in enumerate(found):
        (tmp_path / "cards" / f"{i}.json").write_text(json.dumps(card), encoding="utf-8")
    path = tmp_path / "merged.duckdb"
    cards.add(path, sorted((tmp_path / "cards").glob("*.json")))
    monkeypatch.setenv("BONBENCH_STORE", str(path))

    assert ">from a card</span>" in html(opened())
    for view in VIEWS:
        assert not opened(view).exception
    assert "result cards only" in words(opened("problems"))


def test_verifier_names_are_text(own_board, opened):
    """A name from a stranger's card is shown, not run."""
    with store.writing(own_board) as connection:
        connection.execute("update runs set verifier = '<script>alert(1)</script>' where verifier = 'Alder-PRM-7B'")
    for view in ("front", "board", "curves", "ood", "compare", "calibration", "method", "verifier", "run"):
        page = opened(view)
        assert not page.exception
        assert "<script>" not in html(page)


@pytest.mark.parametrize("sample", range(6))
def test_hostile_solutions_show_as_themselves(hostile, opened, sample):
    """Markup, broken formulas, 200 kB, right-to-left text and control characters: no failure, no HTML."""
    page = opened("problems", sample=str(sample))

    assert not page.exception
    assert "<script>" not in html(page)
    assert "onerror" not in html(page)
    shown = "".join(str(x.value) for kind in ("text", "markdown") for x in page.get(kind))
    expected = ("<script>", r"\frac", "x" * 1000, "שלום", "bell␇ escape␛", "heading")[sample]
    assert expected.replace("<", "") in shown.replace("\\", "").replace("<", "") or expected in shown


def test_a_long_solution_is_shown_whole_when_asked(hostile, opened):
    """Folded at first, with the number of characters; the end is there after the switch."""
    page = opened("problems", sample="2")
    assert "THE END" not in "".join(x.value for x in page.text)
    switch = next(t for t in page.toggle if t.label.startswith("Show all"))
    switch.set_value(True).run()

    assert any("THE END" in x.value for x in page.text)
