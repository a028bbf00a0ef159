"""A verifier is trained, watched, resumed, and read back by whoever scores with it."""

import json
import shutil

import pytest
import torch
from transformers import AutoModelForTokenClassification, AutoTokenizer, LlamaForCausalLM

from harness.errors import BadInput
from harness.pool.labelled.solution import LabelledSolution
from verifiers.formats.layout import Encoder, load_layout
from verifiers.training.labelled import write_labelled
from verifiers.training.sources import Source
from verifiers.training.train import TrainConfig, train


def config(kind, base_model, data, out, **changes):
    options = {"epochs": 20, "rate": 1e-2, "batch_tokens": 64, "checkpoints": 2, "stored": "float32", **changes}
    source = (Source(str(data)),)
    return TrainConfig(kind, str(base_model), source, out, validation=source, **options)


def weights(folder):
    return AutoModelForTokenClassification.from_pretrained(folder).state_dict()


def probabilities(folder, steps):
    """At the end of each step: probabilities of the labels."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForTokenClassification.from_pretrained(folder).eval()
    encoded = Encoder(tokenizer, load_layout(folder)).encode("Go", steps)
    with torch.no_grad():
        logits = model(torch.tensor([encoded.ids])).logits[0].softmax(-1)
    return logits[list(encoded.ends)]


def test_a_prm_learns_the_three_labels(base_model, data, tmp_path):
    folder = train(config("prm", base_model, data, tmp_path / "run"))

    assert probabilities(folder, ["fine", "so", "bad"]).argmax(-1).tolist() == [2, 1, 0]
    model = AutoModelForTokenClassification.from_pretrained(folder)
    assert model.config.id2label == {0: "negative", 1: "neutral", 2: "positive"}
    saved = json.loads((folder / "tokenizer_config.json").read_text())
    assert saved["tokenizer_class"] == "PreTrainedTokenizerFast"  # which Transformers 4 can load, too
    report = json.loads((folder / "training.json").read_text())
    assert report["solutions"] == 39
    assert report["history"][-1]["eval_auc"] > 0.99


def test_with_a_language_loss_a_prm_also_learns_to_go_on(tokenizer, base_model, data, tmp_path):
    """Right steps are "fine" or "so": after the prompt both become likely, and "bad", never predicted, does not."""
    tied = LlamaForCausalLM.from_pretrained(base_model)
    tied.config.tie_word_embeddings = True
    tied.tie_weights()
    tied.save_pretrained(tmp_path / "tied")
    tokenizer.save_pretrained(tmp_path / "tied")

    folder = train(config("prm", tmp_path / "tied", data, tmp_path / "run", language=0.3, epochs=40))

    assert probabilities(folder, ["fine", "so", "bad"]).argmax(-1).tolist() == [2, 1, 0]
    model = AutoModelForTokenClassification.from_pretrained(folder).eval()
    with torch.no_grad():
        hidden = model(torch.tensor([tokenizer("Go\n").input_ids]), output_hidden_states=True).hidden_states[-1]
    following = (hidden[0, -1] @ model.get_input_embeddings().weight.T).softmax(-1)
    fine, so, bad = (following[tokenizer.convert_tokens_to_ids(word)].item() for word in ("fine", "so", "bad"))
    assert fine + so > 0.8
    assert bad < 0.1


def test_a_language_loss_needs_tied_embeddings(base_model, data, tmp_path):
    with pytest.raises(BadInput, match="does not tie"):
        train(config("prm", base_model, data, tmp_path / "run", language=1.0))


def test_an_orm_learns_the_outcome(base_model, data, tmp_path):
    folder = train(config("orm", base_model, data, tmp_path / "run"))

    assert probabilities(folder, ["fine", "fine"])[-1].argmax() == 1
    assert probabilities(folder, ["bad", "fine"])[-1].argmax() == 0


def test_a_stopped_training_goes_on_from_its_last_checkpoint(base_model, data, tmp_path):
    """Without its result but with the checkpoint of its last step, nothing is left to train and the weights agree."""
    settings = config("prm", base_model, data, tmp_path / "run")
    folder = train(settings)
    before = weights(folder)
    steps = json.loads((folder / "training.json").read_text())["steps"]
    shutil.rmtree(folder)

    again = train(settings)

    assert json.loads((again / "training.json").read_text())["steps"] == steps
    assert all(torch.equal(before[name], value) for name, value in weights(again).items())


class StopsAt:
    """Somebody who presses Ctrl-C at a step, and who keeps what was told until then."""

    def __init__(self, step=None):
        self.stop, self.steps, self.numbers, self.solutions = step, [], [], 0

    def read(self, solutions):
        self.solutions = solutions

    def step(self, done, steps, tokens):
        self.steps.append((done, steps))
        if done == self.stop:
            raise KeyboardInterrupt

    def looked(self, done, steps, numbers):
        self.numbers.append((done, dict(numbers)))


def test_a_training_interrupted_and_resumed_ends_with_the_same_weights(base_model, data, tmp_path):
    """Stopped between two checkpoints, it goes on from the first and reads the same batches in the same order."""
    stopped, resumed = StopsAt(), StopsAt()
    whole = train(config("prm", base_model, data, tmp_path / "whole", epochs=6), stopped)
    steps = stopped.steps[-1][1]
    settings = config("prm", base_model, data, tmp_path / "parts", epochs=6)

    with pytest.raises(KeyboardInterrupt):
        train(settings, StopsAt(steps - 2))
    parts = train(settings, resumed)

    assert resumed.steps[0] == (-(-steps // 2), steps)
    expected = weights(whole)
    assert all(torch.equal(expected[name], value) for name, value in weights(parts).items())


def test_whoever_watches_is_told_of_data_steps_and_held_out_numbers(base_model, data, tmp_path):
    watch = StopsAt()
    train(config("prm", base_model, data, tmp_path / "run", epochs=4, checkpoints=4), watch)

    done, steps = zip(*watch.steps, strict=True)
    assert done == tuple(range(steps[0] + 1))
    assert watch.solutions == 39
    assert watch.numbers[-1][0] == steps[0]
    assert all({"loss", "accuracy", "auc"} <= set(numbers) for _, numbers in watch.numbers)


def test_without_held_out_data_it_is_trained_all_the_same(base_model, data, tmp_path):
    source = (Source(str(data)),)
    folder = train(TrainConfig("prm", str(base_model), source, tmp_path / "run", epochs=1, batch_tokens=64))

    assert json.loads((folder / "training.json").read_text())["history"] == []


def test_batches_can_be_gathered_for_one_step(base_model, data, tmp_path):
    one = train(config("prm", base_model, data, tmp_path / "one", epochs=2))
    four = train(config("prm", base_model, data, tmp_path / "four", epochs=2, accumulate=4, recompute=True))

    steps = [json.loads((folder / "training.json").read_text())["steps"] for folder in (one, four)]
    assert steps[0] > 2 * steps[1]


def test_a_model_that_is_not_there_is_said_to_be_missing(base_model, data, tmp_path):
    with pytest.raises(BadInput, match="no folder"):
        train(config("prm", tmp_path / "nowhere", data, tmp_path / "run"))


def test_a_model_without_a_token_classification_form_is_refused(base_model, data, tmp_path):
    folder = tmp_path / "vision"
    shutil.copytree(base_model, folder)
    settings = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**settings, "model_type": "vit", "architectures": ["ViTModel"]}))

    with pytest.raises(BadInput, match="token-classification head"):
        train(config("prm", folder, data, tmp_path / "run"))


def test_a_finished_training_is_returned_as_it_is(base_model, data, tmp_path):
    settings = config("prm", base_model, data, tmp_path / "run", epochs=1)
    folder = train(settings)
    stamp = (folder / "model.safetensors").stat().st_mtime_ns

    assert train(settings) == folder
    assert (folder / "model.safetensors").stat().st_mtime_ns == stamp


def test_another_training_does_not_fit_into_the_same_folder(base_model, data, tmp_path):
    train(config("prm", base_model, data, tmp_path / "run", epochs=1))

    with pytest.raises(BadInput, match="other settings: epochs was 1, is 2"):
        train(config("prm", base_model, data, tmp_path / "run", epochs=2))


def test_data_without_the_labels_needed_is_refused(base_model, tmp_path):
    write_labelled(tmp_path / "steps.parquet", [LabelledSolution("Go", ("fine",), (1,))])

    with pytest.raises(BadInput, match="final-answer label"):
        train(config("orm", base_model, tmp_path / "steps.parquet", tmp_path / "run"))


def test_solutions_that_are_too_long_are_left_out_and_counted(base_model, data, tmp_path):
    folder = train(config("prm", base_model, data, tmp_path / "run", longest=4, epochs=1))
    report = json.loads((folder / "training.json").read_text())

    assert report["too_long"] == 36
    assert report["solutions"] == 3


def test_a_model_is_not_read_beyond_its_positions(base_model, data, tmp_path):
    folder = tmp_path / "short"
    shutil.copytree(base_model, folder)
    settings = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**settings, "max_position_embeddings": 4}))

    trained = train(config("prm", folder, data, tmp_path / "run", epochs=1))
    assert json.loads((trained / "training.json").read_text())["too_long"] == 36
    assert load_layout(trained).longest == 4


def test_solutions_that_are_all_too_long_are_not_called_unlabelled(base_model, data, tmp_path):
    with pytest.raises(BadInput, match="more than 2 tokens"):
        train(config("prm", base_model, data, tmp_path / "run", longest=2))
