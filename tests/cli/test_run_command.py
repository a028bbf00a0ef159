"""``bonbench run`` under named rules, with and without controls, and what it says of answering and choosing."""

import gzip
import json

import numpy as np
import pytest

from harness import registry
from harness.home import default_store
from harness.material import Options
from harness.pool.importing import About, import_pool
from harness.report import lookup, store
from harness.run import evaluate


def stored(sql, *parameters):
    """Rows of the store."""
    with store.reading(default_store()) as connection:
        return lookup.rows(connection, sql, parameters)


@pytest.mark.parametrize("rule", ["best-of-n", "weighted-vote"])
def test_a_named_rule_is_for_the_verifier_and_controls_keep_theirs(bonbench, small_pool, rule):
    """Majority vote has no scores to choose by; it stands beside the named rule all the same."""
    status, out, err = bonbench("run", "--pool", "small", "-v", "carried:orm", "--rule", rule)

    assert status == 0, err
    headlines = {r["verifier"]: r["headline_measure"] for r in stored("select verifier, headline_measure from runs")}
    assert headlines == {
        "orm": rule, "majority": "majority", "pass@N": "pass", "random": "best-of-n", "length": "best-of-n",
    }  # fmt: skip
    assert {
        r["measure"] for r in stored("select measure from results join runs using (run_id) where verifier = 'orm'")
    } == {rule}
    assert "majority vote" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--rule", "bestofn"), "No rule is called 'bestofn'. Did you mean 'best-of-n'?"),
        (("--rule", "weighted"), "No rule is called 'weighted'. Did you mean 'weighted-vote'?"),
        (("--aggregation", "prodct"), "No aggregation is called 'prodct'. Did you mean 'product'?"),
        (("--transform", "sigmoids"), "No transform is called 'sigmoids'. Did you mean 'sigmoid'?"),
        (("--rule", "majority"), "majority needs no verifier"),
    ],
)
@pytest.mark.parametrize("controls", ["--controls", "--no-controls"])
def test_an_unknown_name_stores_nothing(bonbench, small_pool, words, said, controls):
    """One sentence with the nearest names, exit status 2, and no run without numbers."""
    status, _, err = bonbench("run", "--pool", "small", "-v", "carried:prm", controls, *words)

    assert status == 2
    assert said in err
    assert "Traceback" not in err
    assert not default_store().exists()


def test_a_class_is_no_control_by_its_name(bonbench, small_pool, tmp_path):
    """Only what the harness itself declares a control is one: a user's Random, Majority and Length are verifiers."""
    file = tmp_path / "mine.py"
    file.write_text(
        "from verifiers.base import OutcomeVerifier\n"
        + "".join(
            f"class {name}(OutcomeVerifier):\n    name = 'my-{name.lower()}'\n"
            "    def score_solutions(self, problem, solutions):\n        return [len(s) % 7 for s in solutions]\n"
            for name in ("Random", "Majority", "Length", "Oracle")
        )
    )
    named = [word for name in ("Random", "Majority", "Length", "Oracle") for word in ("-v", f"{file}:{name}")]
    assert bonbench("run", "--pool", "small", *named)[0] == 0

    kinds = {r["verifier"]: r["control"] for r in stored("select verifier, control from runs")}
    assert kinds == {
        "my-random": "", "my-majority": "", "my-length": "", "my-oracle": "",
        "majority": "majority", "pass@N": "oracle", "random": "random", "length": "length",
    }  # fmt: skip


def test_answering_and_choosing_are_told_apart(bonbench, small_pool):
    """``plums`` has a sample without an answer, which cannot be chosen: a fair choice at N = 4 is right more often.

    pears: 2 of 3 present samples are right, all answered; plums: 1 of 3 answered. Mean accuracy (2/4 + 1/4) / 2 = 3/8;
    a fair choice among the answered of all four slots (2/3 + 1/3) / 2 = 1/2: an eighth is gained by answering.
    """
    (orm,) = evaluate(None, small_pool, [registry.verifier("carried:orm")])
    row = next(r for r in orm.rows if (r.measure, r.n, r.slice_kind) == ("best-of-n", 4, "all"))

    assert row.answering == pytest.approx(1 / 8)
    assert row.value == pytest.approx(3 / 8 + row.answering + row.choosing)
    (random,) = evaluate(None, small_pool, [registry.verifier("random")])
    assert all(r.choosing == pytest.approx(0.0) for r in random.rows)
    assert next(r.answering for r in random.rows if (r.n, r.slice_kind) == (1, "all")) == pytest.approx(0.0)

    out = bonbench("run", "--pool", "small", "-v", "carried:orm")[1]
    assert "A sample is right 37.5 % of the time." in out
    assert "of 4 is right 50.0 %: +12.5 points by answering" in out


def test_real_samples_without_answers_lift_a_fair_choice(real_data, home):
    """Sixteen samples of a small model as its authors read them: 29.5 % have no answer, and cannot be chosen.

    Over all sixteen a fair choice is right as often as the answered ones are; by hand from the file.
    """
    from worlds.made import entry

    entries, alone, answered = [], [], []
    with gzip.open(real_data / "bon_interlace_gsm8k" / "gsm8k_trajectories.jsonl.gz", "rt") as lines:
        for row in map(json.loads, lines):
            found = [t["answer"] or None for t in row["trajectories"]]
            entries += [
                entry(str(row["gsm8k_id"]), a, row["gold"], **({} if a else {"text": "cut off"})) for a in found
            ]
            right = sum(answer == row["gold"] for answer in found)
            alone.append(right / len(found))
            answered.append(right / max(1, sum(answer is not None for answer in found)))
    pool = import_pool("interlace", entries, About(task_name="gsm8k"))

    (random,) = evaluate(None, pool, [registry.verifier("random")])

    at = {r.n: r for r in random.rows if r.slice_kind == "all"}
    assert at[1].value == pytest.approx(np.mean(alone), abs=0.005)
    assert at[16].value == pytest.approx(np.mean(answered), abs=0.005)
    assert at[16].value > at[1].value + 0.05
    assert at[16].answering == pytest.approx(at[16].value - at[1].value)
    assert at[16].choosing == pytest.approx(0.0)


def test_every_run_keeps_its_own_quintiles(bonbench, small_pool):
    """A second run with other quintiles does not change what the first one's slices were."""
    for quintiles in ("same", "cross-fit"):
        results = evaluate(None, small_pool, [registry.verifier("carried:orm")], Options(quintiles=quintiles))
        store.write(default_store(), results)

    kept = stored("select run_id, problem_id, quintile, pass_rate from difficulty order by run_id, problem_id")
    assert len(kept) == 4
    assert {r["pass_rate"] for r in kept} == {0.5, 0.25}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1-1000000000", "neither a number nor a range"),
        ("1-100000000", "more than 1,000,000"),
        ("²", "neither a number nor a range"),
        ("١", "neither a number nor a range"),
        ("1-", "neither a number nor a range"),
        ("-1", "neither a number nor a range"),
        ("1e9", "neither a number nor a range"),
        ("8-1", "runs backwards"),
        ("5", "each problem has 4 slots"),
        ("0", "each problem has 4 slots"),
    ],
)
def test_an_n_that_cannot_be_is_refused_before_memory_is_asked_for(bonbench, small_pool, text, said):
    """One sentence, exit status 2."""
    status, _, err = bonbench("run", "--pool", "small", "-v", "carried:orm", "--n", text)

    assert status == 2
    assert said in err
    assert "Traceback" not in err


def test_the_values_of_n_that_were_asked_for_are_shown(bonbench, small_pool):
    """A range of four is four columns, not those that double."""
    out = bonbench("run", "--pool", "small", "-v", "carried:orm", "-n", "1-4")[1]

    assert all(f"N={n}" in out for n in (1, 2, 3, 4))
