r"""OCW: 272 problems of MIT OpenCourseWare courses: physics, chemistry, astronomy, calculus, ... (the Minerva paper).

One record (invented content), as the paper's authors publish it, and as the hub's copy has it:

    {"problem": "How far is 2 m in cm?", "solution": "\\[\\boxed{200} \\text{ cm}\\]", "idx": 0,
     "type": "Introduction to Astronomy (8.282J Spring 2006)"}
    {"question": "How far is 2 m in cm?", "answer": "200"}

Numeric answers may differ by 1 %, the threshold in the code of the paper's appendix; the others are compared as
mathematics.
"""

from collections.abc import Mapping
from typing import Any

from harness.records import AnswerSpec, Problem, Source, Task
from tasks import _wording

_NUMERIC = AnswerSpec("number", relative_tolerance=0.01)
_SYMBOLIC = AnswerSpec("math", relative_tolerance=0.01)


def _problem(row: Mapping[str, Any], position: int) -> Problem:
    text = row.get("problem") or row["question"]
    gold = row["answer"] if "answer" in row else _wording.boxed(row["solution"])
    return Problem(
        id=_wording.text_id(text),
        text=text,
        gold=gold,
        subject=row["type"].split(" (")[0] if row.get("type") else None,
        answer=_NUMERIC if _is_number(gold) else _SYMBOLIC,
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


TASK = Task(
    name="ocw",
    version=1,
    title="OCW courses (Minerva)",
    domain="ood-stem",
    source=Source(
        dataset="math-ai/minervamath",
        revision="ee46ddc498933b1977577953250ca5c66be64f96",
        files=("test.jsonl",),
    ),
    problem=_problem,
    answer=_NUMERIC,
    prompt=_wording.BOXED,
    licence="MIT",
    citation="""@inproceedings{lewkowycz2022solving,
  title     = {Solving Quantitative Reasoning Problems with Language Models},
  author    = {Lewkowycz, Aitor and Andreassen, Anders and Dohan, David and Dyer, Ethan and Michalewski, Henryk and
               Ramasesh, Vinay and Slone, Ambrose and Anil, Cem and Schlag, Imanol and Gutman-Solo, Theo and Wu, Yuhuai
               and Neyshabur, Behnam and Gur-Ari, Guy and Misra, Vedant},
  booktitle = {NeurIPS},
  year      = {2022}
}""",
    url="https://huggingface.co/datasets/math-ai/minervamath",
)
