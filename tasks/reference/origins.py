"""Where the reference pools come from: repository, commit, files, licence, and how they are read."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.errors import UnknownName
from harness.pool.fetch import Wanted

NONE_STATED = "none stated"


@dataclass(frozen=True, slots=True)
class Origin:
    """One reference pool.

    Attributes:
        name: Of the pool.
        repository: ``owner/name`` on GitHub.
        commit: The pinned one.
        paths: Files and folders of the repository, in the upstream's own layout.
        form: The format that reads them.
        licence: SPDX identifier as the repository states it, else ``none stated``.
        attribution: Who made the data.
        generator: Who wrote the samples.
        title: What the pool is, for a reader.
        options: Of the format.
        task: The task that its results are filed under.
        data: The task's records below the folder of data; "" where the pool brings its own right answers.
        labels: Records of MATH-500 that tell subject and level of a pool that brings its own right answers.
        numbered: Whether its problems are numbered as those records are; else they are found by text.
        texts: Whether the licence lets texts of problems and solutions be passed on.
        whole: A file of the folder of data that holds the same samples, and how it is read: (file, format, options).
        notes: What a reader of the pool should know.
    """

    name: str
    repository: str
    commit: str
    paths: tuple[str, ...]
    form: str
    licence: str
    attribution: str
    generator: str
    title: str
    options: Mapping[str, str] = field(default_factory=dict)
    task: str = ""
    data: str = ""
    labels: str = ""
    numbered: bool = False
    texts: bool = False
    whole: tuple[str, str, Mapping[str, str]] | None = None
    notes: tuple[str, ...] = ()


def origin(name: str) -> Origin:
    """Where the reference pool of that name comes from.

    Raises:
        UnknownName: There is none.
    """
    known = {found.name: found for found in ORIGINS}
    if name not in known:
        raise UnknownName("reference pool", name, known, "'bonbench standard' lists them.")
    return known[name]


def wanted(found: Origin) -> list[Wanted]:
    """The files of its repository that a pool is made from, with their SHA-256 and sizes."""
    with Path(__file__).with_name("files.tsv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["repository"] == found.repository]
    own = [row for row in rows if any(row["path"] == p or row["path"].startswith(f"{p}/") for p in found.paths)]
    return [Wanted(row["path"], row["sha256"], int(row["bytes"])) for row in own]


_MATH500 = "problems_math500/test.jsonl"
_GSM8K = "problems_gsm8k/test.jsonl"
_STEP_SCORES = "scores/aggregation_sweep_cache/step_scores_cache"
_PRMS = ("math_shepherd", "qwen_prm", "rlhflow_prm", "skywork_prm", "skywork_prm_1_5b")
_ORMS = ("internlm2_1_8b_reward", "internlm2_7b_reward")
_STRICT_NOTES = (
    "Step scores are the upstream's, rounded to six decimals: with all their digits no number differs by 0.0001.",
    "The upstream names QwQ-32B as the generator; its configuration and the texts point to Qwen2.5-7B-Instruct.",
)


def _strict(task: str, data: str, verifiers: tuple[str, ...], title: str) -> Origin:
    return Origin(
        name=f"{task}-strictprm",
        repository="staged-benchmark-2026/StrictPRMBench",
        commit="2ad65edd36e93c5141f5d091f0c23b9e38309395",
        paths=(
            f"pools/bon_candidates/{task}_full_500",
            *(f"{_STEP_SCORES}/{verifier}_{task}.jsonl" for verifier in verifiers),
        ),
        form="strict-prm-bench",
        licence="CC-BY-4.0",
        attribution="the authors of StrictPRMBench (anonymous submission), 2026",
        generator="Qwen2.5-7B-Instruct",
        title=title,
        options={"decimals": "6"},
        task=task,
        data=data,
        whole=(f"whole/strictprm_{task}.jsonl.gz", "generic", {}),
        notes=_STRICT_NOTES,
    )


_BOINF_MODELS = {
    "math500": (
        "EXAONE-Deep-32B", "MetaStone-S1-32B", "NVIDIA-Nemotron-Nano-9B-v2", "Phi-4-reasoning", "Qwen3-14B",
        "Qwen3-30B-A3B-Thinking-2507", "gpt-oss-20b",
    ),
    "aime2024": (
        "AM-Thinking-v1", "Datarus-R1-14B-preview", "EXAONE-Deep-32B", "LIMO-v2", "MetaStone-S1-32B",
        "NVIDIA-Nemotron-Nano-9B-v2", "Phi-4-reasoning", "Qwen3-14B", "Qwen3-30B-A3B-Thinking-2507", "Qwen3-4B",
        "gpt-oss-20b",
    ),
    "gpqa_diamond": (
        "EXAONE-Deep-32B", "MetaStone-S1-32B", "NVIDIA-Nemotron-Nano-9B-v2", "Phi-4-reasoning",
        "Qwen3-30B-A3B-Thinking-2507", "gpt-oss-20b",
    ),
}  # fmt: skip
_BOINF_MODELS["aime2025"] = _BOINF_MODELS["aime2024"]
_BOINF_TASKS = {"math500": "math500", "aime2024": "aime24", "aime2025": "aime25", "gpqa_diamond": "gpqa_diamond"}


def _boinf(upstream: str, model: str) -> Origin:
    options = {"kind": "choice"} if upstream == "gpqa_diamond" else {}
    return Origin(
        name=f"{_BOINF_TASKS[upstream].replace('_', '-')}-boinf-{model.lower()}",
        repository="jkomiyama/BoInf-code-publish",
        commit="fbcb0970b0e235e9e5d8d7f5f1a6c81fe96d259c",
        paths=(f"boinf/jsonl/analysis_{upstream}_{model}.jsonl",),
        form="answers-only",
        licence=NONE_STATED,
        attribution="jkomiyama and co-authors, Best-of-Infinity (ICLR 2026)",
        generator=model,
        title=f"{_BOINF_TASKS[upstream]}: the answers of {model}",
        options=options,
        task=_BOINF_TASKS[upstream],
        labels=_MATH500 if upstream == "math500" else "",
        numbered=upstream == "math500",
        whole=(f"whole/boinf_{upstream}.jsonl.gz", "answers-only", {**options, "model": model}),
        notes=("The repository states no licence: only answers, right answers and token counts are passed on.",),
    )


ORIGINS = (
    _strict("math500", _MATH500, ("qwen_prm",), "MATH-500: 32 solutions each, scored by Qwen2.5-Math-PRM-7B"),
    _strict("gsm8k", _GSM8K, (*_ORMS, *_PRMS), "GSM8K: 500 problems, 32 solutions each, seven verifiers"),
    Origin(
        name="math500-openr",
        repository="cuiluyi/openr",
        commit="10d3cbb57e12da6cd8fa92c73f61651389ed4858",
        paths=("train/solution_selector/train_data1.json",),
        form="openr",
        licence=NONE_STATED,
        attribution="cuiluyi, in a fork of openreasoner/openr (MIT)",
        generator="",
        title="MATH-500: 4 solutions each, scored by OpenR's PRM",
        task="math500",
        data=_MATH500,
        whole=("whole/openr_math500.jsonl.gz", "openr", {}),
        notes=("The fork states no licence: only answers, step scores and token counts are passed on.",),
    ),
    Origin(
        name="math100-qwen-rm",
        repository="QwenLM/Qwen2.5-Math",
        commit="a45202bd16f1ec06f433442dc1152d0074773465",
        paths=("evaluation/data/eval_rm_maj_example/math_cot_100.jsonl",),
        form="qwen-math",
        licence="MIT",
        attribution="the Qwen team, Alibaba Group (example data of Qwen2.5-Math)",
        generator="",
        title="MATH: 100 problems, 8 solutions each, scored by Qwen's outcome reward model",
        task="math",
        data="problems_math_test5000",
        whole=("whole/qwen_math100_rm.jsonl.gz", "qwen-math", {}),
    ),
    Origin(
        name="rewardmath",
        repository="kimsh0507/RewardMATH_official",
        commit="cde06ab3f5466e1f94e74ba4fadf0e6561434ecb",
        paths=("results/RewardMATH",),
        form="reward-math",
        licence="MIT",
        attribution="Kim, Kang, Kwon, Chae, Won, Lee and Yeo, RewardMATH (arXiv 2410.01729)",
        generator="several models",
        title="RewardMATH: one right and nine wrong solutions each, 13 reward models and 9 judges",
        task="rewardmath",
        labels=_MATH500,
        notes=(
            "The solutions' answers are not known: each is a choice of its own, so majority vote is a fair draw.",
            "Judges give grades in whole points and tie often; ties are drawn fairly.",
        ),
    ),
    Origin(
        name="gsm8k-interlace",
        repository="voidlinestudios12-jpg/Interlace-AI",
        commit="2e304a57f0b8d54c6b4373650d872aadc0e146cb",
        paths=("best-of-n/results/gsm8k_trajectories.jsonl",),
        form="interlace",
        licence="Apache-2.0",
        attribution="Alejandro Areces Rivera (voidlinestudios12-jpg), Interlace-AI",
        generator="Qwen2.5-0.5B-Instruct",
        title="GSM8K: 200 problems, 16 solutions each, with the generator's mean log-probability",
        task="gsm8k",
        data=_GSM8K,
        texts=True,
    ),
    *(_boinf(upstream, model) for upstream, models in sorted(_BOINF_MODELS.items()) for model in models),
)
