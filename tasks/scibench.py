r"""SciBench: 692 problems from ten college textbooks of physics, chemistry and mathematics, answered by a number.

One record (invented content):

    {"problem_text": "How far does light go in 1 s?", "answer_latex": " 2.998", "answer_number": "2.998",
     "unit": " $10^8 \\mathrm{~m}$", "source": "fund", "problemid": " 1.1", "comment": " "}

Graded as its authors do: right within 5 %. They name the unit in the question, so it stands in the problem's text here;
an answer in another unit of the same dimension is converted.
"""

from collections.abc import Mapping
from typing import Any

from harness.records import AnswerSpec, Problem, Source, Task
from tasks import _wording

_SUBJECTS = {
    "atkins": "physical chemistry", "chemmc": "quantum chemistry", "quan": "quantum chemistry", "matter":
    "physical chemistry", "fund": "physics", "class": "classical mechanics", "thermo": "statistical thermodynamics",
    "calculus": "calculus", "stat": "statistics", "diff": "differential equations",
}  # fmt: skip
_FILES = tuple(f"{source}{part}.json" for source in _SUBJECTS for part in ("", "_sol"))
TOLERANCE = 0.05


def _problem(row: Mapping[str, Any], position: int) -> Problem:
    unit = row["unit"].strip()
    text = row["problem_text"].strip()
    return Problem(
        id=f"{row['source']}-{_wording.text_id(row['problem_text'], row['answer_number'])}",
        text=f"{text} The unit of the answer is {unit}." if unit.strip("$ ") else text,
        gold=row["answer_number"].strip().replace(",", "").replace("\u2212", "-"),
        subject=_SUBJECTS[row["source"]],
        answer=AnswerSpec("number", relative_tolerance=TOLERANCE, unit=unit),
    )


TASK = Task(
    name="scibench",
    version=1,
    title="SciBench",
    domain="ood-stem",
    source=Source(
        dataset="xw27/scibench",
        revision="93931252bc1b71d495e67390235940643d926958",
        split="train",
        files=_FILES,
    ),
    problem=_problem,
    answer=AnswerSpec("number", relative_tolerance=TOLERANCE),
    prompt=_wording.BOXED,
    licence="MIT",
    citation="""@inproceedings{wang2024scibench,
  title     = {{SciBench}: Evaluating College-Level Scientific Problem-Solving Abilities of Large Language Models},
  author    = {Wang, Xiaoxuan and Hu, Ziniu and Lu, Pan and Zhu, Yanqiao and Zhang, Jieyu and Subramaniam, Satyen and
               Loomba, Arjun R. and Zhang, Shichang and Sun, Yizhou and Wang, Wei},
  booktitle = {ICML},
  year      = {2024}
}""",
    url="https://github.com/mandyyyyii/scibench",
)
