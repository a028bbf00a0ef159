"""The probability of yes as the next token."""

import math

import numpy as np
import pytest
import torch

from harness import registry
from harness.errors import BadInput
from harness.records import Solution
from verifiers.families.yes_no import ASK, spellings, verdict
from worlds.tiny import questions, score_all


def by_hand(model, tokenizer, text: str) -> tuple[float, float]:
    """Probabilities of all spellings of either side, added up."""
    with torch.no_grad():
        p = model(torch.tensor([tokenizer.encode(text)])).logits[0, -1].softmax(-1)
    sides = [
        {ids[0] for w in words if len(ids := tokenizer.encode(w)) == 1}
        for words in (("Yes", " Yes", "yes", " yes"), ("No", " No", "no", " no"))
    ]
    yes, no = (sum(p[i].item() for i in side) for side in sides)
    return yes / (yes + no), 1 - yes - no


def test_all_spellings_of_both_sides_count(causal):
    """P(yes) / (P(yes) + P(no)) over every spelling that is one token, with the mass on neither in the note."""
    folder, tokenizer, model = causal
    verifier = registry.verifier(f"yes-no model={folder} batch_tokens=512")
    asked = questions()

    found = score_all(verifier, asked)

    for (problem, solutions), row in zip(asked, found, strict=True):
        for solution, score in zip(solutions, row, strict=True):
            turn = [{"role": "user", "content": ASK.format(problem=problem, solution=solution.text)}]
            text = tokenizer.apply_chat_template(turn, tokenize=False, add_generation_prompt=True)
            share, neither = by_hand(model, tokenizer, text)
            assert score.value == pytest.approx(share, abs=1e-5)
            assert float(score.note.removeprefix("neither=")) == pytest.approx(neither, abs=1e-4)


def test_plain_text_and_a_prefilled_answer(causal):
    """Without a dialogue the question is the text itself; a prefill comes before the verdict."""
    folder, tokenizer, model = causal
    spec = f"yes-no model={folder} chat=false ask='{{problem}} {{solution}} Right?' prefill='\\nVerdict:'"

    (score,) = registry.verifier(spec).score("p", [Solution("s")])

    assert score.value == pytest.approx(by_hand(model, tokenizer, "p s Right?\nVerdict:")[0], abs=1e-5)


def test_spellings_are_tokens_of_their_own(causal):
    """With and without a space before it, and in lower case; what is several tokens does not count."""
    _, tokenizer, _ = causal

    found = spellings(tokenizer, "Yes")

    assert {tokenizer.decode([i]) for i in found} <= {"Yes", " Yes", "yes", " yes"}
    assert len(found) >= 3
    assert spellings(tokenizer, "Supercalifragilistic") == ()


def test_the_verdict_of_certain_sides():
    """All on yes is 1; equal sides are one half, however little is on both."""
    value, neither = verdict(np.array([0.0]), np.array([-math.inf]))
    assert (value, neither) == (1.0, 0.0)
    value, neither = verdict(np.log(np.array([1e-6])), np.log(np.array([5e-7, 5e-7])))
    assert value == pytest.approx(0.5)
    assert neither == pytest.approx(1.0 - 2e-6)


def test_a_question_without_its_places_is_refused(causal):
    """The wording must say where problem and solution go."""
    folder, *_ = causal

    with pytest.raises(BadInput, match=r"\{solution\}"):
        registry.verifier(f"yes-no model={folder} ask='Is {{problem}} right?'")
