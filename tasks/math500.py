r"""MATH-500: the 500 test problems of *Let's Verify Step by Step*, spread over seven subjects and five levels.

One record (invented content):

    {"problem": "Compute $1 + 1$.", "solution": "We have $1 + 1 = \\boxed{2}$.", "answer": "2",
     "subject": "Prealgebra", "level": 1, "unique_id": "test/prealgebra/0.json"}
"""

from collections.abc import Mapping
from typing import Any

from harness.records import Problem, Source, Task
from tasks import _wording


def _problem(row: Mapping[str, Any], position: int) -> Problem:
    return Problem(
        id=row["unique_id"], text=row["problem"], gold=row["answer"], subject=row["subject"], level=row["level"]
    )


TASK = Task(
    name="math500",
    version=1,
    title="MATH-500",
    domain="math",
    source=Source(
        dataset="HuggingFaceH4/MATH-500",
        revision="ff5b20257d8185524591543f8ff5993951537bb8",
        files=("test.jsonl",),
    ),
    problem=_problem,
    prompt=_wording.BOXED,
    licence="MIT",
    citation="""@article{lightman2023lets,
  title   = {Let's Verify Step by Step},
  author  = {Lightman, Hunter and Kosaraju, Vineet and Burda, Yura and Edwards, Harri and Baker, Bowen and Lee, Teddy
             and Leike, Jan and Schulman, John and Sutskever, Ilya and Cobbe, Karl},
  journal = {arXiv preprint arXiv:2305.20050},
  year    = {2023}
}""",
    url="https://huggingface.co/datasets/HuggingFaceH4/MATH-500",
)
