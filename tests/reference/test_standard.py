"""The standard: frozen, recomputed from what ships, on the board from the start, and cited with its id."""

import gzip
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from harness import registry
from harness.errors import BadInput, StoreError
from harness.material import Options
from harness.pool import pools
from harness.pool.manifest import task_of
from harness.pool.pools import Pool
from harness.report import cards, lookup, standard, store
from harness.run import evaluate
from leaderboard.read import queries

STANDARD = standard.read()
NAMES = [entry["pool"] for entry in STANDARD.pools]
SMALL = "math100-qwen-rm"


def of(name):
    """The cards on one pool."""
    return [card for card in STANDARD.cards if card["run"]["pool"] == name]


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_number_is_recomputed_from_the_shipped_pool(name, tmp_path):
    """Graded anew, under the same run ids: every row of results and every problem's p."""
    shipped = pools.open_pool(name)
    copy = Pool(tmp_path / "another place", shipped.manifest)  # where no grades lie beside it
    shutil.copytree(shipped.path, copy.path, ignore=shutil.ignore_patterns("grades"))
    known = of(name)

    chosen = [registry.verifier(card["run"]["spec"]) for card in known]
    results = evaluate(task_of(shipped.manifest), copy, chosen, Options(ns=tuple(known[0]["run"]["ns"])))

    for card, result in zip(known, results, strict=True):
        assert cards.first_difference(card, result) is None
        assert result.run.run_id == card["run"]["run_id"]
        own = next(c for c in result.curves if (c.measure, c.aggregation) == result.headline)
        ours = {p.id: values for p, values in zip(result.problems, own.values, strict=True)}
        assert ours.keys() == card["problems"].keys()
        assert all(np.allclose(ours[i], p, rtol=0, atol=1e-11) for i, p in card["problems"].items())
    graded = results[0].grades.table
    (there,) = (shipped.path / "grades").glob("*.parquet")
    assert there.name == results[0].grades.path.name
    assert graded.equals(evaluate(task_of(shipped.manifest), shipped, chosen[:1])[0].grades.table)


def test_the_list_is_of_the_pools_that_ship():
    """By digest, task version and N grid; and every card is a valid one."""
    for entry in STANDARD.pools:
        pool = pools.open_pool(entry["pool"])
        assert (entry["pool_digest"], entry["n_problems"]) == (pool.digest, pool.manifest.n_problems)
        runs = [card["run"] for card in of(entry["pool"])]
        assert {run["verifier"] for run in runs} == {"majority", "pass@N", "random", *pool.manifest.scores}
        assert {(run["protocol"], run["grader"]) for run in runs} == {(STANDARD.protocol, STANDARD.grader)}
        assert all(run["ns"] == entry["ns"] and run["task_version"] == entry["task_version"] for run in runs)


def test_a_shipped_card_is_a_valid_card(tmp_path):
    """By the schema that others' cards are checked against."""
    for number, card in enumerate(of(SMALL)):
        (tmp_path / f"{number}.json").write_text(json.dumps(card))
        assert cards.read(tmp_path / f"{number}.json") == card


def test_a_changed_number_is_a_new_standard(tmp_path, monkeypatch):
    """Changed files are refused when read, and a frozen name is not written again with other numbers."""
    folder = tmp_path / standard.CURRENT
    shutil.copytree(registry.bundled_standards()[standard.CURRENT], folder)
    monkeypatch.setattr(registry, "bundled_standards", lambda: {standard.CURRENT: folder})
    found = [json.loads(line) for line in gzip.decompress((folder / standard.CARDS).read_bytes()).splitlines()]
    values = json.loads((folder / standard.LIST).read_text())
    assert standard.freeze(folder, values, found) == STANDARD.snapshot

    found[0]["results"][0]["value"] += 0.001

    with pytest.raises(BadInput, match="is frozen, and the numbers are not its numbers"):
        standard.freeze(folder, values, found)
    (folder / standard.CARDS).write_bytes(gzip.compress("\n".join(map(json.dumps, found)).encode()))
    with pytest.raises(BadInput, match="a number or the list was changed"):
        standard.read()


def test_the_readme_states_what_the_standard_says():
    """The lead's table is that of the cards: N from 1 to 32, then the quintiles that there are at 32."""
    text = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    shown = {
        "pass@N: any is right": ("pass@N", "pass"),
        "the PRM chooses": ("qwen_prm", "best-of-n"),
        "a vote weighted by the PRM": ("qwen_prm", "weighted-vote"),
        "majority vote": ("majority", "majority"),
    }
    for label, (verifier, measure) in shown.items():
        (card,) = (card for card in of("math500-strictprm") if card["run"]["verifier"] == verifier)
        own = [r for r in card["results"] if r["measure"] == measure]
        own = [r for r in own if r["aggregation"] == card["run"]["headline_aggregation"]]
        whole = [r["value"] for n in (1, 2, 4, 8, 16, 32) for r in own if (r["slice_kind"], r["n"]) == ("all", n)]
        parts = {r["slice"]: r["value"] for r in own if (r["slice_kind"], r["n"]) == ("quintile", 32)}
        fifths = [parts[part] for part in ("1-2 saturated", "3", "4", "5")]
        cells = [f"{100 * v:.1f}" for v in whole] + [f"{100 * v:.0f}" for v in fifths]
        assert f"| {label} | {' | '.join(cells)} |" in text


def test_the_cards_come_into_a_store_once_and_replace_nothing(home):
    """What was measured here stays; the rest is marked as the standard's."""
    path = home / "results.duckdb"
    pool = pools.open_pool(SMALL)
    measured = evaluate(task_of(pool.manifest), pool, [registry.verifier("majority")])
    store.write(path, measured)

    assert standard.add(STANDARD, path) == len(STANDARD.cards) - 1
    assert standard.add(STANDARD, path) == 0

    with store.reading(path) as connection:
        origins = {row["run_id"]: row["origin"] for row in lookup.runs(connection)}
    assert origins.pop(measured[0].run.run_id) == store.MEASURED
    assert set(origins.values()) == {standard.CURRENT}


def test_a_board_that_is_first_opened_shows_the_standard(bonbench, home, monkeypatch):
    """In a fresh home; every pool is a board, its cards marked with their origin. It can be left out."""
    monkeypatch.setattr(subprocess, "call", lambda *_, **__: 0)

    assert bonbench("leaderboard", "--no-reference")[0] == 2
    assert bonbench("leaderboard")[0] == 0

    with store.reading(home / "results.duckdb") as connection:
        assert {run["origin"] for run in lookup.runs(connection)} == {standard.CURRENT}
        assert {board.pool for board in queries.boards(connection)} == set(NAMES)


def test_a_store_that_cannot_be_written_is_shown_as_it_is(bonbench, home, monkeypatch):
    """Another process may hold it, or the disk may be read-only: the board opens all the same, and says so."""
    store.write(home / "results.duckdb", [])
    monkeypatch.setattr(subprocess, "call", lambda *_, **__: 0)
    monkeypatch.setattr(standard, "add", lambda *_: (_ for _ in ()).throw(StoreError("The store is locked.")))

    status, _, err = bonbench("leaderboard")

    assert status == 0
    assert "Without the reference board's cards: The store is locked." in " ".join(err.split())


def test_the_standard_is_listed(bonbench, home):
    """Every pool with its digest and the best verifier; the cards go into a store when asked to."""
    status, out, _ = bonbench("standard", "--add")

    assert status == 0
    assert all(name in out for name in NAMES)
    assert STANDARD.snapshot[:16] in out
    assert f"{len(STANDARD.cards)} of {len(STANDARD.cards)} cards added" in out


def test_the_standard_is_cited_with_its_snapshot(bonbench):
    """A paragraph, a table of every verifier, BibTeX; a run and the standard at once are refused."""
    status, out, _ = bonbench("cite", "--standard")

    assert status == 0
    assert out.count(STANDARD.snapshot[:16]) == 2
    assert "@misc{bonbench-reference-1," in out
    assert out.count("\n| ") == len(STANDARD.cards) + 2
    assert bonbench("cite", "--standard", "abc")[0] == bonbench("cite")[0] == 2


def test_a_verifier_is_measured_on_every_pool_of_the_standard_that_takes_it(bonbench, home, monkeypatch):
    """Under the run ids of the cards; what cannot take it is named with the reason."""
    few = (SMALL, "math500-openr", "gsm8k-interlace")
    small = standard.Standard(
        **{
            **{name: getattr(STANDARD, name) for name in standard.Standard.__dataclass_fields__},
            "pools": tuple(entry for entry in STANDARD.pools if entry["pool"] in few),
        }
    )
    monkeypatch.setattr(standard, "read", lambda: small)

    status, out, err = bonbench("run", "--standard", "-v", "carried:pred_score", "-v", "length", "--no-controls")

    assert status == 0
    err = " ".join(err.split())  # as a terminal's width folds it
    assert "Measured on 2 of 3 pools of bonbench-reference-1" in out
    assert "pred_score: the pool does not carry this score (2 pools: math500-openr, gsm8k-interlace)" in err
    assert (
        "length: it reads solutions, and this pool ships without texts ('bonbench pool fetch' gets them) (2 pools:"
        in err
    )
    with store.reading(home / "results.duckdb") as connection:
        found = {row["verifier"]: row["run_id"] for row in lookup.runs(connection)}
    assert found["pred_score"] in {card["run"]["run_id"] for card in of(SMALL)}
    assert bonbench("run", "--standard", "-v", "carried:nothing")[0] == 2
    assert bonbench("run", "--standard", "-v", "majority", "--n", "2")[0] == 2
    assert bonbench("run", "-v", "majority")[0] == bonbench("run", "--standard", "-p", SMALL, "-v", "majority")[0] == 2
