"""What comes from a stranger names registered things: its own word runs no code."""

import json
from dataclasses import replace

import pytest

from harness import registry
from harness.errors import BonbenchError
from harness.material import Options
from harness.pool.manifest import write_manifest
from harness.run import evaluate
from worlds.strangers import scoring_class


@pytest.fixture
def canary(tmp_path):
    """A file that leaves a trace where its code is run: as a task, as a verifier, as what a task of lm-eval calls."""
    (tmp_path / "canary.py").write_text(
        f"open({str(tmp_path / 'sang')!r}, 'w').close()\nTASK = VERIFIER = V = None\ndef process(docs): return docs\n"
    )
    (tmp_path / "canary.yaml").write_text(
        "task: canary\noutput_type: generate_until\ndataset_path: json\nprocess_docs: !function canary.process\n"
        "test_split: test\ndoc_to_text: x\ndoc_to_target: y\n"
    )
    return tmp_path


def test_a_canary_sings(canary):
    """Where a person names it, its code is run."""
    with pytest.raises(BonbenchError):
        registry.verifier(f"{canary / 'canary.py'}:V")
    assert (canary / "sang").exists()


@pytest.mark.parametrize(
    "named", ["{}/canary.py", "{}/canary.py:TASK", "lm-eval:{}/canary.yaml", "lm-eval:canary.yaml"]
)
@pytest.mark.parametrize("problems", ["task", "pool"])
@pytest.mark.parametrize("command", ["run", "grade"])
def test_a_pools_own_word_runs_no_code(bonbench, pool, canary, monkeypatch, named, problems, command):
    """Not where its samples are measured, nor where they are graded; the way to do it all the same is named."""
    monkeypatch.chdir(canary)
    write_manifest(pool.path, replace(pool.manifest, task=named.format(canary), problems=problems))

    status, _, err = bonbench(command, "--pool", "scored", *(["-v", "length"] if command == "run" else []))

    assert status == (2 if problems == "task" else 0)
    assert problems == "pool" or "name the task yourself with --task" in err
    assert not (canary / "sang").exists()


def test_a_cards_own_word_runs_no_code(bonbench, pool, canary, write, tmp_path):
    """Only with ``--allow-code``: then it is as if a person had named the file."""
    spec = write(scoring_class("OutcomeVerifier", "return [0.5] * 4"))
    bonbench("run", "--pool", "scored", "-v", spec, "--no-controls")
    bonbench("export", "card", "-o", tmp_path / "cards")
    (card,) = (tmp_path / "cards").glob("*.json")
    assert bonbench("reproduce", card)[0] == 2
    assert bonbench("reproduce", card, "--allow-code")[0] == 0
    told = json.loads(card.read_text())
    told["run"]["spec"] = f"{canary / 'canary.py'}:V"
    card.write_text(json.dumps(told))

    status, _, err = bonbench("reproduce", card)

    assert status == 2
    assert "Somebody else's word is not enough for that: read the file, and say --allow-code" in err
    assert not (canary / "sang").exists()


@pytest.mark.parametrize("draws", [10**12, 0, -1, 1.5, True, "many", 100_001])
def test_a_cards_draws_are_a_number_that_can_be_drawn(pool, draws):
    """Refused before memory is asked for."""
    with pytest.raises(BonbenchError, match="a whole number from 1 to 100,000 is expected"):
        evaluate(None, pool, [registry.verifier("length")], Options(draws=draws))
