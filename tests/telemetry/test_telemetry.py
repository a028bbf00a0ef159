"""Training logs: three forms are read, the turn is where it was put, and chance makes none."""

import json
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from harness.errors import BadInput, UnknownName
from harness.telemetry import keeping, logs, turns
from harness.telemetry.logs import Point


def entries(n=60, turn=30, noise=0.02, seed=0):
    """A log as TRL writes it: the reward rises to the end, the truth to a step and then falls."""
    rng = random.Random(seed)
    out = []
    for step in range(1, n + 1):
        true = 0.4 + 0.01 * min(step, turn) - 0.015 * max(0, step - turn) + rng.gauss(0, noise)
        out.append(
            {
                "step": step, "loss": 0.0, "reward": 0.5 + 0.005 * step, "rewards/proxy/mean": 0.5 + 0.005 * step,
                "rewards/grader/mean": true, "kl": 0.01 * step, "completions/mean_length": 50.0, "solution/steps": 4.0,
            }
        )  # fmt: skip
    return [*out, {"step": n, "train_runtime": 3.0}, {"step": n, "eval_reward": 0.1}]


@pytest.mark.parametrize("form", ["trainer_state", "list", "lines"])
def test_a_log_of_trl_is_read(tmp_path, form):
    """As the trainer saves it, as its list alone, and one object a line; what is no step's is left out."""
    file, found = tmp_path / "log.json", entries()
    written = {"trainer_state": json.dumps({"epoch": 1, "log_history": found}), "list": json.dumps(found),
               "lines": "\n".join(map(json.dumps, found))}  # fmt: skip
    file.write_text(written[form])

    points = logs.read(file, true="grader")

    assert [p.step for p in points] == list(range(1, 61))
    assert points[0] == Point(1, 0.505, found[0]["rewards/grader/mean"], 0.01, 4.0, 50.0, None, None)


def test_the_plain_layout_is_read_and_its_texts_looked_at(tmp_path):
    """The fields' own names; numbers as text; a text that repeats itself, or is empty, is degenerate."""
    rows = [{"step": 0, "proxy": "0.5", "true": 0.4, "texts": ["So 2.", "", "So 2.\n" * 4, "So 3."]},
            {"step": 10, "proxy": 0.6, "true": None}]  # fmt: skip
    (tmp_path / "log.jsonl").write_text("\n".join(map(json.dumps, rows)))

    assert logs.read(tmp_path / "log.jsonl") == [Point(0, 0.5, 0.4, degenerate=0.5), Point(10, 0.6)]


def test_tables_of_completions_are_looked_at(tmp_path):
    """TRL writes them step by step, as text or as messages."""
    (tmp_path / "log.json").write_text(json.dumps(entries(4)))
    pq.write_table(pa.table({"step": [1, 1], "completion": ["...", "So 2."]}), tmp_path / "completions_00001.parquet")
    said = [[{"role": "assistant", "content": "So 2."}]]
    pq.write_table(pa.table({"step": [2], "completion": said}), tmp_path / "completions_00002.parquet")

    found = logs.read(tmp_path / "log.json", completions=tmp_path)

    assert [p.degenerate for p in found] == [0.5, 0.0, None, None]


def test_the_turn_is_where_the_truth_was_highest(tmp_path):
    """At step 30 of 60, up to the smoothing; its fall and the divergence there."""
    (tmp_path / "log.json").write_text(json.dumps(entries()))

    found = turns.turn(logs.read(tmp_path / "log.json", true="grader"))

    assert abs(found.step - 30) <= 4
    assert found.best - found.last == pytest.approx(0.45, abs=0.1)
    assert found.rise == pytest.approx(0.15, abs=0.03)
    assert found.kl == pytest.approx(0.01 * found.step)


@pytest.mark.parametrize("seed", range(20))
def test_chance_makes_no_turn_of_a_truth_that_stays(seed):
    """The reward rises, the truth is noise around one value."""
    rng = random.Random(seed)
    points = [Point(i, proxy=i / 60, true=0.5 + rng.gauss(0, 0.1)) for i in range(60)]

    found = turns.turn(points)

    assert found is None or found.best - found.last < 0.2


def test_there_is_no_turn_where_the_reward_falls_too_or_nothing_is_known():
    falling = [Point(i, proxy=-i, true=1 - i / 10) for i in range(10)]

    assert turns.turn(falling) is None
    assert turns.turn([Point(i, proxy=i) for i in range(10)]) is None
    assert turns.turn([Point(i, proxy=i, true=1 - i / 10) for i in range(10)]).step == 0


def test_the_command_keeps_what_it_reads(bonbench, tmp_path):
    """A line for each training; it can be shown again, and is replaced by a log of the same name."""
    (tmp_path / "trainer_state.json").write_text(json.dumps(entries()))

    status, said, err = bonbench(
        "telemetry", "add", tmp_path / "trainer_state.json", "--name", "first", "--true", "grader"
    )
    assert status == 0, err
    assert "first" in said
    assert bonbench("telemetry", "show")[1] == said
    assert keeping.names() == ["first"]
    assert len(keeping.training("first").points) == 60
    assert keeping.training("first").about["log"] == "trainer_state.json"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no entries of a log"),
        ("{", "is no JSON"),
        ('{"a": 1}', "logs no reward"),
        ("[1, 2]", "holds no entries of a log"),
    ],
)
def test_what_is_no_log_is_said(tmp_path, text, said):
    (tmp_path / "log.json").write_text(text)
    with pytest.raises(BadInput, match=said):
        logs.read(tmp_path / "log.json")


def test_what_a_log_does_not_have_is_said(tmp_path):
    (tmp_path / "log.json").write_text(json.dumps(entries()))
    with pytest.raises(
        BadInput,
        match=r"logs no 'truth'. Its rewards are: eval_reward, reward, rewards/grader/mean, rewards/proxy/mean",
    ):
        logs.read(tmp_path / "log.json", true="truth")
    with pytest.raises(BadInput, match="cannot be read"):
        logs.read(tmp_path)
    with pytest.raises(UnknownName, match="No training is called 'none'"):
        keeping.training("none")
    with pytest.raises(BadInput, match="cannot name a training"):
        keeping.keep("../away", [Point(1, 0.5)], tmp_path / "log.json")
