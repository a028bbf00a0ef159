r"""AMC 2023: 40 problems of AMC 12 A and B without their options, answers are whole numbers.

One record (invented content):

    {"id": 0, "question": "What is $1 + 1$?", "answer": 2.0,
     "url": "https://artofproblemsolving.com/wiki/index.php/2023_AMC_12A_Problems/Problem_1"}

The id is the contest and the number of the problem in it.
"""

import re
from collections.abc import Mapping
from typing import Any

from harness.records import Problem, Source, Task
from tasks import _wording

_PLACE = re.compile(r"(\d{4}_AMC_12[AB])_Problems/Problem_(\d+)")


def _problem(row: Mapping[str, Any], position: int) -> Problem:
    contest, number = _PLACE.search(row["url"]).groups()  # type: ignore[union-attr]
    return Problem(
        id=f"{contest.replace('_', '-')}-{number}",
        text=row["question"],
        gold=f"{float(row['answer']):g}",
        subject=contest.replace("_", " "),
    )


TASK = Task(
    name="amc23",
    version=1,
    title="AMC 2023",
    domain="math",
    source=Source(
        dataset="math-ai/amc23",
        revision="80815d37005feb82cd7f8fbc6901d5d3eff43057",
        files=("test.jsonl",),
    ),
    problem=_problem,
    prompt=_wording.BOXED,
    licence="not stated by the source",
    citation="""@misc{maa2023amc,
  title        = {American Mathematics Competitions 12 A and B, 2023},
  author       = {{Mathematical Association of America}},
  year         = {2023},
  howpublished = {\\url{https://maa.org/math-competitions}}
}""",
    url="https://huggingface.co/datasets/math-ai/amc23",
)
