r"""MMLU, its 18 subjects of science, technology, engineering and mathematics: 3,018 questions with four options.

One record (invented content), of the STEM selection and of the whole data set on the hub:

    {"question": "What is 1 + 1?", "type": "elementary_mathematics", "choices": ["1", "2", "3", "4"], "answer": 1}
    {"question": "What is 1 + 1?", "subject": "elementary_mathematics", "choices": ["1", "2", "3", "4"], "answer": 1}

The subjects of high schools and colleges in physics, chemistry, mathematics and biology are the nearest to the AP exams
of *Let's Verify Step by Step*; the group ``mmlu-ap`` has them.
"""

from collections.abc import Mapping
from typing import Any

from harness.records import AnswerSpec, Problem, Source, Task
from tasks import _wording

SUBJECTS = frozenset(
    (
        "abstract_algebra", "astronomy", "college_biology", "college_chemistry", "college_computer_science",
        "college_mathematics", "college_physics", "computer_security", "conceptual_physics", "electrical_engineering",
        "elementary_mathematics", "high_school_biology", "high_school_chemistry", "high_school_computer_science",
        "high_school_mathematics", "high_school_physics", "high_school_statistics", "machine_learning",
    )
)  # fmt: skip


def _problem(row: Mapping[str, Any], position: int) -> Problem | None:
    subject = row["type"] if "type" in row else row["subject"]
    if subject not in SUBJECTS:
        return None
    choices = tuple(map(str, row["choices"]))
    gold = chr(ord("A") + int(row["answer"]))
    return Problem(
        id=_wording.text_id(subject, row["question"], *choices, gold),
        text=_wording.lettered(row["question"], choices),
        gold=gold,
        subject=subject,
        answer=AnswerSpec("choice", choices=choices),
    )


TASK = Task(
    name="mmlu-stem",
    version=1,
    title="MMLU, STEM",
    domain="ood-stem",
    source=Source(
        dataset="cais/mmlu",
        revision="c30699e8356da336a370243923dbaf21066bb9fe",
        config="all",
        files=("test.jsonl",),
    ),
    problem=_problem,
    answer=AnswerSpec("choice"),
    prompt=_wording.LETTER,
    licence="MIT",
    citation="""@inproceedings{hendrycks2021measuring,
  title     = {Measuring Massive Multitask Language Understanding},
  author    = {Hendrycks, Dan and Burns, Collin and Basart, Steven and Zou, Andy and Mazeika, Mantas and Song, Dawn and
               Steinhardt, Jacob},
  booktitle = {ICLR},
  year      = {2021}
}""",
    url="https://github.com/hendrycks/test",
)
