"""Quintiles and slices."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import BadInput
from harness.measure.slices import QUINTILE_NAMES, quintiles, slices
from harness.records import Problem


def test_quintiles_have_equal_sizes_and_the_easiest_is_first():
    """Eleven problems: sizes differ by one at most, and a higher pass rate never lands in a later quintile."""
    rates = {f"p{i:02d}": i / 10 for i in range(11)}

    got = quintiles(rates)

    sizes = [list(got.values()).count(q) for q in "12345"]
    assert sum(sizes) == 11
    assert max(sizes) - min(sizes) <= 1
    assert got["p10"] == "1"
    assert got["p00"] == "5"
    assert all(got[f"p{i:02d}"] >= got[f"p{i + 1:02d}"] for i in range(10))


def spread(*groups: tuple[float, int]) -> dict[str, float]:
    """So many problems of each pass rate."""
    rates = [rate for rate, count in groups for _ in range(count)]
    return {f"p{i:03d}": rate for i, rate in enumerate(rates)}


@pytest.mark.parametrize(
    ("rates", "sizes"),
    [
        (spread((1.0, 372), (0.9, 21), (0.5, 107)), {"1-3 saturated": 372, "4": 21, "5": 107}),  # GSM8K's shape
        (spread((0.8, 10), (0.6, 10), (0.4, 10), (0.2, 10), (0.1, 10)), dict.fromkeys("12345", 10)),  # ties that fit
        (spread((1.0, 12), (0.6, 8), (0.2, 20), (0.1, 10)), {"1 saturated": 12, "2": 8, "3-4": 20, "5": 10}),
        (spread((0.9, 100), (0.0, 400)), {"1": 100, "2-5 unsolved": 400}),
        (spread((0.5, 20), (0.25, 30)), {"1-2": 20, "3-5": 30}),
        (spread((0.5, 7)), {"1-5": 7}),
        (spread((1.0, 1)), {"1-5 saturated": 1}),
        ({}, {}),
    ],
)  # fmt: skip
def test_equal_pass_rates_are_never_parted(rates, sizes):
    """A tie is one group, named for all the quintiles that it empties."""
    got = quintiles(rates)

    assert dict(Counter(got.values())) == sizes
    assert all(len({got[p] for p in rates if rates[p] == rate}) == 1 for rate in rates.values())


@given(
    st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 6).map(lambda k: k / 6), min_size=1, max_size=60)
)
def test_every_quintile_is_named_once_and_easier_ones_come_first(rates):
    """Whatever the ties: the names cover 1 to 5 without overlap, in the order of pass rates, not of ids."""
    got = quintiles(rates)
    names = list(dict.fromkeys(got[p] for p in sorted(rates, key=lambda p: -rates[p])))

    spans = [[int(part) for part in name.split(" ")[0].split("-")] for name in names]
    assert [q for span in spans for q in range(span[0], span[-1] + 1)] == [1, 2, 3, 4, 5]
    assert set(names) <= QUINTILE_NAMES
    assert got == quintiles(dict(reversed(rates.items())))


def test_without_a_difference_in_difficulty_there_is_no_quintile_to_report():
    """Problems that all have the same pass rate: the whole, and nothing that repeats it."""
    problems = [Problem(i, "?", "1") for i in "abc"]

    assert [s.kind for s in slices(problems, quintiles(dict.fromkeys("abc", 0.1)))] == ["all"]


def test_every_problem_is_in_the_whole_and_in_one_quintile():
    """Subjects and levels that are unknown make no slice."""
    problems = [Problem("a", "?", "1", "Algebra", 2), Problem("b", "?", "1"), Problem("c", "?", "1", "Algebra", 3)]

    got = {(s.kind, s.name): s.members for s in slices(problems, {"a": "1", "b": "5", "c": "1"})}

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
