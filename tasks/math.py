r"""MATH: the 5,000 test problems, in seven subjects and five levels.

One record (invented content):

    {"problem": "Compute $1 + 1$.", "level": "Level 1", "type": "Prealgebra",
     "solution": "We have $1 + 1 = \\boxed{2}$."}

Some copies number their records; the id here is made from the problem's text, which all copies share.
"""

from collections.abc import Mapping
from typing import Any

from harness.records import Problem, Source, Task
from tasks import _wording


def _problem(row: Mapping[str, Any], position: int) -> Problem:
    level = row["level"].removeprefix("Level ")
    return Problem(
        id=_wording.text_id(row["problem"]),
        text=row["problem"],
        gold=_wording.boxed(row["solution"]),
        subject=row["type"],
        level=int(level) if level.isdigit() else None,
    )


TASK = Task(
    name="math",
    version=1,
    title="MATH",
    domain="math",
    source=Source(
        dataset="DigitalLearningGmbH/MATH-lighteval",
        revision="0530c78699ea5e8eb5530600900e1f328b48acad",
        files=("test.jsonl",),
    ),
    problem=_problem,
    prompt=_wording.BOXED,
    licence="MIT",
    citation="""@inproceedings{hendrycks2021math,
  title     = {Measuring Mathematical Problem Solving With the MATH Dataset},
  author    = {Hendrycks, Dan and Burns, Collin and Kadavath, Saurav and Arora, Akul and Basart, Steven and Tang, Eric
               and Song, Dawn and Steinhardt, Jacob},
  booktitle = {NeurIPS Datasets and Benchmarks},
  year      = {2021}
}""",
    url="https://github.com/hendrycks/math",
)
