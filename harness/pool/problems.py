"""Load the problems of a task: from the hub, from the upstream's own files, or out of the package."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from harness.errors import BadInput
from harness.pool import sources
from harness.pool.sources import HubOptions, Record
from harness.records import Problem, Task

DATA = "BONBENCH_DATA"
_INSTEAD = (
    f"Give the task's records with --data FILE, or put them into the folder that {DATA} names; 'pool import' can also "
    "use the problems of the source itself: --problems from-pool."
)


def load_problems(task: Task, data: Path | None = None) -> list[Problem]:
    """The problems of a task, in its own order.

    Looked for in this order: the file or folder given; the folder of the task's name in the folder that the environment
    variable ``BONBENCH_DATA`` names; the package itself, for a bundled task; the Hugging Face hub, at the task's pinned
    revision.

    A record that repeats an earlier one word for word is kept, as ``ID#2``.

    Args:
        task: The task.
        data: A file in the upstream's layout, or a folder that holds it.

    Raises:
        BadInput: The data is not there, a record does not fit, or two different problems share an id.
    """
    problems: list[Problem] = []
    seen: dict[str, tuple[Problem, str]] = {}
    copies: Counter[str] = Counter()
    position = 0
    for record in _records(task, data):
        try:
            problem = task.problem(record.row, position)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise BadInput(
                f"{record.file}, line {record.line}: this is no record of the task {task.name!r} ({error!r}); the file "
                "must be in the upstream's own layout (see 'bonbench task show')."
            ) from error
        position += 1
        if problem is None:
            continue
        where = f"{record.file}, line {record.line}"
        first, place = seen.setdefault(problem.id, (problem, where))
        if first != problem:
            raise BadInput(f"{where}: the id {problem.id!r} stands already at {place}, with another problem.")
        copies[problem.id] += 1
        if copies[problem.id] > 1:  # the upstream has it twice, and counts it twice
            problem = replace(problem, id=f"{problem.id}#{copies[problem.id]}")
        problems.append(problem)
    if not problems:
        raise BadInput(f"No problem of the task {task.name!r} was found in its data.")
    return problems


def _records(task: Task, data: Path | None) -> Iterator[Record]:
    for place in _places(task, data):
        hub = HubOptions(task.source.config, task.source.split, task.source.revision, _INSTEAD)
        for item in sources.records(place, hub):
            if isinstance(item, sources.Reject):
                raise BadInput(f"{item.file}, line {item.line}: {item.reason}.")
            yield item
    if task.source.records is not None and data is None:
        for position, row in enumerate(task.source.records(), start=1):
            yield Record(task.name, position, row)


def _places(task: Task, data: Path | None) -> Sequence[Path | str]:
    """Where the task's records are; none for a task that brings them in its code."""
    if data is not None:
        if data.is_dir():
            found = _files_in(data, task.source.files)
            if not found:
                raise BadInput(f"The folder {str(data)!r} holds none of {', '.join(task.source.files)}.")
            return found
        return sources.expand([data])
    if os.environ.get(DATA):
        found = _files_in(Path(os.environ[DATA]) / task.name, task.source.files)
        if found:
            return found
    if task.source.records is not None:
        return []
    if not task.source.dataset:
        raise BadInput(
            f"The task {task.name!r} has no hub dataset; give its file with --data, or put "
            f"{' and '.join(task.source.files)} into the folder {task.name!r} of the folder that {DATA} names."
        )
    return [task.source.dataset]


def _files_in(folder: Path, names: Sequence[str]) -> list[Path]:
    """The task's own files in a folder, plain or gzipped; all of them or, where one is missing, none."""
    found = []
    for name in names:
        here = [p for p in (folder / name, folder / f"{name}.gz") if p.is_file()]
        if not here:
            return []
        found.append(here[0])
    return found
