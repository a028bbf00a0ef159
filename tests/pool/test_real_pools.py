"""The main path on real pools: one import, one run, numbers that an independent calculation also found."""

import pytest

from harness import registry
from harness.pool import importing, sources
from harness.pool.problems import load_problems
from harness.run import evaluate


def imported(path, name, task=None, data=None):
    """A pool out of a file in the generic form."""
    form = registry.pool_format("generic")
    found = registry.task(task) if data else None
    problems = load_problems(found, data) if found else None
    about = importing.About(task_name=task or name, task=found, problems=problems)
    return importing.import_pool(name, form.read(sources.records(path)), about)


def at(results, n):
    """(verifier, aggregation or rule) -> accuracy over all problems at N."""
    return {
        (r.run.verifier, row.aggregation or row.measure): row.value
        for r in results
        for row in r.rows
        if row.n == n and row.slice_kind == "all" and row.measure != "weighted-vote"
    }


def test_math500_with_the_qwen_prm(real_data):
    """250 MATH-500 problems x 32 samples: every number within 0.01 of an independent calculation over the same file.

    With Math-Verify's verdicts in place of our grades every digit agrees; docs/validation.md has both columns.
    """
    pool = imported(
        real_data / "bon_strictprm_math500" / "strictprm_math500.jsonl.gz",
        "math",
        "math500",
        real_data / "problems_math500" / "test.jsonl",
    )
    verifiers = [registry.verifier(v) for v in ("majority", "oracle", "random", "carried:qwen_prm")]

    results = evaluate(registry.task("math500"), pool, verifiers)

    assert pool.manifest.problems == "task"
    assert at(results, 1)["random", "best-of-n"] == pytest.approx(0.704, abs=0.01)
    whole = at(results, 32)
    assert whole["qwen_prm", "product"] == pytest.approx(0.824, abs=0.01)
    assert whole["qwen_prm", "min"] == pytest.approx(0.812, abs=0.01)
    assert whole["qwen_prm", "last"] == pytest.approx(0.787, abs=0.01)
    assert whole["pass@N", "pass"] == pytest.approx(0.920, abs=0.01)
    assert whole["majority", "majority"] == pytest.approx(0.76, abs=0.01)
    for n, expected in {2: 0.747, 4: 0.774, 8: 0.794, 16: 0.808}.items():
        assert at(results, n)["qwen_prm", "product"] == pytest.approx(expected, abs=0.01)
    parts = {r.slice: r.value for r in results[2].rows if (r.slice_kind, r.n) == ("quintile", 32)}
    assert parts.pop("5") < 0.2
    assert parts.pop(min(parts)) > 0.95


def test_gsm8k_with_seven_verifiers(real_data):
    """Five PRMs and two outcome models in one run, ranked with intervals; no number is below an independent one.

    Math-Verify on whole texts takes the last number of a closing sentence for the answer and so calls 413 of the
    8,000 samples wrong that are right, never the reverse: docs/validation.md.
    """
    pool = imported(real_data / "bon_strictprm_gsm8k" / "strictprm_gsm8k.jsonl.gz", "gsm8k")
    names = ["majority", "oracle", "random", *[f"carried:{s}" for s in pool.manifest.scores]]

    results = evaluate(None, pool, [registry.verifier(n) for n in names])

    whole = at(results, 32)
    expected = {  # with Math-Verify's verdicts, with ours
        ("pass@N", "pass"): (0.976, 0.984),
        ("skywork_prm", "last"): (0.944, 0.976),
        ("qwen_prm", "product"): (0.936, 0.968),
        ("rlhflow_prm", "product"): (0.892, 0.956),
        ("majority", "majority"): (0.903, 0.956),
        ("math_shepherd", "min"): (0.884, 0.952),
        ("internlm2_7b_reward", "last"): (0.916, 0.948),
        ("internlm2_1_8b_reward", "last"): (0.876, 0.936),
    }
    for key, (theirs, ours) in expected.items():
        assert whole[key] == pytest.approx(ours, abs=0.003), key
        assert whole[key] >= theirs, key
    assert at(results, 1)["random", "best-of-n"] == pytest.approx(0.8835 + 413 / 8000, abs=0.003)
    assert sorted(expected, key=lambda k: -round(whole[k], 3)) == list(expected)
    assert all(0 < row.low < row.high < 1 for r in results for row in r.rows if row.slice_kind == "all" and row.n == 32)
