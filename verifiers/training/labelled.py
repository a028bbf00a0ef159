"""The two plain files that hold labelled solutions, JSON lines and Parquet; ``harness.pool.labelled`` has a row."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from harness.pool.labelled.solution import LabelledSolution, solutions_of
from verifiers.training.rows import file_rows

ROWS_AT_A_TIME = 32_768


def read_labelled(path: Path) -> Iterator[LabelledSolution]:
    """The labelled solutions of a ``.parquet``, ``.jsonl`` or ``.jsonl.gz`` file, in order."""
    return solutions_of(file_rows(path), path.name)


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
