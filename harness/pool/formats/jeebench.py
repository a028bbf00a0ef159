r"""JEEBench responses: IIT JEE Advanced problems with one solution of each of several models and prompts.

The upstream's ``data/responses/{run}_responses/responses.json`` (invented content):

    {"description": "JEE Adv 2030 Paper 1", "index": 1, "subject": "phy", "type": "MCQ", "gold": "B",
     "question": "Which is even?\n\n(A) 1\n\n(B) 2\n\n(C) 3\n\n(D) 5", "prompt": "...",
     "GPT4_CoT_response": {"model": "gpt-4-0314", "usage": {"completion_tokens": 9},
                           "choices": [{"message": {"content": "Two is: (B)."}, "finish_reason": "stop"}]},
     "extract": "B"}

or the same with the solutions of all runs nested, ``samples[{run, model, text, extract, finish_reason}]``. Each run
(``GPT4_CoT``) gets a slot of its own in order of first sight, or as many as it has choices; a run that lacks a problem
leaves its slots missing.

What counts as right follows ``type``: ``MCQ`` one letter of A to D; ``MCQ(multiple)`` exactly the right letters (the
upstream gives a quarter mark for each right one where none is wrong; best-of-N has no quarter marks); ``Integer`` and
``Numeric`` a number within 0.01 of the right one, the upstream's own tolerance. The options stand in the question's
text. ``extract`` is the upstream's reading of the solution, "None" being none.

Options:
    run: Take only the solutions of this run.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.pool.fields import Unfit, count_of, item, list_of, solution_of, text_of
from harness.pool.formats import SEVERAL_MODELS, Converted, Described, Item, Stated, attempt, each
from harness.pool.slots import NamedSlots
from harness.pool.sources import Record, Reject
from harness.records import AnswerSpec, Sample

SLOTS = None
SPLIT = "test"
FILES = ("*responses.json", "*.jsonl")

_NUMBER = AnswerSpec("number", absolute_tolerance=0.01)
_LETTER = AnswerSpec("choice", choices=("", "", "", ""))  # four options, whose texts are part of the question
_SPECS = {"MCQ": _LETTER, "MCQ(multiple)": _LETTER, "Integer": _NUMBER, "Numeric": _NUMBER}
_RESPONSE = "_response"


def read(records: Iterable[Record | Reject], *, run: str = "") -> Iterator[Item]:
    """One Entry per solution."""
    form = _Form(NamedSlots(run=run))
    yield from each(records, form.convert)
    form.runs.check()
    kept = form.runs.kept("run")
    yield Stated(kept[0]) if len(kept) == 1 else Stated(SEVERAL_MODELS, {"slots": form.runs.names()})


class _Form:
    def __init__(self, runs: NamedSlots) -> None:
        self.runs = runs
        self.taken: dict[str, set[int]] = {}

    def convert(self, row: Mapping[str, Any]) -> Iterator[Converted]:
        name = f"{row['description']} #{row['index']}"
        if row["type"] not in _SPECS:
            raise Unfit(f"the type is {row['type']!r}; {', '.join(_SPECS)} were expected")
        problem = Described(
            id=name,
            text=text_of(row["question"]),
            gold=text_of(row["gold"]),
            subject=text_of(row.get("subject")),
            answer=_SPECS[row["type"]],
        )
        yield problem
        for sample in list_of(row, "samples") if "samples" in row else _responses(row):
            if self.runs.chosen(run=sample["run"]):
                slot = self.runs.slot(self.taken.setdefault(name, set()), run=sample["run"])
                yield problem, attempt(_sample, sample, slot)


def _responses(row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The solutions of an upstream record: every choice of every response in it."""
    found = [name for name in row if name.endswith(_RESPONSE)]
    if not found:
        raise KeyError("RUN_response")
    extract = row.get("extract")
    for name in found:
        choices = row[name]["choices"]
        tokens = (row[name].get("usage") or {}).get("completion_tokens")
        read = extract if isinstance(extract, list) and len(extract) == len(choices) else None
        for i, choice in enumerate(choices):
            yield {
                "run": name.removesuffix(_RESPONSE),
                "text": choice["message"]["content"] if "message" in choice else choice["text"],
                "extract": item(read, i) if read or len(choices) > 1 or len(found) > 1 else extract,
                "finish_reason": choice.get("finish_reason"),
                "tokens": tokens if len(choices) == 1 else None,
            }


def _sample(row: Mapping[str, Any], slot: int) -> Sample:
    answer = text_of(row.get("extract"))
    return Sample(
        slot,
        solution_of(row["text"]),
        answer=None if answer == "None" else answer,
        finish=text_of(row.get("finish_reason")),
        tokens=count_of(row.get("tokens")),
    )
