r"""JEEBench: 515 problems of the IIT JEE Advanced exams in physics, chemistry and mathematics.

One record (invented content); ``type`` is ``MCQ``, ``MCQ(multiple)``, ``Integer`` or ``Numeric``:

    {"description": "JEE Adv 2016 Paper 1", "index": 1, "subject": "phy", "type": "MCQ(multiple)",
     "question": "Which are even?\n\n(A) 1\n\n(B) 2\n\n(C) 3\n\n(D) 4", "gold": "BD"}

Graded as its authors do, without their partial credit for some of several right options: letters must be the same set,
integers equal, other numbers within 0.01.
"""

from collections.abc import Mapping
from typing import Any

from harness.records import AnswerSpec, Problem, Source, Task
from tasks import _wording

_SUBJECTS = {"phy": "physics", "chem": "chemistry", "math": "mathematics"}
_SPECS = {
    "MCQ": AnswerSpec("choice", choices=("A", "B", "C", "D")),
    "MCQ(multiple)": AnswerSpec("choice", choices=("A", "B", "C", "D")),
    "Integer": AnswerSpec("number"),
    "Numeric": AnswerSpec("number", absolute_tolerance=0.01),
}


def _problem(row: Mapping[str, Any], position: int) -> Problem:
    return Problem(
        id=f"{row['description'].removeprefix('JEE Adv ').replace(' ', '-')}-{row['index']}",
        text=row["question"],
        gold=row["gold"],
        subject=_SUBJECTS[row["subject"]],
        answer=_SPECS[row["type"]],
    )


TASK = Task(
    name="jeebench",
    version=1,
    title="JEEBench",
    domain="ood-stem",
    source=Source(
        dataset="daman1209arora/jeebench",
        revision="d070d1113ce365df05903763a2017ec2d0d56118",
        files=("dataset.json",),
    ),
    problem=_problem,
    answer=_SPECS["Numeric"],
    prompt=_wording.LETTERS.replace(
        "the letters of all right options", "your final answer (a number, or the letters of all right options)"
    ),
    licence="MIT",
    citation="""@inproceedings{arora2023have,
  title     = {Have {LLMs} Advanced Enough? A Challenging Problem Solving Benchmark For Large Language Models},
  author    = {Arora, Daman and Singh, Himanshu Gaurav and Mausam},
  booktitle = {EMNLP},
  year      = {2023}
}""",
    url="https://github.com/dair-iitd/jeebench",
)
