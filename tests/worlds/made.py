"""Invented samples for tests."""

from harness.pool.formats import Described, Entry
from harness.records import Sample, Score


def entry(problem: str, answer: str | None, gold: str = "1", **more) -> Entry:
    """One sample of an invented problem, with an answer in a box."""
    described = Described(id=problem, text=f"What is the number of {problem}?", gold=gold, subject="Counting", level=1)
    text = more.pop("text", None if answer is None else f"We count.\n\nSo it is $\\boxed{{{answer}}}$.")
    scores = {name: Score(v) if isinstance(v, float) else Score(steps=v) for name, v in more.pop("scores", {}).items()}
    index = more.pop("index", None)
    return Entry(described, Sample(index, text, scores=scores, **more), "made.jsonl", (index or 0) + 1)
