r"""GPQA Diamond: 198 graduate-level questions of physics, chemistry and biology with four options.

One record (invented content), of the hub's gated copy and of a file that has the options in the question:

    {"Record ID": "rec0", "Question": "Which is even?", "Correct Answer": "2", "Incorrect Answer 1": "1",
     "Incorrect Answer 2": "3", "Incorrect Answer 3": "5", "High-level domain": "Physics"}
    {"question": "Which is even?\n\nA) 1\nB) 2\nC) 3\nD) 5", "answer": "B"}

The options stand in an order that depends on their texts alone, so both files give the same problems and no position
is favoured. The authors ask that the questions not be shown in plain text on the web.
"""

import re
from collections.abc import Mapping
from typing import Any

from harness.records import AnswerSpec, Problem, Source, Task
from tasks import _wording

_OPTION = re.compile(r"^\s*([A-D])\)\s*(.*?)\s*(?=^\s*[B-D]\)|\Z)", re.MULTILINE | re.DOTALL)


def _problem(row: Mapping[str, Any], position: int) -> Problem:
    if "Question" in row:
        question, right = row["Question"].strip(), row["Correct Answer"].strip()
        options = [right, *(row[f"Incorrect Answer {i}"].strip() for i in (1, 2, 3))]
    else:
        found = list(_OPTION.finditer(row["question"]))[-4:]
        question = row["question"][: found[0].start()].strip()
        options = [match.group(2).strip() for match in found]
        right = options["ABCD".index(row["answer"])]
    ordered = tuple(sorted(options, key=lambda option: _wording.text_id(question, option)))
    return Problem(
        id=_wording.text_id(question),
        text=_wording.lettered(question, ordered),
        gold="ABCD"[ordered.index(right)],
        subject=row.get("High-level domain"),
        answer=AnswerSpec("choice", choices=ordered),
    )


TASK = Task(
    name="gpqa-diamond",
    version=1,
    title="GPQA Diamond",
    domain="ood-stem",
    source=Source(
        dataset="Idavidrein/gpqa",
        revision="633f5ee89ab8ad4522a9f850766b73f62147ffdd",
        config="gpqa_diamond",
        split="train",
        files=("test.jsonl",),
    ),
    problem=_problem,
    answer=AnswerSpec("choice"),
    prompt=_wording.LETTER,
    licence="CC-BY-4.0",
    citation="""@inproceedings{rein2024gpqa,
  title     = {{GPQA}: A Graduate-Level Google-Proof {Q\\&A} Benchmark},
  author    = {Rein, David and Hou, Betty Li and Stickland, Asa Cooper and Petty, Jackson and Pang, Richard Yuanzhe and
               Dirani, Julien and Michael, Julian and Bowman, Samuel R.},
  booktitle = {COLM},
  year      = {2024}
}""",
    url="https://github.com/idavidrein/gpqa",
)
