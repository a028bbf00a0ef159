r"""GSM8K: 1,319 grade-school word problems, the test split.

One record (invented content):

    {"question": "Ann has 2 pears and buys 3. How many has she?", "answer": "2 + 3 = <<2+3=5>>5 pears.\n#### 5"}
"""

from collections.abc import Mapping
from typing import Any

from harness.records import Problem, Source, Task
from tasks import _wording


def _problem(row: Mapping[str, Any], position: int) -> Problem:
    gold = row["answer"].rsplit("####", 1)[1].strip()
    return Problem(id=_wording.text_id(row["question"]), text=row["question"], gold=gold)


TASK = Task(
    name="gsm8k",
    version=1,
    title="GSM8K",
    domain="math",
    source=Source(
        dataset="openai/gsm8k",
        revision="740312add88f781978c0658806c59bc2815b9866",
        config="main",
        files=("test.jsonl",),
    ),
    problem=_problem,
    prompt=_wording.BOXED,
    licence="MIT",
    citation="""@article{cobbe2021training,
  title   = {Training Verifiers to Solve Math Word Problems},
  author  = {Cobbe, Karl and Kosaraju, Vineet and Bavarian, Mohammad and Chen, Mark and Jun, Heewoo and Kaiser, Lukasz
             and Plappert, Matthias and Tworek, Jerry and Hilton, Jacob and Nakano, Reiichiro and Hesse, Christopher
             and Schulman, John},
  journal = {arXiv preprint arXiv:2110.14168},
  year    = {2021}
}""",
    url="https://github.com/openai/grade-school-math",
)
