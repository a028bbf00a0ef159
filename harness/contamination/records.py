"""The text of a training record: the problem, wherever the layout has it.

PRM800K           question.problem
Math-Shepherd     input, up to "Step 1:"
conversations     what the user says in messages, conversations or a list of prompts
anything else     problem, question, prompt, instruction, query, input, text or content
"""

from collections.abc import Mapping
from typing import Any

NAMES = ("problem", "question", "original_question", "prompt", "instruction", "query", "input", "text", "content")
TALKS = ("messages", "conversations", "conversation", "chosen")
FIRST_STEP = "Step 1:"
_USER = ("user", "human")


def text_of(row: Mapping[str, Any], field: str = "") -> str | None:
    """The text to compare, or None where the record has none.

    Args:
        row: The record.
        field: Where it is, ``a.b`` for what is nested; "" to recognise it.

    >>> text_of({"question": {"problem": "What is 1 + 1?"}, "label": {}})
    'What is 1 + 1?'
    >>> text_of({"input": "What is 1 + 1? Step 1: It is 2. ки", "label": "..."})
    'What is 1 + 1?'
    >>> text_of({"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Yes?"}]})
    'Hi'
    """
    if field:
        found: Any = row
        for name in field.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
        return _text(found)
    for name in NAMES:
        value = row.get(name)
        own = _text(value.get("problem") or value.get("text")) if isinstance(value, Mapping) else _text(value)
        if own is not None:
            return own.partition(FIRST_STEP)[0].strip() if name == "input" else own
    return next((said for name in TALKS if (said := _text(row.get(name))) is not None), None)


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, list | tuple) and value and all(isinstance(turn, Mapping) for turn in value):
        said = [
            str(turn.get("content") or turn.get("value") or "")
            for turn in value
            if (turn.get("role") or turn.get("from")) in _USER
        ]
        return "\n".join(said) if any(said) else None
    return None
