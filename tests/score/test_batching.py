"""A verifier that scores one problem at a time, as the engine asks it."""

from harness.records import BatchVerifier, Score, Solution
from harness.score.batching import CHUNK, batched
from verifiers.controls import Length


class Bare:
    """All that a person must write, without extending anything."""

    name, aggregation, rules, carried, control, spec = "bare", "", ("best-of-n",), "", "", "here.py:Bare"

    def fingerprint(self):
        return {"name": "bare"}

    def score(self, problem, solutions):
        return tuple(Score(float(len(problem) + len(s.text))) for s in solutions)


def test_a_bare_verifier_is_asked_one_question_after_another():
    """Its answers stand in the order of the questions; what it is called stays."""
    made = batched(Bare())

    answered = made.score_prepared(made.prepare([("p", [Solution("a"), Solution("bb")]), ("qq", [])]))

    assert isinstance(made, BatchVerifier)
    assert [list(scores) for scores in answered] == [[Score(2.0), Score(3.0)], []]
    assert (made.name, made.spec, made.fingerprint()) == ("bare", "here.py:Bare", {"name": "bare"})
    assert (made.chunk_size, made.usage()) == (CHUNK, {})


def test_one_that_is_asked_about_many_is_left_as_it_is():
    length = Length()

    assert batched(length) is length
