"""The front page: verifiers by boards at one N, and which one to take; a verifier's own page."""

import pytest

from harness.report import cards, store
from leaderboard.read import boards, front, ranking
from worlds.pages import html, words


def row(page, name: str) -> str:
    """The matrix's row of a verifier or control."""
    matrix = html(page).split('class="bo matrix"')[1]
    return next(r for r in matrix.split("<tr")[2:] if f">{name}<" in r)


def test_the_matrix_has_every_verifier_on_every_board(board, opened):
    """Accuracy, interval and verdict of each, as the board itself has them."""
    page = opened("front", n="8")

    for found in front.shown():
        if 8 not in found.ns:
            continue
        for line in boards.standings(found, "headline", 8, 0.99):
            if line.entry.competes:
                cells = row(page, line.entry.verifier)
                assert f">{100 * line.value:.1f}</a>" in cells
                assert f"<small>{100 * line.low:.1f}–{100 * line.high:.1f}</small>" in cells
    assert "an invented generator · M = 32 · 25 problems" in html(page)


def test_better_than_majority_is_the_rankings_own_verdict(board):
    """One adjustment: what the board's family of tests tells apart, and nothing else."""
    for column in front.columns(front.shown(), 8):
        family = boards.family(column.board, 8)
        majority = column.lines["majority"].entry
        for line in column.lines.values():
            if line.entry.competes and not line.reason:
                apart = family.tells_apart(line.entry, majority)
                assert line.verdict == ((1 if line.gain > 0 else -1) if apart else 0)


def test_which_verifier_is_answered_in_a_sentence(board, opened):
    """The best one at this N, its number, and what is not told from it."""
    sums = next(b for b in boards.boards() if b.task == "invented-sums")
    best = ranking.best(boards.entries(sums), boards.overall(sums), 8)[0]
    page = opened("front", task="invented-sums", n="8")

    told = next(m.value for m in page.markdown if "choosing among" in m.value)
    assert f"**{best.verifier}**".replace("-", "\\-") in told or f"**{best.verifier}**" in told.replace("\\", "")
    assert "choosing among **8**" in told


def test_no_pool_is_large_enough_is_said_with_what_comes_nearest(board, opened):
    """N = 64 of 32: the largest of this task, and nothing is shown as if it were 64."""
    page = opened("front", task="invented-sums", n="64")

    assert "is large enough for N = 64: the largest with a verifier has N = 32" in words(page)
    assert "choosing among **32**" in words(page)
    assert 'class="bo matrix"' not in html(page)


def test_a_board_without_a_verifier_to_rank_is_not_where_one_lands(own_board, opened):
    """However new it is: it stands in a list below the matrix, and can be chosen."""
    with store.writing(own_board) as connection:
        for (run,) in connection.execute("select run_id from runs where control <> ''").fetchall():
            card = cards.card(connection, run)
            if card["run"]["task"] != "invented-sums":
                continue
            own = {"pool": "bare", "pool_digest": "f" * 64, "started": "2099-01-01T00:00:00+00:00"}
            card["run"] |= own | {"run_id": "f" + run[1:]}
            cards.insert(connection, card, "card bare.json")
    newest = boards.boards()[0]

    assert newest.pool == "bare"
    assert not newest.verifiers
    for view in ("board", "curves", "compare"):
        assert "Verifiers" not in html(opened(view))
        assert "bare" not in opened(view).query_params["board"]
    front_page = html(opened("front"))
    assert "bare" not in front_page.split('class="bo matrix"')[1].split("</table>")[0]
    assert "bare" in front_page
    assert "controls only" in "".join(opened("board", board="bare").selectbox(key="board").options)


def test_a_task_says_what_it_holds_before_a_pool_is_chosen(board, opened):
    """Generator, M, problems and verifiers of each."""
    page = opened(board="invented-sums/sums")

    assert any("Invented sums · 5 verifiers" in o for o in page.selectbox(key="_task").options)
    (pool,) = page.selectbox(key="board").options
    assert pool == "sums · an invented generator · M = 32 · 25 problems · 5 verifiers"


def test_a_verifier_has_a_page_with_all_its_boards(board, opened):
    """What it is, and a row a board with accuracy, verdict, rank, contamination and run."""
    page = opened("verifier", verifier="Alder-PRM-7B", n="8")
    shown = html(page)

    assert "7.1B" in shown
    assert "AlderPRM" in shown
    for name in ("Invented sums", "Invented science"):
        assert name in shown
    assert shown.count('href="./run?') == 2
    assert "no report" in shown


def test_what_bonbench_knows_of_a_verifier_stands_on_its_page(own_board, opened):
    """Licence and source, by its name."""
    with store.writing(own_board) as connection:
        connection.execute("update runs set verifier = 'math-shepherd-7b' where verifier = 'Alder-PRM-7B'")
    shown = html(opened("verifier", verifier="math-shepherd-7b"))

    assert "<dt>Licence</dt><dd>not on record" not in shown
    assert "<dt>Model</dt><dd>peiyi9979/math-shepherd-mistral-7b-prm" in shown


@pytest.mark.parametrize(("held", "n", "expected"), [((1, 2, 4, 8), 64, 8), ((1, 2, 16, 32), 3, 2), ((1, 6, 12), 8, 6)])
def test_the_nearest_n_is_nearest_in_doublings(sums_at, held, n, expected):
    """From 3 to 2 is nearer than to 16; 6 and 12 are 0.42 and 0.58 doublings from 8."""
    assert [x.n for x in front.nearest([sums_at(held)], "invented-sums", n)] == [expected]


@pytest.fixture
def sums_at(board):
    """The board of sums as if it had been measured at other N."""
    from dataclasses import replace

    found = next(b for b in boards.boards() if b.task == "invented-sums")
    return lambda ns: replace(found, ns=ns)
