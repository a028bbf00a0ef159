"""The formats on real files."""

import gzip
import json
from collections import Counter

import pytest

from harness.errors import BadInput
from harness.pool import grading
from harness.records import AnswerSpec

OPENR = "bon_openr_math500_prm/openr_math500_n4_prm.jsonl.gz"
BOINF = "bon_boinf_answers/boinf_math500.jsonl.gz"
CASES = {  # format, file, options -> problems, samples, M, generator, carried scores
    "strictprm-math500": (
        "generic", "bon_strictprm_math500/strictprm_math500.jsonl.gz", {}, (250, 8000, 32, "", ["qwen_prm"]),
    ),
    "qwen": ("qwen-math", "bon_qwen_math100_rm/math_cot_100.jsonl.gz", {}, (50, 400, 8, "", ["pred_score"])),
    "openr": ("openr", OPENR, {}, (250, 1000, 4, "", ["value"])),
    "boinf": ("answers-only", BOINF, {"model": "gpt-oss-20b"}, (250, 20_000, 80, "gpt-oss-20b", [])),
    "otis": ("generic", "bon_epoch_otis_aime/epoch_otis_aime.jsonl.gz", {"run": 0}, (23, 184, 8, "", [])),
    "gpqa": (
        "gpqa-runs", "bon_epoch_gpqa_diamond", {"run": 11}, (99, 789, 8, "anthropic/claude-opus-4-6", []),
    ),
    "aime": ("generic", "bon_aime_r1distill14b_n5/aime_r1distill14b_n5.jsonl.gz", {}, (11, 65, 10, "", [])),
    "mmlu-pro": (
        "mmlu-pro", "multi_mmlupro_stem/mmlupro_stem_text.jsonl.gz", {}, (1010, 28_954, 29, "several models", []),
    ),
    "jeebench": ("jeebench", "multi_jeebench/jeebench_multi.jsonl.gz", {}, (258, 1347, 6, "several models", [])),
    "zeroeval": (
        "generic", "multi_zeroeval_math_l5/zeroeval_math_l5.jsonl.gz", {}, (361, 14_284, 40, "several models", []),
    ),
    "gsm8k-solutions": (
        "gsm8k-solutions", "multi_gsm8k_openai_solutions/example_model_solutions.jsonl.gz", {},
        (660, 2640, 4, "several models", []),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_every_sample_of_a_real_file_is_taken(real_data, pool, case):
    """Nothing is set aside, and the counts are those of the file."""
    name, file, options, expected = CASES[case]

    made = pool(name, real_data / file, options=options)

    manifest = made.manifest
    found = (manifest.n_problems, manifest.n_samples, manifest.slots, manifest.generator, sorted(manifest.scores))
    assert found == expected
    assert manifest.rejected == 0
    assert all(p.has_gold for p in made.problems.values())


def test_scored_segments_stay_with_their_scores(real_data, take):
    """The first scored segments may hold the chat prompt; each keeps its own score, on every sample."""
    found = take("generic", real_data / "bon_strictprm_math500/strictprm_math500.jsonl.gz")

    assert all(len(s.steps) == len(s.scores["qwen_prm"].steps) for s in found.samples)
    assert sum(s.steps[0].startswith("system\n") for s in found.samples) == 5339


def test_the_models_of_an_answers_file_are_listed(real_data, take):
    """Seven models do not make one pool."""
    with pytest.raises(BadInput, match="samples of 7 models.*EXAONE-Deep-32B, .*gpt-oss-20b"):
        take("answers-only", real_data / BOINF)


def test_the_outcomes_that_openr_recorded_come_out_again(real_data, pool):
    """Its best by last and by least step value, and its majority, are right where its authors recorded so.

    Their rules, ties going to the first sample, on our grades, over 250 problems. On one problem the two graders
    differ: an unsimplified expression that equals the right answer.
    """
    made = pool("openr", real_data / OPENR)
    problems = [p.problem for p in made.problems.values()]
    table = grading.grade(made, problems, AnswerSpec()).table
    graded = {p.id: [] for p in problems}
    for row in table.select(["problem_id", "correct", "key"]).to_pylist():
        graded[row["problem_id"]].append(row)
    recorded = {}
    with gzip.open(real_data / OPENR, "rt") as lines:
        for line in lines:
            row = json.loads(line)
            recorded[row["unique_id"]] = row["result"]

    agreeing = Counter()
    for problem_id, part in made.batches(["step_scores/value"]):
        samples, values = graded[problem_id], part["step_scores/value"].to_pylist()
        votes = Counter(s["key"] for s in samples if s["key"] is not None)
        picks = {
            "prm_last_max": max(range(len(values)), key=lambda k, v=values: v[k][-1]),
            "prm_min_max": max(range(len(values)), key=lambda k, v=values: min(v[k])),
            "majority_vote": next(k for k, s in enumerate(samples) if s["key"] == max(votes, key=votes.get)),
        }
        for rule, k in picks.items():
            agreeing[rule] += bool(samples[k]["correct"]) == bool(recorded[problem_id][rule])

    assert agreeing["prm_last_max"] == 250
    assert min(agreeing["prm_min_max"], agreeing["majority_vote"]) >= 249
