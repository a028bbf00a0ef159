"""NeMo-Skills: files aligned over seeds."""

import pytest

from harness.errors import BadInput


def rows(answers, **more):
    """Row k asks k + 1 and answers as told."""
    return [
        {"problem": f"What is {k} + 1?", "expected_answer": str(k + 1), "generation": f"\\boxed{{{a}}}", **more}
        for k, a in enumerate(answers)
    ]


def test_a_slot_is_a_seed(write, tmp_path, pool):
    """Seeds 2, 3 and 10 are slots 0, 1 and 2, whatever order the names sort in."""
    for seed in (10, 2, 3):
        write(f"math/output-rs{seed}.jsonl", rows([seed, seed]))

    made = pool("nemo-skills", tmp_path / "math")

    assert (made.manifest.slots, made.manifest.n_problems) == (3, 2)
    assert made.manifest.sampling == {"seeds": [2, 3, 10]}
    first = next(iter(made.problems))
    assert made.of_problem(first)["text"].to_pylist() == ["\\boxed{2}", "\\boxed{3}", "\\boxed{10}"]


def test_fields_of_a_row(write, take):
    """symbolic_correct goes before the judge's verdict, and a reward model's score is carried."""
    judged = {"judgement": "Reasoning. Judgement: No", "predicted_answer": "2", "num_generated_tokens": 12}
    file = write(
        "output-rs0.jsonl",
        [
            *rows([1], **judged, reward_model_score=0.5, id="p0", level="Level 2"),
            *rows([1], **judged, symbolic_correct=True, id="p1"),
        ],
    )

    found = take("nemo-skills", file)

    assert [s.given_correct for s in found.samples] == [False, True]
    assert (found.samples[0].answer, found.samples[0].tokens) == ("2", 12)
    assert found.samples[0].scores["reward_model_score"].value == 0.5
    assert (found.problems[0].id, found.problems[0].level, found.problems[0].gold) == ("p0", 2, "1")


def test_a_row_that_is_out_of_line_is_set_aside(write, take):
    """The second seed skips a problem: from there on its rows are another problem's, and are not taken for it."""
    write("output-rs0.jsonl", rows([0, 0, 0]))
    file = write("output-rs1.jsonl", [r for k, r in enumerate(rows([1, 1, 1])) if k != 1])

    found = take("nemo-skills", file.parent)

    assert [(s.index, s.text) for s in found.samples][3:] == [(1, "\\boxed{1}")]
    assert found.reasons() == ["row 2 holds another problem than row 2 of output-rs0.jsonl"]


def test_a_malformed_line_does_not_shift_the_rows(write, take):
    """The broken row of the first seed is set aside; the rows after it still stand in line."""
    good = rows([0, 0, 0])
    write("output-rs0.jsonl", [good[0], "{broken", good[2]])
    file = write("output-rs1.jsonl", rows([1, 1, 1]))

    found = take("nemo-skills", file.parent)

    assert (len(found.entries), len(found.rejects)) == (5, 1)
    assert (found.rejects[0].line, found.rejects[0].file.endswith("output-rs0.jsonl")) == (2, True)


def test_chunks_are_read_as_one_file(write, tmp_path, take):
    """Chunk 10 comes after chunk 2, and rows are aligned across the chunks."""
    for seed in (0, 1):
        for chunk, row in enumerate(rows(range(11))):
            write(f"math/output-rs{seed}_chunk_{chunk}.jsonl", [row])

    found = take("nemo-skills", tmp_path / "math")

    assert found.rejects == []
    assert [p.text for p in found.problems[:11]] == [f"What is {k} + 1?" for k in range(11)]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["output-rs0.jsonl", "output-rs1.jsonl-async"], "output-rs1.jsonl-async' is still being written"),
        (["output-rs0.jsonl", "output.jsonl"], "one greedy answer beside sampled seeds"),
        (["output-rs0_chunk_0.jsonl", "output-rs0_chunk_2.jsonl"], "Seed 0 has the chunks 0, 2; some are missing"),
        (
            ["output-rs0_chunk_0.jsonl", "output-rs1_chunk_0.jsonl", "output-rs1_chunk_1.jsonl"],
            "other seeds have others",
        ),
        (["output-rs0.jsonl", "output-rs0_chunk_0.jsonl"], "hold the same seed"),
        (["a/output-rs0.jsonl", "b/output-rs0.jsonl"], "hold the same seed"),
    ],
)
def test_folders_that_are_not_whole_are_refused(write, tmp_path, take, names, message):
    """An unfinished, doubled or incomplete generation gives no pool."""
    for name in names:
        write(f"math/{name}", rows([1]))

    with pytest.raises(BadInput, match=message):
        take("nemo-skills", tmp_path / "math")


def test_a_greedy_answer_alone_is_one_slot(write, take):
    """output.jsonl without seeds."""
    found = take("nemo-skills", write("output.jsonl", rows([1])))

    assert (found.samples[0].index, found.stated[0].slots) == (0, 1)


def test_other_files_are_refused_by_name(write, take):
    """A file of another name may be anything."""
    with pytest.raises(BadInput, match=r"is not called output-rsSEED\.jsonl"):
        take("nemo-skills", write("results.jsonl", rows([1])))
