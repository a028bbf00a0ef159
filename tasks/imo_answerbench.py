r"""IMO-AnswerBench, version 2: 400 olympiad problems with short answers.

One record (invented content), a line of a CSV file:

    {"Problem ID": "imo-bench-algebra-000", "Problem": "Compute $1 + 1$.", "Short Answer": "2",
     "Category": "Algebra", "Subcategory": "Sum", "Source": "invented"}

No copy on a hub with a revision that could be established is known; the upstream's own file is read.
"""

from collections.abc import Mapping
from typing import Any

from harness.records import Problem, Source, Task
from tasks import _wording


def _problem(row: Mapping[str, Any], position: int) -> Problem:
    return Problem(id=row["Problem ID"], text=row["Problem"], gold=row["Short Answer"].strip(), subject=row["Category"])


TASK = Task(
    name="imo-answerbench",
    version=1,
    title="IMO-AnswerBench",
    domain="math",
    source=Source(files=("answerbench_v2.csv",)),
    problem=_problem,
    prompt=_wording.BOXED,
    licence="CC-BY-4.0",
    citation="""@inproceedings{luong2025towards,
  title     = {Towards Robust Mathematical Reasoning},
  author    = {Luong, Thang and others},
  booktitle = {EMNLP},
  year      = {2025}
}""",
    url="https://github.com/google-deepmind/superhuman/tree/a02069e/imobench",
)
