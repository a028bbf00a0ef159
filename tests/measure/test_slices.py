"""Quintiles and slices."""

import pytest

from harness.errors import BadInput
from harness.measure.slices import quintiles, slices
from harness.records import Problem


def test_quintiles_have_equal_sizes_and_the_easiest_is_first():
    """Eleven problems: sizes differ by one at most, and a higher pass rate never lands in a later quintile."""
    rates = {f"p{i:02d}": i / 10 for i in range(11)}

    got = quintiles(rates)

    sizes = [list(got.values()).count(q) for q in range(1, 6)]
    assert sum(sizes) == 11
    assert max(sizes) - min(sizes) <= 1
    assert got["p10"] == 1
    assert got["p00"] == 5
    assert all(got[f"p{i:02d}"] >= got[f"p{i + 1:02d}"] for i in range(10))


def test_ties_of_the_pass_rate_go_by_id_not_by_order():
    """The same rates in another order give the same quintiles."""
    rates = dict.fromkeys("edcba", 0.5)

    assert quintiles(rates) == {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}


def test_every_problem_is_in_the_whole_and_in_one_quintile():
    """Subjects and levels that are unknown make no slice."""
    problems = [Problem("a", "?", "1", "Algebra", 2), Problem("b", "?", "1"), Problem("c", "?", "1", "Algebra", 3)]

    got = {(s.kind, s.name): s.members for s in slices(problems, {"a": 1, "b": 5, "c": 1})}

    assert got == {
        ("all", "all"): (0, 1, 2),
        ("quintile", "1"): (0, 2),
        ("quintile", "5"): (1,),
        ("subject", "Algebra"): (0, 2),
        ("level", "2"): (0,),
        ("level", "3"): (2,),
    }


def test_a_quintile_source_that_lacks_a_problem_is_refused():
    """Another pool may set the quintiles only if it covers the problems."""
    with pytest.raises(BadInput, match="1 of 1 problems have no pass rate"):
        slices([Problem("a", "?", "1")], {})
