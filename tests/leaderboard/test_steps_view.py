"""The view of steps: a step set with parts, skill beside best-of-N, a probe, over-optimisation; its charts alone."""

import json

import pytest

from harness import registry
from harness.pool import pools
from harness.pool.importing import About, import_pool
from harness.probe.attack import probe
from harness.probe.overoptimisation import overoptimisation
from harness.report import store
from harness.run import evaluate
from leaderboard.draw.charts import steps as charts
from leaderboard.read import steps
from leaderboard.read.steps import Number, Study
from worlds.made import entry
from worlds.pages import html, words

VERIFIER = """
from verifiers.base import ProcessVerifier

class {name}(ProcessVerifier):
    name = "{name}"
    separator = "\\n"
    def score_steps(self, problem, solutions):
        return [[{score} for step in steps] for steps in solutions]
"""


@pytest.fixture
def measured(home, tmp_path, monkeypatch, bonbench):
    """Two verifiers on a step set, on a pool, probed and optimised; and their store."""
    path = tmp_path / "results.duckdb"
    monkeypatch.setenv("BONBENCH_STORE", str(path))
    rows = [
        {"id": f"{part}-{k}", "generator": "g", "problem": f"What is the sum of {k} and one?",
         "steps": ["We add.", f"It is {9 if k % 3 else k}.", "So done."], "final_answer_correct": not k % 3,
         "label": 1 if k % 3 else -1}
        for part in ("one", "two") for k in range(12)
    ]  # fmt: skip
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert bonbench("pool", "import", "processbench", tmp_path / "rows.jsonl", "--name", "judged")[0] == 0
    samples = []
    for p in range(6):
        for answer in (p, p, 90 + p, 95 + p):
            text = f"We add.\nIt is {answer}.\nSo the answer is \\boxed{{{answer}}}."
            samples.append(entry(f"problem-{p}", str(answer), str(p), text=text))
    chosen = import_pool("chosen", samples, About(task_name="made", slots=4))
    found = []
    for name, score in (("Sharp", "0.1 if '9' in step else 0.9"), ("Blunt", "0.5 + 0.001 * len(step)")):
        (tmp_path / f"{name}.py").write_text(VERIFIER.format(name=name, score=score))
        verifier = registry.verifier(f"{tmp_path / name}.py:{name}")
        found += evaluate(None, pools.open_pool("judged"), [verifier])
        found += evaluate(None, chosen, [verifier])
        found += [probe(None, chosen, verifier), overoptimisation(None, chosen, verifier)]
    store.write(path, found)
    return path


def test_the_view_shows_all_that_was_measured(measured, opened):
    """Parts, tables, the scatter, probes, curves; nothing of it on the board of best-of-N."""
    page = opened("steps")

    assert not page.exception
    text = words(page)
    assert "Does skill at steps predict best-of-N?" in text
    assert "Probes: what moves a verifier" in text
    assert "Over-optimisation" in text
    assert "2 verifiers, too few for a rank correlation" in text
    assert "Sharp" in html(page)
    board = opened("board")
    assert not board.exception
    assert "ProcessBench" not in html(board)


@pytest.mark.parametrize("table", ["credit", "calibration"])
def test_every_kind_of_measure_has_its_table(measured, opened, table):
    """And the address says which one is open."""
    page = opened("steps", table=table)

    assert not page.exception
    assert {"credit": "lowest step is the first error", "calibration": "Brier score"}[table] in html(page)


def test_a_store_without_steps_says_what_to_do(written, monkeypatch, opened):
    """A friendly line, no traceback."""
    monkeypatch.setenv("BONBENCH_STORE", str(written[0]))
    page = opened("steps")

    assert not page.exception


def studied(name, value):
    """A study with one number."""
    return Study("r", name, "steps", "p", "d", "m", {}, {("m", "all"): Number(value, value - 0.1, value + 0.1)})


def test_verifiers_are_paired_by_name_and_ranked_together():
    """Letters and digits alone; the newest choice on each pool; four make a correlation."""
    skill = [studied(name, v) for name, v in (("Qwen-PRM", 0.9), ("b-prefixes", 0.5), ("c", 0.3), ("d", 0.1))]
    choices = [
        {"verifier": name, "task_title": "t", "pool": "p", "pool_digest": "d", "n": 4, "value": v, "low": v, "high": v}
        for name, v in (("qwen_prm", 0.8), ("b", 0.7), ("c", 0.6), ("d", 0.5), ("qwen_prm", 0.1), ("e", 1.0))
    ]
    rows = steps.pairs(skill, "m", choices)

    assert (rows[0]["verifier"], rows[0]["x"], rows[0]["y"]) == ("qwen_prm", 0.9, 0.8)
    assert len(rows) == 4
    assert steps.agreement(rows) == pytest.approx(1.0)
    assert steps.agreement(rows[:3]) is None
    assert steps.agreement([{**row, "y": 0.5} for row in rows]) is None


def test_the_charts_are_vega_lite():
    """With and without what they are compared with."""
    row = {"name": "a", "colour": "a", "value": 1.0, "low": 0.5, "high": 2.0, "other": None}
    cross = {"verifier": "a", "pool": "p", "x": 1, "x_low": 0, "x_high": 2, "y": 1, "y_low": 0, "y_high": 2}
    line = {"verifier": "a", "distance": 0.2, "n": 2, "value": 1.0, "low": 0.0, "high": 2.0}
    made = [
        charts.dots([row], "x", {"a": "#123456"}),
        charts.dots([row, {**row, "name": "b", "other": 1.5}], "x", {"a": "#123456"}, zero=True),
        charts.against([cross], "x", "y", {"a": "#123456"}),
        charts.over([line], "y", {"a": "#123456"}),
    ]

    for drawing in made:
        assert drawing.specification()["layer"]
