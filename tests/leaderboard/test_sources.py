"""Whose samples they are, from where and under which licence stands below every view, of result cards too."""

import json

import pytest

from harness.report import cards, publish, store
from leaderboard.draw import words as said
from leaderboard.draw.static import page as static_page
from leaderboard.read import boards
from worlds.pages import words

VIEWS = ("board", "curves", "compare", "problems", "calibration", "compute")
MANIFEST = {
    "licence": "CC-BY-4.0",
    "origin": {"repository": "owner/name", "commit": "0123456789abcdef", "attribution": "the authors of a data set"},
}
TOLD = "Samples from owner/name at 0123456789ab, by the authors of a data set, licence CC-BY-4.0."


@pytest.fixture
def of_cards(own_board, tmp_path, monkeypatch):
    """A store that result cards alone were added to; their pool says whose it is."""
    with store.reading(own_board) as connection:
        ids = [row[0] for row in connection.execute("select run_id from runs where task = 'invented-sums'").fetchall()]
        found = [cards.card(connection, run_id) for run_id in ids]
    path = tmp_path / "merged.duckdb"
    with store.writing(path) as connection:
        for card in found:
            cards.insert(connection, {**card, "pool": {**card["pool"], **MANIFEST}}, "card a.json")
    monkeypatch.setenv("BONBENCH_STORE", str(path))
    return path


@pytest.mark.parametrize(
    ("manifest", "told"),
    [
        ({}, ""),
        (MANIFEST, TOLD),
        ({"licence": "", "origin": {"format": "generic"}}, "Samples from generic, licence not stated."),
        ({"licence": "MIT", "origin": "nonsense of a stranger"}, "Samples, licence MIT."),
    ],
)
def test_a_source_is_said_as_far_as_the_pool_does(manifest, told):
    """What is not known is said to be so; what a stranger's card has in its place breaks nothing."""
    assert said.source(manifest) == told


@pytest.mark.parametrize("view", VIEWS)
def test_the_licence_stands_below_every_view(board, opened, view):
    """Of pools that were measured here."""
    assert "licence CC0" in words(opened(view)).replace("\\", "")


def test_a_card_brings_the_source_of_its_pool(of_cards, opened):
    """On the board, on the explorer, in the table of pools, and on the static page; the samples stay elsewhere."""
    assert TOLD in words(opened("board")).replace("\\", "")
    assert "owner/name" in words(opened("method"))
    assert "the authors of a data set" in words(opened("method"))
    assert boards.pool(boards.boards()[0]) is None
    with store.reading(of_cards) as connection:
        assert TOLD in static_page(connection, "Board")


def test_a_card_moves_no_pool_that_was_measured_here(own_board):
    """What this store measured, it knows better."""
    with store.reading(own_board) as connection:
        (run,) = connection.execute("select run_id from runs where verifier = 'Alder-PRM-7B' limit 1").fetchone()
        card = cards.card(connection, run)
        before = connection.execute("select * from pools order by name").fetchall()
    with store.writing(own_board) as connection:
        cards.insert(connection, {**card, "pool": {**card["pool"], **MANIFEST}}, "card a.json")
    with store.reading(own_board) as connection:
        assert connection.execute("select * from pools order by name").fetchall() == before


def test_a_board_of_cards_is_published_without_a_complaint_about_its_samples(of_cards, tmp_path):
    """They were never here; the title is the published page's own."""
    done = publish.publish(of_cards, tmp_path / "site", 'A board\'s own "title"')

    assert done.missing == ()
    started = (tmp_path / "site" / "app.py").read_text(encoding="utf-8")
    assert 'os.environ["BONBENCH_TITLE"] = \'A board\\\'s own "title"\'' in started
    compile(started, "app.py", "exec")


def test_what_the_store_tells_of_verifiers_is_written_with_it(own_board):
    """Model, licence and source of those with a name, in JSON that a published board reads."""
    with store.reading(own_board) as connection:
        (text,) = connection.execute("select value from meta where key = 'verifiers'").fetchone()

    assert json.loads(text)["math-shepherd-7b"]["model"] == "peiyi9979/math-shepherd-mistral-7b-prm"
