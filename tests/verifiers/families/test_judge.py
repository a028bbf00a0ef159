"""A chat model as a judge, behind a real local endpoint."""

import pytest

from harness import registry
from harness.errors import BadInput
from harness.records import Solution
from verifiers.families.judge import verdict
from worlds.model_server import ModelServer, serving
from worlds.tiny import score_all


@pytest.fixture
def server():
    """A judge that likes 7; its second sample says nothing, its third disagrees."""

    def chat(messages, sample):
        likes = "So 7" in messages[-1]["content"]
        if sample == 1:
            return "I cannot tell."
        return f"Let me see.\n{likes if sample == 0 else not likes}"

    with serving(ModelServer(chat=chat)) as made:
        yield made


def test_the_score_is_the_share_of_verdicts_that_say_true(server):
    """Of three samples one has no verdict and is left out, and the note says so."""
    judge = registry.verifier(f"judge server={server.url} model=big/judge samples=3")

    scores = judge.score("How many?", [Solution("So 7."), Solution("So 8.")])

    assert [s.value for s in scores] == [0.5, 0.5]
    assert scores[0].note == "1 of 3 answers without a verdict"
    assert judge.name == "judge:judge@3"
    assert judge.usage()["generated_tokens"] == 30


def test_one_sample_is_asked_without_temperature(server):
    """K = 1 is greedy; the question holds problem and solution, and nothing else of the pool."""
    judge = registry.verifier(f"judge server={server.url} model=judge")

    scores = score_all(judge, [("How many?", [Solution("So 7."), Solution("So 8."), Solution("")])])[0]

    assert [s.value for s in scores] == [1.0, 0.0, None]
    body = server.requests[0][1]
    assert body["temperature"] == 0.0
    assert body["model"] == "judge"
    assert "How many?" in body["messages"][-1]["content"]
    assert len(server.requests) == 2


def test_a_server_that_gives_one_text_a_request_is_asked_k_times(server):
    """Some endpoints ignore n."""
    answer = server.answer

    def one(path, body):
        found = answer(path, body)
        return {**found, "choices": found["choices"][:1]}

    server.answer = one
    judge = registry.verifier(f"judge server={server.url} model=judge samples=2")

    (score,) = judge.score("p", [Solution("So 7.")])

    assert score.value == 1.0
    assert len(server.requests) == 2
    assert len({request[1]["seed"] for request in server.requests}) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("True", True),
        ("reasoning\n\nFalse.", False),
        ("**TRUE**", True),
        ("Final answer: false", False),
        ("Verdict: **True**\n\n", True),
        ("It is True that 2 = 2", None),
        ("True or False", None),
        ("", None),
    ],
)
def test_the_last_line_alone_is_the_verdict(text, said):
    """Reasoning may hold both words; the last line decides, and only if it is a verdict."""
    assert verdict(text) is said


def test_a_judge_needs_an_address_and_a_model():
    """Nothing is guessed."""
    with pytest.raises(BadInput, match="server=ADDRESS and model=NAME"):
        registry.verifier("judge")
    with pytest.raises(BadInput, match="write http://"):
        registry.verifier("judge server=localhost model=x")


def test_the_wording_and_the_samples_are_the_identity(server):
    """Another K gives other scores; another address or concurrency does not."""
    spec = f"judge server={server.url} model=m name=j"
    own = registry.verifier(spec).fingerprint()

    assert registry.verifier("judge server=http://elsewhere model=m name=j concurrency=2").fingerprint() == own
    assert registry.verifier(f"{spec} samples=5").fingerprint() != own
