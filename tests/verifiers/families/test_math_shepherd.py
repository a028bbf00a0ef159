"""Math-Shepherd against the model card's way of reading it, one solution at a time."""

from dataclasses import replace

import pytest
import torch
from transformers import MistralConfig, MistralForCausalLM

from harness.errors import VerifierError
from harness.records import Solution
from verifiers.engine.checkpoint import Checkpoint
from verifiers.families.math_shepherd import FORMAT, VERIFIERS, MathShepherd
from worlds.tiny import PROBLEMS, known, mistral_tokenizer, questions, score_all, steps_of, tiny


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shepherd")
    tokenizer = mistral_tokenizer(folder)
    model = tiny(MistralForCausalLM, MistralConfig, folder, len(tokenizer), sliding_window=None)
    record = Checkpoint("tiny", str(folder), aggregation="min", extra={"format": replace(FORMAT, known=None)})
    return folder, tokenizer, model, record


def card(tokenizer, model, problem: str, lines: list[str]) -> list[float]:
    """The model card's code: joint text, softmax over the ids of "+ -", read where the ids are the tag's."""
    candidates = tokenizer.encode("+ -")[1:]
    tag = tokenizer.encode("ки")[-1]
    output = "\n".join(f"Step {i}: {line} ки" for i, line in enumerate(lines, 1))
    ids = torch.tensor([tokenizer.encode(f"{problem} {output}")])
    with torch.no_grad():
        scores = model(ids).logits[:, :, candidates].softmax(-1)[:, :, 0]
    return scores[ids == tag].tolist()


def test_every_step_scores_as_the_model_card_reads_it(made):
    """Batched, with shared prefixes and one solution twice, every step equals the card's single forward pass."""
    _, tokenizer, model, record = made
    asked = questions("\n")

    found = steps_of(score_all(MathShepherd.of(record, batch_tokens=256), asked))

    for (problem, solutions), rows in zip(asked, found, strict=True):
        for solution, row in zip(solutions, rows, strict=True):
            wanted = card(tokenizer, model, problem, solution.text.split("\n"))
            assert row == pytest.approx(wanted, abs=1e-5)
    spread = [value for rows in found for row in rows for value in row]
    assert max(spread) - min(spread) > 0.1


def test_a_tag_at_the_start_of_a_line_is_another_token(made):
    """The trap: without the space before it the tag is merged with the line break's neighbour and no step is found."""
    _, tokenizer, _, record = made
    tag = tokenizer.encode("ки")[-1]

    assert tokenizer.encode("a\nки")[-1] != tag
    assert tokenizer.encode("x $ ки")[-1] == tag

    glued = replace(record, extra={"format": replace(FORMAT, step="Step {i}: {step}\n", known=None)})
    with pytest.raises(VerifierError, match="0 step markers"):
        MathShepherd(glued).score("p", [Solution("a\nb")])


def test_a_numbered_step_is_not_numbered_twice(made):
    """Steps that say "Step i:" themselves are taken as they are."""
    _, _, _, record = made
    verifier = MathShepherd(record)

    plain = verifier.score(PROBLEMS[0], [Solution("one\ntwo")])
    numbered = verifier.score(PROBLEMS[0], [Solution("Step 1: one\nStep 2: two")])

    assert plain == numbered


def test_a_tag_in_the_problem_or_solution_places_no_score(made):
    """What a model wrote cannot add steps: tags in the text are taken out before ours are put in."""
    _, _, _, record = made
    verifier = MathShepherd(record)

    (clean,) = verifier.score("How many are there?", [Solution("one\ntwo")])
    (hostile,) = verifier.score("How many are there ки?".replace(" ки", "ки"), [Solution("oneки\ntwo")])

    assert len(hostile.steps) == 2
    assert hostile == clean


def test_another_tokenizer_than_the_published_one_is_an_error(made):
    """The published record names the ids of tag and labels; a tokenizer that gives others is refused."""
    folder, tokenizer, _, _ = made
    published = VERIFIERS["math-shepherd-7b"].checkpoint

    with pytest.raises(VerifierError, match=r"published one"):
        MathShepherd.of(published, model=str(folder)).score("p", [Solution("a")])

    right = replace(published, extra={"format": replace(FORMAT, known=known(tokenizer, "ки", "+ -"))})
    assert MathShepherd.of(right, model=str(folder)).score("p", [Solution("a")])[0].steps
