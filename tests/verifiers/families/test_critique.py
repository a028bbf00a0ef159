"""Verifiers that write before they judge, behind a server and in this process; nothing they write is run."""

import re

import pytest
import torch

from harness.records import Solution
from verifiers.engine import served
from verifiers.engine.checkpoint import Checkpoint
from verifiers.families.critique import (
    GEN_ANALYZE,
    GEN_ANALYZED,
    GEN_END,
    GEN_JUDGE,
    THINK_BEGIN,
    THINK_DECIDE,
    GenPRM,
    ThinkPRM,
)
from verifiers.families.yes_no import spellings
from worlds.model_server import ModelServer, serving

CRITIQUES = ("Step 1 is \\boxed{correct}", "the sum is wrong")


@pytest.fixture
def record(causal):
    folder, *_ = causal
    extra = {"max_tokens": 12, "temperature": 0.7}
    return Checkpoint("tiny", str(folder), aggregation="min", extra=extra)


@pytest.fixture
def server(causal, monkeypatch):
    """A server that writes one of two critiques, and shows the probabilities of every token."""
    _, tokenizer, model = causal
    monkeypatch.setattr(served, "TOP", len(tokenizer))
    writes = lambda prompt, sample: f" {CRITIQUES[sample % 2]}\n</analyze>\nmore</think>"  # noqa: E731
    made = ModelServer(logits=lambda ids: model(torch.tensor([ids])).logits[0], tokenizer=tokenizer, chat=writes)
    made.top = len(tokenizer)
    with serving(made):
        yield made


def share(causal, text: str, yes: str, no: str) -> float:
    """The share of yes as what follows a text, by hand."""
    _, tokenizer, model = causal
    with torch.no_grad():
        p = model(torch.tensor([tokenizer.encode(text)])).logits[0, -1].softmax(-1)
    for_yes, for_no = (sum(p[i].item() for i in spellings(tokenizer, word)) for word in (yes, no))
    return for_yes / (for_yes + for_no)


def test_thinkprm_averages_the_share_of_yes_over_its_critiques(causal, record, server):
    """Critique up to ``</think>``, then "Is the solution correct? "; the mean over the samples."""
    _, tokenizer, _ = causal
    verifier = ThinkPRM.of(record, samples=2, server=server.url)

    (score,) = verifier.score("How many?", [Solution("Step 1: 3 + 4\nStep 2: so 7")])

    prompt = server.requests[0][1]["prompt"]
    assert prompt.endswith("<|im_start|>assistant\n" + THINK_BEGIN)
    assert "[Solution]\n\n3 + 4\nso 7\n\nReview and critique" in prompt
    values = [
        share(causal, f"{prompt} {critique}\n</analyze>\nmore{THINK_DECIDE}", "yes", "no") for critique in CRITIQUES
    ]
    assert score.value == pytest.approx(sum(values) / 2, abs=1e-5)
    assert tokenizer.eos_token in server.requests[0][1]["stop"]


def test_genprm_reviews_one_paragraph_after_another(causal, record, server):
    """Each paragraph is a turn, the review before it the answer; Yes against No after the opened box."""
    verifier = GenPRM.of(record, server=server.url)

    (score,) = verifier.score("How many?", [Solution("We add 3 + 4.\n\nSo 7.")])

    reviewed = f" {CRITIQUES[0]}\n{GEN_ANALYZED}{GEN_JUDGE}"
    prompts = [body["prompt"] for path, body, _ in server.requests if isinstance(body["prompt"], str)]
    assert len(score.steps) == len(prompts) == 2
    first = share(causal, prompts[0] + reviewed, "Yes", "No")
    assert score.steps == pytest.approx([first, share(causal, prompts[1] + reviewed, "Yes", "No")], abs=1e-5)
    assert prompts[0].endswith(GEN_ANALYZE.replace("{i}", "1"))
    said = "Yes" if first >= 0.5 else "No"
    assert f"{GEN_ANALYZE.replace('{i}', '1')}{reviewed}{said}{GEN_END}" in prompts[1]
    assert "Question: How many?\n\nWe add 3 + 4." in prompts[1]


def test_code_in_a_critique_is_not_run(causal, record, server, tmp_path):
    """A critique that holds code stays text."""
    trap = tmp_path / "ran"
    server.chat = lambda prompt, sample: f"<verify>\n```python\nopen({str(trap)!r}, 'w')\n```\n</analyze>"

    (score,) = GenPRM.of(record, server=server.url).score("p", [Solution("one")])

    assert score.steps
    assert not trap.exists()


def test_a_cut_critique_is_counted(causal, record, server):
    """A critique that the limit cut is still asked for its verdict, and told in the note."""
    answer = server.answer
    server.answer = lambda path, body: {
        **(found := answer(path, body)),
        "choices": [{**c, "finish_reason": "length"} for c in found["choices"]],
    }

    (score,) = ThinkPRM.of(record, server=server.url).score("p", [Solution("one")])

    assert score.value is not None
    assert score.note == "1 of 1 critiques were cut at the limit"


@pytest.mark.parametrize("family", [ThinkPRM, GenPRM])
def test_a_solution_over_the_limit_is_not_asked_about(record, server, family):
    """It has no score and says so; the others have theirs."""
    scores = family.of(record, server=server.url, max_length=400).score("p", [Solution("7 " * 400), Solution("So 7.")])

    assert scores[0].value is None
    assert not scores[0].steps
    assert re.fullmatch(r"\d+ tokens, limit 400", scores[0].note)
    assert scores[1].value is not None or scores[1].steps
    assert all("7 7 7" not in str(body) for _, body, _ in server.requests)


def test_in_this_process_samples_are_repeatable(causal, record):
    """The seed comes from the prompt: the same solution gets the same critiques and score, in any order."""
    solutions = [Solution("So 7."), Solution("So 8.")]

    first = ThinkPRM.of(record, samples=2).score("p", solutions)
    again = ThinkPRM.of(record, samples=2).score("p", solutions[::-1])

    assert [s.value for s in first] == pytest.approx([s.value for s in again][::-1], abs=1e-6)
    assert all(0.0 <= s.value <= 1.0 for s in first)
    cost = ThinkPRM(record).usage()
    assert cost == {}


def test_a_solution_without_text_has_no_score(record, server):
    """Empty solutions are told, not asked about."""
    scores = GenPRM.of(record, server=server.url).score("p", [Solution(""), Solution("one")])

    assert scores[0].value is None
    assert "no text" in scores[0].note
    assert scores[1].steps
