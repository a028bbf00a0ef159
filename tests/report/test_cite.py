"""Numbers that leave the store: sentences, tables, cards, and cards that come back."""

import csv
import json

import pyarrow.parquet as pq
import pytest

from harness import files
from harness.errors import BadInput
from harness.report import cards, cite, lookup, store


def test_the_sentence_holds_all_that_is_needed_to_find_the_number_again(written):
    """Value, interval, N of M, run, protocol, grader, task version, both digests, and where the golds came from."""
    path, results = written
    run = results[2].run
    with store.reading(path) as connection:
        row = lookup.run(connection, run.run_id)
        text = cite.sentence(row, cite.headline(row, lookup.results(connection, run.run_id)))

    for part in (
        "prm (product by default)", "best-of-n at N = 4 of 4", "50.0 %", "95 % interval", run.run_id, "bon-3",
        run.pool_digest[:16],
        run.verifier_fingerprint[:16], "right answers from the pool itself",
    ):  # fmt: skip
        assert part in text


def test_every_export_is_what_its_readers_expect(written, tmp_path):
    """CSV and Parquet hold every number; LaTeX, Markdown, Hugging Face and lm-eval one row a run."""
    path, results = written
    total = sum(len(r.rows) for r in results)
    with store.reading(path) as connection:
        rows = {k: cite.export(connection, k, tmp_path / f"out.{k}", [], None) for k in [*cite.LONG, *cite.SHORT]}

    assert rows == {"csv": total, "parquet": total, "latex": 3, "markdown": 3, "hf": 3, "lm-eval": 3}
    with (tmp_path / "out.csv").open() as file:
        assert len(list(csv.DictReader(file))) == total
    assert pq.read_table(tmp_path / "out.parquet").num_rows == total
    latex = (tmp_path / "out.latex").read_text()
    assert "\\toprule" in latex
    assert "\\bottomrule" in latex
    assert "prm (product by default) & 4 & 50.0" in latex
    index = json.loads((tmp_path / "out.hf").read_text())["model-index"]
    assert {e["name"] for e in index} == {"majority", "orm", "prm"}
    assert all(0 <= m["value"] <= 100 for e in index for r in e["results"] for m in r["metrics"])
    lm_eval = json.loads((tmp_path / "out.lm-eval").read_text())
    assert lm_eval["results"]["made:majority"]["majority@4,none"] == pytest.approx(0.5)
    assert lm_eval["n-samples"]["made:majority"]["original"] == 2


def test_an_unknown_export_format_lists_the_known_ones(written, tmp_path):
    """Nothing is written."""
    path, _ = written
    with store.reading(path) as connection, pytest.raises(BadInput, match="no export format 'xls'; choose one of csv"):
        cite.export(connection, "xls", tmp_path / "x", [], None)
    assert not (tmp_path / "x").exists()


def test_latex_escapes_what_tex_would_read(written):
    """A task called 50_%$ does not break a table."""
    row = {"task": "50_%$", "label": "a & b", "n": 1, "value": 0.5, "low": 0.4, "high": 0.6, "run_id": "x"}

    assert "50\\_\\%\\$ & a \\& b" in cite.latex([row])


@pytest.fixture
def card(written, tmp_path):
    """A card of the process verifier's run, as a file."""
    path, results = written
    with store.reading(path) as connection:
        value = cards.card(connection, results[2].run.run_id)
    file = tmp_path / "card.json"
    files.write_json(value, file)
    return file


def test_a_card_comes_back_into_another_store_marked_with_its_origin(card, tmp_path):
    """Its numbers and p_i are those of the run; it is not "measured" there."""
    other = tmp_path / "other.duckdb"

    added = cards.add(other, [card])

    value = json.loads(card.read_text())
    with store.reading(other) as connection:
        row = lookup.run(connection, added[0])
        assert row["origin"] == "card card.json"
        assert len(lookup.results(connection, added[0])) == len(value["results"])
        assert lookup.at_n(connection, row, 4) == {"pears": 1.0, "plums": 0.0}


def test_a_card_never_replaces_what_was_measured_here(card, written):
    """The store's own run stays measured."""
    path, results = written

    assert cards.add(path, [card]) == []

    with store.reading(path) as connection:
        assert lookup.run(connection, results[2].run.run_id)["origin"] == store.MEASURED


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda c: c["results"][0].update(value=1.5), "results/0/value"),
        (lambda c: c["run"].pop("pool_digest"), "run"),
        (lambda c: c.update(extra=1), "the card"),
        (lambda c: c["run"].update(pool_digest="abc"), "run/pool_digest"),
    ],
)
def test_a_card_that_breaks_the_schema_is_refused_with_the_place(card, tmp_path, change, where):
    """And no card of the batch is added."""
    value = json.loads(card.read_text())
    change(value)
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(value))

    with pytest.raises(BadInput, match=f"(is not a result card|cannot be right): {where}"):
        cards.add(tmp_path / "other.duckdb", [card, bad])

    assert not (tmp_path / "other.duckdb").exists()


def test_a_rerun_is_equal_or_says_where_it_first_differs(card, written):
    """Equal digits pass; a changed digit, digest or missing number is named."""
    _, results = written
    value = cards.read(card)

    assert cards.first_difference(value, results[2]) is None
    value["results"][3]["value"] = 0.123
    assert "the card has 0.123000, the rerun" in cards.first_difference(value, results[2])
    value["run"]["pool_digest"] = "f" * 64
    assert "the pool digest differs" in cards.first_difference(value, results[2])
