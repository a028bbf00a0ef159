"""Verifiers that write before they judge, behind a server and in this process; nothing they write is run."""

import re

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

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
from worlds.tiny import llama_tokenizer, tiny

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


def share(causal, text: str) -> float:
    """GenPRM's share of Yes as what follows a text, by hand."""
    _, tokenizer, model = causal
    with torch.no_grad():
        p = model(torch.tensor([tokenizer.encode(text)])).logits[0, -1].softmax(-1)
    for_yes, for_no = (sum(p[i].item() for i in spellings(tokenizer, word)) for word in ("Yes", "No"))
    return for_yes / (for_yes + for_no)


def chosen(tokenizer, model, text: str) -> float:
    """ThinkPRM's authors: each verdict is tokenised with the text and has the probability of its own tokens."""
    asked = [tokenizer.encode(text + verdict, add_special_tokens=False) for verdict in (" yes", " no")]
    with torch.no_grad():
        yes, no = (model(torch.tensor([ids])).logits[0, -2].log_softmax(-1)[ids[-1]].exp().item() for ids in asked)
    return yes / (yes + no)


def test_thinkprm_averages_the_share_of_yes_over_its_critiques(causal, record, server):
    """Critique up to ``</think>``, then "Is the solution correct?"; the mean over the samples."""
    _, tokenizer, model = causal
    verifier = ThinkPRM.of(record, samples=2, server=server.url)

    (score,) = verifier.score("How many?", [Solution("Step 1: 3 + 4\nStep 2: so 7")])

    prompt = tokenizer.decode(server.requests[0][1]["prompt"])
    assert prompt.endswith("<|im_start|>assistant\n" + THINK_BEGIN)
    assert "[Solution]\n\n3 + 4\nso 7\n\nReview and critique" in prompt
    values = [
        chosen(tokenizer, model, f"{prompt} {critique}\n</analyze>\nmore{THINK_DECIDE}") for critique in CRITIQUES
    ]
    assert score.value == pytest.approx(sum(values) / 2, abs=1e-5)
    assert tokenizer.eos_token in server.requests[0][1]["stop"]


def test_genprm_reviews_one_paragraph_after_another(causal, record, server):
    """Each paragraph is a turn, the review before it the answer; Yes against No after the opened box."""
    _, tokenizer, _ = causal
    verifier = GenPRM.of(record, server=server.url)

    (score,) = verifier.score("How many?", [Solution("We add 3 + 4.\n\nSo 7.")])

    reviewed = f" {CRITIQUES[0]}\n{GEN_ANALYZED}{GEN_JUDGE}"
    prompts = [tokenizer.decode(body["prompt"]) for _, body, _ in server.requests if "prompt_logprobs" not in body]
    assert len(score.steps) == len(prompts) == 2
    first = share(causal, prompts[0] + reviewed)
    assert score.steps == pytest.approx([first, share(causal, prompts[1] + reviewed)], abs=1e-5)
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
    assert all(len(body["prompt"]) <= 500 for _, body, _ in server.requests)


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


def test_thinkprms_verdict_is_a_token_with_its_space(causal, record):
    """The trap: behind a space of its own the model is asked for a word that it was never trained to write there."""
    _, tokenizer, model = causal
    verifier = ThinkPRM(record)
    verifier.ready()
    text = "The sum is right." + THINK_DECIDE

    (value,) = verifier.decide([text])

    assert verifier.sides() == tuple((tokenizer.encode(word)[-1],) for word in (" yes", " no"))
    assert value == pytest.approx(chosen(tokenizer, model, text), abs=1e-5)
    with torch.no_grad():
        p = model(torch.tensor([tokenizer.encode(text + " ")])).logits[0, -1].softmax(-1)
    apart = [p[tokenizer.encode(word)[0]].item() for word in ("yes", "no")]
    assert value != pytest.approx(apart[0] / sum(apart), abs=1e-3)


@pytest.mark.parametrize("family", [ThinkPRM, GenPRM])
def test_a_server_is_sent_ids_with_one_bos_token(tmp_path, monkeypatch, family):
    """The trap: a text whose template writes the BOS token gets a second one from the server."""
    tokenizer = llama_tokenizer(tmp_path)
    model = tiny(LlamaForCausalLM, LlamaConfig, tmp_path, len(tokenizer))
    monkeypatch.setattr(served, "TOP", len(tokenizer))
    record = Checkpoint("tiny", str(tmp_path), aggregation="min", extra={"max_tokens": 12, "temperature": 0.0})
    made = ModelServer(
        logits=lambda ids: model(torch.tensor([ids])).logits[0], tokenizer=tokenizer, chat=lambda *_: " It is right."
    )
    made.top = len(tokenizer)

    with serving(made):
        (score,) = family.of(record, server=made.url).score("How many?", [Solution("So 7.")])

    written, read = (body["prompt"] for _, body, _ in made.requests)
    assert all(isinstance(token, int) for token in (*written, *read))
    assert written.count(tokenizer.bos_token_id) == read.count(tokenizer.bos_token_id) == 1
    assert written[0] == read[0] == tokenizer.bos_token_id
    assert score.note == ""
