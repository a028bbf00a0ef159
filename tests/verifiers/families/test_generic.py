"""``hf-prm`` and ``hf-orm``: checkpoints that nobody listed, and those that ``bonbench train`` writes."""

import pytest
import torch
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    LlamaForSequenceClassification,
    LlamaForTokenClassification,
    Qwen2Config,
    Qwen2ForCausalLM,
)

from harness import registry
from harness.errors import BadInput
from harness.records import Solution
from verifiers.families.generic import good_labels
from verifiers.formats.layout import LABELS, Encoder, Layout
from worlds.tiny import llama_tokenizer, questions, qwen_tokenizer, score_all, steps_of, tiny, values_of


def trained(folder, kind: str, **options):
    """A folder as ``bonbench train`` writes it: a token classifier, its labels' names, verifier.json."""
    tokenizer = llama_tokenizer(folder)
    names = dict(enumerate(LABELS[kind]))
    model = tiny(
        LlamaForTokenClassification, LlamaConfig, folder, len(tokenizer), id2label=names, num_labels=len(names)
    )
    layout = Layout(kind, prompt="Problem: {problem}\n", separator="\n", longest=200, **options)
    layout.save(folder)
    return tokenizer, model, Encoder(tokenizer, layout)


def probabilities(model, encoder, problem: str, text: str) -> torch.Tensor:
    encoded = encoder.encode(problem, text.split("\n"))
    with torch.no_grad():
        return model(torch.tensor([encoded.ids])).logits[0].softmax(-1)[list(encoded.ends)]


@pytest.mark.parametrize(("neutral", "columns"), [("", [1, 2]), ("positive", [1, 2]), ("negative", [2])])
def test_a_trained_prm_is_read_as_it_was_trained(tmp_path, neutral, columns):
    """Three labels at the end of each separator; neutral counts for the step unless it is asked otherwise."""
    _, model, encoder = trained(tmp_path, "prm")
    verifier = registry.verifier(f"hf-prm model={tmp_path}" + (f" neutral={neutral}" if neutral else ""))
    asked = questions("\n")

    found = steps_of(score_all(verifier, asked))

    for (problem, solutions), rows in zip(asked, found, strict=True):
        for solution, row in zip(solutions, rows, strict=True):
            wanted = probabilities(model, encoder, problem, solution.text)[:, columns].sum(-1)
            assert row == pytest.approx(wanted.tolist(), abs=1e-5)


def test_the_neutral_rule_of_the_training_is_the_default(tmp_path):
    """verifier.json says how neutral steps were meant, and its limit and separator hold."""
    _, model, encoder = trained(tmp_path, "prm", neutral="neutral-as-negative")
    verifier = registry.verifier(f"hf-prm model={tmp_path}")

    scores = verifier.score("p", [Solution("one\ntwo"), Solution("word " * 300)])

    assert scores[0].steps == pytest.approx(probabilities(model, encoder, "p", "one\ntwo")[:, 2].tolist(), abs=1e-5)
    assert scores[1].value is None
    assert scores[1].note.endswith("limit 200")


def test_a_trained_orm_is_read_at_its_last_token(tmp_path):
    """P(right) after the last separator."""
    _, model, encoder = trained(tmp_path, "orm")
    verifier = registry.verifier(f"hf-orm model={tmp_path}")
    asked = questions("\n")

    found = values_of(score_all(verifier, asked))

    for (problem, solutions), row in zip(asked, found, strict=True):
        wanted = [probabilities(model, encoder, problem, s.text)[-1, 1].item() for s in solutions]
        assert row == pytest.approx(wanted, abs=1e-5)


def test_the_wrong_kind_of_trained_verifier_is_told(tmp_path):
    """An ORM asked for as a PRM names the right verifier."""
    trained(tmp_path, "orm")

    with pytest.raises(BadInput, match="use hf-orm"):
        registry.verifier(f"hf-prm model={tmp_path}")


def test_a_language_model_with_its_own_marker_and_labels(tmp_path):
    """Any causal PRM: opening, step, marker, labels as options; ``\\n`` is a newline."""
    tokenizer = qwen_tokenizer(tmp_path)
    model = tiny(Qwen2ForCausalLM, Qwen2Config, tmp_path, len(tokenizer), tie_word_embeddings=True)
    verifier = registry.verifier(
        f"hf-prm model={tmp_path} head=causal opening='Q: {{problem}}\\n' step='{{i}}) {{step}}' marker=' ки' "
        "labels='+ -' good=0 aggregation=min"
    )

    (score,) = verifier.score("How many?", [Solution("3 + 4\n\nso 7")])

    ids = torch.tensor([tokenizer.encode("Q: How many?\n1) 3 + 4 ки2) so 7 ки")])
    with torch.no_grad():
        logits = model(ids).logits[0][:, tokenizer.encode("+ -")]
    wanted = logits.softmax(-1)[ids[0] == tokenizer.encode(" ки")[0], 0]
    assert score.steps == pytest.approx(wanted.tolist(), abs=1e-5)
    assert verifier.aggregation == "min"


def test_any_sequence_classifier_is_an_orm(tmp_path):
    """One raw number with the tokenizer's template; two labels as a probability."""
    tokenizer = llama_tokenizer(tmp_path)
    model = tiny(LlamaForSequenceClassification, LlamaConfig, tmp_path, len(tokenizer), num_labels=2, pad_token_id=1)
    verifier = registry.verifier(f"hf-orm model={tmp_path} system='Judge.'")
    turns = [
        {"role": "system", "content": "Judge."},
        {"role": "user", "content": "p"},
        {"role": "assistant", "content": "So 7."},
    ]

    (score,) = verifier.score("p", [Solution("So 7.")])

    ids = tokenizer(tokenizer.apply_chat_template(turns, tokenize=False), add_special_tokens=False, return_tensors="pt")
    with torch.no_grad():
        wanted = model(**ids).logits.softmax(-1)[0, 1].item()
    assert score.value == pytest.approx(wanted, abs=1e-5)


def test_a_checkpoint_that_does_not_say_how_it_is_read_is_told(tmp_path):
    """A plain language model has no step head: the message lists what can be asked for."""
    tokenizer = qwen_tokenizer(tmp_path)
    tiny(LlamaForCausalLM, LlamaConfig, tmp_path, len(tokenizer))

    with pytest.raises(BadInput, match="LlamaForCausalLM, which does not say what is to be read"):
        registry.verifier(f"hf-prm model={tmp_path}")
    with pytest.raises(BadInput, match="needs model="):
        registry.verifier("hf-prm")


def test_labels_whose_names_say_nothing_must_be_chosen():
    """Three unnamed labels: which ones count has to be said."""
    with pytest.raises(BadInput, match="good=1"):
        good_labels(["a", "b", "c"], "positive")


def test_the_model_and_the_reading_are_the_identity(tmp_path):
    """Other weights, another neutral rule: another fingerprint. Batches, device and aggregation: the same."""
    trained(tmp_path / "one", "prm")
    own = registry.verifier(f"hf-prm model={tmp_path / 'one'} name=x").fingerprint()

    assert registry.verifier(f"hf-prm model={tmp_path / 'one'} name=x neutral=negative").fingerprint() != own
    assert registry.verifier(f"hf-prm model={tmp_path / 'one'} name=x aggregation=min").fingerprint() == own
    assert registry.verifier(f"hf-prm model={tmp_path / 'one'} name=x batch_tokens=64 share=false").fingerprint() == own
