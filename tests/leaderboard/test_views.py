"""Every view, run headless on a small invented store: what it shows, and that its state is its address."""

import pytest

from harness.report import store
from worlds.pages import html, words

VIEWS = (
    "front", "board", "curves", "ood", "compare", "problems", "calibration", "compute", "training", "method", "steps",
    "verifier", "run",
)  # fmt: skip


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_opens(board, opened, view):
    """No view fails on a store with two tasks, six verifiers and the controls."""
    page = opened(view)

    assert not page.exception
    assert "bo-title" in html(page)


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_opens_on_a_group(board, opened, view):
    """A group of tasks is a board like any other; what it cannot show says so."""
    page = opened(view, board="everything")

    assert not page.exception


def test_the_ranking_shows_every_entry_and_marks_the_controls(board, opened):
    """Six verifiers, the three controls and the ceiling; the one that scored too little stands below the line."""
    page = html(opened(board="invented-sums/sums"))
    above, below = page.split("Not ranked")

    for name in ("Alder-PRM-7B", "Birch-PRM-1.5B", "Cedar-PRM-7B", "Dogwood-ORM-8B", "Elm-ORM-1.5B"):
        assert f"<b>{name}</b>" in above
    assert above.count(">control</span>") == 3
    assert above.count(">ceiling</span>") == 1
    assert "<b>Fig-judge-0.5B</b>" in below
    assert "% of the samples; 99 % are needed for a rank" in below


def test_filters_hide_verifiers_and_never_controls(board, opened):
    """A family that is chosen stays alone with the controls."""
    page = html(opened(board="invented-sums/sums", family="AlderPRM"))

    assert "<b>Alder-PRM-7B</b>" in page
    assert "<b>Birch-PRM-1.5B</b>" not in page
    assert "<b>majority</b>" in page


def test_a_lower_coverage_threshold_ranks_what_it_lets_in(board, opened):
    """Nothing stands below the line where nothing has to be scored."""
    assert "Not ranked" not in html(opened(board="invented-sums/sums", coverage="0"))


def test_all_rules_show_every_aggregation(board, opened):
    """A grid, not ranks: one row a verifier, each PRM under each of its aggregations and the weighted vote."""
    page = html(opened(board="invented-sums/sums", rule="all"))

    (row,) = (part.split("</tr>")[0] for part in page.split("</span>Alder-PRM-7B</th>")[1:])
    assert row.count("<small>") == 6
    assert row.count("<b>") == 1
    assert ">Rank<" not in page
    assert "weighted vote" in page


def test_published_numbers_stand_apart_and_unranked(own_board, opened):
    """What others published on the task has a section of its own."""
    with store.writing(own_board) as connection:
        connection.execute("update runs set task = 'math500' where task = 'invented-sums'")
    page = html(opened(board="math500/sums"))

    ranked, published = page.split("Published elsewhere")
    assert "Lightman" not in ranked
    assert "Lightman" in published
    assert "78.2" in published


def test_an_address_shows_the_same_view(board, opened):
    """Board, N, entries, band and quintile come from the address."""
    address = {"board": "invented-sums/sums", "n": "8", "entries": "majority", "band": "none", "linear": "true"}
    page = opened("curves", **address, slice="5")

    assert page.select_slider(key="n").value == 8
    assert page.multiselect(key="entries").value == ["majority"]
    assert page.toggle(key="linear").value is True
    assert len(page.get("vega_lite_chart")) == 2  # all problems, and one quintile large


def test_quintiles_are_small_multiples(board, opened):
    """One chart of all problems and one a quintile."""
    assert len(opened("curves", board="invented-sums/sums").get("vega_lite_chart")) == 6


def test_runs_with_a_contamination_report_are_split_by_it(own_board, opened):
    """One chart of all problems, one of the clean ones and one of the contaminated ones."""
    with store.writing(own_board) as connection:
        connection.execute(
            """
            insert into results by name
            select * replace ('contamination' as slice_kind, if(slice = '1', 'clean', 'contaminated') as slice)
            from results where slice_kind = 'quintile' and slice in ('1', '2')
            """
        )
    page = opened("curves", board="invented-sums/sums", split="contamination")

    assert not page.exception
    assert len(page.get("vega_lite_chart")) == 3
    assert {"clean", "contaminated"} <= {m.value.split("**")[1] for m in page.markdown if m.value.startswith("**")}


def test_two_entries_are_compared_on_the_same_problems(board, opened):
    """The paired difference stands in a sentence, with its interval and its p-value."""
    page = opened("compare", board="invented-sums/sums", a="Alder-PRM-7B (product)", b="Elm-ORM-1.5B")

    assert "points, 95 % interval" in words(page)
    assert "Holm-adjusted over 10 values of N" in words(page)
    assert "the ranking at this N, Holm-adjusted over all its pairs" in words(page)
    assert "./problems?" in html(page)


def test_a_pair_that_was_chosen_because_it_is_best_says_so(board, opened):
    """By default A is the most accurate verifier; a pair without it is not excused."""
    assert "best partly by luck" in words(opened("compare", board="invented-sums/sums"))
    other = opened("compare", board="invented-sums/sums", a="Elm-ORM-1.5B", b="majority")
    assert "best partly by luck" not in words(other)


def test_a_new_rule_is_on_the_board_without_being_known_to_the_page(own_board, opened):
    """Its label, its place in the list of rules and its explorer come from the store."""
    with store.writing(own_board) as connection:
        connection.execute(
            "insert into measures values ('median-of-n', 'median of N', 'rule', 'share', true, true, false, 9)"
        )
        for table in ("results", "problem_results"):
            connection.execute(
                f"insert into {table} by name select * replace ('median-of-n' as measure) from {table} "
                "where measure = 'best-of-n' and aggregation = 'product'"
            )
    ranked = opened(board="invented-sums/sums", rule="median-of-n")

    assert not ranked.exception
    assert "median of N · product" in html(ranked)
    explored = opened("problems", board="invented-sums/sums", a="Alder-PRM-7B (product), median of N")
    assert not explored.exception
    assert "rule not known here" in list(explored.dataframe[0].value["verdict"])


def test_step_metrics_stand_where_the_pool_has_labels(board, opened):
    """The invented pool labels every step."""
    page = html(opened("calibration", board="invented-sums/sums"))

    assert "first-error F1 %" in page
    assert "AUC within" in page


def test_out_of_distribution_stands_beside_the_published_table(board, opened):
    """Our sets with their aggregate, and the paper's."""
    page = opened("ood")

    assert "Aggregate" in html(page)
    assert "Orbits" in html(page)
    assert "AP Calculus" in html(page)
    assert "63.8" in html(page)


def test_a_run_is_shown_in_full_with_how_to_cite_it(board, opened):
    """Sentence, BibTeX of the number and of the tool."""
    page = opened("run")

    assert "bonbench run" in words(page)
    assert "@misc{bonbench-" in words(page)
    assert "@software{bonbench" in words(page)


def test_the_formulas_stand_on_the_page(board, opened):
    """docs/method.md is a view."""
    assert "C(M-a, N)" in words(opened("method"))


def test_every_table_and_chart_can_be_downloaded(board, opened):
    """CSV for each, SVG and PNG for charts, LaTeX for tables."""
    files = {button.proto.label for button in opened("compare").get("download_button")}

    assert files == {"CSV", "SVG", "PNG", "LaTeX"}
