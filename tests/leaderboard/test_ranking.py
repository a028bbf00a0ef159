"""The order of a board: ranks, what stands below the line, gains, and groups of tasks."""

from dataclasses import asdict, replace

import numpy as np
import pytest

from harness.measure import statistics
from harness.measure.ranking import places
from harness.records import GroupRow, TaskGroup
from harness.report import group, store
from leaderboard.draw import words
from leaderboard.read import frontier, groups, ood, queries, ranking
from leaderboard.read.records import Curve, Member


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
        connection.execute("update runs set protocol = 'bon-2' where verifier = 'Alder-PRM-7B'")
        connection.execute("update runs set grader = 'grader-9' where verifier = 'Birch-PRM-1.5B'")
        connection.execute("update runs set pool_digest = 'other' where verifier = 'Cedar-PRM-7B'")
    with store.reading(own_board) as connection:
        found = queries.boards(connection)
        names = [b.name for b in found]
        together = [{e.verifier for e in queries.entries(connection, b)} for b in found]

    assert len(set(names)) == len(names) == 8
    assert not any({"Alder-PRM-7B", "Birch-PRM-1.5B"} <= verifiers for verifiers in together)


# ------------------------------------------------------------------------------------------------ groups


def test_a_pooled_curve_equals_pooling_the_problems(asked):
    """Mean, interval and draw deviation from two tasks' reported numbers are those of their problems together."""
    parts, p = [], []
    for _, entries, curves, values in asked.values():
        entry = next(e for e in entries if e.label == "Alder-PRM-7B (product)")
        parts.append(curves["all"][entry.key])
        p.append(values.p[values.row[entry.key]])
    together = np.concatenate(p)
    pooled = groups.pooled(parts)
    at = pooled.at(8)
    interval = statistics.mean_interval(together)

    assert pooled.value[at] == pytest.approx(together.mean())
    assert pooled.standard_error[at] == pytest.approx(statistics.standard_error(together))
    assert (pooled.low[at], pooled.high[at]) == pytest.approx((interval.low, interval.high))
    assert pooled.draw_deviation[at] == pytest.approx(statistics.draw_deviation(together))
    assert pooled.n_problems == len(together)
    gains = [part.choosing[part.at(8)] for part in parts]
    assert pooled.choosing[at] == pytest.approx(np.average(gains, weights=[part.n_problems for part in parts]))


def test_pools_of_unknown_generators_are_not_joined(asked):
    """Two that are not stated need not be the same; one task of each is no group."""
    boards = [replace(found, generator="") for found, *_ in asked.values()]
    known = [
        {
            "name": "both",
            "title": "Both",
            "domain": "made",
            "rows": [{"label": b.task, "tasks": [b.task], "subjects": []}],
        }
        for b in boards
    ]

    assert groups.boards(boards, known, lambda b: {}) == []
    assert ood.inside(boards, "") == []


def test_a_group_takes_some_subjects_of_a_task(asked):
    """A row that names subjects counts their problems alone."""
    boards = [found for found, *_ in asked.values()]
    known = [
        {
            "name": "two",
            "title": "Two sets",
            "domain": "made",
            "rows": [
                {"label": "Sums", "tasks": ["invented-sums"], "subjects": []},
                {"label": "Orbits", "tasks": ["invented-science"], "subjects": ["Orbits"]},
                {"label": "Elsewhere", "tasks": ["unknown"], "subjects": []},
            ],
        }
    ]
    subjects = {"a": "Orbits", "b": "Circuits", "c": "Orbits"}
    (found,) = [b for b in groups.boards(boards, known, lambda b: subjects) if b.task == "two"]

    assert found.title == "Two sets (2 of 3 sets)"
    assert [(m.label, m.keep) for m in found.members] == [("Sums", None), ("Orbits", frozenset({"a", "c"}))]
    assert found.n_problems == 25 + 2


def test_a_group_s_board_is_the_group_s_table(asked, board):
    """The page pools problems as ``bonbench group`` does."""
    rows = (GroupRow("Sums", ("invented-sums",)), GroupRow("Orbits", ("invented-science",), ("Orbits",)))
    made = TaskGroup("two", "Two sets", "made", rows)
    with store.reading(board) as connection:
        expected = group.table(connection, made, 8)
        subjects = {
            found.name: {r["problem_id"]: r["subject"] for r in queries.problems(connection, found.pool_digest)}
            for found, *_ in asked.values()
        }
    (two,) = [
        b
        for b in groups.boards([found for found, *_ in asked.values()], [asdict(made)], lambda b: subjects[b.name])
        if b.task == "two"
    ]
    by_name = {found.name: (entries, values) for found, entries, _, values in asked.values()}
    members = [(m, *by_name[m.board.name]) for m in two.members]
    pooled = groups.entries([entries for _, entries, _ in members])
    values = groups.values(pooled, members)
    found = {(e.verifier, e.measure, e.aggregation): values.p[values.row[e.key]].mean() for e in pooled}

    assert two.n_problems == expected.lines[0].aggregate.n_problems
    for line in expected.lines:
        assert found[line.verifier, line.measure, line.aggregation] == pytest.approx(line.aggregate.value)


def test_the_aggregate_is_over_problems_not_over_sets(asked):
    """Two sets of different size: the larger one weighs more."""
    parts = []
    for found, entries, _, values in asked.values():
        parts.append(ood.Part(Member(found.title, found), 8, entries, values))
    alder = groups.who(next(e for e in parts[0].entries if e.label == "Alder-PRM-7B (product)"))
    sizes = [len(part.values.problem_ids) for part in parts]
    each = [ood.pooled([part])[alder].value for part in parts]

    assert len(set(sizes)) == 2
    assert ood.pooled(parts)[alder].value == pytest.approx(np.average(each, weights=sizes))


# ------------------------------------------------------------------------------------------------ cost


def test_the_frontier_is_what_nothing_beats_at_its_cost(asked):
    """By hand: accuracy rises strictly along the marked points, and every other point is beaten or equalled."""
    _, entries, curves, _ = asked["invented-sums"]
    generation = frontier.Generation(tokens=100.0, parameters=None)
    measure = frontier.measures(entries, generation)["tokens"]
    rows = frontier.rows(ranking.chosen(entries, "headline"), curves["all"], measure, generation)
    marked = sorted((r for r in rows if r["frontier"]), key=lambda r: r["cost"])

    assert [r["value"] for r in marked] == sorted({r["value"] for r in marked})
    for row in rows:
        if not row["frontier"]:
            assert any(m["cost"] <= row["cost"] and m["value"] >= row["value"] for m in marked)


def test_cost_counts_generation_and_verification(asked):
    """N solutions cost N times (generated tokens + verified tokens); majority vote verifies nothing."""
    _, entries, curves, _ = asked["invented-sums"]
    generation = frontier.Generation(tokens=100.0, parameters=None)
    measure = frontier.measures(entries, generation)["tokens"]
    rows = frontier.rows(entries, curves["all"], measure, generation)
    alder = next(e for e in entries if e.label == "Alder-PRM-7B (product)")
    at = {(r["label"], r["n"]): r["cost"] for r in rows}

    assert at["majority", 8] == pytest.approx(800.0)
    assert at["Alder-PRM-7B (product)", 8] == pytest.approx(8 * (100.0 + ranking.per_solution(alder, "tokens")))


def test_without_the_cost_of_verifiers_there_is_no_frontier(asked):
    """Counted by solutions alone, the best at each N would be on it, however much it took to run."""
    _, entries, curves, _ = asked["invented-sums"]
    generation = frontier.Generation(tokens=100.0, parameters=None)
    measure = frontier.measures(entries, generation)["solutions"]
    controls = [e for e in entries if e.control]

    assert not any(r["frontier"] for r in frontier.rows(entries, curves["all"], measure, generation))
    tokens = frontier.measures(entries, generation)["tokens"]
    assert not any(r["frontier"] for r in frontier.rows(controls, curves["all"], tokens, generation))


def test_a_curve_knows_its_values_of_n():
    """A position, or None where it lacks this N."""
    one = np.array([0.5, 0.6])
    curve = Curve(np.array([1, 4]), *[one] * 8, n_problems=3)

    assert curve.at(4) == 1
    assert curve.at(2) is None
