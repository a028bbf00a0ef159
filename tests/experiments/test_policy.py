"""Policies trained with a verifier as their reward, at toy size: from the bundled generator to logs."""

import json
import random

import pytest

from experiments.policy import dpo, grpo, run, summary
from experiments.policy.measured import drawn, trained_on
from experiments.policy.recipe import FULL, SMOKE
from experiments.policy.rewards import ARMS, reward
from experiments.world import World
from harness.telemetry import logs
from tasks.micromath.splits import split_of
from tasks.micromath.writers import Author, solve


@pytest.mark.slow
def test_every_trainer_goes_from_the_generator_to_a_log(tmp_path, monkeypatch):
    """GRPO on a checker and on a PRM, DPO on graded pairs; what is there is not trained again."""
    monkeypatch.setattr(grpo, "ARMS", {name: ARMS[name] for name in ("checker", "prm-min")})
    monkeypatch.setattr(dpo, "ARMS", {"pairs": None})

    files = run.run(SMOKE, tmp_path, World())

    found = [json.loads(file.read_text()) for file in files]
    assert [f["arm"] for f in found] == ["checker", "prm-min", "pairs"]
    assert all(f["measured"][0]["step"] == 0 for f in found)
    assert [f["measured"][-1]["step"] for f in found[:2]] == [SMOKE.steps] * 2
    assert all(len(f["held_out"]) == 2 for f in found)
    points = logs.read(files[1])
    assert [p.step for p in points] == [1, 2]
    assert all(0 <= p.true <= 1 and p.kl is not None and p.steps and p.degenerate is not None for p in points)
    assert found[2]["pairs"] > 0
    told = json.loads(summary.write(files, SMOKE, tmp_path).read_text())
    assert [p["trainer"] for p in told["policies"]] == ["grpo", "grpo", "dpo"]
    assert len(told["policies"][0]["curve"]) == SMOKE.steps
    monkeypatch.setattr(grpo, "train", None)
    monkeypatch.setattr(dpo, "train", None)
    assert run.run(SMOKE, tmp_path, World()) == files


def test_training_and_held_out_problems_are_of_their_splits():
    """None is a test problem, and none is in both."""
    train, held_out = drawn("train", FULL, 30), drawn("validation", FULL, 30)

    assert {split_of(plan.text) for plan in train} == {"train"}
    assert {split_of(plan.text) for plan in held_out} == {"validation"}
    assert len({plan.text for plan in train}) == 30


def test_what_is_trained_on_is_solved_sometimes():
    """A group whose solutions are all alike teaches nothing."""
    assert 0 < len(trained_on(SMOKE, World().generator)) <= SMOKE.problems


def test_rewards_of_a_right_and_a_wrong_solution():
    """The checker knows; a verifier's reward is on its own scale; an empty text has none."""
    (plan,) = drawn("train", FULL, 1)
    right = "\n".join(solve(plan, Author(), random.Random(0)))

    checked = reward("checker", {plan.text: plan})([plan.text] * 3, [right, "Answer: 123456", ""])
    judged = reward("prm-min", {})([plan.text] * 3, [right, "Answer: 123456", ""])

    assert checked == [1.0, 0.0, 0.0]
    assert all(0 <= value <= 1 for value in judged[:2]), "which of them is higher is what the experiment is about"
    assert judged[2] is None
