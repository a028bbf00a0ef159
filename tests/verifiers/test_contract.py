"""What a verifier is: the contract, and what only the controls are."""

import pytest

from harness import registry
from harness.errors import BadInput
from harness.records import BatchVerifier, Score, Solution, Verifier
from verifiers import controls
from verifiers.base import BatchedVerifier, OutcomeVerifier, ProcessVerifier

FILE = """
from harness.records import Score
from verifiers.base import OutcomeVerifier
from verifiers.controls import Random as Control


class Random(OutcomeVerifier):
    name = "random"

    def score_solutions(self, problem, solutions):
        return [0.0] * len(solutions)


class Length(Control):
    name = "length"


class Pretends(OutcomeVerifier):
    name = "pretends"
    control = "oracle"


class Half:
    name = "half"
    aggregation = carried = control = spec = ""

    def score(self, problem, solutions):
        return [Score(0.0)] * len(solutions)
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(FILE)
    return path


def test_each_control_says_which_it_is():
    """The kind is declared by the class; every board's four are all different."""
    assert [registry.verifier(name).control for name in registry.controls()] == list(controls.CONTROLS)


@pytest.mark.parametrize("name", ["Random", "Length"])
def test_a_class_that_is_called_like_a_control_or_built_on_one_is_none(file, name):
    """Neither the name nor the parent makes a control."""
    assert registry.verifier(f"{file}:{name}").control == ""


def test_a_class_that_calls_itself_a_control_is_refused(file):
    with pytest.raises(BadInput, match="calls itself the control 'oracle'; leave out 'control'"):
        registry.verifier(f"{file}:Pretends")


def test_what_a_class_lacks_is_named(file):
    """The contract's missing members, and what to extend."""
    with pytest.raises(BadInput, match="is no verifier: it has no rules, fingerprint. Extend verifiers.base"):
        registry.verifier(f"{file}:Half")


@pytest.mark.parametrize("kind", [OutcomeVerifier, ProcessVerifier, BatchedVerifier])
def test_the_classes_to_extend_are_asked_about_many(kind):
    """Whoever extends one of them is what the engine wants, without an adapter."""
    made = kind()

    assert isinstance(made, Verifier)
    assert isinstance(made, BatchVerifier)
    assert made.spec == made.control == made.carried == ""


def test_one_score_for_each_solution_of_each_question():
    """A class that writes ``score_solutions`` answers many questions, and one that writes them answers one."""

    class Long(OutcomeVerifier):
        name = "long"

        def score_solutions(self, problem, solutions):
            return [float(len(s)) for s in solutions]

    class Together(BatchedVerifier):
        name = "together"

        def score_prepared(self, prepared):
            return [[Score(float(len(prepared)))] * len(solutions) for _, solutions in prepared]

    asked = [("p", [Solution("a"), Solution("bb")]), ("q", [Solution("ccc")])]

    assert [[s.value for s in row] for row in Long().score_prepared(Long().prepare(asked))] == [[1.0, 2.0], [3.0]]
    assert [s.value for s in Together().score(*asked[0])] == [1.0, 1.0]


def test_the_registry_says_how_each_was_named():
    assert registry.verifier("carried:orm aggregation=min").spec == "carried:orm aggregation=min"
    assert controls.Length().spec == ""
