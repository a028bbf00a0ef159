"""An outcome verifier asked after each step."""

import pytest

from harness import registry
from harness.errors import BadInput
from harness.records import Solution

ORM = """
from verifiers.base import OutcomeVerifier

class Count(OutcomeVerifier):
    name = "count"
    def score_solutions(self, problem, solutions):
        return [None if "?" in text else float(len(text)) for text in solutions]
"""


@pytest.fixture
def prefixes(tmp_path):
    """It, of a verifier that counts characters and cannot judge a question mark."""
    path = tmp_path / "v.py"
    path.write_text(ORM)
    return registry.verifier(f"prefixes of={path}:Count")


def test_each_step_has_the_score_of_the_solution_so_far(prefixes):
    """Split at line breaks, or as given where just these steps are asked about."""
    plain, given = prefixes.score("p", [Solution("ab\ncde"), Solution("ab\ncde", ("ab\ncde", "f"), as_given=True)])

    assert plain.steps == (2.0, 6.0)
    assert given.steps == (6.0, 8.0)
    assert prefixes.name == "count-prefixes"


def test_what_cannot_be_judged_at_one_step_has_no_score(prefixes):
    """And what has no step neither; each beside solutions that have one."""
    lost, empty, fine = prefixes.score("p", [Solution("ab\nc?"), Solution(""), Solution("x")])

    assert lost.steps == empty.steps == ()
    assert fine.steps == (1.0,)


def test_its_identity_is_that_of_what_it_asks(prefixes, tmp_path):
    """Another outcome verifier, or another separator, is another."""
    (tmp_path / "w.py").write_text(ORM.replace("float(len(text))", "1.0"))
    other = registry.verifier(f"prefixes of={tmp_path / 'w.py'}:Count")
    split = registry.verifier(f"prefixes of={tmp_path / 'v.py'}:Count separator=;")

    assert len({str(v.fingerprint()) for v in (prefixes, other, split)}) == 3


def test_a_control_is_no_verifier_of_texts():
    """In a sentence."""
    with pytest.raises(BadInput, match="needs a verifier that scores texts"):
        registry.verifier("prefixes of=majority")
