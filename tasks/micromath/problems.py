"""The test problems as records, in a fixed order."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tasks.micromath import polynomials
from tasks.micromath.builder import Family
from tasks.micromath.splits import balanced


def records(families: Sequence[Family], per_cell: int) -> Iterator[Mapping[str, Any]]:
    """One record a problem: id, problem, answer, subject, level."""
    for plan in balanced(families, "test", per_cell):
        yield {
            "id": plan.id,
            "problem": plan.text,
            "answer": polynomials.render(plan.answer),
            "subject": plan.subject,
            "level": plan.level,
        }
