"""Sequence-classification reward models against Transformers' own class, one dialogue at a time."""

from dataclasses import replace

import pytest
import torch
from transformers import LlamaConfig, LlamaForSequenceClassification

from harness.records import Solution
from verifiers.engine.checkpoint import Checkpoint
from verifiers.families.reward_model import ACEMATH, FORMAT, VERIFIERS, AceMath, RewardModel
from worlds.tiny import llama_tokenizer, questions, score_all, tiny, values_of


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reward")
    tokenizer = llama_tokenizer(folder)
    model = tiny(LlamaForSequenceClassification, LlamaConfig, folder, len(tokenizer), num_labels=1, pad_token_id=1)
    return folder, tokenizer, model, Checkpoint("tiny", str(folder), kind="ORM", extra={"format": FORMAT})


def card(tokenizer, model, problem: str, answer: str) -> float:
    """The README's code: render, take the BOS text off, let the tokenizer put it back, logits[0][0]."""
    turns = [{"role": "user", "content": problem}, {"role": "assistant", "content": answer}]
    text = tokenizer.apply_chat_template(turns, tokenize=False).removeprefix(tokenizer.bos_token)
    with torch.no_grad():
        return model(**tokenizer(text, return_tensors="pt")).logits[0][0].item()


def test_every_solution_scores_as_the_readme_reads_it(made):
    """Batched, with shared prefixes and one solution twice."""
    _, tokenizer, model, record = made
    asked = questions()

    found = values_of(score_all(RewardModel.of(record, batch_tokens=256), asked))

    for (problem, solutions), row in zip(asked, found, strict=True):
        assert row == pytest.approx([card(tokenizer, model, problem, s.text) for s in solutions], abs=1e-5)
    assert max(v for row in found for v in row) - min(v for row in found for v in row) > 0.1


def test_there_is_one_bos_token(made):
    """The double-BOS trap: the template writes one and the tokenizer would add another."""
    _, tokenizer, _, record = made
    verifier = RewardModel(record)
    verifier.ready()

    (encoded,) = verifier.encode("p", [("a", ())])

    assert list(encoded.ids).count(tokenizer.bos_token_id) == 1
    doubled = tokenizer(tokenizer.apply_chat_template([{"role": "user", "content": "p"}], tokenize=False))["input_ids"]
    assert doubled.count(tokenizer.bos_token_id) == 2


def test_a_padding_token_that_ends_turns_moves_no_read(made, tmp_path):
    """The trap pad = eot: "the last token that is not padding" is then one too early; ours is the last there is."""
    folder, tokenizer, model, record = made
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    llama_tokenizer(tmp_path, pad_token="<|eot_id|>")
    text = "The answer is 7."

    (score,) = RewardModel.of(record, model=str(tmp_path)).score("p", [Solution(text)])

    assert score.value == pytest.approx(card(tokenizer, model, "p", text), abs=1e-5)
    turns = [{"role": "user", "content": "p"}, {"role": "assistant", "content": text}]
    ids = tokenizer(tokenizer.apply_chat_template(turns, tokenize=False), add_special_tokens=False, return_tensors="pt")
    model.config.pad_token_id, before = tokenizer.convert_tokens_to_ids("<|eot_id|>"), model.config.pad_token_id
    with torch.no_grad():
        sprung = model(**ids).logits[0][0].item()
    model.config.pad_token_id = before
    assert sprung != pytest.approx(score.value, abs=1e-3)


def test_padding_changes_no_score(made):
    """A short solution beside long ones scores as it does alone."""
    _, _, _, record = made
    long = Solution("We add and add and add. " * 20)
    short = Solution("7.")

    together = RewardModel.of(record, share=False, batch_tokens=4096).score("p", [long, short])
    alone = RewardModel(record).score("p", [short])

    assert together[1].value == pytest.approx(alone[0].value, abs=1e-5)


def test_acemath_reads_a_system_message_first(made):
    """As the model card has it: system, problem, solution; without the message every score is another."""
    _, tokenizer, model, record = made
    system = "Please reason step by step, and check your final answer within \\boxed{}."
    asked = questions()

    found = values_of(score_all(AceMath(replace(record, extra={"format": ACEMATH})), asked))

    without = values_of(score_all(RewardModel(record), asked))
    for (problem, solutions), row, other in zip(asked, found, without, strict=True):
        turns = [[("system", system), ("user", problem), ("assistant", solution.text)] for solution in solutions]
        texts = [
            tokenizer.apply_chat_template([{"role": r, "content": c} for r, c in turn], tokenize=False)
            for turn in turns
        ]
        with torch.no_grad():
            wanted = [
                model(**tokenizer(t, add_special_tokens=False, return_tensors="pt")).logits[0][0].item() for t in texts
            ]
        assert row == pytest.approx(wanted, abs=1e-5)
        assert all(abs(a - b) > 1e-3 for a, b in zip(row, other, strict=True))


def test_only_acemath_has_the_message():
    """Skywork's authors ask for none; AceMath's card asks for "check", not "put"."""
    for name, entry in VERIFIERS.items():
        system = entry.checkpoint.extra["format"].system
        assert system == (ACEMATH.system if name.startswith("acemath") else ""), name
    assert ACEMATH.system.endswith("check your final answer within \\boxed{}.")
    assert VERIFIERS["acemath-rm-72b"].checkpoint.golden.scores == ((5.4375,),)
    assert VERIFIERS["acemath-rm-7b"].checkpoint.golden is None


def test_acemaths_example_is_what_its_cards_code_holds():
    """Its texts are Python literals that are not raw, in which a fraction begins with a form feed."""
    golden = VERIFIERS["acemath-rm-72b"].checkpoint.golden
    solution = golden.solutions[0][0]

    assert golden.problem.startswith("Compute\n\\[\\sum_{n = 1}^\\infty \frac{F_{n + 1}}{F_n F_{n + 2}},\\]where $F_n$")
    assert solution.endswith("### Final Answer:\n\n\\[\boxed{1}\\]")
    assert "\\left( \frac{1}{F_1} - \frac{1}{F_2} \right) + " in solution
    assert "As \\( n \to \\infty \\), \\( F_{n+1} \to \\infty \\)" in solution
