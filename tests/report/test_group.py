"""Groups of tasks: rows and aggregates over problems, out of the runs of a store."""

import numpy as np
import pytest
from typer.testing import CliRunner

from harness import registry
from harness.cli import app
from harness.errors import BadInput
from harness.home import default_store
from harness.measure import statistics
from harness.pool.importing import About, import_pool
from harness.records import GroupRow, TaskGroup
from harness.report import group, lookup, store
from harness.run import evaluate
from worlds.made import entry

GROUP = TaskGroup(
    "exams",
    "Exams",
    "ood-stem",
    (
        GroupRow("Fruit", ("fruit",)),
        GroupRow("Kinds of trees", ("trees",), ("Leaves", "Needles")),
    ),
)


def pool(name: str, task: str, problems: dict[str, tuple[str, list[str]]], generator: str = "a model", **more):
    """A pool of four slots: problem -> (subject, answers), the right one always 1; the score is the answer's value."""
    entries = []
    for problem, (subject, given) in problems.items():
        for position, answer in enumerate(given):
            made = entry(problem, answer, scores={"orm": 1.0 / (1 + position)})
            described = made.problem.__class__(id=problem, text=problem, gold="1", subject=subject)
            entries.append(made.__class__(described, made.sample, made.file, made.line))
    return import_pool(name, entries, About(task_name=task, slots=4, generator=generator, **more))


@pytest.fixture
def measured(home):
    """Two tasks, measured with a carried score and the majority vote."""
    fruit = pool("fruit", "fruit", {"pears": ("Fruit", ["1", "1", "2", "1"]), "plums": ("Fruit", ["2", "2", "1", "2"])})
    trees = pool(
        "trees",
        "trees",
        {
            "oak": ("Leaves", ["1", "2", "2", "2"]),
            "pine": ("Needles", ["1", "1", "1", "1"]),
            "stone": ("Minerals", ["2", "2", "2", "2"]),
        },
    )
    verifiers = [registry.verifier("carried:orm"), registry.verifier("majority")]
    results = [evaluate(None, each, verifiers) for each in (fruit, trees)]
    for found in results:
        store.write(default_store(), found)
    return results


def opened(n=None, generator=None, of=GROUP):
    with store.reading(default_store()) as connection:
        return group.table(connection, of, n, generator)


def test_a_row_and_the_aggregate_are_means_over_problems(measured):
    """Every row has the mean of its problems' p_i, the aggregate that of all of them; subjects outside stay outside."""
    table = opened()
    assert (table.n, table.generator, table.missing) == (4, "a model", ())
    assert table.pools == {"fruit": "fruit", "trees": "trees"}
    lines = {(line.verifier, line.measure): line for line in table.lines}
    majority = lines["majority", "majority"]
    assert majority.rows["Fruit"].value == 0.5
    assert majority.rows["Kinds of trees"].value == 0.5
    assert majority.aggregate.n_problems == 4
    best = next(line for (name, rule), line in lines.items() if "orm" in name and rule == "best-of-n")
    assert [best.rows[label].value for label in ("Fruit", "Kinds of trees")] == [0.5, 1.0]
    assert best.aggregate.value == 0.75
    interval = statistics.mean_interval(np.array([1.0, 0.0, 1.0, 1.0]))
    assert (best.aggregate.low, best.aggregate.high) == (interval.low, interval.high)
    assert len(best.run_ids) == 2
    assert table.lines[0].aggregate.value >= table.lines[-1].aggregate.value


def test_n_is_the_same_in_all_rows(measured):
    """A smaller N is read from the same runs; one that is not in all of them is refused with those that are."""
    one = opened(n=1)
    line = next(line for line in one.lines if line.measure == "majority")
    assert line.rows["Fruit"].value == pytest.approx(0.5)
    assert line.rows["Kinds of trees"].value == pytest.approx((0.25 + 1.0) / 2)
    with pytest.raises(BadInput, match=r"have no N = 3; all have \[1, 2, 4\]"):
        opened(n=3)


def test_a_missing_task_leaves_its_row_and_the_aggregate_out(measured):
    """Nothing is aggregated over a part of a group without saying so."""
    wider = TaskGroup("wider", "Wider", "ood-stem", (*GROUP.rows, GroupRow("Stars", ("stars",))))
    table = opened(of=wider)
    assert table.missing == ("Stars",)
    assert all(line.aggregate is None for line in table.lines)
    with pytest.raises(BadInput, match="no run on a task of the group 'other': stars"):
        opened(of=TaskGroup("other", "Other", "", (GroupRow("Stars", ("stars",)),)))


def test_only_one_generator_and_its_newest_pool_count(measured):
    """Samples of two generators are never aggregated; of two pools of a task the newest one is read."""
    other = pool("fruit-2", "fruit", {"pears": ("Fruit", ["1"] * 4)}, "another model")
    store.write(default_store(), evaluate(None, other, [registry.verifier("majority")]))
    assert opened().generator == "a model"
    assert opened(generator="another model").missing == ("Kinds of trees",)
    with pytest.raises(BadInput, match="there are another model, a model|there are a model, another model"):
        opened(generator="a third")
    newer = pool("fruit-3", "fruit", {"pears": ("Fruit", ["1"] * 4), "plums": ("Fruit", ["1"] * 4)})
    with store.writing(default_store()) as connection:
        connection.execute("update runs set started = '2020-01-01T00:00:00+00:00'")
    store.write(default_store(), evaluate(None, newer, [registry.verifier("majority")]))
    table = opened()
    assert table.pools["fruit"] == "fruit-3"
    line = next(line for line in table.lines if line.measure == "majority")
    assert line.rows["Fruit"].value == 1.0


def test_the_command_prints_rows_and_aggregate(measured, monkeypatch):
    """One row a verifier, one column a set with its number of problems."""
    monkeypatch.setattr(registry, "groups", lambda: {"exams": GROUP})
    done = CliRunner().invoke(app, ["group", "exams"], catch_exceptions=False)
    assert done.exit_code == 0
    assert "Kinds of trees" in done.output
    assert "75.0" in done.output
    assert "(4)" in done.output
    with store.reading(default_store()) as connection:
        assert len(lookup.runs(connection)) == 4
