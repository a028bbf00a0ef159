r"""GPQA problems with several runs, each of which saw the options in an order of its own (as in Epoch AI's logs).

One problem a row (invented content), and beside it, in a file ``runs.json``, a table of the runs:

    {"id": "rec0", "question": "Which is even?", "options_one_order": ["1", "2", "3", "5"], "gold_option_text": "2",
     "runs": {"0": {"target": "C", "option_perm": [0, 2, 1, 3],
                    "samples": [{"epoch": 1, "answer": "C", "correct": true, "text": "Two is. ANSWER: C"}]}}}
    {"run": 0, "run_id": "x", "model": "some/model", "epochs": 8}

A letter means something within its run only, so a pool is the samples of one run, and the right answer is that run's
``target``. ``option_perm[j]`` is the position in ``options_one_order`` of the j-th option shown; where a run has it,
the options stand in the problem's text in the run's order, else the text is the bare question.
The slot is the epoch less one. The generator and M are the ``model`` and ``epochs`` of ``runs.json``, if that is among
the sources (name the folder). Import with ``--problems from-pool``: a task has the options in its own order.

Options:
    run: The run whose samples make the pool.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.errors import BadInput
from harness.pool.fields import count_of, flag_of, index_of, list_of, solution_of, text_of, texts_of, with_options
from harness.pool.formats import Converted, Described, Item, OpenRecords, Stated, attempt, each
from harness.pool.slots import NamedSlots
from harness.pool.sources import Record
from harness.records import AnswerSpec, Sample

SLOTS = None
SPLIT = "test"
FILES = ("*.jsonl", "runs.json")

_TABLE = ("runs.json", "runs.json.gz")


def read_files(files: Sequence[Path | str], open_records: OpenRecords, *, run: str = "") -> Iterator[Item]:
    """One Entry per sample of the run."""
    form = _Form(NamedSlots(run=run))
    for file in sorted(files, key=lambda f: Path(f).name not in _TABLE):
        if Path(file).name in _TABLE:
            table = {str(r.row.get("run")): r.row for r in open_records(file) if isinstance(r, Record)}
            if not run and len(table) > 1:
                listed = ", ".join(f"{name} ({row.get('model')})" for name, row in table.items())
                raise BadInput(f"Pick one of the runs with --option run=NUMBER. There are {listed}.")
            chosen = table.get(run, {})
            yield Stated(text_of(chosen.get("model")) or "", {"run": run}, count_of(chosen.get("epochs")))
        else:
            yield from each(open_records(file), form.convert)
    form.runs.check()
    form.runs.check_single("run")


class _Form:
    def __init__(self, runs: NamedSlots) -> None:
        self.runs = runs

    def convert(self, row: Mapping[str, Any]) -> Iterator[Converted]:
        found = {name: run for name, run in row["runs"].items() if self.runs.chosen(run=name)}
        if not self.runs.is_single("run"):
            return
        for run in found.values():
            problem = _problem(row, run)
            yield problem
            for sample in list_of(run, "samples"):
                yield problem, attempt(_sample, sample)


def _problem(row: Mapping[str, Any], run: Mapping[str, Any]) -> Described:
    options, order = texts_of(row["options_one_order"], "options"), run.get("option_perm")
    shown = None if order is None else tuple(options[position] for position in order)
    return Described(
        id=text_of(row["id"]),
        text=with_options(row["question"], shown) if shown else text_of(row["question"]),
        gold=text_of(run["target"]),
        answer=AnswerSpec("choice", choices=shown or ("",) * len(options)),
    )


def _sample(row: Mapping[str, Any]) -> Sample:
    return Sample(
        index_of(row["epoch"]) - 1,
        solution_of(row.get("text")),
        answer=text_of(row.get("answer")),
        given_correct=flag_of(row.get("correct")),
    )
