"""A content digest of Arrow tables that no Parquet writer, compression or chunking can change.

Every value is hashed in a canonical encoding: for a column of numbers a null mask and the little-endian values, for
strings their lengths (-1 for null) and their UTF-8 bytes, for lists their lengths and the encoding of what they hold.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def of_tables(problems: pa.Table, samples: Iterable[pa.Table]) -> str:
    """SHA-256 over a pool: its problems, then its samples problem by problem in slot order.

    Args:
        problems: problems.parquet, in order; where the samples stand in their file is left out.
        samples: One table a problem.
    """
    running = PoolDigest(problems)
    for table in samples:
        running.add(table)
    return running.hexdigest()


class PoolDigest:
    """``of_tables`` for samples that come one problem after another."""

    def __init__(self, problems: pa.Table | None = None) -> None:
        self._samples = hashlib.sha256()
        self._problems = problems

    def add(self, table: pa.Table) -> None:
        """The samples of the next problem."""
        _update(self._samples, table)

    def hexdigest(self, problems: pa.Table | None = None) -> str:
        """The digest of everything added, with the problems given here or at the start."""
        table = problems if problems is not None else self._problems
        if table is None:
            raise ValueError("a pool digest needs the table of problems")
        total = hashlib.sha256(b"bonbench pool 1\n")
        _update(total, table.drop_columns([c for c in ("first_row",) if c in table.column_names]))
        total.update(self._samples.digest())
        return total.hexdigest()


def of_json(value: Any) -> str:
    """SHA-256 of a JSON value in canonical form: sorted keys, no spaces."""
    import json

    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def of_file(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _update(hasher: Any, table: pa.Table) -> None:
    for name in sorted(table.column_names):
        column = table[name].combine_chunks()
        if column.null_count == len(column):
            continue  # a column of unknowns says nothing; its absence and its presence are the same pool
        hasher.update(f"{name}:{len(column)}\n".encode())
        _array(hasher, column)


def _array(hasher: Any, column: Any) -> None:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        _lengths(hasher, pc.binary_length(column.cast(pa.large_binary())))
        solid = column.cast(pa.large_string()).drop_null()
        _, offsets, data = solid.buffers()
        if len(solid):
            bounds = np.frombuffer(offsets, dtype="<i8")[solid.offset : solid.offset + len(solid) + 1]
            hasher.update(memoryview(data)[bounds[0] : bounds[-1]])
    elif pa.types.is_list(kind) or pa.types.is_large_list(kind):
        _lengths(hasher, pc.list_value_length(column))
        _array(hasher, pc.list_flatten(column))
    else:
        mask = np.asarray(column.is_null().to_numpy(zero_copy_only=False), dtype=np.uint8)
        filled = column.fill_null(False if pa.types.is_boolean(kind) else 0)
        values = filled.to_numpy(zero_copy_only=False)
        width = "u1" if pa.types.is_boolean(kind) else ("<f8" if pa.types.is_floating(kind) else "<i8")
        hasher.update(np.packbits(mask).tobytes())
        hasher.update(np.ascontiguousarray(values, dtype=width).tobytes())


def _lengths(hasher: Any, lengths: Any) -> None:
    hasher.update(lengths.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False).astype("<i8").tobytes())
