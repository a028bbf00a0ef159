"""One labelled solution, and the two plain files that hold them: JSON lines and Parquet.

A row has ``problem``, ``steps`` and at least one of ``step_labels`` (1, 0, -1 or null for each step) and ``correct``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import BadInput
from verifiers.training.labels import flag, labels, text, texts, three_valued
from verifiers.training.rows import file_rows

ROWS_AT_A_TIME = 32_768


@dataclass(frozen=True, slots=True)
class LabelledSolution:
    """A solution and what is known of it.

    Attributes:
        problem: The problem's text.
        steps: The steps' texts.
        step_labels: 1 (positive), 0 (neutral), -1 (negative) or None (not to be trained on), one per step; empty
            when no step is labelled.
        correct: Whether the final answer is right, where known.
    """

    problem: str
    steps: tuple[str, ...]
    step_labels: tuple[int | None, ...] = ()
    correct: bool | None = None


def from_row(row: Mapping[str, Any], where: str) -> LabelledSolution:
    """The row as a labelled solution.

    Raises:
        BadInput: A field is missing or of another kind, or labels and steps do not match.
    """
    missing = [key for key in ("problem", "steps") if not row.get(key)]
    if missing:
        raise BadInput(
            f"{where} has no {' and no '.join(missing)}; a row needs problem, steps, step_labels or correct."
        )
    steps = texts(row["steps"], f"{where} steps")
    given = row.get("step_labels")
    read = labels(given, len(steps), f"{where} step_labels", three_valued) if given not in (None, [], ()) else ()
    return LabelledSolution(
        text(row["problem"], f"{where} problem"), steps, read, flag(row.get("correct"), f"{where} correct")
    )


def read_labelled(path: Path) -> Iterator[LabelledSolution]:
    """The labelled solutions of a ``.parquet``, ``.jsonl`` or ``.jsonl.gz`` file, in order."""
    return solutions_of(file_rows(path), path.name)


def solutions_of(rows: Iterable[Mapping[str, Any]], where: str) -> Iterator[LabelledSolution]:
    """The rows as labelled solutions; ``where`` they are from is said where one is not."""
    for number, row in enumerate(rows, 1):
        yield from_row(row, f"{where}, row {number},")


def write_labelled(path: Path, solutions: Iterable[LabelledSolution]) -> int:
    """Writes labelled solutions as Parquet; the file appears under its name only when it is whole.

    Returns:
        How many were written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema(
        [
            ("problem", pa.string()),
            ("steps", pa.list_(pa.string())),
            ("step_labels", pa.list_(pa.int8())),
            ("correct", pa.bool_()),
        ]
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    written = 0
    with pq.ParquetWriter(partial, schema, compression="zstd") as writer:
        for rows in _in_groups(solutions, ROWS_AT_A_TIME):
            table = {
                "problem": [s.problem for s in rows],
                "steps": [list(s.steps) for s in rows],
                "step_labels": [list(s.step_labels) for s in rows],
                "correct": [s.correct for s in rows],
            }
            writer.write_table(pa.table(table, schema=schema))
            written += len(rows)
    partial.replace(path)
    return written


def _in_groups(solutions: Iterable[LabelledSolution], size: int) -> Iterator[Sequence[LabelledSolution]]:
    group: list[LabelledSolution] = []
    for solution in solutions:
        group.append(solution)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group
