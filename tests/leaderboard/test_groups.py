"""Groups of tasks, and accuracy for its cost."""

from dataclasses import asdict, replace

import numpy as np
import pytest

from harness.measure import statistics
from harness.records import GroupRow, TaskGroup
from harness.report import group, store
from leaderboard.read import frontier, groups, ood, queries, ranking
from leaderboard.read.records import Curve, Member


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
