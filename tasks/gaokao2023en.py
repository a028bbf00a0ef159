r"""Gaokao 2023, translated into English: 383 of its 385 problems; two records have no answer and are left out.

One record (invented content):

    {"source": "part1.en_zh.json", "sourcename": "invented", "question": "Compute $1 + 1$.", "id": "invented_1",
     "lang": "en", "answer": "$2$"}

No copy on a hub with a revision that could be established is known; the upstream's own file is read.
"""

from collections.abc import Mapping
from typing import Any

from harness.records import Problem, Source, Task
from tasks import _wording


def _problem(row: Mapping[str, Any], position: int) -> Problem | None:
    gold = row["answer"].split("solution:")[0].strip()
    if not gold:
        return None
    return Problem(id=_wording.text_id(row["question"]), text=row["question"], gold=gold)


TASK = Task(
    name="gaokao2023en",
    version=1,
    title="Gaokao 2023, English",
    domain="math",
    source=Source(files=("test.jsonl",)),
    problem=_problem,
    prompt=_wording.BOXED,
    licence="MIT",
    citation="""@article{liao2024mario,
  title   = {{MARIO}: {MAth} Reasoning with code Interpreter Output -- A Reproducible Pipeline},
  author  = {Liao, Minpeng and Luo, Wei and Li, Chengxi and Wu, Jing and Fan, Kai},
  journal = {arXiv preprint arXiv:2401.08190},
  year    = {2024}
}""",
    url="https://github.com/QwenLM/Qwen2.5-Math/tree/a45202b/evaluation/data/gaokao2023en",
)
