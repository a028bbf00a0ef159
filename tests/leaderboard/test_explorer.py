"""The explorer: which problems match, what each verifier picks, two picks side by side, and the address of it all."""

import re

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from harness.report import opening, store
from leaderboard.draw.charts import heatmap
from leaderboard.page import explorer
from leaderboard.page.explorer import Listed
from leaderboard.read import samples, search
from worlds.pages import html, words

ALDER, BIRCH = "Alder-PRM-7B (product)", "Birch-PRM-1.5B (product)"


def press(page, label: str):
    """Click the button of that name."""
    return next(b for b in page.button if b.label == label).click().run()


def table(page) -> list[list[str]]:
    """The cells of the answers."""
    text = next(m.value for m in page.markdown if m.value.startswith("| Answer"))
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in text.split("\n")]


def test_the_quintiles_of_the_explorer_are_those_of_the_run_shown(own_board, opened):
    """A run whose quintiles another pool set keeps them, whatever the newest run has."""
    with store.writing(own_board) as connection:
        own = "select run_id from runs where verifier = 'Elm-ORM-1.5B'"
        connection.execute(f"update difficulty set quintile = 3 where run_id in ({own})")
    page = opened("problems", board="invented-sums/sums", a="Elm-ORM-1.5B", quintile="3")

    assert page.selectbox(key="problem").label == "Problem, 25 of 25"


def test_a_problem_shows_its_answers_and_picks(board, opened):
    """Answers with the most samples first, each verifier's pick, and the steps of two solutions with their numbers."""
    page = opened("problems", board="invented-sums/sums", problem="invented-sums/004", b=BIRCH)

    heads, _, *rows = table(page)
    assert heads == ["Answer", "Verdict", "Samples", "Share %", "Σ A", "Σ B"]
    counts = [int(row[2]) for row in rows if row[0] != "no answer"]
    assert counts == sorted(counts, reverse=True)
    assert ALDER in list(page.dataframe[0].value["entry"])
    assert "An invented problem" in words(page)
    for side in "ab":
        assert re.search(rf'st-key-step-{side}-\d+-0::before{{content:"1 · [01]\.\d+', html(page))


def test_each_pane_shows_its_own_pick_and_the_address_keeps_both(board, opened):
    """A's pick on the left, B's on the right; another choice on one side stands in the address beside the other."""
    page = opened("problems", board="invented-sums/sums", show="a-right", b=BIRCH)
    picks = page.dataframe[0].value.set_index("entry")["sample"]

    assert page.selectbox(key="sample").value == picks[ALDER]
    assert page.selectbox(key="sample_b").value == picks[BIRCH]
    assert page.query_params["sample_b"] in (str(picks[BIRCH]), [str(picks[BIRCH])])
    other = next(o for o in range(32) if o not in (picks[ALDER], picks[BIRCH]))
    page.selectbox(key="sample_b").set_value(other).run()
    again = opened("problems", **{k: page.query_params[k] for k in page.query_params})
    assert again.selectbox(key="sample_b").value == other
    assert again.selectbox(key="sample").value == picks[ALDER]


def test_next_and_previous_walk_the_list(board, opened):
    """The buttons move to the neighbours, round the ends."""
    page = opened("problems", board="invented-sums/sums")
    first = page.selectbox(key="problem").value
    press(page, "Next")
    second = page.selectbox(key="problem").value
    press(page, "Previous")

    assert second != first
    assert page.selectbox(key="problem").value == first


def test_another_problem_shows_its_own_pick(board, opened):
    """The sample in view is A's pick again, not the slot of the problem before."""
    page = opened("problems", board="invented-sums/sums")
    for _ in range(5):
        press(page, "Next")
        picks = page.dataframe[0].value.set_index("entry")["sample"]

        assert page.selectbox(key="sample").value == picks[page.selectbox(key="a").value]


def test_problems_are_filtered_by_who_is_right(board, opened):
    """'A right, B wrong' lists only such problems."""
    page = opened("problems", board="invented-sums/sums", show="a-right")

    a, b = re.search(r"A ([\d.]+) %, B ([\d.]+) %", words(page).replace("\\", "")).groups()
    assert float(a) > 50 >= float(b)


def test_a_text_is_found_in_problems_and_in_solutions(board, opened):
    """A word of one problem leaves the problems that have it; a phrase of solutions names the samples."""
    whole = opened("problems", board="invented-sums/sums")
    named = opened("problems", board="invented-sums/sums", find="HANA STARTS")
    said = opened("problems", board="invented-sums/sums", find="I am not sure how to finish")

    count = lambda page: int(page.selectbox(key="problem").label.split(",")[1].split()[0])  # noqa: E731
    assert 0 < count(named) < count(whole)
    assert "Hana starts" in words(named)
    assert "The text stands in the samples" in words(said)


def test_undecided_grades_and_disagreeing_labels_are_counted(tmp_path, board):
    """By hand: of four samples one is undecided, and the source calls one right that is wrong."""
    with store.reading(board) as connection:
        path = connection.execute("select path from pools where name = 'sums'").fetchone()[0]
    pool = samples.open_pool(path, "sums")
    own = tmp_path / "pool"
    own.mkdir()
    ids, index = ["p", "p", "q", "q"], pa.array([0, 1, 0, 1], pa.int32())
    given = pa.table({"problem_id": ids, "index": index, "given_correct": [True, True, False, None]})
    pq.write_table(given, own / "samples.parquet")
    grades = pa.table(
        {"problem_id": ids, "index": index, "key": ["1", "2", "3", None], "correct": [None, False, False, None]}
    )
    pq.write_table(grades, own / "grades.parquet")
    found = search.marks(type(pool)(own, pool.manifest), own / "grades.parquet")

    assert found.undecided == {"p": 1}
    assert found.disagreeing == {"p": 1}


@pytest.mark.parametrize(("kind", "kept"), [("undecided", ["u"]), ("disagreeing", ["d"]), ("all", ["u", "d", "n"])])
def test_problems_worth_a_second_look_are_filtered(kind, kept):
    """Each filter keeps what it names."""
    listed = [
        Listed(name, None, None, "1", 0.5, 1.0, 0.0, undecided, against)
        for name, undecided, against in (("u", 2, 0), ("d", 0, 1), ("n", 0, 0))
    ]

    assert [p.id for p in listed if explorer.matches(p, kind, (), (), ())] == kept


def test_answers_are_typeset_and_sources_shown_as_written(own_board, opened):
    """A fraction is mathematics in the table; the switch shows its source."""
    home = own_board.parent
    with duckdb.connect(str(opening.published_copy(own_board)), read_only=True) as connection:
        path = connection.execute("select grades_path from pools where name = 'sums'").fetchone()[0]
    grades = pq.read_table(home / path)
    answers = [r"\frac{1}{2}" if a is not None else None for a in grades["answer"].to_pylist()]
    place = grades.column_names.index("answer")
    pq.write_table(grades.set_column(place, "answer", pa.array(answers)), home / path)
    page = opened("problems", board="invented-sums/sums")

    assert table(page)[2][0] == r"$\frac{1}{2}$"
    assert table(opened("problems", board="invented-sums/sums", raw="true"))[2][0] == r"\\frac\{1\}\{2\}"


def test_the_heatmap_is_in_quintile_order_and_says_where_nothing_differs():
    """A block of rows a quintile, the easiest problem first; a quintile that all get right is one line."""
    listed = [Listed(f"p{i}", None, None, str(1 + i // 2), 1 - i / 10, None, None) for i in (3, 2, 1, 0)]
    blocks = explorer.blocks(listed)
    p = {"A": {"p0": 1.0, "p1": 1.0, "p2": 1.0, "p3": 0.25}, "B": {"p0": 1.0, "p1": 1.0, "p2": 0.5, "p3": 0.0}}
    rows = heatmap.cells(blocks, ["A", "B"], p)
    drawing = heatmap.heatmap(rows, ["A", "B"], 8, "light", "p3")

    assert [(r["block"], r["label"], r["problem"]) for r in rows[-2:]] == [
        ("Quintile 2", "B", "p2"),
        ("Quintile 2", "B", "p3"),
    ]
    cells, marked, heads = drawing.data.values()
    assert {r["problem"] for r in cells} == {"p2", "p3"}
    assert {r["p"] for r in marked} == {25.0, 0.0}
    assert heads[0]["text"] == "Quintile 1, easiest: all right on all 2"
    assert drawing.specification()["layer"]


def test_a_board_of_cards_has_a_heatmap_without_texts(own_board, opened):
    """p_i came with the cards; the order is by the pass rate at N = 1, and the page says where the texts are."""
    with store.writing(own_board) as connection:
        connection.execute("delete from difficulty")
        connection.execute("update pools set path = ''")
    page = opened("problems", board="invented-sums/sums")

    assert not page.exception
    assert len(page.get("vega_lite_chart")) == 1
    assert "result cards only" in words(page)
    assert "pass rate" in words(page)
