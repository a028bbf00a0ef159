r"""TheoremQA: 747 questions that apply theorems of mathematics, physics, EECS and finance, without the pictures.

One record (invented content); ``Answer_type`` is ``integer``, ``float``, ``bool``, ``option`` or a list of numbers:

    {"Question": "Is 2 even?", "Answer": true, "Answer_type": "bool", "Picture": null, "source": "invented",
     "id": "someone/parity.json", "explanation": "", "theorem": "parity", "subfield": "Number theory", "field": "Math"}

Graded as its authors do: floats within 4 %, integers to the nearest one.
"""

from collections.abc import Mapping
from typing import Any

from harness.records import AnswerSpec, Problem, Source, Task
from tasks import _wording

_SPECS = {
    "float": AnswerSpec("number", relative_tolerance=0.04),
    "integer": AnswerSpec("number", absolute_tolerance=0.5),
    "list of float": AnswerSpec("math", relative_tolerance=0.04),
    "list of integer": AnswerSpec("math", absolute_tolerance=0.5),
    "bool": AnswerSpec("math"),
    "option": AnswerSpec("math"),
}


def _problem(row: Mapping[str, Any], position: int) -> Problem | None:
    if row["Picture"]:
        return None
    return Problem(
        id=row["id"].removesuffix(".json"),
        text=row["Question"],
        gold=str(row["Answer"]),
        subject=row["field"] if row["subfield"] != "Calculus" else "Calculus",
        answer=_SPECS[row["Answer_type"]],
    )


TASK = Task(
    name="theoremqa",
    version=1,
    title="TheoremQA, without pictures",
    domain="ood-stem",
    source=Source(
        dataset="TIGER-Lab/TheoremQA",
        revision="a340b1782960a712843aae3ed25f1e013cc008a5",
        files=("theoremqa_test.json",),
    ),
    problem=_problem,
    answer=_SPECS["float"],
    prompt=_wording.BOXED,
    licence="MIT",
    citation="""@inproceedings{chen2023theoremqa,
  title     = {{TheoremQA}: A Theorem-driven Question Answering Dataset},
  author    = {Chen, Wenhu and Yin, Ming and Ku, Max and Lu, Pan and Wan, Yixin and Ma, Xueguang and Xu, Jianyu and
               Wang, Xinyi and Xia, Tony},
  booktitle = {EMNLP},
  year      = {2023}
}""",
    url="https://github.com/wenhuchen/TheoremQA",
)
