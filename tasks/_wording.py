"""What the task files share: how a generator is asked, how options are written, stable ids, boxed answers."""

import hashlib
import re
from collections.abc import Sequence

from harness.grader.answers import extract
from harness.grader.solutions import last_boxed
from harness.records import AnswerSpec

BOXED = "{problem}\n\nPlease reason step by step, and put your final answer within \\boxed{}."
LETTER = "{problem}\n\nPlease reason step by step, and put the letter of the right option within \\boxed{}."
LETTERS = "{problem}\n\nPlease reason step by step, and put the letters of all right options within \\boxed{}."


def text_id(*parts: str) -> str:
    """An id for a record that has none of its own: 12 hexadecimal digits of its text, however it is spaced."""
    text = "\n".join(re.sub(r"\s+", " ", part).strip() for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def lettered(question: str, options: Sequence[str]) -> str:
    """A question with its options below it, one a line: (A), (B), ..."""
    lines = [f"({chr(ord('A') + i)}) {option.strip()}" for i, option in enumerate(options)]
    return "\n".join([question.strip(), "", *lines])


def boxed(solution: str) -> str:
    r"""The answer of a worked solution: its last ``\boxed{...}``.

    Raises:
        ValueError: It has none.
    """
    found = last_boxed(solution)
    if not found:
        raise ValueError("the solution boxes no answer")
    return found


def final(target: str) -> str:
    r"""The right answer in a reference: behind ``####`` or in ``\boxed{...}``, else the whole of it."""
    marked = "####" in target or "\\boxed" in target
    return (extract(target, AnswerSpec()) if marked else None) or target.strip()
