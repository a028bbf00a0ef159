"""Formats whose files hold the answers of several models or runs."""

import json

import pytest

from harness.errors import BadInput
from harness.pool.formats import SEVERAL_MODELS


def answers(model="m", number=0, given=(("2", 812), ("", 4096), ("3", 640)), **more):
    """One row of answers-only."""
    return {
        "model": model,
        "problem_num": number,
        "gold_answer": "2",
        "total_answers": len(given),
        "all_answers": [list(a) for a in given],
        **more,
    }


def test_answers_alone_make_a_pool(write, pool):
    """Positions are slots, an empty answer is none, tokens are kept, and M is what was asked for."""
    made = pool("answers-only", write("boinf.jsonl", [answers(problem_ref="math500:0", total_answers=4)]))

    assert (made.manifest.generator, made.manifest.slots, made.manifest.uneven) == ("m", 4, 1)
    rows = made.of_problem("math500:0", ["index", "answer", "tokens", "text"]).to_pylist()
    assert [(r["index"], r["answer"], r["tokens"], r["text"]) for r in rows] == [
        (0, "2", 812, None), (1, None, 4096, None), (2, "3", 640, None)
    ]  # fmt: skip


def test_answers_of_several_models_need_a_choice(write, take):
    """The message lists every model of the file, not just the first two."""
    file = write("boinf.jsonl", [answers(m, k) for k in range(2) for m in ("a", "b", "c")])

    with pytest.raises(BadInput, match="samples of 3 models.*There are a, b, c."):
        take("answers-only", file)

    found = take("answers-only", file, model="b", kind="choice")
    assert [p.id for p in found.problems] == ["0"] * 3 + ["1"] * 3
    assert found.problems[0].answer.kind == "choice"
    with pytest.raises(BadInput, match="has the model 'd'. There are a, b, c."):
        take("answers-only", file, model="d")


def test_answers_whose_right_answer_changes_are_another_file_s(write, pool):
    """Problem 0 of two benchmarks is not one problem: the second right answer contradicts the first."""
    file = write("both.jsonl", [answers(), answers(gold_answer="7")])

    with pytest.raises(BadInput, match="right answer is '7' here and '2' earlier"):
        pool("answers-only", file)


def test_answers_fewer_than_said_are_set_aside(write, take):
    """More answers than were counted is no row of this kind."""
    found = take("answers-only", write("boinf.jsonl", [answers(total_answers=2)]))

    assert found.reasons() == ["unexpected content: 3 answers where total_answers is 2"]


def zeroeval(model, number=0, **more):
    return {
        "id": str(number),
        "problem": f"What is {number} + 1?",
        "answer": str(number + 1),
        "generator": model,
        "output": [json.dumps({"reasoning": "We add.", "answer": "2"})],
        **more,
    }


def test_zeroeval_files_make_a_pool_of_models(tmp_path, pool):
    """One file a model; b lacks the second problem, whose slot 1 stays missing."""
    (tmp_path / "a.json").write_text(json.dumps([zeroeval("org/a", k) for k in range(2)]))
    (tmp_path / "b.json").write_text(json.dumps([zeroeval("org/b")]))
    (tmp_path / "c.json").write_text(json.dumps([zeroeval("org/c", k) for k in range(2)]))

    made = pool("zeroeval", tmp_path)

    assert (made.manifest.generator, made.manifest.slots) == (SEVERAL_MODELS, 3)
    assert made.manifest.sampling == {"slots": ["org/a", "org/b", "org/c"]}
    assert made.of_problem("1")["index"].to_pylist() == [0, 2]


def test_zeroeval_choices_and_a_single_model(write, take):
    """MMLU files have choices and correct_answer; a picked model is the generator."""
    row = zeroeval("org/a", problem=None, question="Even?", choices=["1", "2"], correct_answer="B", answer=None)
    file = write("rows.jsonl", [row, zeroeval("org/b")])

    found = take("zeroeval", file, model="org/a")

    assert (found.problems[0].text, found.problems[0].gold) == ("Even?\n\n(A) 1\n(B) 2", "B")
    assert found.stated[0].generator == "org/a"


def jee(kind="MCQ", gold="B", **more):
    return {
        "description": "JEE Adv 2030 Paper 1",
        "index": 1,
        "subject": "phy",
        "type": kind,
        "question": "Which is even?\n\n(A) 1\n\n(B) 2",
        "gold": gold,
        **more,
    }


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("MCQ", "choice"), ("MCQ(multiple)", "choice"), ("Integer", "number"), ("Numeric", "number")],
)
def test_jeebench_types_decide_what_is_right(write, take, kind, expected):
    """Letters of A to D, or a number within the upstream's 0.01."""
    found = take("jeebench", write("jee.jsonl", [jee(kind, samples=[{"run": "r", "text": "x", "extract": "None"}])]))

    spec = found.problems[0].answer
    assert spec.kind == expected
    assert (len(spec.choices), spec.absolute_tolerance) == ((4, 0.0) if expected == "choice" else (0, 0.01))
    assert found.problems[0].id == "JEE Adv 2030 Paper 1 #1"
    assert found.samples[0].answer is None


def test_jeebench_responses_of_the_upstream(write, take):
    """Chat and completion responses; eight choices of one response are eight slots."""
    chat = {"choices": [{"message": {"content": "(B)"}, "finish_reason": "stop"}], "usage": {"completion_tokens": 3}}
    many = {"choices": [{"text": f"({c})"} for c in "ABB"], "usage": {"completion_tokens": 9}}
    rows = [
        jee(GPT4_CoT_response=chat, extract="B"),
        jee(index=2, **{"GPT3_CoT+SC_response": many}, extract=["A", "B", "B"]),
    ]
    file = write("run_responses.jsonl", rows)

    found = take("jeebench", file)

    assert [(s.text, s.answer, s.tokens) for s in found.samples] == [
        ("(B)", "B", 3), ("(A)", "A", None), ("(B)", "B", None), ("(B)", "B", None)
    ]  # fmt: skip
    assert found.stated[0].sampling["slots"] == [
        "run GPT4_CoT",
        "run GPT3_CoT+SC",
        "run GPT3_CoT+SC #2",
        "run GPT3_CoT+SC #3",
    ]
    assert [s.index for s in take("jeebench", file, run="GPT3_CoT+SC").samples] == [0, 1, 2]


def test_jeebench_types_that_are_new_are_set_aside(write, take):
    """How to grade another type would be a guess."""
    found = take("jeebench", write("jee.jsonl", [jee("Matrix match", samples=[])]))

    assert "the type is 'Matrix match'" in found.reasons()[0]


def mmlu(number=7, **more):
    return {
        "question_id": number,
        "category": "math",
        "question": "Which is even?",
        "options": ["1", "2"],
        "answer": "B",
        **more,
    }


def test_mmlu_pro_letters_and_texts(write, take):
    """Letters alone or with the reasoning; null is no answer; the options stand in the text."""
    letters = take("mmlu-pro", write("preds.jsonl", [mmlu(preds={"a": "B", "b": None}), mmlu(8, preds={"b": "A"})]))
    texts = take("mmlu-pro", write("text.jsonl", [mmlu(samples=[{"model": "a", "pred": "B", "text": "So (B)."}])]))

    assert [(s.index, s.answer) for s in letters.samples] == [(0, "B"), (1, None), (1, "A")]
    assert (letters.problems[0].id, letters.problems[0].text) == ("7", "Which is even?\n\n(A) 1\n(B) 2")
    assert letters.stated[0].sampling == {"slots": ["a", "b"]}
    assert (texts.samples[0].text, texts.stated[0].generator) == ("So (B).", "a")


def test_mmlu_pro_questions_of_one_stem_stay_apart(write, pool):
    """The same question with other options is another problem."""
    rows = [mmlu(7, preds={"a": "B"}), mmlu(8, preds={"a": "A"}) | {"options": ["4", "5"], "answer": "A"}]

    made = pool("mmlu-pro", write("preds.jsonl", rows))

    assert list(made.problems) == ["7", "8"]


def test_mmlu_pro_files_of_the_upstream(tmp_path, take):
    """One file a model, whose name is in the file's."""
    for model in ("a", "b"):
        row = mmlu(pred="B", model_outputs=f"{model}: (B)")
        (tmp_path / f"model_outputs_{model}_5shots.json").write_text(json.dumps([row]))

    found = take("mmlu-pro", tmp_path)

    assert [(s.index, s.text) for s in found.samples] == [(0, "a: (B)"), (1, "b: (B)")]


def gpqa(**runs):
    return {
        "id": "rec0",
        "question": "Which is even?",
        "options_one_order": ["1", "2", "3", "5"],
        "gold_option_text": "2",
        "runs": runs,
    }


RUN = {"target": "C", "samples": [{"epoch": 2, "answer": "C", "correct": True, "text": "ANSWER: C"}]}
TABLE = [{"run": 0, "model": "some/model", "epochs": 8}, {"run": 1, "model": "other/model", "epochs": 2}]


def test_gpqa_runs_have_their_own_letters(write, tmp_path, take):
    """The right letter is the run's; where its order is known, the options stand in that order."""
    file = write("set/gpqa.jsonl", [gpqa(**{"0": RUN, "1": {**RUN, "target": "A", "option_perm": [1, 0, 3, 2]}})])
    (tmp_path / "set" / "runs.json").write_text(json.dumps(TABLE))

    first, second = take("gpqa-runs", file, run=0), take("gpqa-runs", tmp_path / "set", run=1)

    assert (first.problems[0].gold, first.problems[0].text, first.samples[0].index) == ("C", "Which is even?", 1)
    assert len(first.problems[0].answer.choices) == 4
    assert second.problems[0].gold == "A"
    assert second.problems[0].text == "Which is even?\n\n(A) 2\n(B) 1\n(C) 5\n(D) 3"
    assert (second.stated[0].generator, second.stated[0].slots) == ("other/model", 2)


def test_gpqa_runs_are_not_mixed(write, tmp_path, take):
    """A letter means nothing outside its run, so one must be picked; the table tells whose they are."""
    file = write("set/gpqa.jsonl", [gpqa(**{"0": RUN, "1": RUN})])

    with pytest.raises(BadInput, match="--option run=NAME. There are 0, 1."):
        take("gpqa-runs", file)
    (tmp_path / "set" / "runs.json").write_text(json.dumps(TABLE))
    with pytest.raises(BadInput, match=r"There are 0 \(some/model\), 1 \(other/model\)"):
        take("gpqa-runs", tmp_path / "set")


def test_gsm8k_solutions_of_four_models(write, take):
    """Every object with a solution is a model's; the right answer ends the reference."""
    row = {
        "question": "Ann has 1 pear and buys 1. How many?",
        "ground_truth": "Ann has 1+1=2 pears.\nA: 2",
        "6b_finetuning": {"is_correct": True, "solution": "1+1=2\nA: 2"},
        "175b_verification": {"is_correct": False, "solution": "A: 3"},
    }
    found = take("gsm8k-solutions", write("solutions.jsonl", [row, row | {"ground_truth": "two"}]))

    assert [(s.index, s.given_correct) for s in found.samples] == [(0, True), (1, False)]
    assert (found.problems[0].gold, found.stated[0].sampling["slots"]) == ("2", ["6b_finetuning", "175b_verification"])
    assert found.reasons() == ["unexpected content: ground_truth does not end in 'A: ...'"]
