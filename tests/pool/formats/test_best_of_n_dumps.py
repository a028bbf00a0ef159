"""Formats with one problem a row and its samples in parallel lists."""

import math

import pytest

COMPLETIONS = ["We add.\n\nIt is $\\boxed{2}$.", "It is $\\boxed{3}$."]


def dump(**more):
    """A row of search-and-learn."""
    return {
        "problem": "What is 1 + 1?",
        "solution": "...",
        "answer": "2",
        "subject": "Prealgebra",
        "level": 1,
        "unique_id": "test/prealgebra/0.json",
        "completions": COMPLETIONS,
        "scores": [[0.9, 0.8], [0.1]],
        "agg_scores": [0.8, 0.1],
        "completion_tokens": [12, 7],
        "pred": COMPLETIONS[0],
        "pred_naive@2": "\\boxed{2}",
        **more,
    }


def test_search_and_learn_completions(write, take):
    """Positions are slots; step scores and the aggregated ones are carried under the upstream's names."""
    found = take("search-and-learn", write("dump.jsonl", [dump()]))

    first, second = found.samples
    assert (found.problems[0].id, found.problems[0].gold) == ("test/prealgebra/0.json", "2")
    assert [(s.index, s.text, s.tokens) for s in (first, second)] == [(0, COMPLETIONS[0], 12), (1, COMPLETIONS[1], 7)]
    assert first.scores["scores"].steps == (0.9, 0.8)
    assert second.scores["agg_scores"].value == 0.1
    assert first.steps is None


def test_search_and_learn_dvts_has_no_token_counts(write, take):
    """DVTS writes -1 for the whole row, and beam search leaves agg_scores out."""
    row = {k: v for k, v in dump(completion_tokens=-1).items() if k != "agg_scores"}

    found = take("search-and-learn", write("dump.jsonl", [row]))

    assert [s.tokens for s in found.samples] == [None, None]
    assert list(found.samples[0].scores) == ["scores"]


def test_search_and_learn_lists_must_be_of_one_length(write, take):
    """A score list that is short cannot be aligned, so the whole row goes."""
    found = take("search-and-learn", write("dump.jsonl", [dump(scores=[[0.9]]), dump()]))

    assert found.reasons() == [
        "unexpected content: lists of different lengths: 2 completions, 1 scores, 2 agg_scores, 2 completion_tokens"
    ]
    assert (found.rejects[0].whole, len(found.entries)) == (True, 2)


def test_large_language_monkeys_rows(write, take):
    """The right answer of GSM8K stands behind ####, that of MATH in the last box; labels come under two names."""
    gsm = {
        "question": "1 + 1?",
        "samples": ["#### 2", "#### 3"],
        "is_corrects": [True, False],
        "gt_answer": "1+1=2\n#### 2",
    }
    mathematics = {"question": "Half?", "samples": ["x"], "is_correct": [1], "gt_answer": "So \\boxed{\\frac{1}{2}}."}
    rows = [{**gsm, "orig_dset_idx": 7, "orig_dset_split": "test"}, {**mathematics, "orig_dset_idx": 8}]

    found = take("large-language-monkeys", write("rows.jsonl", rows))

    assert [p.gold for p in found.problems] == ["2", "2", "\\frac{1}{2}"]
    assert [(s.index, s.given_correct) for s in found.samples] == [(0, True), (1, False), (0, True)]
    assert found.problems[0].id == "7"


def test_large_language_monkeys_yaml_files(tmp_path, take):
    """One file a problem, in the order of their numbers; a broken one is set aside and named."""
    for k in (0, 2, 10):
        (tmp_path / f"{k}.yaml").write_text(
            f"question: What is {k} + 1?\nsamples:\n- |-\n  '#### {k + 1}'\ngt_answer: '{k + 1}'\n"
        )
    (tmp_path / "3.yaml").write_text("question: [unclosed\n")

    found = take("large-language-monkeys", tmp_path)

    assert [p.id for p in found.problems] == ["0", "2", "10"]
    assert found.problems[1].gold == "3"
    assert found.samples[0].text == "'#### 1'"
    assert found.rejects[0].file.endswith("3.yaml")
    assert "not YAML" in found.rejects[0].reason


def rlhflow(answers, **more):
    return {"prompt": "What is 1 + 1?", "answers": answers, **more}


def test_rlhflow_steps_of_both_generators(write, take):
    """The Mistral generator marks steps, the Deepseek one leaves lines empty; the marks are no part of the text."""
    marked, plain = "Step 1: We add. ки\nStep 2: The answer is: 2 ки\n", "We add.\n\nIt is 2."
    rows = [rlhflow([marked], label=[1]), rlhflow([plain], labels=[0])]

    first, second = take("rlhflow", write("test.jsonl", rows)).samples

    assert first.steps == ("Step 1: We add.", "Step 2: The answer is: 2")
    assert first.text == "Step 1: We add.\nStep 2: The answer is: 2"
    assert (second.text, second.steps) == (plain, ("We add.", "It is 2."))
    assert (first.given_correct, second.given_correct) == (True, False)


def test_rlhflow_scores_of_the_prm_and_of_the_orm(write, take):
    """One value per step, an empty step at the end included where the upstream scored it; or one per answer."""
    rows = [
        rlhflow(["One ки\nTwo ки\n"], label=[1], step_scores=[[0.9, 0.8, 0.7]]),
        rlhflow(["One\n\nTwo"], label=[1], step_scores=[[0.9, 0.8]]),
        rlhflow(["One\n\nTwo"], label=[1], step_scores=[0.6]),
        rlhflow(["One\n\nTwo"], label=[1], step_scores=[[0.6]]),
    ]

    found = take("rlhflow", write("scored.jsonl", rows))

    assert found.samples[0].steps == ("One", "Two", "")
    assert [s.scores["step_scores"].steps for s in found.samples] == [(0.9, 0.8, 0.7), (0.9, 0.8), ()]
    assert found.samples[2].scores["step_scores"].value == 0.6
    assert found.reasons() == ["unexpected content: 1 step scores for 2 steps"]


def test_rlhflow_prompts_lose_their_instruction_on_request(write, take):
    """The problem's text is what is left of the prompt."""
    file = write("test.jsonl", [rlhflow(["2"]) | {"prompt": "What is 1 + 1? Please think. "}])

    assert take("rlhflow", file, strip=" Please think.").problems[0].text == "What is 1 + 1?"


def qwen(**more):
    return {
        "idx": 0,
        "question": "What is 1 + 1?",
        "gt_cot": "\\boxed{2}",
        "gt": "2",
        "level": "Level 1",
        "answer": "2",
        "code": COMPLETIONS,
        "pred": ["2", ""],
        "report": [None, None],
        "score": [True, False],
        **more,
    }


def test_qwen_math_output_with_a_reward_model(write, take):
    """One number is the score of the solution, several are step scores."""
    rows = [qwen(pred_score=[[3.5], [2.25]]), qwen()]

    found = take("qwen-math", write("out.jsonl", rows))

    assert [(s.answer, s.given_correct) for s in found.samples[:2]] == [("2", True), (None, False)]
    assert [s.scores["pred_score"].value for s in found.samples[:2]] == [3.5, 2.25]
    assert found.samples[2].scores == {}
    assert (found.problems[0].gold, found.problems[0].level) == ("2", 1)
    stepped = take("qwen-math", write("steps.jsonl", [qwen(pred_score=[[0.9, 0.8], [0.1, 0.2, 0.3]])]))
    assert [s.scores["pred_score"].steps for s in stepped.samples] == [(0.9, 0.8), (0.1, 0.2, 0.3)]


def test_qwen_math_folders_leave_their_metrics_out(tmp_path, write, take):
    """The file of metrics beside the output is no record."""
    write("run/test_cot.jsonl", [qwen()])
    (tmp_path / "run" / "test_cot_metrics.json").write_text('{"acc": 50.0}')

    found = take("qwen-math", tmp_path / "run")

    assert (len(found.entries), found.rejects) == (2, [])


def openr(outputs, **more):
    return {
        "question": "What is 1 + 1?",
        "groundtruth": "So \\boxed{2}.",
        "result": {"majority_vote": 1},
        "output": outputs,
        **more,
    }


def test_openr_records(write, take):
    """path_idx is the slot, value the step scores, the box of the reference solution the right answer."""
    outputs = [
        {"path_idx": 1, "text": COMPLETIONS[1], "value": [0.1], "completion_tokens": 7},
        {"path_idx": 0, "text": COMPLETIONS[0], "value": [0.9, 0.8], "completion_tokens": 12},
    ]

    found = take("openr", write("record.jsonl", [openr(outputs), openr(outputs, gold="\\text{two}", unique_id="u")]))

    assert [s.index for s in found.samples] == [1, 0, 1, 0]
    assert found.samples[1].scores["value"].steps == (0.9, 0.8)
    assert (found.problems[0].gold, found.problems[2].gold, found.problems[2].id) == ("2", "\\text{two}", "u")
    assert found.samples[0].tokens == 7


def test_openr_placeholders_are_not_kept(write, take):
    """A single output's value [0] is no score, and the zeros of beam search are no token counts."""
    single = openr([{"path_idx": 0, "text": "2", "value": [0], "completion_tokens": 3}])
    beams = openr([{"path_idx": k, "text": "2", "value": [0.5], "completion_tokens": 9 * k} for k in range(2)])

    found = take("openr", write("record.jsonl", [single, beams]))

    assert found.samples[0].scores == {}
    assert [s.tokens for s in found.samples] == [3, None, None]


def test_openr_output_without_an_index_is_set_aside(write, take):
    """The slot of a solution is never guessed."""
    found = take("openr", write("record.jsonl", [openr([{"text": "2", "value": [0.5]}, {"path_idx": 1, "text": "3"}])]))

    assert found.reasons() == ["its sample 0: the field 'path_idx' is missing"]
    assert [s.index for s in found.samples] == [1]


def weaver(**more):
    return {
        "instruction": "What is 1 + 1?",
        "problem": "What is 1 + 1?",
        "subject": "Prealgebra",
        "level": 1,
        "unique_id": "test/prealgebra/0.json",
        "answer": "2",
        "samples": ["The answer is: 2", "The answer is: 3"],
        "extracted_answers": ["2", None],
        "answer_correct": [True, False],
        "GRM_scores": [0.8, -1.2],
        "QwenPRM_min_scores": [0.9, 0.1],
        "QwenPRM_step_scores": [[0.9, 0.9], [0.1]],
        "GPT-4o-mini_verdicts": [[1.0], [0.0]],
        "weaver_scores": [0.97, 0.02],
        **more,
    }


def test_weaver_carries_every_verifier_under_its_name(write, take):
    """Reward models, the aggregations of PRMs, their steps, judges and Weaver itself."""
    first, second = take("weaver", write("data.jsonl", [weaver()])).samples

    assert list(first.scores) == ["GRM", "QwenPRM_min", "QwenPRM_step", "GPT-4o-mini", "weaver"]
    assert [first.scores[n].value for n in ("GRM", "QwenPRM_min", "GPT-4o-mini", "weaver")] == [0.8, 0.9, 1.0, 0.97]
    assert second.scores["QwenPRM_step"].steps == (0.1,)
    assert (second.answer, second.given_correct) == (None, False)


def test_weaver_missing_scores_stay_missing(write, take, pool):
    """NaN, null, empty lists, lists of null and columns of null; verdicts are averaged over those that are there."""
    rows = [
        weaver(
            GRM_scores=[float("nan"), None],
            QwenPRM_step_scores=[[None], []],
            INFORM_scores=None,
            Judge_verdicts=[[1.0, None, 0.0], []],
        )
    ]
    file = write("data.jsonl", rows)

    first, second = take("weaver", file).samples

    assert [s.scores["GRM"].value for s in (first, second)] == [None, None]
    assert [s.scores["QwenPRM_step"].steps for s in (first, second)] == [(), ()]
    assert "INFORM" not in first.scores
    assert [s.scores["Judge"].value for s in (first, second)] == [0.5, None]
    assert sorted(pool("weaver", file).manifest.scores) == ["GPT-4o-mini", "Judge", "QwenPRM_min", "weaver"]


def test_weaver_columns_that_share_a_name_are_both_kept(write, pool):
    """GRM and grm are one name to a database, so the later column keeps its full name; slashes become dashes."""
    row = weaver(grm_scores=[0.1, 0.2], **{"org/Judge_verdicts": [[1.0], [0.0]], "org/Judge_scores": [0.3, 0.4]})

    made = pool("weaver", write("data.jsonl", [row]))

    assert {"GRM", "grm_scores", "org-Judge", "org-Judge_scores"} <= set(made.manifest.scores)
    assert made.of_problem("test/prealgebra/0.json")["score/grm_scores"].to_pylist() == [0.1, 0.2]


def test_weaver_choices_and_prompts(write, take):
    """The options stand in the text; the upstream's own prompt around a MATH problem is taken off again."""
    prompt = (
        "Problem: 1 + 1?\n\nPlease solve this step by step, then output your answer on a new line as 'The answer is: X'"
    )
    rows = [
        weaver(original_instruction="Even?", options=["1", "2"], answer="B", unique_id=None),
        weaver(question="Odd?", choices=["1", "2"], answer="A", unique_id=None),
        weaver(problem=prompt, answer="So \\boxed{2}."),
    ]

    first, second, third = take("weaver", write("data.jsonl", rows)).problems[::2]

    assert (first.text, first.gold, first.answer.choices) == ("Even?\n\n(A) 1\n(B) 2", "B", ("1", "2"))
    assert (second.text, second.answer.kind) == ("Odd?\n\n(A) 1\n(B) 2", "choice")
    assert (third.text, third.gold) == ("1 + 1?", "2")


@pytest.mark.parametrize("column", ["GRM_scores", "extracted_answers", "QwenPRM_step_scores"])
def test_weaver_lists_must_be_of_one_length(write, take, column):
    """The column that is short is named."""
    found = take("weaver", write("data.jsonl", [weaver(**{column: [[0.5]]})]))

    assert found.entries == []
    assert f"1 {column}" in found.rejects[0].reason


def test_a_dataset_saved_to_disk_reads_like_its_rows(tmp_path, take):
    """Hugging Face's own folder: the same scores as from JSON lines, with the split that the format names."""
    datasets = pytest.importorskip("datasets")
    datasets.DatasetDict({"data": datasets.Dataset.from_list([weaver(), weaver()])}).save_to_disk(tmp_path / "set")

    found = take("weaver", tmp_path / "set")

    assert len(found.entries) == 4
    assert math.isclose(found.samples[1].scores["GRM"].value, -1.2)
    assert found.entries[2].line == 2
