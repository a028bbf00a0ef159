"""A card is a stranger's claim: what cannot be right is refused with the field, what is right comes in as another's."""

import copy
import json

import pytest

from harness import digest, files, registry
from harness.errors import BadInput
from harness.measure import statistics
from harness.report import cards, checking, lookup, standard, store
from harness.run import evaluate

NAN, INFINITE = float("nan"), float("inf")


@pytest.fixture
def card(written):
    """The card of a process verifier's run: best of N over two problems in four slots each."""
    path, results = written
    with store.reading(path) as connection:
        return cards.card(connection, results[2].run.run_id)


def write(value, folder):
    """A card as a file, its run's id made again as a careful forger would."""
    run = value["run"]
    if isinstance(run, dict) and run.get("run_id") == "again":
        run["run_id"] = digest.of_json({name: run[name] for name in checking.IDENTITY})[:12]
    file = folder / "card.json"
    file.write_text(json.dumps(value), encoding="utf-8")
    return file


def rows(change, **where):
    """Changes the rows that have these values."""

    def alter(card):
        for row in card["results"]:
            if all(row[k] == v for k, v in where.items()):
                change(row)

    return alter


def run(**values):
    """Changes the run."""
    return lambda card: card["run"].update(values)


def options(**values):
    """Changes the options and hides it in the run's id."""

    def alter(card):
        card["run"]["options"].update(values)
        card["run"]["run_id"] = "again"

    return alter


def both(*changes):
    """Several changes."""
    return lambda card: [change(card) for change in changes]


def headline(card, n=4):
    """The row of the board."""
    h = card["run"]["headline_measure"], card["run"]["headline_aggregation"]
    return next(r for r in card["results"] if (r["measure"], r["aggregation"], r["n"], r["slice"]) == (*h, n, "all"))


ALTERED = [
    ("all values are 1", rows(lambda r: r.update(value=1.0)), "results/0"),
    ("all numbers are perfect", rows(lambda r: r.update(value=1.0, low=1.0, high=1.0, standard_error=0.0,
                                                        draw_deviation=0.0)), "results/0"),
    ("one headline value", lambda c: headline(c).update(value=0.9), "results/"),
    ("a smaller standard error", lambda c: headline(c).update(standard_error=0.001), "results/"),
    ("a larger standard error", lambda c: headline(c).update(standard_error=0.9), "standard_error"),
    ("a narrower interval", lambda c: headline(c).update(low=0.49, high=0.51), "low: value and standard error give"),
    ("another draw deviation", lambda c: headline(c).update(draw_deviation=0.2), "draw_deviation"),
    ("an absurd draw deviation", lambda c: headline(c).update(draw_deviation=5.0), "draw_deviation"),
    ("low above high", lambda c: headline(c).update(low=0.9, high=0.1), "low"),
    ("low above the value", lambda c: headline(c).update(low=0.6), "low"),
    ("a negative value", lambda c: headline(c).update(value=-0.1), "value"),
    ("a value above 1", lambda c: headline(c).update(value=1.1), "value"),
    ("NaN", lambda c: headline(c).update(value=NAN), "NaN is no number"),
    ("infinity", lambda c: headline(c).update(high=INFINITE), "Infinity is no number"),
    ("a float beyond floats", None, "a number that is none|maximum"),
    ("a value as text", lambda c: headline(c).update(value="0.5"), "value"),
    ("no value", lambda c: headline(c).pop("value"), "value"),
    ("N above M", both(rows(lambda r: r.update(n=8), n=4), run(ns=[1, 2, 8]), options(ns=[1, 2, 8])), "run/ns: N = 8"),
    ("N that does not ascend", both(run(ns=[4, 2, 1]), options(ns=[4, 2, 1])), "run/ns"),
    ("an N that the run has not", rows(lambda r: r.update(n=3), n=2), "/n: 3 is no N"),
    ("N = 0", rows(lambda r: r.update(n=0), n=1), "n"),
    ("a million problems", run(n_problems=1_000_000), "run/n_problems"),
    ("a million problems in a row", lambda c: headline(c).update(n_problems=1_000_000), "n_problems"),
    ("more problems than the task has", run(task_problems=1), "run/task_problems"),
    ("a problem too few", lambda c: c["problems"].popitem(), "run/n_problems"),
    ("p_i of too few N", lambda c: next(iter(c["problems"].values())).pop(), "problems/"),
    ("p_i above 1", lambda c: next(iter(c["problems"].values())).__setitem__(0, 1.5), "problems/"),
    ("p_i changed", lambda c: next(iter(c["problems"].values())).__setitem__(2, 0.25), "results/.*p_i give"),
    ("p_i as text", lambda c: c["problems"].update(pears="high"), "problems/pears"),
    ("negative coverage", lambda c: c["run"]["coverage"].update(missing=-1), "run/coverage/missing"),
    ("more missing than slots", lambda c: c["run"]["coverage"].update(missing=99), "run/coverage"),
    ("other slots than problems", lambda c: c["run"]["coverage"].update(slots=9), "run/coverage/slots"),
    ("no coverage", lambda c: c["run"].update(coverage={}), "run/coverage"),
    ("coverage as text", lambda c: c["run"]["coverage"].update(missing="none"), "run/coverage/missing"),
    ("absurd draws", options(draws=10**12), "run/options/draws"),
    ("options without a seed", lambda c: c["run"]["options"].pop("seed"), "run/options"),
    ("an unknown option", options(trust=True), "run/options"),
    ("cost as text", lambda c: c["run"].update(cost={"tokens": "many"}), "run/cost/tokens"),
    ("negative cost", lambda c: c["run"].update(cost={"flops": -1}), "run/cost/flops"),
    ("cost as a list", lambda c: c["run"].update(cost=[1]), "run/cost"),
    ("another run's id", run(run_id="0" * 12), "run/run_id"),
    ("another pool", run(pool_digest="0" * 64), "run/run_id|pool/digest"),
    ("another pool, carefully", run(pool_digest="0" * 64, run_id="again"), "pool/digest"),
    ("another verifier", lambda c: c["run"]["verifier_config"].update(name="better"), "run/verifier_fingerprint"),
    ("another protocol", run(protocol="bon-9"), "run/run_id"),
    ("a number twice", lambda c: c["results"].append(copy.deepcopy(headline(c))), "stands there twice"),
    ("the headline cut out", lambda c: c["results"].remove(headline(c)), "results: the headline has no number"),
    ("one row only", lambda c: c.update(results=[headline(c)]), "results"),
    ("an unknown slice", rows(lambda r: r.update(slice_kind="vibes"), slice_kind="quintile"), "slice"),
    ("a sixth quintile", rows(lambda r: r.update(slice="6"), slice_kind="quintile"), "there is no slice quintile"),
    ("an easier quintile", rows(lambda r: r.update(value=min(r["value"] + 0.2, 1.0)), slice_kind="quintile"),
     "results/"),
    ("answering and choosing", lambda c: headline(c).update(answering=0.4, choosing=0.4), "one mean accuracy"),
    ("an unknown estimator", lambda c: headline(c).update(estimator="guess"), "estimator"),
    ("an exact number with an error", lambda c: headline(c).update(mc_error=0.1), "estimator"),
    ("a measure that is not described", lambda c: c.update(measures=[]), "is not described"),
    ("a measure turned round", lambda c: c["measures"][0].update(higher_is_better=False), "measures/"),
    ("a time that is none", run(started="yesterday"), "run/started"),
    ("a number beyond 64 bits", options(seed=10**40), "run/options/seed"),
    ("a slice of slots", run(slots=2.5), "run/slots"),
    ("a run as a list", lambda c: c.update(run=[]), "run"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "field"), [a[1:] for a in ALTERED], ids=[a[0] for a in ALTERED])
def test_an_altered_card_is_refused_with_the_field(card, tmp_path, change, field):
    """Nothing of it is in the store afterwards."""
    value = copy.deepcopy(card)
    if change is None:
        file = tmp_path / "card.json"
        file.write_text(json.dumps(card).replace('"mc_error": 0.0', '"mc_error": 1e999'))
    else:
        change(value)
        file = write(value, tmp_path)

    with pytest.raises(BadInput, match=field):
        cards.add(tmp_path / "other.duckdb", [file])

    assert not (tmp_path / "other.duckdb").exists()


def exchanged(card):
    """Quintiles in other places: every number fits some p_i, but not those of the problems of that difficulty."""
    names = sorted({r["slice"] for r in card["results"] if r["slice_kind"] == "quintile"})
    swap = dict(zip(names, reversed(names), strict=True))
    rows(lambda r: r.update(slice=swap[r["slice"]]), slice_kind="quintile")(card)


def renamed(card):
    """A subject that the pool has not."""
    rows(lambda r: r.update(slice="Algebra"), slice_kind="subject")(card)


@pytest.mark.parametrize(
    ("change", "told", "without"),
    [(exchanged, "and the card's own p_i give", False), (renamed, "the pool has no subject Algebra", True)],
)
def test_slices_are_made_again(card, tmp_path, monkeypatch, change, told, without):
    """Quintiles from the card alone, whose p_i say how hard each problem is; subjects where the pool is at hand."""
    change(card)
    file = write(card, tmp_path)
    with pytest.raises(BadInput, match=told):
        cards.add(tmp_path / "other.duckdb", [file])

    monkeypatch.setenv("BONBENCH_HOME", str(tmp_path / "nothing here"))
    if without:
        assert cards.add(tmp_path / "other.duckdb", [file]) == [card["run"]["run_id"]]
    else:
        with pytest.raises(BadInput, match=told):
            cards.add(tmp_path / "other.duckdb", [file])


def other(card, aggregation, n):
    """A row that is not of the headline."""
    key = ("best-of-n", aggregation, n, "all")
    return next(r for r in card["results"] if (r["measure"], r["aggregation"], r["n"], r["slice"]) == key)


def shifted(row, by):
    """Another value, with everything beside it made to fit."""
    row["value"] += by
    row["choosing"] += by
    row.update(draw_deviation=0.0)
    made = statistics.interval_about(row["value"], row["standard_error"], row["n_problems"])
    row.update(low=made.low, high=made.high)


BEYOND = [
    ("another aggregation at N = 1", lambda c: shifted(other(c, "min", 1), 0.1), "results/"),
    (
        "better than pass@N",
        lambda c: shifted(other(c, "min", 2), 0.1),
        "results/.*(is not between|do not add up)",
    ),
    ("no share of the samples", lambda c: c["problems"].update(pears=[0.4, *c["problems"]["pears"][1:]]), "results/"),
    (
        "more right than answered",
        lambda c: c["run"]["coverage"].update(unanswered=5),
        "run/coverage: 3 samples are right",
    ),
]


@pytest.mark.parametrize(("change", "field"), [b[1:] for b in BEYOND], ids=[b[0] for b in BEYOND])
def test_what_is_beside_the_headline_is_held_to_its_p_i(card, tmp_path, monkeypatch, change, field):
    """Without the pool."""
    monkeypatch.setenv("BONBENCH_HOME", str(tmp_path / "nothing here"))
    change(card)

    with pytest.raises(BadInput, match=field):
        cards.add(tmp_path / "other.duckdb", [write(card, tmp_path)])


def test_pass_at_n_is_made_again_from_how_many_are_right(written, tmp_path):
    """Every p_i of the ceiling, at every N."""
    _, results = written
    (found,) = evaluate(None, results[0].pool, [registry.verifier("oracle")])
    store.write(tmp_path / "oracle.duckdb", [found])
    with store.reading(tmp_path / "oracle.duckdb") as connection:
        value = cards.card(connection, found.run.run_id)
    assert checking.first_fault(value) == ""
    value["problems"]["pears"][1] -= 0.05
    place, row = next((i, r) for i, r in enumerate(value["results"]) if (r["n"], r["slice"]) == (2, "all"))
    row["value"] += 0.1

    faults = dict(checking._limits(value, checking._rights(value), {("all", "all"): list(value["problems"])}))

    assert "it cannot be" in faults["problems/pears"]
    assert "is not between" in faults[f"results/{place}/value"]


def test_every_card_that_ships_is_right():
    """By the same checks."""
    assert [c["run"]["run_id"] for c in standard.read().cards if checking.first_fault(c)] == []


def test_a_card_that_is_right_comes_in_as_another_s(written, tmp_path):
    """Every run of the store, each with all of its slices; each is marked with the card's name."""
    path, results = written
    with store.reading(path) as connection:
        found = [cards.card(connection, r.run.run_id) for r in results]
    for value in found:
        files.write_json(value, tmp_path / "cards" / f"{value['run']['run_id']}.json")

    added = cards.add(tmp_path / "other.duckdb", sorted((tmp_path / "cards").iterdir()))

    with store.reading(tmp_path / "other.duckdb") as connection:
        origins = {row["run_id"]: row["origin"] for row in lookup.runs(connection)}
    assert origins == {run_id: f"card {run_id}.json" for run_id in added}
    assert len(added) == 3


def step(card, **values):
    """The headline at N = 2."""
    headline(card, 2).update(values)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda c: step(c, low=0.0), "low: the card has"),
        (lambda c: step(c, standard_error=0.9), "standard error: the card has"),
        (lambda c: step(c, mc_error=0.1), "mc error: the card has"),
        (lambda c: step(c, answering=0.9), "answering: the card has"),
        (lambda c: c["problems"].update(pears=[0.0, 0.0, 0.0]), "p_i of the problem 'pears' differ"),
        (lambda c: c["problems"].pop("pears"), "p_i of other problems"),
        (lambda c: c["run"]["coverage"].update(missing=0), "the coverage differs"),
        (lambda c: c["run"].update(run_id="0" * 12), "the run id differs"),
        (lambda c: c.update(results=[headline(c)]), "the rerun has a number that the card lacks"),
        (lambda c: c["results"].append({**headline(c), "slice": "none"}), "the card has a number that the rerun lacks"),
    ],
)
def test_a_rerun_compares_everything_that_a_card_states(card, written, change, told):
    """Not the values alone."""
    _, results = written
    assert cards.first_difference(card, results[2]) is None
    change(card)

    assert told in cards.first_difference(card, results[2])
