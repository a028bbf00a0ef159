"""The view of trainings: curves and the turn, and a friendly word where there are none."""

import json

import pytest

from harness.telemetry import keeping, logs
from leaderboard.draw.charts import training as charts
from leaderboard.read import training
from worlds.pages import words


@pytest.fixture
def kept(own_board, tmp_path):
    """Two trainings: one that was hacked, one that was not."""
    for name, fall in (("hacked", -0.01), ("honest", 0.01)):
        rows = [{"step": i, "proxy": i / 40, "true": 0.4 + 0.01 * min(i, 20) + fall * max(0, i - 20), "kl": i / 100}
                for i in range(41)]  # fmt: skip
        (tmp_path / "log.json").write_text(json.dumps(rows))
        keeping.keep(name, logs.read(tmp_path / "log.json"), tmp_path / "log.json")


def test_the_view_says_which_reward_was_hacked(kept, opened):
    page = opened("training")

    assert not page.exception
    said = words(page)
    assert "hacked: the truth was highest at step 20" in said
    assert "honest: no turn" in said


def test_without_a_training_it_says_how_to_get_one(board, opened):
    assert "bonbench telemetry add" in words(opened("training"))


def test_both_charts_can_be_drawn(kept):
    found = training.trainings(training.names())
    rows = training.rows(found)

    whole = charts.rewards(rows, {"hacked": 20}, training.REWARDS, "light").specification()
    other = charts.measure(
        [r for r in rows if r["measure"] == "kl"], "KL", ["hacked", "honest"], "dark"
    ).specification()

    assert len(whole["layer"]) == 3
    assert whole["layer"][2]["mark"]["type"] == "rule"
    assert len(other["layer"]) == 1
