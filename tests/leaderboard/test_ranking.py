"""The order of a board: ranks, what stands below the line, gains, and groups of tasks."""

from dataclasses import replace

import numpy as np
import pytest

from harness.measure import statistics
from harness.measure.ranking import places
from harness.report import store
from leaderboard.draw import words
from leaderboard.read import queries, ranking


def test_the_ceiling_stands_first_and_has_no_rank(lines):
    """pass@N is not a competitor."""
    assert lines[0].entry.control == "oracle"
    assert lines[0].place is None


def test_ranks_follow_accuracy_and_lie_in_their_intervals(lines):
    """1, 2, 3, ... by falling accuracy; each inside the places that significant differences leave open."""
    ranked = [x for x in lines if x.place]

    assert [x.place.rank for x in ranked] == list(range(1, len(ranked) + 1))
    assert [x.value for x in ranked] == sorted((x.value for x in ranked), reverse=True)
    assert all(x.place.best <= x.place.rank <= x.place.worst for x in ranked)


def test_controls_stand_among_the_verifiers_by_accuracy_and_have_no_rank(lines):
    """Numbers are for what competes."""
    shown = [x for x in lines[1:] if not x.reason]

    assert [x.value for x in shown] == sorted((x.value for x in shown), reverse=True)
    assert [x.entry.control for x in shown if x.place is None].count("majority") == 1
    assert all(x.place is None for x in shown if x.entry.control)


def test_places_come_from_the_same_pairs_as_those_of_the_statistics(asked, lines):
    """The page adds nothing to harness.measure.statistics; controls are tested with the rest, and not counted."""
    _, _, _, values = asked["invented-sums"]
    tested = [x for x in lines if not x.reason and x.entry.control != "oracle"]
    significant = statistics.significant_pairs(np.stack([values.p[values.row[x.entry.key]] for x in tested]))
    count = sum(x.place is not None for x in tested)
    for i, line in enumerate(tested):
        if line.place:
            apart = [x for j, x in enumerate(tested) if significant[i, j] and x.place]
            better = sum(x.value > line.value for x in apart)
            assert (line.place.best, line.place.worst) == (1 + better, count - (len(apart) - better))


def test_equal_accuracies_share_a_rank():
    """Two firsts and a third."""
    p = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    found = places(p)

    assert [words.rank(x) for x in found] == ["1=", "1=", "3"]


def test_accuracy_is_the_mean_of_p(asked, lines):
    """The reported number and the problem values behind the tests are the same."""
    _, _, _, values = asked["invented-sums"]
    for line in lines:
        assert line.value == pytest.approx(values.p[values.row[line.entry.key]].mean())


def test_the_gain_is_the_paired_difference_from_majority(lines):
    """With its interval around it."""
    majority = next(x for x in lines if x.entry.control == "majority")
    for line in lines:
        if line is majority:
            assert line.gain is None
        else:
            assert line.gain == pytest.approx(line.value - majority.value)
            assert line.gain_low <= line.gain <= line.gain_high


def test_the_gap_runs_from_chance_to_the_oracle(lines):
    """Random closes none of it, pass@N all of it, and a verifier its own gain as a share of the ceiling's."""
    by_control = {x.entry.control: x for x in lines if x.entry.control}
    fair, ceiling = by_control["random"].value, by_control["oracle"].value

    assert by_control["random"].gap_closed == pytest.approx(0.0)
    assert by_control["oracle"].gap_closed == pytest.approx(1.0)
    for line in lines:
        assert line.gap_closed == pytest.approx((line.value - fair) / (ceiling - fair))


def test_the_gap_needs_no_chance_on_the_board(asked):
    """It is made from the stored gains: the oracle is enough."""
    found, entries, curves, values = asked["invented-sums"]
    few = [e for e in ranking.chosen(entries, "headline") if e.competes or e.control == "oracle"]
    lines = ranking.standings(found, few, curves["all"], values, 8)

    assert all(x.gap_closed is not None for x in lines)


def test_accuracy_is_the_mean_plus_what_answering_and_choosing_gain(asked, lines):
    """At N = 1 nothing is gained by answering, and the fair choice is the mean."""
    _, entries, curves, _ = asked["invented-sums"]
    chance = next(e for e in entries if e.control == "random")
    mean = float(curves["all"][chance.key].value[0])
    for line in lines:
        assert line.value == pytest.approx(mean + line.answering + line.choosing)


def test_what_scored_too_little_is_below_the_line_with_the_reason(lines):
    """Fig-judge cannot read long solutions."""
    below = [x for x in lines if x.reason]

    assert [x.entry.verifier for x in below] == ["Fig-judge-0.5B"]
    assert lines[-1] is below[0]
    assert "scored only" in below[0].reason
    assert below[0].value is not None


@pytest.mark.parametrize("least", [0.0, 0.99])
def test_what_scored_nothing_has_no_rank_whatever_the_threshold(asked, least):
    """As a length rule where the pool keeps no texts."""
    found, entries, curves, values = asked["invented-sums"]
    some = [
        replace(e, coverage={**e.coverage, "unscored": e.coverage["slots"] - e.coverage["missing"]})
        if e.control == "length"
        else e
        for e in ranking.chosen(entries, "headline")
    ]
    line = next(
        x for x in ranking.standings(found, some, curves["all"], values, 8, least) if x.entry.control == "length"
    )

    assert line.reason == "scored none of the samples"


def test_a_class_called_like_a_control_is_an_ordinary_verifier(own_board):
    """What is a control is said by the run, not by a name."""
    with store.writing(own_board) as connection:
        for verifier, name in (("Alder-PRM-7B", "Random"), ("Birch-PRM-1.5B", "Majority"), ("Cedar-PRM-7B", "Length")):
            connection.execute("update runs set family = ? where verifier = ?", [name, verifier])
    with store.reading(own_board) as connection:
        found = queries.boards(connection)[0]
        entries = [e for e in queries.entries(connection, found) if e.family in ("Random", "Majority", "Length")]
        verifiers = queries.verifiers(connection)
    own = [e for e in entries if e.verifier in ("Alder-PRM-7B", "Birch-PRM-1.5B", "Cedar-PRM-7B")]

    assert {e.family for e in own} == {"Random", "Majority", "Length"}
    assert all(e.competes for e in own)
    assert {"Alder-PRM-7B", "Birch-PRM-1.5B", "Cedar-PRM-7B"} <= set(verifiers)


def test_the_verdict_on_a_pair_is_that_of_the_ranking(asked, lines):
    """The places follow from the very pairs that the family tells apart."""
    found, entries, _, values = asked["invented-sums"]
    family = ranking.family(found, ranking.chosen(entries, "headline"), values, 8)
    ranked = [x for x in lines if x.place]
    first, last = ranked[0], ranked[-1]
    oracle = next(e for e in entries if e.control == "oracle")

    assert family.tells_apart(first.entry, last.entry) is (last.place.best > 1)
    assert family.tells_apart(first.entry, oracle) is None


def test_an_entry_without_this_n_is_listed_not_ranked(asked):
    """It says which N it has."""
    found, entries, curves, values = asked["invented-sums"]
    some = [replace(e, ns=(1, 2)) if e.verifier == "Alder-PRM-7B" else e for e in ranking.chosen(entries, "headline")]
    line = next(
        x for x in ranking.standings(found, some, curves["all"], values, 8) if x.entry.verifier == "Alder-PRM-7B"
    )

    assert line.place is None
    assert line.reason == "not measured at N = 8 (it has 1, 2)"


def test_the_newest_of_equal_runs_stands_on_the_board(own_board):
    """Measured twice under other options, a verifier has one line, the newer."""
    with store.writing(own_board) as connection:
        connection.execute("create temp table again as select * from runs where verifier = 'Alder-PRM-7B'")
        connection.execute("update again set run_id = 'again-' || task, started = '2999-01-01T00:00:00+00:00'")
        connection.execute("insert into runs select * from again")
        connection.execute(
            "insert into results select 'again-' || r.task, x.* exclude (run_id) from results x join runs r "
            "using (run_id) where r.verifier = 'Alder-PRM-7B' and r.run_id not like 'again%'"
        )
    with store.reading(own_board) as connection:
        found = queries.boards(connection)[0]
        ids = [e.run_id for e in queries.entries(connection, found) if e.verifier == "Alder-PRM-7B"]

    assert set(ids) == {f"again-{found.task}"}


def test_runs_of_other_pools_protocols_and_graders_are_other_boards(own_board):
    """They are never ranked together."""
    with store.writing(own_board) as connection:
        connection.execute("update runs set protocol = 'bon-9' where verifier = 'Alder-PRM-7B'")
        connection.execute("update runs set grader = 'grader-9' where verifier = 'Birch-PRM-1.5B'")
        connection.execute("update runs set pool_digest = 'other' where verifier = 'Cedar-PRM-7B'")
    with store.reading(own_board) as connection:
        found = queries.boards(connection)
        names = [b.name for b in found]
        together = [{e.verifier for e in queries.entries(connection, b)} for b in found]

    assert len(set(names)) == len(names) == 8
    assert not any({"Alder-PRM-7B", "Birch-PRM-1.5B"} <= verifiers for verifiers in together)
