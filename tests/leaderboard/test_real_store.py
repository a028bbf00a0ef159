"""Every view on a store of real samples: 250 GSM8K problems x 32 with the step scores of seven models."""

import pytest

from harness import registry
from harness.cli.asked import find_task
from harness.pool import pools
from harness.report import store
from harness.run import evaluate

VIEWS = ("board", "curves", "ood", "compare", "problems", "calibration", "compute", "method")


@pytest.fixture(scope="module")
def real_store(real_data, tmp_path_factory):
    """A home with that pool, imported and measured."""
    from typer.testing import CliRunner

    from harness.cli import app

    home = tmp_path_factory.mktemp("real")
    patch = pytest.MonkeyPatch()
    patch.setenv("BONBENCH_HOME", str(home))
    source = real_data / "bon_strictprm_gsm8k" / "strictprm_gsm8k.jsonl.gz"
    options = ["--problems", "from-pool", "--task", "gsm8k", "--name", "gsm"]
    made = CliRunner().invoke(app, ["pool", "import", "generic", str(source), *options])
    assert made.exit_code == 0, made.output
    pool = pools.open_pool("gsm")
    names = ["carried:qwen_prm", "carried:skywork_prm aggregation=last", "carried:math_shepherd", *registry.controls()]
    results = evaluate(find_task("", pool), pool, [registry.verifier(name) for name in names])
    store.write(home / "results.duckdb", results)
    patch.undo()
    return home


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_opens_on_real_samples(real_store, monkeypatch, opened, view):
    """Real texts, real formulas, real step scores: no view fails."""
    monkeypatch.setenv("BONBENCH_HOME", str(real_store))
    monkeypatch.setenv("BONBENCH_STORE", str(real_store / "results.duckdb"))
    page = opened(view)

    assert not page.exception


def test_real_solutions_can_be_walked_through(real_store, monkeypatch, opened):
    """Ten problems one after another, each with its solution under two verifiers."""
    monkeypatch.setenv("BONBENCH_HOME", str(real_store))
    monkeypatch.setenv("BONBENCH_STORE", str(real_store / "results.duckdb"))
    page = opened("problems", b="skywork_prm (last)")
    seen = set()
    for _ in range(10):
        next(button for button in page.button if button.label == "Next").click().run()

        assert not page.exception
        seen.add(page.selectbox(key="problem").value)
        picks = page.dataframe[0].value.set_index("entry")["sample"]
        assert page.selectbox(key="sample").value == picks[page.selectbox(key="a").value]
        assert page.selectbox(key="sample_b").value == picks["skywork_prm (last)"]
    assert len(seen) == 10
