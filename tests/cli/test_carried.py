"""How the steps of a carried score become one score: as its authors do it, where somebody can know."""

import json

import pytest
from conftest import entry

from harness.home import default_store
from harness.pool import pools
from harness.pool.importing import About, import_pool
from harness.report import lookup, store
from verifiers.carried import authors_aggregation


@pytest.fixture
def pool(home):
    """Three process scores under names that mean something or nothing."""
    steps = {"math_shepherd": (0.9, 0.2), "value": (0.5, 0.6), "internlm2_7b_reward": (0.1, 0.7)}
    entries = [entry("p", "1", scores=steps), entry("p", "2", scores={k: v[::-1] for k, v in steps.items()})]
    return import_pool("scored", entries, About("made"))


def headlines():
    """Aggregation, and whether it was nobody's choice, by verifier."""
    with store.reading(default_store()) as connection:
        found = lookup.runs(connection)
    return {r["verifier"]: (r["aggregation"], "aggregation" in r["options"]) for r in found}


@pytest.mark.parametrize(
    ("score", "aggregation"),
    [
        ("math_shepherd", "min"), ("Math-Shepherd", "min"), ("mathshepherd", "min"),
        ("math-shepherd-mistral-7b-prm", "min"),
        ("rlhflow_prm", "mean"), ("RLHFlow PRM Mistral 8B", "mean"), ("Llama3.1-8B-PRM-Mistral-Data", "mean"),
        ("qwen_prm", "product"), ("Qwen2.5-Math-PRM-7B", "product"), ("skywork_prm_1_5b", "product"),
        ("versa_prm", "min"), ("pure-prm", "min"), ("gen-prm-7b", "min"),
        ("internlm2_7b_reward", "last"), ("internlm2_1_8b_reward", "last"), ("acemath-rm-7b", "last"),
        # near misses: a word alone, two that disagree, a control, a stranger, a longer name
        ("qwen", ""), ("eurus_prm", ""), ("prm", ""), ("random", ""), ("length", ""), ("carried", ""), ("value", ""),
        ("math_shepherd_finetuned_by_me", ""), ("my_math_shepherd", ""), ("", ""), ("µ", ""),
    ],
)  # fmt: skip
def test_a_name_means_a_verifier_or_nobody(score, aggregation):
    """However it is written; what could mean two that disagree means none."""
    assert authors_aggregation(score) == aggregation


def test_the_headline_is_the_authors_and_a_default_says_so(bonbench, pool):
    """In the table, in the note, in the list of runs and in what is cited."""
    status, out, err = bonbench("run", "-p", "scored", "-v", "carried", "--no-controls")

    assert status == 0, err
    assert headlines() == {
        "math_shepherd": ("min", False),
        "internlm2_7b_reward": ("last", False),
        "value": ("product", True),
    }
    assert out.count("by default") == 1
    assert "Nobody said how the step scores of 'value' become one score" in err
    listed = next(line for line in bonbench("runs")[1].splitlines() if "value" in line)
    assert "value (product by default)" in listed
    assert "value (product by default), best-of-n" in bonbench("cite", listed.split()[0])[1]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["-v", "carried", "--carried", "value=math-shepherd-7b"], ("min", False)),
        (["-v", "carried:value", "--carried", "value=rlhflow-prm-mistral-8b"], ("mean", False)),
        (["-v", "carried:value verifier=qwen-rm-72b"], ("last", False)),
        (["-v", "carried:value aggregation=max"], ("max", False)),
        (["-v", "carried:value", "--aggregation", "mean"], ("mean", False)),
        (["-v", "carried:value"], ("product", True)),
    ],
)
def test_a_command_says_whose_a_score_is(bonbench, pool, tmp_path, words, found):
    """By a registered verifier, or by the aggregation itself; the card then repeats it."""
    status, _, err = bonbench("run", "-p", "scored", "--no-controls", *words)
    assert status == 0, err
    assert headlines()["value"] == found

    assert bonbench("export", "card", "-o", tmp_path / "cards")[0] == 0
    cards = sorted(tmp_path.glob("cards/*.json"))
    assert cards
    assert all(bonbench("reproduce", card)[0] == 0 for card in cards)


def test_an_import_keeps_whose_a_score_is(bonbench, tmp_path, home):
    """In the manifest, where every later run finds it."""
    rows = [{"problem": "1+1?", "gold": "2", "text": "so \\boxed{2}", "step_scores": {"mine": [0.9, 0.3]}}]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    given = ("pool", "import", "generic", tmp_path / "rows.jsonl", "--problems", "from-pool", "--name")

    status, out, err = bonbench(*given, "kept", "--carried", "mine=math-shepherd-7b")
    assert status == 0, err
    assert "mine (process, math-shepherd-7b)" in out
    assert pools.open_pool("kept").manifest.verifiers == {"mine": "math-shepherd-7b"}
    assert bonbench("run", "-p", "kept", "-v", "carried", "--no-controls")[0] == 0
    assert headlines()["mine"] == ("min", False)

    for words, said in (
        (("other", "--carried", "ours=math-shepherd-7b"), "No score of the source is called 'ours'"),
        (("other", "--carried", "mine=math-shepard-7b"), "math-shepherd-7b"),
        (("other", "--carried", "mine"), "is no NAME=VERIFIER"),
    ):
        status, _, err = bonbench(*given, *words)
        assert status == 2
        assert said in err
        assert "other" not in pools.names()


def test_a_score_that_the_pool_does_not_carry_is_no_one_s(bonbench, pool):
    """A misspelt name is not passed over."""
    status, _, err = bonbench("run", "-p", "scored", "-v", "carried", "--carried", "valeu=math-shepherd-7b")

    assert status == 2
    assert "value" in err


def test_of_two_pools_with_one_content_a_card_is_rerun_on_its_own(bonbench, pool, tmp_path):
    """The same file under two names is two tasks with one digest; the order of their names decides nothing."""
    rows = [{"problem": "1+1?", "gold": "2", "text": "so \\boxed{2}", "scores": {"mine": 0.9}}]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    for name in ("b", "a", "c"):
        bonbench("pool", "import", "generic", tmp_path / "rows.jsonl", "--problems", "from-pool", "--name", name)
    for name in ("a", "b", "c"):
        assert bonbench("run", "-p", name, "-v", "carried", "--no-controls")[0] == 0
    assert bonbench("export", "card", "-o", tmp_path / "cards")[0] == 0

    cards = sorted(tmp_path.glob("cards/*.json"))
    assert len(cards) == 3
    assert [bonbench("reproduce", card)[0] for card in cards] == [0, 0, 0]
