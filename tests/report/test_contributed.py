"""A repository of other people's cards: made, checked, built into a board."""

import copy
import json

import pytest
import yaml

from harness import registry
from harness.errors import BadInput
from harness.material import Options
from harness.pool import pools
from harness.pool.manifest import task_of
from harness.report import cards, contributed, lookup, store
from harness.run import evaluate
from verifiers.base import OutcomeVerifier

POOL = "math100-qwen-rm"


class Longest(OutcomeVerifier):
    """Somebody's class, made in Python."""

    name = "somebodys"

    def score_solutions(self, problem, solutions):
        """By length."""
        return [float(len(s)) for s in solutions]


@pytest.fixture
def repository(tmp_path):
    """A repository without a card."""
    contributed.init(tmp_path / "board", "Ours")
    return tmp_path / "board"


@pytest.fixture
def honest(home):
    """Cards that were measured here: a carried score on a pool that ships, and a class on it."""
    pool = pools.open_pool(POOL)
    named = [registry.verifier("carried:pred_score"), Longest()]
    results = evaluate(task_of(pool.manifest), pool, named, Options(ns=(1, 4)))
    path = home / "elsewhere.duckdb"
    store.write(path, results)
    with store.reading(path) as connection:
        return [cards.card(connection, result.run.run_id) for result in results]


def put(repository, card, name):
    """A card as a file of the repository."""
    (repository / "cards" / name).write_text(json.dumps(card))


def test_what_is_made_is_complete_and_names_this_version(repository):
    """Workflows that a host can read, with no right but what they need, and no placeholder left."""
    check, publish = (
        yaml.safe_load((repository / ".github" / "workflows" / f"{name}.yml").read_text())
        for name in ("check", "publish")
    )

    assert check["permissions"] == {"contents": "read"}
    assert any("bonbench board check" in step.get("run", "") for step in check["jobs"]["check"]["steps"])
    assert any("bonbench board build" in step.get("run", "") for step in publish["jobs"]["publish"]["steps"])
    assert contributed.title(repository) == "Ours"
    text = "".join(p.read_text() for p in repository.rglob("*") if p.is_file())
    assert "{version}" not in text
    assert "{title}" not in text
    assert f"bonbench=={contributed.VERSION}" in text


def test_nothing_that_is_there_is_written_over(repository):
    """Not even in part."""
    (repository / "README.md").write_text("mine")
    for taken in ("board.json", ".github/workflows/check.yml"):
        (repository / taken).unlink()

    with pytest.raises(BadInput, match="README.md"):
        contributed.init(repository, "Other")

    assert (repository / "README.md").read_text() == "mine"
    assert not (repository / "board.json").exists()


def test_each_card_is_rerun_checked_or_refused(repository, honest):
    """Rerun where that needs nobody's code, else consistent; what does not follow is refused with its field."""
    carried, own = honest
    altered = copy.deepcopy(carried)
    altered["results"][0]["value"] += 0.01
    moved = copy.deepcopy(carried)  # numbers that fit each other, and are not the pool's
    moved["run"]["verifier"] = "better"
    for name, card in {"a.json": carried, "b.json": own, "c.json": altered, "d.json": carried, "e.json": moved}.items():
        put(repository, card, name)
    (repository / "cards" / "f.json").write_text("{")

    found = {v.file: v for v in contributed.check(repository)}

    assert {name: v.verdict for name, v in found.items()} == {
        "cards/a.json": "reproduced", "cards/b.json": "consistent", "cards/c.json": "refused",
        "cards/d.json": "refused", "cards/e.json": "refused", "cards/f.json": "refused",
    }  # fmt: skip
    assert "made in Python" in found["cards/b.json"].reason
    assert "results/" in found["cards/c.json"].reason
    assert "stands in cards/a.json already" in found["cards/d.json"].reason


@pytest.mark.parametrize(
    ("spec", "reason"),
    [("{folder}/evil.py:V", "--allow-code"), ("qwen-prm-7b model=nobody/nothing", "It loads a model")],
)
def test_no_strangers_code_runs_and_no_model_is_fetched(repository, honest, tmp_path, spec, reason):
    """A card names its verifier; a file is not imported, a model not loaded unless that is asked for."""
    canary = tmp_path / "ran"
    (tmp_path / "evil.py").write_text(f"open({str(canary)!r}, 'w')\nclass V: pass\n")
    card = copy.deepcopy(honest[1])
    card["run"]["spec"] = spec.format(folder=tmp_path)
    put(repository, card, "a.json")

    (found,) = contributed.check(repository)

    assert (found.verdict, canary.exists()) == ("consistent", False)
    assert reason in found.reason


def test_the_board_has_the_reference_and_the_contributed(repository, honest, tmp_path, bonbench):
    """By the commands: exit status 1 where a card is refused, a page and a Streamlit folder where none is."""
    put(repository, honest[1], "b.json")
    status, out, err = bonbench("board", "check", repository)
    assert (status, err) == (0, "")
    assert "1 card: 0 reproduced, 0 refused" in out

    assert contributed.build(repository, tmp_path / "store.duckdb") == 1
    with store.reading(tmp_path / "store.duckdb") as connection:
        origins = {row["verifier"]: row["origin"] for row in lookup.runs(connection)}
    assert origins["somebodys"].startswith("card ")
    assert origins["qwen_prm"].startswith("bonbench-reference")

    broken = copy.deepcopy(honest[1])
    broken["results"][0]["low"] = 0.9999
    put(repository, broken, "c.json")
    status, out, _ = bonbench("board", "check", repository)
    assert status == 1
    assert "1 refused" in out
    status, _, err = bonbench("board", "check", tmp_path)
    assert status == 2
    assert "is no repository of cards" in err
