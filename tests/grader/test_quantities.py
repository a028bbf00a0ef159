"""Numbers with units and tolerance."""

import pytest

from harness.grader import quantities, units
from harness.records import AnswerSpec

FIVE = AnswerSpec("number", relative_tolerance=0.05)


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("1,200 J", 1200.0), ("1.6e-19", 1.6e-19), (r"1.6 \times 10^{-19} \text{ C}", 1.6e-19), ("1.6 × 10⁻⁹", 1.6e-9),
        ("1.6·10^-19", 1.6e-19), ("1.6 x 10^-19", 1.6e-19), ("1.6*10**-19", 1.6e-19), (r"10^{-19}", 1e-19),
        ("1.6E-19 C", 1.6e-19), (r"\frac{3}{4}", 0.75), (r"2\pi", 6.283185307), (r"\sqrt{2} \text{ m}", 1.414213562),
        (r"E \approx 2.5 \mathrm{~kJ}", 2.5), ("-.5", -0.5), ("5.2 ± 0.1", 5.2), ("about 7 electrons", 7.0),
        (r"3\frac{1}{2}", 3.5), ("12%", 12.0), (r"v = 3 \times 10^8 \, \text{m/s}", 3e8), ("1 200", 1200.0),
    ],
)  # fmt: skip
def test_a_number_is_read_in_every_common_spelling(answer, value):
    """Thousands, powers of ten in ten spellings, roots of pi, labels before and units behind."""
    assert quantities.number(answer) == pytest.approx(value)


@pytest.mark.parametrize(
    "answer", ["", "about", "x", "2x", "1, 2", "(1, 2)", "3i", "two or three", "10^{10^{10}}", "1/0", "nan"]
)
def test_what_is_no_single_number_has_none(answer):
    """No number is guessed out of a formula, a list or a word."""
    assert quantities.number(answer) is None


@pytest.mark.parametrize(
    ("answer", "gold", "spec", "right"),
    [
        ("2.5 kJ", "2500", AnswerSpec("number", relative_tolerance=0.05, unit="J"), True),
        ("2500", "2.5", AnswerSpec("number", relative_tolerance=0.05, unit="kJ"), False),
        ("36 km/h", "10", AnswerSpec("number", relative_tolerance=0.01, unit="m s^{-1}"), True),
        ("10 m/s", "36", AnswerSpec("number", relative_tolerance=0.01, unit=r"\mathrm{km}/\mathrm{h}"), True),
        ("25 °C", "298.15", AnswerSpec("number", relative_tolerance=0.001, unit="K"), True),
        ("300", "298.15", AnswerSpec("number", relative_tolerance=0.01, unit="K"), True),
        ("5.0", "5.0", AnswerSpec("number", relative_tolerance=0.01, unit=r"10^{-19} \mathrm{~J}"), True),
        ("5.0e-19 J", "5.0", AnswerSpec("number", relative_tolerance=0.01, unit=r"10^{-19} \mathrm{~J}"), True),
        ("5.0e-19", "5.0", AnswerSpec("number", relative_tolerance=0.01, unit=r"10^{-19} \mathrm{~J}"), True),
        ("12%", "0.12", FIVE, True), ("0.12", "12%", FIVE, True), ("12", "12%", FIVE, True),
        ("104", "100", FIVE, True), ("106", "100", FIVE, False), ("-100", "100", FIVE, False),
        ("0.015", "0.01", AnswerSpec("number", absolute_tolerance=0.01), True),
        ("0.021", "0.01", AnswerSpec("number", absolute_tolerance=0.01), False),
        ("7", "7.0", AnswerSpec("number"), True), ("7.0000001", "7", AnswerSpec("number"), False),
    ],
)  # fmt: skip
def test_within_tolerance_in_any_reading_of_the_unit(answer, gold, spec, right):
    """Units are converted where both sides have one; percentages may be left out or written out."""
    truth = quantities.gold(gold, spec)
    assert quantities.right(quantities.quantity(answer), truth, spec) is right


@pytest.mark.parametrize(
    ("one", "other"),
    [("kJ/mol", r"\mathrm{kJ} \mathrm{~mol}^{-1}"), ("N m", "joule"), ("V A", "watts"), ("cm^3", "mL"), ("L atm", "J")],
)  # fmt: skip
def test_units_are_told_by_their_dimension(one, other):
    """Products, quotients and powers of units, in symbols or words, have a size and a dimension."""
    assert units.unit(one).dimension == units.unit(other).dimension


def test_a_lone_letter_that_is_no_unit_is_a_variable():
    """In "2 x" nothing is a unit, and nothing is a number."""
    assert units.read("x") == (False, None)


def test_votes_cluster_around_the_most_frequent_number():
    """Numbers within the tolerance of a more frequent one join it, wherever the samples stand."""
    counts = {"100": 3, "103": 1, "97": 1, "120": 2, "106": 1, "none": 4}
    keys = quantities.keys(counts, None, FIVE)
    assert keys["100"] == keys["103"] == keys["97"]
    assert len({keys["100"], keys["120"], keys["106"]}) == 3
    assert "none" not in keys
    assert quantities.keys(dict(reversed(counts.items())), None, FIVE) == keys
