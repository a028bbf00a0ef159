r"""AGIEval: its mathematics with options, 220 SAT questions and 254 of AQuA-RAT.

One record (invented content):

    {"passage": "", "question": "What is $1 + 1$?", "options": ["(A)1", "(B)2", "(C)3", "(D)4"], "label": "B",
     "other": {"solution": "We add."}}

No copy on a hub with a revision that could be established is known; the upstream's own files are read.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.records import AnswerSpec, Problem, Source, Task
from tasks import _wording


def _problem(row: Mapping[str, Any], position: int) -> Problem:
    listed = row["options"]
    options = tuple(option.split(")", 1)[1].strip() for option in listed)
    question = f"{row['passage'] or ''}\n\n{row['question']}".strip()
    return Problem(
        id=_wording.text_id(question, *options),
        text=_wording.lettered(question, options),
        gold=row["label"],
        answer=AnswerSpec("choice", choices=options),
    )


SAT_MATH = Task(
    name="agieval-sat-math",
    version=1,
    title="AGIEval, SAT mathematics",
    domain="ood-stem",
    source=Source(files=("sat-math.jsonl",)),
    problem=_problem,
    answer=AnswerSpec("choice"),
    prompt=_wording.LETTER,
    licence="MIT",
    citation="""@inproceedings{zhong2024agieval,
  title     = {{AGIEval}: A Human-Centric Benchmark for Evaluating Foundation Models},
  author    = {Zhong, Wanjun and Cui, Ruixiang and Guo, Yiduo and Liang, Yaobo and Lu, Shuai and Wang, Yanlin and
               Saied, Amin and Chen, Weizhu and Duan, Nan},
  booktitle = {Findings of NAACL},
  year      = {2024}
}""",
    url="https://github.com/ruixiangcui/AGIEval/tree/5c77d07/data/v1",
)
AQUA_RAT = replace(SAT_MATH, name="aqua-rat", title="AGIEval, AQuA-RAT", source=Source(files=("aqua-rat.jsonl",)))
TASKS = (SAT_MATH, AQUA_RAT)
