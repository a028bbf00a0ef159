r"""Final answers without texts: all answers of a model to a problem in one row, as in the logs of BoInf.

One model and problem a row (invented content; ``model``, ``problem_ref`` and ``gold_official`` need not be there):

    {"model": "some-model", "problem_num": 0, "problem_ref": "math500:0", "gold_answer": "2",
     "gold_official": "\\text{2}", "total_answers": 4, "all_answers": [["2", 812], ["3", 955], ["", 4096], ["2", 640]]}

An answer's position is its slot; beside it stand the generated tokens. An empty answer is none. A pool is the answers
of one model: where the rows are of several, one must be picked. The right answer is ``gold_answer``, since the upstream
spells answers its own way (no spaces, no degree signs, ``3, 5, 7`` as ``357``); a task's spelling would not match it.
The rows have no text: import them with ``--problems from-pool``, to measure majority, pass@N and the controls. The
problem's id is ``problem_ref``, else its number. Upstream files are one model's each; name one of them at a time.

Options:
    model: The model whose answers make the pool.
    kind: ``math`` (the default), ``number`` or ``choice``.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.pool.fields import Unfit, count_of, first_of, kind_spec, list_of, text_of
from harness.pool.formats import Converted, Described, Item, Stated, attempt, each
from harness.pool.slots import NamedSlots
from harness.pool.sources import Record, Reject
from harness.records import AnswerSpec, Sample

SLOTS = None
SPLIT = "test"


def read(records: Iterable[Record | Reject], *, model: str = "", kind: str = "") -> Iterator[Item]:
    """One Entry per answer."""
    form = _Form(NamedSlots(model=model), kind_spec(kind))
    yield from each(records, form.convert)
    form.models.check()
    form.models.check_single("model")
    yield Stated(next(iter(form.models.kept("model")), ""), slots=form.asked or None)


class _Form:
    def __init__(self, models: NamedSlots, spec: AnswerSpec | None) -> None:
        self.models = models
        self.spec = spec
        self.asked = 0

    def convert(self, row: Mapping[str, Any]) -> Iterator[Converted]:
        if not self.models.chosen(model=row.get("model")) or not self.models.is_single("model"):
            return
        answers = list_of(row, "all_answers")
        total = count_of(row.get("total_answers"))
        if total is not None and total < len(answers):
            raise Unfit(f"{len(answers)} answers where total_answers is {total}")
        self.asked = max(self.asked, total or 0)
        number = first_of(row, "problem_ref", "problem_num")
        if number is None:
            raise KeyError("problem_num")
        problem = Described(id=text_of(number), gold=text_of(row["gold_answer"]), answer=self.spec)
        yield problem
        for i, answer in enumerate(answers):
            yield problem, attempt(_sample, i, answer)


def _sample(index: int, answer: Any) -> Sample:
    if isinstance(answer, list | tuple) and len(answer) != 2:
        raise Unfit(f"an answer is a list of {len(answer)}; the answer and its tokens were expected")
    text, tokens = answer if isinstance(answer, list | tuple) else (answer, None)
    return Sample(index, answer=text_of(text), tokens=count_of(tokens))
