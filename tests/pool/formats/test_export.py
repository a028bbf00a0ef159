"""Pools written as logs of lm-eval, and read back."""

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from harness import cli
from harness.errors import BadInput, UnknownName
from harness.pool import pools
from harness.pool.exporting import export
from harness.pool.importing import About, import_pool
from harness.records import AnswerSpec
from worlds.made import entry


def run(*words):
    """A command, which must succeed."""
    result = CliRunner().invoke(cli.app, list(map(str, words)), catch_exceptions=False)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("file", ["samples_made.jsonl", "samples_made.jsonl.gz"])
def test_a_pool_comes_back_the_same(small_pool, tmp_path, file):
    """Pool, lm-eval log, pool: slots that are missing, scores, steps and the digest are the same."""
    run("pool", "export", small_pool.name, tmp_path / file, "--format", "lm-eval")
    run("pool", "import", "lm-eval", tmp_path / file, "--problems", "from-pool", "--task", "made", "--name", "back")
    back = pools.open_pool("back")

    assert back.digest == small_pool.digest
    assert back.manifest.scores == small_pool.manifest.scores
    assert back.manifest.slots == small_pool.manifest.slots


def test_everything_a_sample_knows_comes_back(home, tmp_path):
    """Finish, tokens, labels, steps, answers and what counts as the same answer; generator and sampling."""
    whole = {"finish": "stop", "tokens": 7, "given_correct": True, "steps": ("a", "b"), "step_labels": (1, -1)}
    bare = entry("pears", None, text="Who knows?", index=4)
    spec = AnswerSpec("number", relative_tolerance=0.05, unit="m")
    entries = [_answering(entry("pears", "1", index=1, **whole)), bare, entry("plums", "2", "2")]
    entries = [replace(e, problem=replace(e.problem, answer=spec)) for e in entries]
    about = About("made", slots=6, generator="some/model", sampling={"temperature": 0.7, "prompt": "Q: {problem}"})
    pool = import_pool("one", entries, about)
    export(pool, "lm-eval", tmp_path / "samples_one.jsonl")
    run("pool", "import", "lm-eval", tmp_path / "samples_one.jsonl", "--problems", "from-pool", "--task", "made",
        "--name", "two")  # fmt: skip
    back = pools.open_pool("two")

    assert back.digest == pool.digest
    assert (back.manifest.generator, back.manifest.sampling) == (pool.manifest.generator, pool.manifest.sampling)
    assert back.problems["pears"].problem.answer == spec
    first = json.loads((tmp_path / "samples_one.jsonl").read_text().splitlines()[0])
    assert first["arguments"]["gen_args_0"]["arg_0"] == "Q: What is the number of pears?"


def test_a_log_of_lm_eval_comes_back_the_same(write, tmp_path):
    """lm-eval log, pool, lm-eval log: documents, targets, responses and answers are the same."""
    rows = [
        {"doc_id": i, "doc": {"id": f"add-{i}", "problem": f"What is 1 + {i}?", "subject": None, "level": None},
         "target": str(i + 1), "arguments": {"gen_args_0": {"arg_0": f"What is 1 + {i}?", "arg_1": {}}},
         "resps": [["It is 2.", "It is 3."]], "filtered_resps": [["2", "[invalid]"]], "filter": "none", "metrics": []}
        for i in (1, 2)
    ]  # fmt: skip
    run("pool", "import", "lm-eval", write("samples_a.jsonl", rows), "--problems", "from-pool", "--name", "a")
    run("pool", "export", "a", tmp_path / "samples_b.jsonl", "--format", "lm-eval")
    written = [json.loads(line) for line in (tmp_path / "samples_b.jsonl").read_text().splitlines()]

    for row, back in zip(rows, written, strict=True):
        assert {k: v for k, v in back.items() if k in row} == {**row, "doc_id": row["doc_id"] - 1}


def test_answers_alone_are_no_log(home, tmp_path):
    """A pool without texts is refused with the slot, and leaves no file."""
    pool = import_pool("bare", [_answering(entry("pears", None))], About("made"))
    with pytest.raises(BadInput, match="Slot 0 of the problem 'pears' has an answer, but no text"):
        export(pool, "lm-eval", tmp_path / "samples.jsonl")

    assert not any(path.name.startswith((".samples", "samples")) for path in tmp_path.iterdir())


def test_a_format_that_cannot_be_written_is_named(small_pool, tmp_path):
    """The message lists those that can."""
    with pytest.raises(UnknownName, match="lm-eval"):
        export(small_pool, "generic", tmp_path / "x.jsonl")


def _answering(made):
    return replace(made, sample=replace(made.sample, answer="1"))
