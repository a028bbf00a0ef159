"""The whole path on a pool small enough to work out by hand."""

import math

import pytest

from harness import registry
from harness.errors import BadInput, UnknownName, VerifierError
from harness.material import Options
from harness.pool import pools
from harness.pool.importing import About, import_pool
from harness.records import Source, Task
from harness.run import evaluate
from verifiers.base import OutcomeVerifier, ProcessVerifier
from worlds.made import entry


def value(result, n, rule="best-of-n", aggregation="", kind="all", name="all"):
    """One reported number of a result."""
    return next(
        r for r in result.rows
        if (r.measure, r.aggregation, r.n, r.slice_kind, r.slice) == (rule, aggregation, n, kind, name)
    )  # fmt: skip


def test_carried_outcome_scores_by_hand(small_pool):
    """Pears: scores .9 right, .5 wrong, .2 right, one missing. Plums: a tie of .8 (wrong, right), .1 wrong, unanswered.

    N = 4 takes the whole pool: pears right (1), plums half (1/2): 3/4. N = 1: (2/4 + 1/4) / 2.
    """
    (result,) = evaluate(None, small_pool, [registry.verifier("carried:orm")])

    assert value(result, 4).value == pytest.approx(0.75)
    assert value(result, 1).value == pytest.approx(0.375)
    assert value(result, 4).draw_deviation == pytest.approx(math.sqrt(0.25) / 2)
    assert value(result, 4, kind="subject", name="Counting").n_problems == 2
    assert result.run.coverage == {"slots": 8, "missing": 1, "unanswered": 1, "undecided": 0, "unscored": 0}


def test_step_scores_are_aggregated_every_way_that_applies(small_pool):
    """Pears under the product: .72, .81, .45: a right one wins. Under the minimum .8, .9, .5. Under max a tie of .9."""
    (result,) = evaluate(None, small_pool, [registry.verifier("carried:prm")])

    assert {c.aggregation for c in result.curves if c.measure == "best-of-n"} == {
        "product",
        "min",
        "last",
        "mean",
        "max",
    }
    assert result.headline == ("best-of-n", "product")
    # plums: product .04 wrong, .49 right, .54 wrong (the unanswered one cannot be chosen)
    assert value(result, 4, aggregation="product").value == pytest.approx((1 + 0) / 2)
    assert value(result, 4, aggregation="min").value == pytest.approx((1 + 1) / 2)
    assert value(result, 4, aggregation="max").value == pytest.approx((2 / 3 + 0) / 2)


def test_majority_oracle_and_chance_need_no_scores(small_pool):
    """Pears vote 1, 1, 7; plums 5, 2, 5: the vote is right on pears only; the oracle on both; chance is the mean."""
    names = ["majority", "oracle", "random"]
    majority, oracle, random = evaluate(None, small_pool, [registry.verifier(n) for n in names])

    assert value(majority, 4, "majority").value == pytest.approx(0.5)
    assert value(oracle, 4, "pass").value == pytest.approx(1.0)
    assert value(random, 4).value == pytest.approx((2 / 3 + 1 / 3) / 2)
    assert value(random, 1).value == pytest.approx((2 / 4 + 1 / 4) / 2)


def test_the_same_inputs_give_the_same_run_id_and_digits(small_pool):
    """And another option, seed or verifier option another id."""
    spec = "carried:prm"
    first, again = (evaluate(None, small_pool, [registry.verifier(spec)])[0] for _ in range(2))
    other = evaluate(None, small_pool, [registry.verifier(spec)], Options(ns=(1, 2)))[0]
    seeded = evaluate(None, small_pool, [registry.verifier(spec)], Options(seed=1))[0]

    assert first.run.run_id == again.run.run_id
    assert [r.value for r in first.rows] == [r.value for r in again.rows]
    assert len({first.run.run_id, other.run.run_id, seeded.run.run_id}) == 3


def test_a_weighted_vote_on_raw_scores_is_left_out_with_a_note_and_refused_on_request(home):
    """Unless they are mapped into [0, 1] first."""
    import_pool("raw", [entry("a", "1", scores={"rm": 3.5}), entry("a", "2", scores={"rm": -1.0})], About("made"))
    pool = pools.open_pool("raw")
    verifier = registry.verifier("carried:rm")

    (plain,) = evaluate(None, pool, [verifier])
    (mapped,) = evaluate(None, pool, [verifier], Options(rules=("weighted-vote",), transform="sigmoid"))

    assert [c.measure for c in plain.curves] == ["best-of-n"]
    assert "No weighted vote for rm" in plain.run.notes[0]
    assert value(mapped, 2, "weighted-vote").value == pytest.approx(1.0)
    with pytest.raises(BadInput, match=r"must lie in \[0, 1\]; found -1 to 3.5"):
        evaluate(None, pool, [verifier], Options(rules=("weighted-vote",)))


def test_cross_fitted_quintiles_measure_other_samples_than_they_are_set_by(home):
    """Even slots set the quintile, odd slots are measured, so N reaches M / 2 there and M elsewhere."""
    entries = [
        entry(f"p{i}", "1" if j < 2 * i else "0", index=j, scores={"s": 0.5}) for i in range(5) for j in range(8)
    ]
    import_pool("fit", entries, About("made", slots=8))

    (result,) = evaluate(None, pools.open_pool("fit"), [registry.verifier("carried:s")], Options(quintiles="cross-fit"))

    in_quintiles = {r.n for r in result.rows if r.slice_kind == "quintile"}
    assert in_quintiles == {1, 2, 4}
    assert max(r.n for r in result.rows if r.slice_kind == "all") == 8
    # p1 has right answers in slots 0 and 1: half of its odd slots 1, 3, 5, 7 ... one of four
    assert value(result, 4, kind="quintile", name="4").value == pytest.approx(1 / 4)


def test_quintiles_of_another_pool_are_taken_by_problem(home):
    """And that pool's digest becomes part of the run's identity."""
    a = [entry(f"p{i}", "1" if i < 3 else "0") for i in range(5)]
    b = [entry(f"p{i}", "1" if i >= 3 else "0") for i in range(5)]
    import_pool("first", a, About("made"))
    other = import_pool("other", b, About("made"))

    (result,) = evaluate(None, pools.open_pool("first"), [registry.verifier("random")], Options(quintiles="other"))

    easy, hard = dict.fromkeys(("p3", "p4"), "1-2 saturated"), dict.fromkeys(("p0", "p1", "p2"), "3-5 unsolved")
    assert result.quintile == easy | hard
    assert result.run.options["quintiles"] == f"pool:{other.digest}"


class Brief(OutcomeVerifier):
    """Prefers short solutions; counts how often it is asked."""

    name = "brief"

    def __init__(self) -> None:
        self._asked: list[str] = []

    def score_solutions(self, problem, solutions):
        self._asked += solutions
        assert "1" not in problem  # the gold is never in its hands
        return [1 / len(s) for s in solutions]


def test_identical_solutions_are_scored_once_and_scores_are_kept(small_pool):
    """Two equal texts cost one call, and a second run costs none."""
    verifier = Brief()

    first = evaluate(None, small_pool, [verifier])[0]
    asked = len(verifier._asked)
    again = evaluate(None, small_pool, [verifier])[0]

    assert asked == 5  # seven samples, of which two pairs are word for word the same
    assert len(verifier._asked) == asked
    assert [r.value for r in first.rows] == [r.value for r in again.rows]


class Stepwise(ProcessVerifier):
    """Scores each step by its number of letters."""

    name = "stepwise"
    aggregation = "last"

    def score_steps(self, problem, solutions):
        return [[1 / (1 + len(step)) for step in steps] for steps in solutions]


def test_a_process_verifier_gets_the_steps_its_separator_makes(small_pool):
    """Two steps a solution here; the headline is its own aggregation."""
    (result,) = evaluate(None, small_pool, [Stepwise()])

    assert result.headline == ("best-of-n", "last")
    lengths = {len(s) for s in result.scores.table["steps"].to_pylist()}
    assert lengths == {1, 2}  # "I do not know" is one step


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (lambda solutions: [0.5] * (len(solutions) + 1), "returned .* scores for .* solutions"),
        (lambda solutions: [math.nan] * len(solutions), "returned NaN as a score"),
    ],
)
def test_a_verifier_that_breaks_its_contract_is_named(small_pool, returned, message):
    """Too many scores, or scores that are no numbers, stop the run."""

    class Broken(OutcomeVerifier):
        name = "broken"

        def score_solutions(self, problem, solutions):
            return returned(solutions)

    with pytest.raises(VerifierError, match=message):
        evaluate(None, small_pool, [Broken()])


def test_a_step_score_too_few_is_an_error_not_a_padding(small_pool):
    """Exactly one score per step."""

    class Short(ProcessVerifier):
        name = "short"

        def score_steps(self, problem, solutions):
            return [[0.5] * (len(steps) - 1) for steps in solutions]

    with pytest.raises(VerifierError, match="returned 1 scores for a solution of 2 steps"):
        evaluate(None, small_pool, [Short()])


def test_a_pool_for_another_task_is_refused(small_pool):
    """With the command that would be right."""
    task = Task("other", 1, "Other", "math", Source(), lambda row, i: None)

    with pytest.raises(BadInput, match="holds samples for the task 'made', not for 'other'.*--task made"):
        evaluate(task, small_pool, [registry.verifier("majority")])


def test_an_n_above_the_slots_is_refused(small_pool):
    """Before anything is scored."""
    with pytest.raises(BadInput, match="N = 9 was asked for, but each problem has 4 slots"):
        evaluate(None, small_pool, [registry.verifier("majority")], Options(ns=(1, 9)))


def test_scores_the_pool_does_not_carry_are_named(small_pool):
    """With those it does."""
    with pytest.raises(BadInput, match="carries no scores called 'rm'; it carries: orm, prm"):
        evaluate(None, small_pool, [registry.verifier("carried:rm")])


def test_an_unknown_verifier_is_answered_with_the_nearest(home):
    """And with the two other ways to name one."""
    with pytest.raises(UnknownName, match=r"No verifier is called 'majorty'. Did you mean 'majority'\?.*carried:NAME"):
        registry.verifier("majorty")


def test_options_that_a_verifier_does_not_take_are_refused(home):
    """By name, with those that it does take."""
    with pytest.raises(UnknownName, match="No option of 'majority' is called 'depth'"):
        registry.verifier("majority depth=3")
