r"""Labelled steps in the layouts that PRMs are trained on: PRM800K, Math-Shepherd, OpenR, TRL, the project's own.

One solution a row, in one of these layouts (invented content), told apart by the fields:

    {"problem": "What is 1 + 1?", "steps": ["We add.", "It is 3."], "step_labels": [1, -1], "correct": false}
    {"input": "What is 1 + 1? Step 1: We add. ки\nStep 2: It is 3. ки", "label": "... We add. +\n...", "task": "x"}
    {"question": "What is 1 + 1?", "process": "We add. ки\nIt is 3. ки", "labels": [1, 0]}
    {"prompt": "What is 1 + 1?", "completions": ["We add.", "It is 3."], "labels": [true, false]}
    {"question": {"problem": "What is 1 + 1?"}, "label": {"steps": [{"completions": [{"text": "We add.", "rating": 1}],
     "chosen_completion": 0, "human_completion": null}], "finish_reason": "solution"}}

The last is PRM800K's, whose test files are read so: of its completions the chosen path counts. Records for quality
control or screening are left out. A step that nobody rated is unknown. A row of which nothing is labelled is set aside.

Options:
    layout: labelled, math-shepherd, openr, stepwise or prm800k, where the fields do not tell.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.errors import BadInput
from harness.pool.fields import Unfit
from harness.pool.formats import Converted, Item, each
from harness.pool.labelled.judged import Judged, content_id
from harness.pool.labelled.layouts import READERS, told_from
from harness.pool.manifest import StepSet
from harness.pool.sources import Record, Reject

SLOTS = 1
SPLIT = "test"
STEPS = StepSet("Labelled steps")


def read(records: Iterable[Record | Reject], *, layout: str = "") -> Iterator[Item]:
    """One Entry per row.

    Raises:
        BadInput: There is no such layout.
    """
    if layout and layout not in READERS:
        raise BadInput(f"The option layout is one of {', '.join(READERS)}, not {layout!r}.")

    seen: Counter[str] = Counter()

    def convert(row: Mapping[str, Any]) -> Iterator[Converted]:
        try:
            found = list(READERS[layout or told_from(row, "the source")]([row], "the row"))
        except BadInput as error:
            raise Unfit(str(error)) from error
        if not found:
            return
        solution = found[-1]
        if not solution.step_labels:
            raise Unfit("no step of the row is labelled")
        name = content_id(solution.problem, *solution.steps)
        seen[name] += 1
        judged = Judged(
            id=name if seen[name] == 1 else f"{name}-{seen[name]}",  # the same steps, judged once more
            question=solution.problem,
            steps=solution.steps,
            labels=solution.step_labels,
            right=solution.correct,
        )
        yield judged.described(), judged.sample()

    return each(records, convert)
