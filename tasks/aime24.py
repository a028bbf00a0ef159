r"""AIME 2024: the 30 problems of AIME I and II, answers 0 to 999.

One record (invented content):

    {"id": 60, "problem": "Find $m + n$.", "solution": "... $\\boxed{070}$.", "answer": "070",
     "url": "https://artofproblemsolving.com/wiki/index.php/2024_AIME_I_Problems/Problem_1"}

The id is the contest and the number of the problem in it.
"""

import re
from collections.abc import Mapping
from typing import Any

from harness.records import Problem, Source, Task
from tasks import _wording

_PLACE = re.compile(r"(\d{4}_AIME_I+)_Problems/Problem_(\d+)")


def _problem(row: Mapping[str, Any], position: int) -> Problem:
    contest, number = _PLACE.search(row["url"]).groups()  # type: ignore[union-attr]
    return Problem(
        id=f"{contest.replace('_', '-')}-{number}",
        text=row["problem"],
        gold=row["answer"],
        subject=contest.replace("_", " "),
    )


TASK = Task(
    name="aime24",
    version=1,
    title="AIME 2024",
    domain="math",
    source=Source(
        dataset="HuggingFaceH4/aime_2024",
        revision="2fe88a2f1091d5048c0f36abc874fb997b3dd99a",
        split="train",
        files=("test.jsonl",),
    ),
    problem=_problem,
    prompt=_wording.BOXED,
    licence="not stated by the source",
    citation="""@misc{maa2024aime,
  title        = {American Invitational Mathematics Examination 2024, I and II},
  author       = {{Mathematical Association of America}},
  year         = {2024},
  howpublished = {\\url{https://maa.org/math-competitions/aime}}
}""",
    url="https://huggingface.co/datasets/HuggingFaceH4/aime_2024",
)
