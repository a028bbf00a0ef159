"""Logs of evaluation harnesses: lm-eval and Inspect."""

import json
import struct
import zipfile

import pyarrow as pa
import pytest

from harness.errors import BadInput


def logged(doc_id=0, name="strict-match", resps=("It is 2.", "It is 3."), filtered=("2",), **more):
    """One line of lm-eval."""
    return {
        "doc_id": doc_id,
        "doc": {"question": "What is 1 + 1?", "answer": "1 + 1 = 2\n#### 2"},
        "target": "1 + 1 = 2\n#### 2",
        "arguments": {"gen_args_0": {"arg_0": "Q: What is 1 + 1?\nA:"}},
        "resps": [list(resps)],
        "filtered_resps": list(filtered),
        "filter": name,
        "metrics": ["exact_match"],
        "exact_match": 1.0,
        **more,
    }


def test_lm_eval_repeats_are_slots(write, take):
    """The right answer stands behind ####; one filtered response for two repeats says nothing of either."""
    found = take("lm-eval", write("samples_gsm8k_x.jsonl", [logged()]))

    assert [(s.index, s.text, s.answer) for s in found.samples] == [(0, "It is 2.", None), (1, "It is 3.", None)]
    assert (found.problems[0].id, found.problems[0].text, found.problems[0].gold) == ("0", "What is 1 + 1?", "2")
    assert [s.given_correct for s in found.samples] == [None, None]


def test_lm_eval_answers_and_labels_where_they_are_of_one_sample(write, take):
    """A filtered response per repeat gives the answers; a metric of 0 or 1 labels a single sample."""
    rows = [
        logged(filtered=[["2", "[invalid]"]]),
        logged(1, resps=["It is 2."]),
        logged(2, resps=["It is 2."], exact_match=0.5),
    ]

    found = take("lm-eval", write("samples_gsm8k_x.jsonl", rows))

    assert [s.answer for s in found.samples] == ["2", None, "2", "2"]
    assert [s.given_correct for s in found.samples] == [None, None, True, None]


def test_lm_eval_reads_one_filter(write, take):
    """Each document has a line per filter; without a choice among several the filters are listed."""
    rows = [logged(i, name) for i in range(2) for name in ("strict-match", "flexible-extract")]
    file = write("samples_gsm8k_x.jsonl", rows)

    with pytest.raises(BadInput, match="--option filter=NAME. There are strict-match, flexible-extract."):
        take("lm-eval", file)

    found = take("lm-eval", file, filter="flexible-extract")
    assert [(e.line, e.sample.index) for e in found.entries] == [(2, 0), (2, 1), (4, 0), (4, 1)]


def test_lm_eval_documents_of_another_shape(write, take):
    """The option text names the field of the problem; log-likelihoods are no samples."""
    odd = logged(doc={"body": "What is 1 + 1?"})
    likelihoods = logged(1) | {"resps": [[["-1.5", "False"]], [["-0.5", "True"]]]}
    file = write("samples_odd_x.jsonl", [odd, likelihoods])

    found = take("lm-eval", file)
    assert "name its field with --option text=FIELD (it has body)" in found.reasons()[0]
    assert "log-likelihoods" in found.reasons()[1]

    assert take("lm-eval", file, text="body", kind="number").problems[0].text == "What is 1 + 1?"


# ------------------------------------------------------------------------------------------------ Inspect


def sample(epoch=1, content="It is 2.", value="C", **more):
    """One sample of Inspect."""
    return {
        "id": "add-1",
        "epoch": epoch,
        "input": "What is 1 + 1?",
        "choices": None,
        "target": "2",
        "output": {
            "choices": [{"message": {"role": "assistant", "content": content}, "stop_reason": "stop"}],
            "usage": {"output_tokens": 5},
        },
        "scores": {"match": {"value": value, "answer": "2"}},
        "attachments": {},
        **more,
    }


EVALUATION = {
    "model": "some/model",
    "config": {"epochs": 3},
    "model_generate_config": {"temperature": 0.5, "timeout": 9},
}


def archive(path, *samples, head="header.json", compression=zipfile.ZIP_DEFLATED):
    """A .eval file."""
    with zipfile.ZipFile(path, "w", compression) as file:
        file.writestr(head, json.dumps({"version": 2, "status": "success", "eval": EVALUATION}))
        file.writestr("summaries.json", "[]")
        for made in samples:
            file.writestr(f"samples/{made['id']}_epoch_{made['epoch']}.json", json.dumps(made))
    return path


def zstandard(path):
    """The same archive as Inspect writes it: each member one Zstandard frame, method 93 in the directory."""
    with zipfile.ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist()}
    with zipfile.ZipFile(path, "w") as file:
        for name, data in members.items():
            file.writestr(name, pa.compress(data, codec="zstd", asbytes=True))
    raw = bytearray(path.read_bytes())
    position = raw.find(b"PK\x01\x02")
    while position >= 0:
        struct.pack_into("<H", raw, position + 10, 93)
        position = raw.find(b"PK\x01\x02", position + 4)
    path.write_bytes(raw)
    return path


def test_inspect_epochs_are_slots(tmp_path, pool):
    """Epoch 3 of 3 is missing; the model and its settings are the log's."""
    file = archive(tmp_path / "log.eval", sample(2, "It is 3.", "I"), sample(1))

    made = pool("inspect-log", file)

    assert (made.manifest.slots, made.manifest.uneven, made.manifest.generator) == (3, 1, "some/model")
    assert made.manifest.sampling == {"temperature": 0.5}
    rows = made.of_problem("add-1", ["index", "text", "answer", "given_correct", "tokens", "finish"]).to_pylist()
    assert rows[0] == {
        "index": 0, "text": "It is 2.", "answer": "2", "given_correct": True, "tokens": 5, "finish": "stop"
    }  # fmt: skip
    assert (rows[1]["index"], rows[1]["given_correct"]) == (1, False)


@pytest.mark.parametrize("make", [lambda p: p, zstandard])
def test_inspect_archives_of_both_compressions(tmp_path, take, make):
    """Deflate of older versions and Zstandard of newer ones give the same samples."""
    file = make(archive(tmp_path / "log.eval", sample(), sample(2)))

    assert [s.text for s in take("inspect-log", file).samples] == ["It is 2.", "It is 2."]


def test_inspect_json_logs_and_unfinished_ones(tmp_path, take):
    """A .json log holds the same; an unfinished archive has its evaluation in the journal."""
    log = tmp_path / "log.json"
    log.write_text(json.dumps({"version": 2, "eval": EVALUATION, "samples": [sample(), sample(2)]}))
    unfinished = archive(tmp_path / "unfinished.eval", sample(3), head="_journal/start.json")

    found = take("inspect-log", log, unfinished)

    assert [s.index for s in found.samples] == [0, 1, 2]


def test_inspect_contents_of_several_parts(tmp_path, take):
    """Reasoning is no part of the solution, long texts stand among the attachments, the user states the problem."""
    parts = [
        {"type": "reasoning", "reasoning": "hm"},
        {"type": "text", "text": "It is "},
        {"type": "text", "text": "2."},
    ]
    said = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "attachment://abc"}]
    long = sample(content=parts, input=said, attachments={"abc": "What is 1 + 1?"})

    found = take("inspect-log", archive(tmp_path / "log.eval", long))

    assert (found.samples[0].text, found.problems[0].text) == ("It is 2.", "What is 1 + 1?")


def test_inspect_samples_in_pieces(tmp_path, take):
    """A large sample is a folder; its texts are numbered across the files of attachments."""
    file = tmp_path / "log.eval"
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("header.json", json.dumps({"eval": EVALUATION}))
        made.writestr("samples/add-1_epoch_1/sample.json", json.dumps(sample(content="attachment://2")))
        made.writestr("samples/add-1_epoch_1/attachments/0.json", '["a", "b"]')
        made.writestr("samples/add-1_epoch_1/attachments/2.json", '["It is 2."]')
        made.writestr("samples/add-1_epoch_1/events/0.json", "[]")

    assert [s.text for s in take("inspect-log", file).samples] == ["It is 2."]


def test_inspect_choices_and_targets(tmp_path, take):
    """Choices stand in the text and make the answer letters; several targets without choices are no right answer."""
    even = sample(choices=["1", "2", "4"], target=["B", "C"], input="Which are even?")
    found = take(
        "inspect-log",
        archive(tmp_path / "log.eval", even, sample(id="b", target=["2", "two"]), sample(id="c", target=["2"])),
    )

    first, second, third = found.problems
    assert (first.text, first.gold, first.answer.kind) == ("Which are even?\n\n(A) 1\n(B) 2\n(C) 4", "B, C", "choice")
    assert (second.gold, third.gold) == (None, "2")


def test_inspect_scorers_are_picked_by_name(tmp_path, take):
    """With two scorers none labels the samples unless one is picked; a numeric one can be carried as a verifier."""
    scores = {"match": {"value": "C", "answer": "2"}, "reward model": {"value": 0.25, "answer": None}}
    file = archive(tmp_path / "log.eval", sample(scores=scores))

    (plain,) = take("inspect-log", file).samples
    (picked,) = take("inspect-log", file, scorer="match", score="reward model").samples

    assert (plain.given_correct, plain.scores) == (None, {})
    assert (picked.given_correct, picked.answer) == (True, "2")
    assert picked.scores["reward-model"].value == 0.25
    assert "no scorer 'judge'; there are match, reward model" in take("inspect-log", file, scorer="judge").reasons()[0]


def test_inspect_errors_leave_the_slot_missing(tmp_path, take):
    """A sample that ended in an error has no solution."""
    found = take("inspect-log", archive(tmp_path / "log.eval", sample(), sample(2, error={"message": "out of memory"})))

    assert len(found.entries) == 1
    assert found.rejects[0].file.endswith("log.eval:samples/add-1_epoch_2.json")
    assert "ended in an error: out of memory" in found.reasons()[0]


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"not a zip", "is no readable .eval file: File is not a zip file"), (None, "holds no header.json")],
)
def test_inspect_archives_that_are_none(tmp_path, take, content, message):
    """Said in words, with the file."""
    file = tmp_path / "log.eval"
    if content is None:
        zipfile.ZipFile(file, "w").close()
    else:
        file.write_bytes(content)

    with pytest.raises(BadInput, match=message):
        take("inspect-log", file)
