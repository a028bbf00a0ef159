"""The whole state stands in the address; what a link names and the store lacks is said by name."""

from urllib.parse import parse_qs, urlsplit

import pytest

from leaderboard.read import boards
from worlds.pages import html, words

ALDER, BIRCH = "Alder-PRM-7B (product)", "Birch-PRM-1.5B (product)"


def state(page) -> dict[str, list[str]]:
    """The address as lists."""
    return {k: v if isinstance(v, list) else [v] for k, v in page.query_params.items()}


@pytest.fixture
def sums(board):
    """The board of sums."""
    return next(b for b in boards.boards() if b.task == "invented-sums")


@pytest.mark.parametrize(
    ("view", "keys"),
    [
        ("front", {"task", "n"}),
        ("board", {"board", "n", "rule"}),
        ("curves", {"board", "n", "entries", "band", "split", "slice"}),
        ("compare", {"board", "n", "a", "b"}),
        ("problems", {"board", "n", "a", "b", "show", "problem", "sample", "sample_b"}),
        ("calibration", {"board", "n", "entries"}),
        ("compute", {"board", "n", "entries", "cost"}),
        ("verifier", {"verifier", "n"}),
        ("run", {"board", "run", "rule", "aggregation", "n"}),
    ],
)
def test_the_address_holds_all_that_is_shown_though_nobody_chose_it(board, opened, view, keys):
    """Defaults stand there too: tomorrow's default may be another."""
    assert set(state(opened(view))) == keys


def test_a_board_is_named_by_what_makes_it(sums, opened):
    """Pool to read, digest, protocol, grader, task and version; the name to read may be any."""
    page = opened(board="invented-sums/sums")
    slug = state(page)["board"][0]

    assert slug == f"sums~{sums.pool_digest[:12]}~{sums.protocol}~{sums.grader}~invented-sums-1"
    renamed = opened(board=slug.replace("sums~", "renamed~", 1))
    assert "Best of 32 on Invented sums" in html(renamed)
    assert state(renamed)["board"] == [slug]
    assert "Best of 32 on Invented sums" in html(opened(board=sums.pool_digest[:8]))


@pytest.mark.parametrize(
    ("view", "address", "said"),
    [
        ("board", {"board": "pears~0123456789ab~bon-2~grader-2~pears-1"}, "the board “pears~0123456789ab"),
        ("board", {"board": "invented-sums/sums", "n": "64"}, "“64”"),
        ("board", {"board": "invented-sums/sums", "rule": "best-guess"}, "the rule “best-guess”"),
        ("compare", {"board": "invented-sums/sums", "a": "Nobody"}, "the entry “Nobody”"),
        ("problems", {"board": "invented-sums/sums", "problem": "sums/999"}, "the problem “sums/999”"),
        ("problems", {"board": "invented-sums/sums", "sample": "77"}, "the sample “77”"),
        ("run", {"run": "ffff"}, "“ffff”"),
        ("verifier", {"verifier": "Nobody"}, "the verifier “Nobody”"),
    ],
)
def test_what_is_not_here_is_said_by_name_and_nothing_else_is_shown(board, opened, view, address, said):
    """No board, number, run or problem stands in for the one that a link asks for; the address stays as it was."""
    page = opened(view, **address)

    assert not page.exception
    assert "Not here" in html(page)
    assert said in html(page)
    assert "<table>" not in html(page)
    assert all(state(page)[k] == [v] for k, v in address.items())


def test_a_board_under_another_grader_is_not_shown_for_it(sums, opened):
    """A link from before a new grader leads to no other numbers; it says what is near."""
    page = opened(board=sums.slug.replace(sums.grader, "grader-0"))

    assert "Not here" in html(page)
    assert f"board={sums.slug}" in html(page)


def test_a_choice_after_a_dead_link_leads_on(board, opened):
    """The choosers stay; a board that is chosen there is shown."""
    page = opened(board="pears~0123456789ab~bon-2~grader-2~pears-1")
    page.selectbox(key="_task").set_value("invented-sums").run()

    assert "Best of 32 on Invented sums" in html(page)


def test_entries_that_are_not_here_are_named_and_the_others_drawn(board, opened):
    """One of two is unknown."""
    page = opened("curves", board="invented-sums/sums", entries=[ALDER, "Nobody"])

    assert page.multiselect(key="entries").value == [ALDER]
    assert "“Nobody”" in page.warning[0].value
    assert state(page)["entries"] == [ALDER, "Nobody"]


def test_a_run_is_found_by_the_beginning_of_its_id(board, opened, sums):
    """And its board, N, rule and aggregation stand in the address."""
    run = sums.run_ids[0]
    page = opened("run", run=run[:7], n="8")

    assert state(page)["run"] == [run]
    assert state(page)["n"] == ["8"]
    assert run in words(page)


def test_a_row_of_the_board_leads_to_its_run_on_this_board_at_this_n(board, opened, sums):
    """The link carries all three."""
    page = html(opened(board="invented-sums/sums", n="8"))
    link = next(part.split('"')[0] for part in page.split('href="') if part.startswith("./run?"))
    asked = parse_qs(urlsplit(link.replace("&amp;", "&")).query)

    assert asked["board"] == [sums.slug]
    assert asked["n"] == ["8"]
    assert asked["run"][0] in sums.run_ids


def test_a_number_is_cited_at_this_n_rule_and_aggregation(board, opened, sums):
    """Text, BibTeX and LaTeX say the number that stands above them, not the headline."""
    prm = next(e for e in boards.entries(sums) if e.label == ALDER)
    page = opened("run", run=prm.run_id, n="4", rule="best-of-n", aggregation="min")
    sentence, bibtex, latex = (c.value for c in page.code[:3])
    shown = boards.overall(sums)[prm.run_id, "best-of-n", "min"]
    value = f"{100 * shown.value[shown.at(4)]:.1f}"

    assert f"Alder-PRM-7B (min), best-of-n at N = 4 of 32 on Invented sums: {value} %" in sentence
    assert bibtex.startswith(f"@misc{{bonbench-{prm.run_id}-n4,")
    assert f"{value} \\%" in bibtex
    assert f"& 4 & {value} &" in latex


def test_choices_are_remembered_from_view_to_view_and_dropped_where_they_do_not_fit(board, opened):
    """N stays; a rule of another view does not stand in this one's address."""
    page = opened(board="invented-sums/sums", n="8", rule="all")
    page.query_params.clear()  # as the browser does
    page.switch_page("page/views/compare.py").run()

    assert state(page)["n"] == ["8"]
    assert "rule" not in state(page)
