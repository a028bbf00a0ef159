"""Samples on their way through the disk: spilled in chunks as they come, read back by problem and slot.

Chunks are Arrow's own files, which are mapped, not read: rows that came in another order are gathered from them.
"""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa

from harness.pool.formats import Entry
from harness.pool.pools import OUTCOME, PROCESS
from harness.pool.ranges import Range
from harness.records import Sample

ROWS = 16_384
CHARACTERS = 24_000_000
SOURCE = {  # where a row came from, and where it goes
    "position": pa.int32(), "index": pa.int32(), "arrival": pa.int64(), "file": pa.string(), "line": pa.int64(),
}  # fmt: skip
SAMPLE = {
    "text": pa.string(), "answer": pa.string(), "finish": pa.string(), "tokens": pa.int32(),
    "given_correct": pa.bool_(), "steps": pa.list_(pa.string()), "step_labels": pa.list_(pa.int8()),
}  # fmt: skip
_TOGETHER = 8192  # rows that are gathered at once


@contextmanager
def no_circles() -> Iterator[None]:
    """Python does not look for circles among a chunk's objects: there are none, and looking is a sixth of an import.

    What a reader of somebody's own leaves is collected after each chunk.
    """
    was = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        if was:
            gc.enable()


class Chunk:
    """Rows in memory.

    Args:
        number: How many chunks came before.
    """

    def __init__(self, number: int = 0) -> None:
        self.number = number
        self.samples: list[Sample] = []
        self.places: list[tuple[int, int, int, str, int]] = []
        self.characters = 0

    @property
    def full(self) -> bool:
        """Whether it is time to write it."""
        return len(self.samples) >= ROWS or self.characters >= CHARACTERS

    def add(self, position: int, slot: int, entry: Entry) -> None:
        """One more sample, of the problem at this position."""
        sample = entry.sample
        self.places.append((position, slot, self.number * 2**32 + len(self.samples), entry.file, entry.line))
        self.samples.append(sample)
        self.characters += len(sample.text or "") + (sum(map(len, sample.steps)) if sample.steps else 0) + 200

    def write(self, folder: Path, scores: Mapping[str, str], ranges: dict[str, Range]) -> Path:
        """Write the chunk's file, and take in how far its scores reach."""
        samples = self.samples
        columns = dict(zip(SOURCE, map(pa.array, zip(*self.places, strict=True), SOURCE.values()), strict=True))
        for name, kind in SAMPLE.items():
            columns[name] = pa.array([getattr(sample, name) for sample in samples], kind)
        for name, kind in scores.items():
            of = [sample.scores.get(name) for sample in samples]
            column = (OUTCOME if kind == "outcome" else PROCESS) + name
            if kind == "outcome":
                columns[column] = pa.array([None if score is None else score.value for score in of], pa.float64())
            else:
                columns[column] = _lists([() if score is None else score.steps for score in of])
            ranges.setdefault(name, Range()).see(columns[column])
        path = folder / f"chunk-{self.number:05d}.arrow"
        table = pa.table(columns)
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table)
        return path


def _lists(values: Sequence[Sequence[float]]) -> pa.Array:
    """Lists of numbers; an empty one is null."""
    lengths = np.fromiter(map(len, values), np.int32, len(values))
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    flat = np.fromiter(chain.from_iterable(values), np.float64, int(offsets[-1]))
    mask = pa.array(lengths == 0)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(flat), mask=mask)


def in_order(chunks: Sequence[Path], scores: Mapping[str, str], *, sort: bool) -> Iterator[tuple[int, pa.Table]]:
    """The spilled rows, one table per problem, in order of problem, slot and arrival.

    Args:
        chunks: Their files.
        scores: Carried scores: name -> ``outcome`` or ``process``; a chunk lacks those that came after it.
        sort: Whether they are in another order.
    """
    kinds = {"outcome": (OUTCOME, pa.float64()), "process": (PROCESS, pa.list_(pa.float64()))}
    carried = {kinds[kind][0] + name: kinds[kind][1] for name, kind in scores.items()}
    schema = pa.schema({**SOURCE, **SAMPLE, **carried})
    tables = (_mapped(chunk, schema) for chunk in chunks)
    held: list[pa.Table] = []
    current = -1
    for table in _sorted(list(tables)) if sort else tables:
        positions = table["position"].to_numpy()
        start = 0
        while start < len(positions):
            end = start + int((positions[start:] != positions[start]).argmax() or len(positions) - start)
            if positions[start] != current and held:
                yield current, pa.concat_tables(held)
                held = []
            current = int(positions[start])
            held.append(table.slice(start, end - start))
            start = end
    if held:
        yield current, pa.concat_tables(held)


def _mapped(chunk: Path, schema: pa.Schema) -> pa.Table:
    with pa.memory_map(str(chunk)) as file:
        table = pa.ipc.open_file(file).read_all()
    for field in schema:
        if field.name not in table.column_names:
            table = table.append_column(field, pa.nulls(table.num_rows, field.type))
    return table.select(schema.names)


def _sorted(tables: Sequence[pa.Table]) -> Iterator[pa.Table]:
    """All rows in order, some thousands at a time: only what says where they belong is in memory."""
    keys = pa.concat_tables(table.select(["arrival", "index", "position"]) for table in tables)
    order = np.lexsort([column.to_numpy() for column in keys.columns])
    first = np.cumsum([0, *(table.num_rows for table in tables)])
    for start in range(0, len(order), _TOGETHER):
        rows = order[start : start + _TOGETHER]
        chunk_of = np.searchsorted(first, rows, side="right") - 1
        found = [tables[c].take(rows[chunk_of == c] - first[c]) for c in np.unique(chunk_of)]
        back = np.argsort(np.argsort(chunk_of, kind="stable"), kind="stable")
        yield pa.concat_tables(found).combine_chunks().take(back)
