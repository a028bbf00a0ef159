"""``bonbench train``, from the command line to a verifier that scores a pool."""

import json
import shutil

import pytest

from harness.cli.train import sources
from harness.errors import BadInput
from harness.pool.labelled.solution import LabelledSolution
from verifiers.training.labelled import write_labelled
from verifiers.training.sources import Source


def command(base_model, data, out, kind="prm", **changes):
    options = {"rate": 1e-2, "batch-tokens": 64, "checkpoints": 2, "epochs": 3, **changes}
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return ["train", kind, "--model", base_model, "--data", data, "--validation", data, "--out", out, *words]


def test_what_was_trained_scores_a_pool_at_once(bonbench, base_model, data, small_pool, tmp_path):
    """The closing line is the command that measures it; the neutral rule is part of the name."""
    status, out, err = bonbench(*command(base_model, data, tmp_path / "mine", neutral="negative"))

    assert status == 0, err
    assert "held-out accuracy" in out
    assert "Step " in err
    spec = f"hf-prm model={tmp_path / 'mine' / 'model'}"
    assert spec in out.replace("\n", "")
    status, out, err = bonbench("run", "--pool", "small", "-v", spec)
    assert status == 0, err
    assert "hf-prm:mine-neutral-as-negative" in out


def test_the_same_command_goes_on_and_then_finds_it_done(bonbench, base_model, data, tmp_path):
    words = command(base_model, data, tmp_path / "mine", kind="orm")
    assert bonbench(*words)[0] == 0
    shutil.rmtree(tmp_path / "mine" / "model")

    _, _, err = bonbench(*words)
    assert "Going on from the checkpoint" in err
    status, out, _ = bonbench(*words)
    assert status == 0
    assert "hf-orm model=" in out


def test_another_setting_in_the_same_folder_is_one_line(bonbench, base_model, data, tmp_path):
    bonbench(*command(base_model, data, tmp_path / "mine", epochs=1))

    status, _, err = bonbench(*command(base_model, data, tmp_path / "mine", epochs=1, rate=0.02))
    assert status == 2
    assert "rate was 0.01, is 0.02" in err
    assert "Traceback" not in err


def test_step_labels_alone_do_not_make_an_orm(bonbench, base_model, tmp_path):
    write_labelled(tmp_path / "steps.parquet", [LabelledSolution("Go", ("fine",), (1,))])

    status, _, err = bonbench(*command(base_model, tmp_path / "steps.parquet", tmp_path / "mine", kind="orm"))
    assert status == 2
    assert "final-answer label" in err


def test_real_step_ratings_train_a_prm(bonbench, base_model, real_data, tmp_path):
    """Ratings 1, 0 and -1 that people gave to solutions of MATH problems, as labelled rows; words are unknown to it."""
    lines = (real_data / "steps_reasoneval_mrmath/mr-math_redundant_errors.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    labelled = [
        {"problem": row["question"], "steps": steps, "step_labels": row["rating"]}
        for row in rows
        for steps in [["".join(s) if isinstance(s, list) else s for s in row["model_output_step_format"]]]
        if len(steps) == len(row["rating"])
    ]
    path = tmp_path / "ratings.jsonl"
    path.write_text("\n".join(map(json.dumps, labelled)), encoding="utf-8")

    options = {"epochs": 0.1, "batch-tokens": 4096}
    status, out, err = bonbench(*command(base_model, path, tmp_path / "mine", **options))
    assert status == 0, err
    report = json.loads((tmp_path / "mine/model/training.json").read_text())
    assert report["solutions"] + report["too_long"] == len(labelled) > 100
    assert "held-out accuracy" in out


def test_data_is_named_with_options(tmp_path):
    (tmp_path / "b.jsonl").touch()
    (tmp_path / "a.parquet").touch()
    (tmp_path / "notes.txt").touch()
    both = [Source(str(tmp_path / "a.parquet")), Source(str(tmp_path / "b.jsonl"))]

    assert list(sources([str(tmp_path)])) == both
    assert list(sources([f"{tmp_path}/*.jsonl"])) == both[1:]
    assert list(sources(["trl-lib/prm800k split=test revision=abc"])) == [
        Source("trl-lib/prm800k", split="test", revision="abc")
    ]
    assert list(sources(["mine format=pool"])) == [Source("mine", "pool")]


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [("x.jsonl colour=red", "option 'colour'"), ("x.jsonl stepwise", "option 'stepwise'"), ("", "is empty")],
)
def test_options_of_data_that_nobody_knows_are_refused(spec, complaint):
    with pytest.raises(BadInput, match=complaint):
        list(sources([spec]))


def test_a_pattern_without_files_is_refused(tmp_path):
    with pytest.raises(BadInput, match="no data files"):
        list(sources([f"{tmp_path}/*.jsonl"]))
