"""Equal keys are an equivalence, whatever the answers: checked on expressions made up by Hypothesis."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.grader.equality import same
from harness.grader.meanings import meaning
from harness.grader.notation import MAX_DEPTH, Unreadable, clean, tokens

calmly = settings(deadline=None)  # a busy machine is no failure

numbers = st.one_of(
    st.integers(-50, 50).map(str),
    st.tuples(st.integers(-20, 20), st.integers(1, 20)).map(lambda p: rf"\frac{{{p[0]}}}{{{p[1]}}}"),
    st.integers(1, 30).map(lambda n: rf"\sqrt{{{n}}}"),
    st.sampled_from([r"\pi", "x", "y", "e"]),
)
expressions = st.recursive(
    numbers,
    lambda inner: st.tuples(inner, st.sampled_from(["+", "-", r"\cdot", r"\times"]), inner).map(
        lambda p: rf"\left({p[0]} {p[1]} {p[2]}\right)"
    ),
    max_leaves=6,
)
answers = st.one_of(
    expressions,
    st.lists(expressions, min_size=2, max_size=4).map(lambda p: "(" + ", ".join(p) + ")"),
    st.lists(expressions, min_size=1, max_size=4).map(lambda p: r"\{" + ", ".join(p) + r"\}"),
    st.tuples(st.integers(-9, 9), st.integers(1, 9)).map(lambda p: f"[{p[0]}, {p[0] + p[1]})"),
)
noise = st.text(alphabet=r"0123456789abxyz+-*/^=<>()[]{},.\ \frac\sqrt\pi\text%|!&$", max_size=60)


@calmly
@given(answers)
def test_spelling_noise_does_not_change_the_key(answer):
    """Dollar signs, sizes, spacing and a final full stop carry no meaning."""
    own = meaning(answer).key
    assert meaning(f"${answer}$.").key == own
    assert meaning(answer.replace(" ", r"\, ").replace(r"\left", "").replace(r"\right", "")).key == own
    assert meaning(answer.replace(r"\frac", r"\dfrac")).key == own
    assert meaning(rf"\boxed{{{answer}}}").key == own


@calmly
@given(answers, answers)
def test_equal_keys_are_mutually_right(one, other):
    """Two answers with one key grade each other right; and being right is symmetric for structures of exact numbers."""
    a, b = meaning(one), meaning(other)
    assert same(a, a)
    assert same(b, b)
    if a.key == b.key:
        assert same(a, b)
        assert same(b, a)


@calmly
@given(st.permutations(["1", r"\frac{2}{3}", r"\sqrt{5}", "x"]))
def test_order_counts_in_a_tuple_and_not_in_a_set(parts):
    """Sets are compared without order, tuples with it."""
    ordered = ["1", r"\frac{2}{3}", r"\sqrt{5}", "x"]
    assert meaning(r"\{" + ",".join(parts) + r"\}").key == meaning(r"\{" + ",".join(ordered) + r"\}").key
    same_tuple = meaning("(" + ",".join(parts) + ")").key == meaning("(" + ",".join(ordered) + ")").key
    assert same_tuple == (parts == ordered)


@calmly
@given(st.fractions(max_denominator=10**6), st.fractions(max_denominator=10**6))
def test_rationals_have_equal_keys_exactly_when_they_are_equal(one, other):
    """A fraction's key tells it from every other of this size; decimals that end agree with their fraction."""
    keys = [meaning(rf"\frac{{{f.numerator}}}{{{f.denominator}}}").key for f in (one, other)]
    assert (keys[0] == keys[1]) == (one == other)


@calmly
@given(st.integers(-(10**6), 10**6), st.integers(0, 5))
def test_a_decimal_has_the_key_of_its_fraction(digits, places):
    """0.125 and 1/8 are one vote."""
    value = Fraction(digits, 10**places)
    written = f"{digits / 10**places:.{places}f}"
    assert meaning(written).key == meaning(rf"\frac{{{value.numerator}}}{{{value.denominator}}}").key


@settings(calmly, max_examples=400)
@given(noise)
def test_any_text_is_read_or_refused_and_nothing_else(text):
    """The reader raises Unreadable or returns a meaning that equals itself; no other error, no endless work."""
    try:
        found = meaning(text)
    except Unreadable:
        return
    assert found.key
    assert same(found, found)


@calmly
@given(st.text(max_size=80))
def test_cleaning_and_splitting_never_fail_on_unicode(text):
    """Any text of any script is tokens or Unreadable."""
    try:
        assert all(tokens(clean(text)))
    except Unreadable:
        return


def test_nesting_is_read_up_to_the_stated_depth():
    """Brackets within the limit are read."""
    depth = MAX_DEPTH - 2
    assert meaning("(" * depth + "7" + ")" * depth).key == meaning("7").key


jumping = st.sampled_from(
    [
        r"\lfloor n/2 \rfloor",
        r"\lceil n/2 \rceil",
        r"\gcd(m, n)",
        r"\min(m, n)",
        "|x|",
        "|x - y|",
        r"(-1)^n",
        r"n \bmod 3",
    ]
)
others = st.sampled_from(
    ["2^{100}", "2^{100}-1", "137_8", "137", r"3 \text{ million}", "seven", "x = y", "y = x", "x = z", "2,2,5", "2,5",
    "5 or more",
     r"\mathbb{R}\setminus\{1\}", r"x \ne 1", "[[1,2],[3,4]]", r"\text{odd } n",
     "|x| < 2", r"37\frac12\%", r"\textbf{(A)}\ 5", "0.333..."]
)  # fmt: skip
anything = st.one_of(answers, jumping, others)


@calmly
@given(anything)
def test_every_answer_is_right_for_itself(answer):
    """Reflexive, whatever it holds, and its key is found anew."""
    found = meaning(answer)
    assert same(found, found)
    assert meaning.__wrapped__(answer).key == found.key


@calmly
@given(st.lists(anything, min_size=3, max_size=3))
def test_equal_keys_are_right_for_each_other_in_every_direction(three):
    """Symmetric and, for keys, transitive: of three with one key each is right for each."""
    found = [meaning(answer) for answer in three]
    for one in found:
        for other in found:
            if one.key == other.key:
                assert same(one, other)
                assert same(other, one)


@calmly
@given(st.one_of(jumping, expressions), st.one_of(jumping, expressions))
def test_equality_of_expressions_is_symmetric(one, other):
    """Neither side is the measure."""
    assert same(meaning(one), meaning(other)) is same(meaning(other), meaning(one))
