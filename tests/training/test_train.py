"""A verifier is trained, watched, resumed, and read back by whoever scores with it."""

import json
import shutil

import pytest
import torch
from transformers import AutoModelForTokenClassification, AutoTokenizer

from harness.errors import BadInput
from verifiers.training.labelled import LabelledSolution, write_labelled
from verifiers.training.layout import Encoder, load_layout
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
    report = json.loads((folder / "training.json").read_text())
    assert report["solutions"] == 39
    assert report["history"][-1]["eval_auc"] > 0.99


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


def test_a_finished_training_is_returned_as_it_is(base_model, data, tmp_path):
    settings = config("prm", base_model, data, tmp_path / "run", epochs=1)
    folder = train(settings)
    stamp = (folder / "model.safetensors").stat().st_mtime_ns

    assert train(settings) == folder
    assert (folder / "model.safetensors").stat().st_mtime_ns == stamp


def test_another_training_does_not_fit_into_the_same_folder(base_model, data, tmp_path):
    train(config("prm", base_model, data, tmp_path / "run", epochs=1))

    with pytest.raises(BadInput, match="other settings"):
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
