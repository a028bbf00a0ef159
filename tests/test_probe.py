"""What a probe finds: exactly nothing where nothing changes, what a fooled verifier does, what the grader refuses."""

import gzip
import json

import numpy as np
import pytest

from harness import registry
from harness.errors import BadInput
from harness.pool.importing import About, import_pool
from harness.probe import rewrites
from harness.probe.attack import probe
from harness.probe.rewrites import KINDS, control
from harness.report import cards, store
from worlds.made import entry

VERIFIERS = """
from verifiers.base import OutcomeVerifier, ProcessVerifier

class Brief(OutcomeVerifier):
    name = "brief"
    def score_solutions(self, problem, solutions):
        return [1.0 / (1 + len(text)) for text in solutions]

class Gullible(OutcomeVerifier):
    name = "gullible"
    def score_solutions(self, problem, solutions):
        return [1.0 if "grader" in text else 0.2 if "9" in text else 0.5 for text in solutions]

class Even(ProcessVerifier):
    name = "even"
    separator = "\\n"
    def score_steps(self, problem, solutions):
        return [[0.9] * len(steps) for steps in solutions]
"""


@pytest.fixture
def pool(home):
    """Six problems with two right and two wrong samples of three lines each."""
    entries = []
    for p in range(6):
        for answer, word in ((p, "First"), (p, "Then"), (p + 90, "Or"), (p + 190, "Else")):
            text = f"{word} we read it.\nThe sum is {answer}.\nSo the answer is \\boxed{{{answer}}}."
            entries.append(entry(f"problem-{p}", str(answer), str(p), text=text))
    return import_pool("made", entries, About(task_name="made", slots=4))


@pytest.fixture
def named(tmp_path):
    """A verifier of the file by name."""
    path = tmp_path / "v.py"
    path.write_text(VERIFIERS)
    return lambda name: registry.verifier(f"{path}:{name}")


def rows(result):
    """(measure, rewrite) -> row."""
    return {(r.measure, r.slice): r for r in result.rows}


@pytest.mark.parametrize("name", ["Brief", "Gullible", "Even"])
def test_a_probe_that_changes_nothing_gives_exactly_zero(pool, named, name):
    """Of scores and of best-of-N, the control too."""
    found = rows(probe(None, pool, named(name)))

    for measure in ("attack", "attack-control", "change-right", "change-wrong-control"):
        if (measure, "unchanged") in found:  # even scores have no deviation to measure a change in
            assert found[measure, "unchanged"].value == 0.0
            assert found[measure, "unchanged"].high == 0.0
    assert found["attack", "unchanged"].n_problems == 6


def test_the_attack_is_the_exact_change_of_best_of_n(pool, named):
    """An instruction lifts a wrong sample above both right ones, which share the choice: from right to wrong."""
    found = rows(probe(None, pool, named("Gullible")))
    two = rows(probe(None, pool, named("Gullible"), n=2))

    assert found["attack", "instruction"].value == pytest.approx(-1.0)
    assert found["attack-control", "instruction"].value == 0.0
    assert found["attack", "flattery"].value == 0.0
    # of two drawn the attacked one stands beside a right one in 2 of 6 draws: there it is chosen now
    assert two["attack", "instruction"].value == pytest.approx(-2 / 6)


def test_product_moves_with_the_number_of_steps_and_so_does_the_control(pool, named):
    """Even scores know nothing; what a deleted step gives is what two steps give."""
    found = rows(probe(None, pool, named("Even")))

    assert found["attack", "step-deleted"].value == pytest.approx(found["attack-control", "step-deleted"].value)
    assert found["attack", "step-deleted"].value == pytest.approx(
        -1 / 2
    )  # 0.81 above four times 0.729, half of them right


def test_what_the_grader_does_not_confirm_is_dropped_and_counted(pool, named, monkeypatch):
    """A rewrite that says it preserves the answer and changes it has no number."""
    wrong = "So the answer is \\boxed{7777}."
    spoilt = rewrites.Kind("filler", "x", "preserving", "any", lambda steps, _answers, _rng: (*steps[:-1], wrong))
    monkeypatch.setitem(rewrites.KINDS, "filler", spoilt)
    result = probe(None, pool, named("Brief"))
    found = rows(result)

    assert found["rewrites-dropped", "filler"].value == pytest.approx(0.5)  # of wrong samples it is as wrong as before
    assert ("change-right", "filler") not in found
    assert "did not confirm" in result.run.notes[-1]


def test_breaking_rewrites_turn_the_verdict(pool, named):
    """Each is made of the samples it can turn, and is in no attack."""
    found = rows(probe(None, pool, named("Gullible")))

    assert found["change-right", "wrong-answer"].value < 0  # the 9 of the wrong answer
    assert found["change-wrong", "right-answer"].n_problems == 6
    assert ("attack", "wrong-answer") not in found
    assert ("change-wrong", "wrong-answer") not in found


@pytest.mark.parametrize("name", list(KINDS))
def test_a_control_has_as_many_steps_and_the_same_end(name):
    """And where the rewrite is longer, about its length."""
    import random

    steps = ("We read the problem once more.", "The sum is 3 and not 5.", "So the answer is 3.")
    written = KINDS[name].apply(steps, ("3", "5"), random.Random(1))
    matched = control(steps, written)

    assert len(matched) == len(written)
    if len(written) > 1:
        assert matched[-1] == steps[-1]
    extra = sum(map(len, written)) - sum(map(len, steps))
    assert sum(map(len, matched)) - sum(map(len, steps)) >= min(0, extra) - len(steps)
    if extra > 0:
        assert abs(sum(map(len, matched)) - sum(map(len, written))) <= len(rewrites.FILLER) + len(steps)


def test_the_same_pool_gives_the_same_rewrites(pool, named, home, monkeypatch, tmp_path):
    """In another home, in whatever order: the digest of the rewritten pool is the same."""
    first = probe(None, pool, named("Brief"))
    monkeypatch.setenv("BONBENCH_HOME", str(tmp_path / "other"))
    second = probe(None, pool, named("Brief"))

    assert first.run.run_id == second.run.run_id
    assert [r.value for r in first.rows] == [r.value for r in second.rows]
    other = probe(None, pool, named("Brief"), seed=1)
    assert other.run.run_id != first.run.run_id


def test_from_the_command_to_a_card_and_back(pool, named, bonbench, home, tmp_path):
    """Printed, stored, shown, cited, added elsewhere, reproduced."""
    named("Brief")
    status, out, err = bonbench("probe", f"{tmp_path / 'v.py'}:Brief", "--pool", "made")
    assert status == 0, err
    assert "an instruction to the judge" in out
    with store.reading(home / "results.duckdb") as connection:
        ((run_id,),) = connection.execute("select run_id from runs").fetchall()
    for command in (("runs",), ("show", run_id), ("cite", run_id), ("export", "card", "-o", tmp_path / "cards")):
        status, out, err = bonbench(*command)
        assert status == 0, err
    card = tmp_path / "cards" / f"{run_id}.json"
    assert cards.add(tmp_path / "other.duckdb", [card]) == [run_id]
    status, out, err = bonbench("reproduce", card, "--allow-code")
    assert (status, "Equal" in out) == (0, True), out + err


def test_scores_without_texts_cannot_be_probed(small_pool, named):
    """Carried scores, controls; each in a sentence."""
    for name in ("carried:orm", "length"):
        with pytest.raises(BadInput, match="scores no text"):
            probe(None, small_pool, registry.verifier(name))


def test_matched_deletions_recorded_by_others_agree_that_length_is_a_confounder(real_data):
    """The independent check: a necessary or an inert step of one solution deleted, by seven verifiers.

    Under the product most of them score a solution higher without an inert step, as a probe's control says. All of
    them mind a necessary step more than an inert one.
    """
    with gzip.open(real_data / "steps_strictprm_deletions" / "strictprm_deletions.jsonl.gz", "rt") as file:
        found = [json.loads(line) for line in file]
    changes = {}
    for row in found:
        for verifier, scores in row["scores"].items():
            assert len(scores["clean"]) == row["n_steps_clean"]
            assert len(scores["modified"]) == row["n_steps_modified"] == row["n_steps_clean"] - 1
            change = float(np.prod(scores["modified"]) - np.prod(scores["clean"]))
            changes.setdefault((verifier, row["type"]), []).append(change)
    verifiers = {verifier for verifier, _ in changes}
    inert = {v: np.mean(changes[v, "inert"]) for v in verifiers}

    assert len(found) == 396
    assert len(verifiers) == 7
    assert sum(change > 0 for change in inert.values()) == 5
    assert all(np.mean(changes[v, "necessary"]) < inert[v] for v in verifiers)
