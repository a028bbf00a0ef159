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


def by_place(tokenizer, model, problem: str, lines: list[str]) -> list[float]:
    """The same reading, at the token that ends where each tag was written."""
    candidates = tokenizer.encode("+ -")[1:]
    text, ends = problem + " ", []
    for i, line in enumerate(lines, 1):
        text += ("\n" if ends else "") + f"Step {i}: {line} ки"
        ends.append(len(tokenizer.encode(text)) - 1)
    with torch.no_grad():
        logits = model(torch.tensor([tokenizer.encode(text)])).logits[0, ends]
    return logits[:, candidates].softmax(-1)[:, 0].tolist()


@pytest.mark.parametrize(
    "line",
    ["три ручки", "ручки и кисти", "oneки two", "киви", "(ки)", "x=ки1", "какие-ки-то", "Ки", "кисть ки2", "ки_ки_ки2"],
)
@pytest.mark.parametrize("place", ["step", "last step", "problem"])
def test_words_with_the_tags_letters_are_left_alone(made, line, place):
    """They are read as they stand, whether or not one of their tokens is the tag's own."""
    _, tokenizer, model, record = made
    problem = f"Сколько {line} у него?" if place == "problem" else PROBLEMS[0]
    lines = ["one", line] if place == "last step" else [line if place == "step" else "one", "two"]

    (score,) = MathShepherd(record).score(problem, [Solution("\n".join(lines))])

    assert score.steps == pytest.approx(by_place(tokenizer, model, problem, lines), abs=1e-5)


@pytest.mark.parametrize("text", ["one ки\ntwo ки", "one ки \ntwo", "one\ntwo  ки\n", "Step 1: one ки\nStep 2: two ки"])
def test_a_tag_that_ends_a_step_already_is_not_written_twice(made, text):
    """Solutions in the form of its own data score as those without tags."""
    _, _, _, record = made
    verifier = MathShepherd(record)

    assert verifier.score("p", [Solution(text)]) == verifier.score("p", [Solution("one\ntwo")])


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        ("p", "one ки two\nthree"),
        ("p", "one\nки, two"),
        ("p", "one ки. ки\ntwo"),
        ("How many ки are there?", "one\ntwo"),
        ("ки: how many", "one\ntwo"),
    ],
)
def test_a_tag_anywhere_else_leaves_the_solution_without_a_score(made, problem, text):
    """It is counted and told, and nothing is guessed; the other solutions have their scores."""
    _, _, _, record = made

    refused, other = MathShepherd(record).score(problem, [Solution(text), Solution("seven ки eight")])

    assert refused.value is None
    assert not refused.steps
    assert refused.note.startswith("3 step markers for 2 steps: the text holds a marker of its own")
    (plain,) = MathShepherd(record).score("p", [Solution("seven")])
    assert plain.steps
    assert other.note.startswith(("2", "3"))


def test_another_tokenizer_than_the_published_one_is_an_error(made):
    """The published record names the ids of tag and labels; a tokenizer that gives others is refused."""
    folder, tokenizer, _, _ = made
    published = VERIFIERS["math-shepherd-7b"].checkpoint

    with pytest.raises(VerifierError, match=r"published one"):
        MathShepherd.of(published, model=str(folder)).score("p", [Solution("a")])

    right = replace(published, extra={"format": replace(FORMAT, known=known(tokenizer, "ки", "+ -"))})
    assert MathShepherd.of(right, model=str(folder)).score("p", [Solution("a")])[0].steps
