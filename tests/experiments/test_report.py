"""What the experiments write, and the figures that are drawn from it."""

import json
import sys

import numpy as np
import pytest

from experiments import report
from experiments.students import BEST, VOTE
from harness import cli
from leaderboard.draw import paper


def result(name="data-scaling"):
    def curves(at):
        return {rule: {"accuracy": [0.3, at], "draw_deviation": [0.02, 0.0]} for rule in (BEST, VOTE)}

    rows = [
        {"arm": arm, "solutions": count, "seed": seed, **curves(at + 0.02 * seed)}
        for arm, at in (("PRM", 0.5), ("ORM", 0.4))
        for count in (1, 4)
        for seed in (1, 2, 3)
    ]
    rows.append({"arm": "majority", **curves(0.45)})
    rows.append({"arm": "pass@N", **curves(0.9)})
    return {"experiment": name, "size": {"heads": [["weighted-vote", 64]]}, "ns": [1, 64], "rows": rows}


def test_a_paired_difference_is_between_the_means_of_the_seeds():
    """Seeds average to (.6, .4) and (.3, .3): differences .3 and .1, mean .2."""
    found = report.difference([np.array([0.5, 0.4]), np.array([0.7, 0.4])], [np.array([0.3, 0.3])])

    assert found["difference"] == pytest.approx(0.2)
    assert found["low"] < 0.2 < found["high"]


def test_a_curve_has_the_deviation_of_a_draw():
    """Two problems at one half each: sqrt(2 x 1/4) / 2."""
    found = report.row("PRM", {"best-of-n": np.array([[0.5, 1.0], [0.5, 0.0]])}, solutions=4, seed=1)

    assert found["best-of-n"] == {"accuracy": [0.5, 0.5], "draw_deviation": [0.35355, 0.0]}


def test_a_point_against_labels_is_the_mean_of_the_seeds_with_their_deviation():
    """Seeds at .52, .54, .56: mean .54, deviation .02; majority is level, pass@N is not drawn."""
    rows = paper.against_labels(result(), "weighted-vote", 64)
    found = {(row["label"], row["n"]): row for row in rows}

    assert found["PRM", 4]["value"] == pytest.approx(0.54)
    assert found["PRM", 4]["low"] == pytest.approx(0.52)
    assert found["majority", 1]["value"] == found["majority", 4]["value"] == 0.45
    assert {row["label"] for row in rows} == {"PRM", "ORM", "majority"}


def test_against_n_every_number_of_labels_is_a_line():
    labels = {row["label"] for row in paper.against_n(result())}

    assert labels == {"PRM, 1 labelled", "PRM, 4 labelled", "ORM, 1 labelled", "ORM, 4 labelled", "majority"}


@pytest.mark.parametrize(
    ("name", "picture"), [("data-scaling", "data-scaling-weighted-vote-64"), ("reward-hacking", "reward-hacking")]
)
def test_figures_are_written_as_svg_and_png(tmp_path, monkeypatch, name, picture):
    (tmp_path / "results").mkdir()
    (tmp_path / f"results/{name}.json").write_text(json.dumps(result(name)))
    words = ["figures", "--results", tmp_path / "results", "--out", tmp_path / "images"]
    monkeypatch.setattr(sys, "argv", ["bonbench", *map(str, words)])
    cli.main()

    assert "<svg" in (tmp_path / f"images/micromath-{picture}.svg").read_text()
    assert (tmp_path / f"images/micromath-{picture}.png").read_bytes().startswith(b"\x89PNG")


def test_nothing_to_draw_says_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["bonbench", "figures", "--results", str(tmp_path), "--out", str(tmp_path)])
    with pytest.raises(SystemExit) as stop:
        cli.main()

    assert stop.value.code == 2
    assert "'bonbench experiment'" in capsys.readouterr().err
