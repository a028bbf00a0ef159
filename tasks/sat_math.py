r"""SAT mathematics, May 2023: the 32 questions without a figure, four options each.

One record (invented content):

    {"id": "0", "question": "What is $1 + 1$?", "options": "A) $1$ B) $2$ C) $3$ D) $4$", "Answer": "B"}

No copy on a hub with a revision that could be established is known; the upstream's own file is read.
"""

import re
from collections.abc import Mapping
from typing import Any

from harness.records import AnswerSpec, Problem, Source, Task
from tasks import _wording

_OPTION = re.compile(r"([A-D])\)\s*(.*?)\s*(?=[B-D]\)|\Z)", re.DOTALL)


def _problem(row: Mapping[str, Any], position: int) -> Problem:
    options = tuple(text for _, text in _OPTION.findall(row["options"]))
    return Problem(
        id=str(row["id"]),
        text=_wording.lettered(row["question"], options),
        gold=row["Answer"],
        answer=AnswerSpec("choice", choices=options),
    )


TASK = Task(
    name="sat-math",
    version=1,
    title="SAT mathematics, May 2023",
    domain="ood-stem",
    source=Source(
        files=("test.jsonl",),
    ),
    problem=_problem,
    answer=AnswerSpec("choice"),
    prompt=_wording.LETTER,
    licence="MIT",
    citation="""@inproceedings{azerbayev2024llemma,
  title     = {Llemma: An Open Language Model For Mathematics},
  author    = {Azerbayev, Zhangir and Schoelkopf, Hailey and Paster, Keiran and Dos Santos, Marco and McAleer, Stephen
               and Jiang, Albert Q. and Deng, Jia and Biderman, Stella and Welleck, Sean},
  booktitle = {ICLR},
  year      = {2024}
}""",
    url="https://github.com/QwenLM/Qwen2.5-Math/tree/a45202b/evaluation/data/sat_math",
)
