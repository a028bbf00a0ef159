r"""MMLU-Pro, its six categories of science and engineering: questions with up to ten options.

One record (invented content):

    {"question_id": 70, "question": "What is 1 + 1?", "options": ["1", "2", "3"], "answer": "B", "answer_index": 1,
     "category": "math", "src": "ori_mmlu-elementary_mathematics"}
"""

from collections.abc import Mapping
from typing import Any

from harness.records import AnswerSpec, Problem, Source, Task
from tasks import _wording

CATEGORIES = frozenset(("math", "physics", "chemistry", "engineering", "biology", "computer science"))


def _problem(row: Mapping[str, Any], position: int) -> Problem | None:
    if row["category"] not in CATEGORIES:
        return None
    options = tuple(map(str, row["options"]))
    return Problem(
        id=str(row["question_id"]),
        text=_wording.lettered(row["question"], options),
        gold=row["answer"],
        subject=row["category"],
        answer=AnswerSpec("choice", choices=options),
    )


TASK = Task(
    name="mmlu-pro-stem",
    version=1,
    title="MMLU-Pro, STEM",
    domain="ood-stem",
    source=Source(
        dataset="TIGER-Lab/MMLU-Pro",
        revision="b189ec765aa7ed75c8acfea42df31fdae71f97be",
        files=("test.jsonl",),
    ),
    problem=_problem,
    answer=AnswerSpec("choice"),
    prompt=_wording.LETTER,
    licence="MIT",
    citation="""@inproceedings{wang2024mmlupro,
  title     = {{MMLU-Pro}: A More Robust and Challenging Multi-Task Language Understanding Benchmark},
  author    = {Wang, Yubo and Ma, Xueguang and Zhang, Ge and Ni, Yuansheng and Chandra, Abhranil and Guo, Shiguang and
               Ren, Weiming and Arulraj, Aaran and He, Xuan and Jiang, Ziyan and Li, Tianle and Ku, Max and Wang, Kai
               and Zhuang, Alex and Fan, Rongqi and Yue, Xiang and Chen, Wenhu},
  booktitle = {NeurIPS Datasets and Benchmarks},
  year      = {2024}
}""",
    url="https://github.com/TIGER-AI-Lab/MMLU-Pro",
)
