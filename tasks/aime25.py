r"""AIME 2025: the 30 problems of AIME I and II, answers 0 to 999.

One record (invented content):

    {"id": "0", "problem": "Find $m + n$.", "answer": "70"}

Copies number the problems differently, so the id is made from the problem's text.
"""

from collections.abc import Mapping
from typing import Any

from harness.records import Problem, Source, Task
from tasks import _wording


def _problem(row: Mapping[str, Any], position: int) -> Problem:
    return Problem(id=_wording.text_id(row["problem"]), text=row["problem"], gold=str(row["answer"]))


TASK = Task(
    name="aime25",
    version=1,
    title="AIME 2025",
    domain="math",
    source=Source(
        dataset="math-ai/aime25",
        revision="563bb8404243c5f09de6ec262f2db674fe5bce9b",
        files=("test.jsonl",),
    ),
    problem=_problem,
    prompt=_wording.BOXED,
    licence="not stated by the source",
    citation="""@misc{maa2025aime,
  title        = {American Invitational Mathematics Examination 2025, I and II},
  author       = {{Mathematical Association of America}},
  year         = {2025},
  howpublished = {\\url{https://maa.org/math-competitions/aime}}
}""",
    url="https://huggingface.co/datasets/math-ai/aime25",
)
