r"""OlympiadBench: its English, open-ended, text-only mathematics problems.

One record (invented content):

    {"id": 1606, "subfield": "Algebra", "context": null, "question": "Find all real $x$ with $x^2 = 4$.",
     "solution": ["We factor."], "final_answer": ["$2$,$-2$"], "is_multiple_answer": true, "unit": null,
     "answer_type": "Numerical", "error": null}

``error`` is the largest absolute error that the source allows.
"""

from collections.abc import Mapping
from typing import Any

from harness.records import AnswerSpec, Problem, Source, Task
from tasks import _wording


def _problem(row: Mapping[str, Any], position: int) -> Problem:
    context = (row["context"] or "").strip()
    tolerance = AnswerSpec(absolute_tolerance=float(row["error"])) if row["error"] else None
    return Problem(
        id=str(row["id"]),
        text=f"{context}\n\n{row['question']}".strip(),
        gold=", ".join(row["final_answer"]),
        subject=row["subfield"],
        answer=tolerance,
    )


TASK = Task(
    name="olympiadbench-math",
    version=1,
    title="OlympiadBench, mathematics",
    domain="math",
    source=Source(
        dataset="Hothan/OlympiadBench",
        revision="91184b52131e7fc9455fef848035173aea8cc01a",
        config="OE_TO_maths_en_COMP",
        split="train",
        files=("test.json",),
    ),
    problem=_problem,
    prompt=_wording.BOXED,
    licence="Apache-2.0",
    citation="""@inproceedings{he2024olympiadbench,
  title     = {{OlympiadBench}: A Challenging Benchmark for Promoting {AGI} with Olympiad-Level Bilingual Multimodal
               Scientific Problems},
  author    = {He, Chaoqun and Luo, Renjie and Bai, Yuzhuo and Hu, Shengding and Thai, Zhen Leng and Shen, Junhao and
               Hu, Jinyi and Han, Xu and Huang, Yujie and Zhang, Yuxiang and Liu, Jie and Qi, Lei and Liu, Zhiyuan and
               Sun, Maosong},
  booktitle = {ACL},
  year      = {2024}
}""",
    url="https://github.com/OpenBMB/OlympiadBench",
)
