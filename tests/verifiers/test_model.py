"""What every model verifier does: limits, missing texts, exactly one score a step, costs."""

import pytest

from harness import registry
from harness.errors import BadInput, VerifierError
from harness.records import Solution, Verifier
from verifiers.engine.checkpoint import Checkpoint
from verifiers.engine.encoding import Encoded
from verifiers.families.trl_prm import TokenClassificationPRM, trl_format
from worlds.tiny import questions, score_all


@pytest.fixture
def record(classifier):
    folder, *_ = classifier
    return Checkpoint("tiny", str(folder), aggregation="product", extra={"format": trl_format("\n\n")})


def test_a_solution_over_the_limit_has_no_score_and_says_so(record):
    """It is neither cut nor guessed; the others are scored."""
    verifier = TokenClassificationPRM.of(record, max_length=40)

    scores = verifier.score("p", [Solution("short"), Solution("word " * 100), Solution("also short")])

    assert [bool(s.steps) for s in scores] == [True, False, True]
    assert scores[1].value is None
    assert scores[1].note.endswith(" tokens, limit 40")
    assert int(scores[1].note.split()[0]) > 40


def test_empty_solutions_have_no_score(record):
    """Without text or without steps there is nothing to judge."""
    scores = TokenClassificationPRM(record).score("p", [Solution(""), Solution("\n\n \n\n"), Solution("a")])

    assert [s.note for s in scores] == ["the pool has no text for this sample", "the solution has no steps", ""]
    assert scores[2].tokens > 0


def test_another_number_of_reads_than_steps_is_an_error(record):
    """A family that loses a marker is told; nothing is padded."""

    class Forgetful(TokenClassificationPRM):
        def encode(self, problem, solutions):
            return [Encoded(e.ids, e.reads[:-1], e.steps - 1) for e in super().encode(problem, solutions)]

    with pytest.raises(VerifierError, match="encoded 1 steps of a solution that has 2"):
        Forgetful(record).score("p", [Solution("a\n\nb")])


def test_the_pools_steps_are_taken_where_that_is_asked(record):
    """``pool_steps`` uses the source's own segmentation instead of splitting the text."""
    solution = Solution("a\n\nb", ("a", "b", "c"))

    assert len(TokenClassificationPRM(record).score("p", [solution])[0].steps) == 2
    assert len(TokenClassificationPRM.of(record, pool_steps=True).score("p", [solution])[0].steps) == 3


def test_the_cost_is_counted(record):
    """Tokens asked for, tokens computed after sharing, FLOPs as 2 x parameters x tokens."""
    verifier = TokenClassificationPRM(record)
    assert verifier.usage() == {}

    scores = score_all(verifier, questions())

    cost = verifier.usage()
    assert cost["tokens"] == sum(s.tokens for row in scores for s in row)
    assert cost["computed_tokens"] < cost["tokens"]
    assert cost["flops"] == 2 * cost["parameters"] * cost["tokens"]
    assert cost["device"] == "cpu"
    assert cost["dtype"] == "float32"
    assert cost["peak_memory_bytes"] > 0


def test_every_bundled_verifier_is_one(classifier):
    """Whatever the registry lists can be made (with a model where it needs one) and says what it is."""
    folder, *_ = classifier
    needs = {"hf-prm": f"model={folder}", "hf-orm": f"model={folder}", "yes-no": f"model={folder}",
             "judge": "server=http://localhost:1 model=m", "carried": "score=x",
             "prefixes": "of=micromath-orm"}  # fmt: skip
    for name, maker in registry.verifiers().items():
        about = dict(getattr(maker, "about", {}))
        model = about.get("model", "")
        assert about.get("kind"), name
        if model != "bundled":  # those have their own tests, beside their weights
            assert isinstance(registry.verifier(f"{name} {needs.get(name, '')}".strip()), Verifier)
        if "/" in model:
            assert all(about[key] for key in ("licence", "size", "context", "source")), name


def test_wrong_options_are_told(record):
    """An unknown dtype names what there is."""
    with pytest.raises(BadInput, match="float32, bfloat16 or float16"):
        TokenClassificationPRM.of(record, dtype="int3")


def test_a_model_that_is_nowhere_is_told(record):
    """Neither a folder nor reachable on the hub: what to give instead."""
    with pytest.raises(BadInput, match="There is no folder './nowhere'"):
        TokenClassificationPRM.of(record, model="./nowhere").fingerprint()
