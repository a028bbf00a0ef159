"""``bonbench verify-setup`` and ``bonbench verifiers``."""

from dataclasses import replace

import pytest
import torch
from typer.testing import CliRunner

from harness.cli import app
from verifiers.engine.checkpoint import Checkpoint, Golden
from verifiers.families.trl_prm import TokenClassificationPRM, trl_format
from verifiers.golden import ACEMATH_FIBONACCI, QWEN_EGGS, QWEN_FLAMINGOS, SHEPHERD_EGGS, SKYWORK_APPLES
from verifiers.setup_check import check

STEPS = ("Three and four.", "So 7.")


@pytest.fixture
def standing_in(classifier):
    """A record whose golden vector was computed here, by a plain forward pass."""
    folder, tokenizer, model = classifier
    ids = tokenizer.encode("How many?")
    ends = []
    for step in STEPS:
        ids = ids + tokenizer.encode(step) + tokenizer.encode("\n\n")
        ends.append(len(ids) - 1)
    with torch.no_grad():
        values = model(torch.tensor([ids])).logits[0].softmax(-1)[ends, 1].tolist()
    golden = Golden("How many?", (STEPS,), (tuple(values),), 1e-4, "this test")
    return Checkpoint("tiny", str(folder), golden=golden, extra={"format": trl_format("\n\n")})


def test_a_right_setup_passes_every_check(standing_in):
    """Weights, markers, the golden vector, and a batch against one at a time."""
    found = list(check(TokenClassificationPRM(standing_in)))

    assert all(one.good is not False for one in found)
    assert [one.what for one in found if one.good] == [
        "weights",
        "markers and labels",
        "its authors' example, solution 1",
        "a batch scores as one at a time does",
    ]


def test_a_wrong_reading_fails_the_example(standing_in):
    """Classes swapped: the markers are there, but the golden vector is not."""
    swapped = replace(standing_in, extra={"format": replace(trl_format("\n\n"), good=(0,))})

    failed = [one for one in check(TokenClassificationPRM(swapped)) if one.good is False]

    assert [one.what for one in failed] == ["its authors' example, solution 1"]
    assert "expected [" in failed[0].found


def test_the_command_checks_a_checkpoint_and_tells_by_its_exit_status(classifier):
    """A checkpoint without a published example is still loaded and compared with itself."""
    folder, *_ = classifier

    result = CliRunner().invoke(app, ["verify-setup", f"hf-prm model={folder} marker='\\n\\n'"])

    assert result.exit_code == 0, result.output
    assert "ok  a batch scores as one at a time does" in result.output
    assert "none is published with scores" in result.output


def test_a_control_needs_no_setup():
    """Verifiers without a model score an example."""
    result = CliRunner().invoke(app, ["verify-setup", "length"])

    assert result.exit_code == 0
    assert "scores an example" in result.output


def test_the_list_says_what_each_verifier_is():
    """Kind, size, longest input, aggregation, licence and source, and only the names that are asked for."""
    result = CliRunner().invoke(app, ["verifiers", "qwen-prm"])

    assert result.exit_code == 0
    line = next(line for line in result.output.splitlines() if line.strip().startswith("qwen-prm-7b"))
    for word in ("PRM", "7B", "4,096", "product", "Qwen", "2501.07301"):
        assert word in line
    assert "math-shepherd" not in result.output


def test_the_published_examples_are_whole():
    """One row of scores for each solution, one score for each step where steps are scored."""
    for golden in (SHEPHERD_EGGS, QWEN_FLAMINGOS):
        assert [len(s) for s in golden.solutions] == [len(s) for s in golden.scores]
    for golden in (QWEN_EGGS, SKYWORK_APPLES, ACEMATH_FIBONACCI):
        assert [len(s) for s in golden.scores] == [1] * len(golden.solutions)
    assert SHEPHERD_EGGS.scores[1][-1] == 0.0240
    assert QWEN_FLAMINGOS.scores[0][1] == 0.1904296875
