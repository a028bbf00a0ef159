"""Whatever stands in a field, a format takes it or sets it aside: nothing breaks, and no bad value reaches a pool."""

import copy
import json
import re

import pytest

from harness.errors import BadInput
from harness.pool.importing import About, import_pool

CHAT = {"choices": [{"message": {"content": "(B)"}, "finish_reason": "stop"}], "usage": {"completion_tokens": 3}}
ROWS = {
    "answers-only": {
        "model": "m", "problem_num": 0, "gold_answer": "2", "total_answers": 1, "all_answers": [["2", 5]],
    },
    "generic": {
        "id": "p", "problem": "1 + 1?", "gold": "2", "subject": "s", "level": 1, "n": 1, "choices": ["1", "2"],
        "samples": [
            {"index": 0, "text": "2", "answer": "2", "correct": True, "tokens": 5, "finish": "stop", "steps": ["2"],
             "step_labels": [1], "scores": {"a": 0.5}, "step_scores": {"b": [0.5]}, "model": "m"}
        ],
    },
    "gpqa-runs": {
        "id": "rec0", "question": "Even?", "options_one_order": ["1", "2"],
        "runs": {"0": {"target": "B", "option_perm": [0, 1], "samples": [{"epoch": 1, "answer": "B", "text": "B"}]}},
    },
    "gsm8k-solutions": {
        "question": "1 + 1?", "ground_truth": "A: 2", "6b": {"is_correct": True, "solution": "A: 2"},
    },
    "jeebench": {
        "description": "d", "index": 1, "subject": "phy", "type": "MCQ", "question": "q", "gold": "B",
        "GPT_response": CHAT, "extract": "B",
    },
    "large-language-monkeys": {
        "question": "1 + 1?", "samples": ["2"], "is_corrects": [True], "gt_answer": "2", "orig_dset_idx": 1,
    },
    "lm-eval": {
        "doc_id": 0, "doc": {"question": "1 + 1?", "id": "x"}, "target": "2", "resps": [["2"]],
        "filtered_resps": ["2"], "filter": "none", "metrics": ["acc"], "acc": 1.0,
    },
    "mmlu-pro": {
        "question_id": 1, "category": "math", "question": "Even?", "options": ["1", "2"], "answer": "B",
        "samples": [{"model": "m", "pred": "B", "text": "B"}],
    },
    "nemo-skills": {
        "problem": "1 + 1?", "expected_answer": "2", "generation": "2", "predicted_answer": "2", "id": "0",
        "symbolic_correct": True, "judgement": "Judgement: Yes", "reward_model_score": 0.5,
        "num_generated_tokens": 5, "level": 1, "subject": "s",
    },
    "openr": {
        "question": "1 + 1?", "groundtruth": "\\boxed{2}", "unique_id": "u",
        "output": [
            {"path_idx": 0, "text": "2", "value": [0.5], "completion_tokens": 5},
            {"path_idx": 1, "text": "2", "value": [0.5], "completion_tokens": 5},
        ],
    },
    "prm800k": {
        "problem": "1 + 1?", "answer": "2", "is_correct": True, "subject": "s", "level": 1, "unique_id": "u",
        "ground_truth_answer": "2", "steps": ["2"], "rating_probs": [{"-1": 0.1, "0": 0.1, "1": 0.8}],
        "prm_score": 0.9, "orm_score": 0.9,
    },
    "qwen-math": {
        "idx": 0, "question": "1 + 1?", "gt": "2", "level": "Level 1", "type": "s", "code": ["2"], "pred": ["2"],
        "score": [True], "pred_score": [[0.5]],
    },
    "rlhflow": {"prompt": "1 + 1?", "answers": ["2"], "label": [1], "step_scores": [[0.5]]},
    "search-and-learn": {
        "problem": "1 + 1?", "answer": "2", "subject": "s", "level": 1, "unique_id": "u", "completions": ["2"],
        "scores": [[0.5]], "agg_scores": [0.5], "completion_tokens": [5],
    },
    "weaver": {
        "instruction": "1 + 1?", "problem": "1 + 1?", "unique_id": "u", "answer": "2", "level": 1, "subject": "s",
        "samples": ["2"], "extracted_answers": ["2"], "answer_correct": [True], "GRM_scores": [0.5],
        "P_step_scores": [[0.5]], "J_verdicts": [[1.0]], "options": ["1", "2"],
    },
    "zeroeval": {
        "id": "0", "problem": "1 + 1?", "answer": "2", "generator": "m", "output": ["2"], "choices": ["1", "2"],
    },
}  # fmt: skip
SAMPLE = {
    "id": "a", "epoch": 1, "input": "1 + 1?", "choices": ["1", "2"], "target": "B", "metadata": {"subject": "s"},
    "output": {"choices": [{"message": {"content": "B"}, "stop_reason": "stop"}], "usage": {"output_tokens": 1}},
    "scores": {"match": {"value": "C", "answer": "B"}}, "error": None,
}  # fmt: skip
ODD = [
    None,
    0,
    -1,
    1.5,
    float("nan"),
    float("inf"),
    10**30,
    "",
    "x",
    "\ud83d",
    True,
    [],
    {},
    [[]],
    [None],
    ["x"],
    {"a": {}},
]


def mutated(row):
    """The row itself, without each field, and with each odd value in each field, down to the last list and object."""
    yield row
    for path in paths(row):
        for value in [*ODD, ...]:
            changed = copy.deepcopy(row)
            place = changed
            for step in path[:-1]:
                place = place[step]
            if value is ...:
                del place[path[-1]]
            else:
                place[path[-1]] = value
            yield changed


def paths(value, path=()):
    if path:
        yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from paths(child, (*path, key))


@pytest.mark.parametrize("name", [*ROWS, "inspect-log"])
def test_odd_values_break_nothing(home, write, items, tmp_path, name):
    """Thousands of records, each with one field that is missing or holds something else."""
    if name == "inspect-log":
        (tmp_path / "log.json").write_text(json.dumps({"eval": {"model": "m"}, "samples": list(mutated(SAMPLE))}))
        place = tmp_path / "log.json"
    else:
        place = write("output-rs0.jsonl" if name == "nemo-skills" else "rows.jsonl", mutated(ROWS[name]))
    options = {"model": "m"} if name in ("answers-only", "generic") else {"run": 0} if name == "gpqa-runs" else {}
    options = {"filter": "none"} if name == "lm-eval" else options

    made = import_pool("odd", items(name, place, **options), About("made", max_rejected=1.0))

    assert made.verify() == made.digest
    assert made.manifest.n_samples >= 1
    assert made.manifest.rejected >= 1
    for reject in (made.path / "rejects.jsonl").read_text(encoding="utf-8").splitlines():
        reason = json.loads(reject)["reason"]
        assert reason
        assert not re.search(
            r"' object|object (is|has)|attribute|NoneType|iterable|subscript|indices|unpack|literal", reason
        )


def test_a_log_that_is_none_is_no_pool(write, items, home):
    """Something else entirely, under a log's name."""
    with pytest.raises(BadInput, match="no log of Inspect"):
        import_pool("none", items("inspect-log", write("x.json", [{"a": 1}])), About("made"))
