"""Reading samples, grades and scores of one problem, and who picks what."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from harness.errors import BadPool
from harness.measure import calibration
from leaderboard.page import explorer
from leaderboard.read import bulk, queries, samples


@pytest.fixture
def asked(board):
    """A connection to the invented store, and its board of sums."""
    from harness.report import store

    with store.reading(board) as connection:
        yield connection, next(b for b in queries.boards(connection) if b.task == "invented-sums")


@pytest.fixture
def problem(asked):
    """One problem of it, with the pool."""
    connection, found = asked
    row = queries.pool(connection, found.pool_digest)
    pool = samples.open_pool(row["path"], found.pool)
    return pool, samples.of_problem(pool, samples.located(row["grades_path"]), "invented-sums/004")


def test_only_the_row_groups_that_hold_the_rows_are_read(tmp_path, monkeypatch):
    """Ten rows over two of fifty row groups: two are read."""
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"x": range(1000)}), path, row_group_size=20)
    read = []
    original = pq.ParquetFile.read_row_groups
    monkeypatch.setattr(
        pq.ParquetFile,
        "read_row_groups",
        lambda self, groups, **kw: read.extend(groups) or original(self, groups, **kw),
    )

    assert samples.rows_between(path, 55, 10, ["x"])["x"].to_pylist() == list(range(55, 65))
    assert read == [2, 3]


@pytest.mark.parametrize("content", [None, b"", b"not parquet"])
def test_a_damaged_file_is_named(tmp_path, content):
    """Missing and damaged files end in one sentence."""
    path = tmp_path / "rows.parquet"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(BadPool, match=r"rows\.parquet"):
        samples.rows_between(path, 0, 1, ["x"])


def test_a_file_that_is_too_short_is_refused(tmp_path):
    """Scores of fewer samples than the pool has are not shown beside the wrong ones."""
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"x": [1, 2]}), path)

    with pytest.raises(BadPool, match="2 rows"):
        samples.rows_between(path, 1, 5, ["x"])


def test_clusters_hold_every_sample_once(problem):
    """Most frequent answer first, samples without one last."""
    _, found = problem
    clusters = found.clusters()
    members = sorted(i for c in clusters for i in c.members)
    sizes = [len(c.members) for c in clusters if c.answer is not None]

    assert members == list(range(len(found)))
    assert sizes == sorted(sizes, reverse=True)


def test_a_pick_at_m_is_the_best_scored_sample(asked, problem):
    """With all slots drawn the pick is certain, and right as often as the store says."""
    connection, found_board = asked
    pool, found = problem
    entries = queries.entries(connection, found_board)
    alder = next(e for e in entries if e.label == "Alder-PRM-7B (product)")
    values = queries.values(connection, found_board, 32)
    score = samples.scored(pool, found, alder).under("product")
    p = values.p[values.row[alder.key], values.problem_ids.index("invented-sums/004")]
    pick = explorer.pick(alder, found, score, 32, p)

    assert pick.chance == pytest.approx(1.0)
    assert found.verdict(pick.sample) == ("right" if p > 0.5 else "wrong")


def test_a_vote_picks_the_first_sample_of_its_answer(asked, problem):
    """No chance of its own: another sample of the same answer stands for it as well."""
    connection, found_board = asked
    _, found = problem
    majority = next(e for e in queries.entries(connection, found_board) if e.control == "majority")
    pick = explorer.pick(majority, found, None, 8, 0.5)

    assert pick.sample == found.clusters()[0].members[0]
    assert (pick.chance, pick.note) == (None, "")


def test_a_rule_that_is_not_known_here_picks_nothing_and_says_so(asked, problem):
    """A card from elsewhere may be under a rule that this installation lacks; it is not shown as another one's pick."""
    connection, found_board = asked
    _, found = problem
    entry = queries.entries(connection, found_board)[0]
    strange = replace(entry, described=replace(entry.described, measure="median-of-n"))
    pick = explorer.pick(strange, found, None, 8, 0.5)

    assert (pick.sample, pick.note) == (None, "rule not known here")


def test_a_verifier_without_its_scores_picks_nothing(asked, problem):
    """Rather than what the majority picks."""
    connection, found_board = asked
    _, found = problem
    alder = next(e for e in queries.entries(connection, found_board) if e.label == "Alder-PRM-7B (product)")

    assert explorer.pick(alder, found, None, 8, 0.5).note == "scores not at hand"


def test_step_scores_stand_beside_their_steps(asked, problem):
    """As many scores as steps, in every sample."""
    connection, found_board = asked
    pool, found = problem
    alder = next(e for e in queries.entries(connection, found_board) if e.label == "Alder-PRM-7B (product)")
    score = samples.scored(pool, found, alder)

    for i in range(len(found)):
        own = score.steps_of(i)
        assert len(samples.score_steps(found, i, len(own), samples.separator(alder))) == len(own)


def test_bulk_scores_are_those_of_the_problems(asked, problem):
    """The whole pool at once gives the same numbers as one problem at a time."""
    connection, found_board = asked
    pool, found = problem
    row = queries.pool(connection, found_board.pool_digest)
    alder = next(e for e in queries.entries(connection, found_board) if e.label == "Alder-PRM-7B (product)")
    first = bulk.first(pool, samples.located(row["grades_path"]), 1000)
    whole = calibration.judged(first.graded, bulk.scored(first, pool, alder).under("product"))
    place = list(pool.problems).index("invented-sums/004")
    one = samples.scored(pool, found, alder).under("product").value
    usable = [i for i in range(len(found)) if found.verdict(i) in ("right", "wrong")]

    np.testing.assert_allclose(whole.score[whole.problem == place], one[usable])


def test_scores_that_are_gone_are_not_fatal(asked, problem):
    """A run whose scores were deleted is shown without them."""
    connection, found_board = asked
    pool, found = problem
    alder = next(e for e in queries.entries(connection, found_board) if e.label == "Alder-PRM-7B (product)")

    assert samples.scored(pool, found, replace(alder, scores_path="gone.parquet")) is None
