"""The upstream layouts that the reference pools are read from, and what each of them leaves open."""

import gzip
import json

import pytest

from harness.errors import BadInput

PROMPT = "system\nYou help.\nuser\nWhat is 1 + 1?\nassistant\n"


def candidate(text="We add.\n\nIt is $\\boxed{2}$.", steps=("We add.", "It is $\\boxed{2}$.")):
    """One candidate of StrictPRMBench."""
    return {
        "problem_id": "math500_000",
        "problem": {"id": "math500_000", "question": "What is 1 + 1?", "ground_truth": "1"},
        "raw_text": PROMPT + text,
        "steps": [{"index": i, "text": step} for i, step in enumerate(steps)],
        "extracted_answer": "2",
        "is_correct": False,
        "num_tokens": 12,
        "model_name": "some-model",
    }


@pytest.fixture
def bench(tmp_path, write):
    """A problem of two candidates, and the lines of scores given."""

    def bench(*scores):
        problem = {"problem_id": "math500_000", "n": 2, "temperature": 0.8, "candidates": [candidate(), candidate()]}
        (tmp_path / "pool").mkdir()
        (tmp_path / "pool" / "math500_000.json").write_text(json.dumps(problem))
        rows = [
            {"prm_name": "prm", "problem_id": p, "candidate_index": slot, "step_scores": values}
            for p, slot, values in scores
        ]
        return tmp_path / "pool", write("prm_math500.jsonl", rows)

    return bench


def test_strict_prm_bench_joins_scores_to_candidates(bench, take):
    """The prompt is no part of the text, the upstream's wrong right answer is not taken, its label is kept."""
    found = take("strict-prm-bench", *bench(("math500_000", 0, [0.12345678, 0.5]), ("math500_000", 1, [0.25, 1.0])))

    first, second = found.samples
    assert (first.text, first.steps) == ("We add.\n\nIt is $\\boxed{2}$.", ("We add.", "It is $\\boxed{2}$."))
    assert (first.index, first.answer, first.tokens, first.given_correct) == (0, "2", 12, False)
    assert first.scores["prm"].steps == (0.12345678, 0.5)
    assert second.scores["prm"].steps == (0.25, 1.0)
    assert (found.problems[0].id, found.problems[0].gold) == ("math500_000", None)
    assert (found.stated[0].generator, found.stated[0].slots) == ("some-model", 2)
    assert found.rejects == []


def test_strict_prm_bench_rounds_where_it_is_asked_to(bench, take):
    """And refuses what is no number of decimals."""
    files = bench(("math500_000", 0, [0.12345678, 0.5]))

    assert take("strict-prm-bench", *files, decimals="6").samples[0].scores["prm"].steps == (0.123457, 0.5)
    with pytest.raises(BadInput, match="whole number from 0 to 17, not 'six'"):
        take("strict-prm-bench", *files, decimals="six")


def test_strict_prm_bench_sets_scores_aside_that_belong_to_nothing(bench, take):
    """A wrong number of steps, a candidate that is not there, a problem that is not there: each is named."""
    found = take(
        "strict-prm-bench",
        *bench(("math500_000", 0, [0.5]), ("math500_000", 7, [0.5]), ("math500_001", 0, [0.5]), ("math500_001", -1, 3)),
    )

    assert len(found.entries) == 1
    assert [r.reason.removeprefix("its sample 0: ") for r in found.rejects] == [
        "no line of step scores: step_scores is 3; a list was expected",
        "unexpected content: 1 step scores of prm for 2 steps",
        "step scores without their candidate: 'math500_000', candidate 7",
        "step scores without their candidate: 'math500_001', candidate 0",
    ]


def rewards(folder, **scores):
    """Files of RewardMATH: one problem after another, each with two solutions."""
    folder.mkdir()
    for name, per_problem in scores.items():
        rows = [
            {"problem": f"What is 1 + {k}?", "solution_reference": ["human", "model"], "score": values}
            for k, values in enumerate(per_problem)
        ]
        (folder / f"{name}_reward.json").write_text(json.dumps(rows))
    return folder


def test_reward_math_asks_which_solution_is_right(tmp_path, take):
    """Position 0 is right, every solution is a vote of its own, and preferences between two are no scores."""
    folder = rewards(
        tmp_path / "r", orm=[[0.5, None], [1, 2]], prm=[[[0.5, 0.25], [1.0]], [[0.5], [1.0]]], orm_pairwise=[["A"]]
    )

    found = take("reward-math", folder)

    assert [(s.index, s.answer, s.text) for s in found.samples] == [(0, "A", None), (1, "B", None)] * 2
    assert {(p.gold, p.answer.kind) for p in found.problems} == {("A", "choice")}
    assert [s.scores.get("orm") and s.scores["orm"].value for s in found.samples] == [0.5, None, 1, 2]
    assert [s.scores["prm"].steps for s in found.samples][:2] == [(0.5, 0.25), (1.0,)]
    assert set(found.samples[0].scores) == {"orm", "prm"}


def test_reward_math_files_must_be_of_the_same_problems(tmp_path, take):
    """What is not in every file cannot be joined; a problem that stands there twice counts once."""
    folder = rewards(tmp_path / "r", a=[[1, 2], [3, 4], [5, 6]], b=[[1, 2], [3, 4]])
    rows = json.loads((folder / "a_reward.json").read_text())
    rows[1]["problem"] = rows[0]["problem"]
    for name in "ab":
        (folder / f"{name}_reward.json").write_text(json.dumps(rows if name == "a" else rows[:2]))

    found = take("reward-math", folder)

    assert len(found.entries) == 2
    assert [r.reason for r in found.rejects] == [
        "the problem stands there already",
        "unexpected content: the files do not hold the same problems in the same order",
    ]


def test_interlace_carries_the_generators_log_probability(write, take):
    """An empty answer is none; the end of the text and its tokens are kept."""
    trajectories = [
        {"text": "It is \\boxed{2}.", "answer": "2", "finish_reason": "stop", "logprob": -0.5, "n_tokens": 7},
        {"text": "It", "answer": "", "finish_reason": "length", "logprob": -0.25, "n_tokens": 400},
    ]
    row = {"i": 0, "gsm8k_id": 7, "question": "What is 1 + 1?", "gold": "2", "trajectories": trajectories}

    found = take("interlace", write("some_trajectories.jsonl", [row]))

    assert [(s.index, s.answer, s.finish, s.tokens) for s in found.samples] == [
        (0, "2", "stop", 7),
        (1, None, "length", 400),
    ]
    assert [s.scores["logprob"].value for s in found.samples] == [-0.5, -0.25]
    assert (found.problems[0].id, found.problems[0].gold) == ("7", "2")


def test_interlace_reads_the_real_file(real_data, take):
    """A hundred problems of sixteen trajectories, more than a quarter of them without an answer."""
    path = real_data / "bon_interlace_gsm8k" / "gsm8k_trajectories.jsonl.gz"

    found = take("interlace", path)

    with gzip.open(path, "rt") as lines:
        texts = [t["text"] for line in lines for t in json.loads(line)["trajectories"]]
    assert [s.text for s in found.samples] == texts
    assert len(found.samples) == 1600
    assert found.rejects == []
