r"""College Math: 2,818 exercises from nine open textbooks, the test split of MathScale's CollegeMath.

One record (invented content):

    {"data_source": "college_math.Calculus", "question_number": "exercise.1.2.3", "question": "Simplify: $x + x$",
     "answer": "$2x$", "license": "Creative Commons License", "data_topic": "college_math.calculus"}

No copy on a hub with a revision that could be established is known; the upstream's own file is read.
"""

from collections.abc import Mapping
from typing import Any

from harness.records import Problem, Source, Task
from tasks import _wording


def _problem(row: Mapping[str, Any], position: int) -> Problem:
    return Problem(
        id=f"{row['data_source'].removeprefix('college_math.')}/{row['question_number']}",
        text=row["question"],
        gold=row["answer"],
        subject=row["data_topic"].removeprefix("college_math.").replace("_", " "),
    )


TASK = Task(
    name="college-math",
    version=1,
    title="College Math",
    domain="math",
    source=Source(
        files=("test.jsonl",),
    ),
    problem=_problem,
    prompt=_wording.BOXED,
    licence="stated in each record: CC BY, CC BY-NC-SA, GFDL and others",
    citation="""@inproceedings{tang2024mathscale,
  title     = {{MathScale}: Scaling Instruction Tuning for Mathematical Reasoning},
  author    = {Tang, Zhengyang and Zhang, Xingxing and Wang, Benyou and Wei, Furu},
  booktitle = {ICML},
  year      = {2024}
}""",
    url="https://github.com/QwenLM/Qwen2.5-Math/tree/a45202b/evaluation/data/college_math",
)
