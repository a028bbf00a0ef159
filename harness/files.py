"""The border to the disk: files that are either whole or not there, and that say so when they were damaged.

A file is written under another name, brought to the disk and renamed. A table carries the digest of its rows in its
footer and a checksum on every page, a JSON file its own digest as ``"seal"``; both are compared when it is read. No
exception of a library leaves this module for a file of ours: a damaged one is ``Damaged``, with the way back.
"""

import glob
import json
import logging
import os
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from harness import digest
from harness.errors import Damaged

SEAL = "seal"
_ROWS = b"bonbench.rows"
_NOTE = b"bonbench.note"
_WHOLE = 1 << 25  # bytes: of a larger file the length and the footer are compared, and the pages as they are read
PAGES = {"compression": "zstd", "write_page_checksum": True}
_log = logging.getLogger("bonbench")


# ---------------------------------------------------------------------------------------------- writing


def write_table(table: pa.Table, path: Path, note: Any = None) -> None:
    """Write a Parquet file atomically: under another name first, then renamed.

    Args:
        table: The rows.
        path: Where.
        note: A JSON value that goes with them, in the same file.
    """
    told = json.dumps(note, sort_keys=True).encode()
    plain = table.replace_schema_metadata({_NOTE: told, _ROWS: _rows_digest(table, told)})
    part = beside(path)
    pq.write_table(plain, part, **PAGES)
    put(part, path)


def write_text(text: str, path: Path) -> None:
    """Write a text file atomically."""
    part = beside(path)
    part.write_text(text, encoding="utf-8")
    put(part, path)


def write_json(value: Any, path: Path) -> None:
    """Write a JSON file atomically, for people to read; it can be read back with ``read_json``."""
    write_text(json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True) + "\n", path)


def sealed(value: dict[str, Any]) -> dict[str, Any]:
    """A JSON object with its own digest in it, so that ``read_json`` sees a change."""
    plain = {name: entry for name, entry in json.loads(json.dumps(value)).items() if name != SEAL}
    return {**plain, SEAL: digest.of_json(plain)}


def settle(path: Path) -> None:
    """Bring a file to the disk, so that a name that is given to it afterwards never stands for less."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def beside(path: Path) -> Path:
    """Where a file is written before ``put``; what killed writers left of the same file goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    clear(path)
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def clear(path: Path) -> None:
    """Take away what killed writers of a file left beside it."""
    start = f".{path.name}."
    for left in path.parent.glob(f"{glob.escape(start)}*.part*"):
        if not runs(left.name.removeprefix(start).partition(".")[0]):
            left.unlink(missing_ok=True)


def put(part: Path, path: Path) -> None:
    """Give a file that was written ``beside`` its name, once it is on the disk."""
    try:
        settle(part)
        os.replace(part, path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def runs(process: str) -> bool:
    """Whether a process of this number runs."""
    if not (process.isascii() and process.isdigit()):
        return True  # no number of ours: not to be touched
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


# ---------------------------------------------------------------------------------------------- reading


def read_table(path: Path, way_back: str) -> tuple[pa.Table, Any]:
    """A table as it was written, and its note.

    Args:
        path: The file.
        way_back: What to do where it is damaged, as a sentence.

    Raises:
        Damaged: It is not there, is no Parquet file, or is not as it was written.
    """
    try:
        table = pq.ParquetFile(pa.BufferReader(path.read_bytes()), page_checksum_verification=True).read()
        told = table.schema.metadata or {}
        whole = _ROWS not in told or told[_ROWS] == _rows_digest(table, told.get(_NOTE, b"null"))
        note = json.loads(told.get(_NOTE, b"null"))
    except (OSError, pa.ArrowException, ValueError) as error:
        raise Damaged(path, reason(error), way_back) from error
    if not whole:
        raise Damaged(path, "its rows are not those that were written", way_back)
    return table.replace_schema_metadata(None), note


def unsealed(value: dict[str, Any], path: Path, way_back: str) -> dict[str, Any]:
    """A JSON object without its seal, where it has one.

    Raises:
        Damaged: It was changed after it was sealed.
    """
    plain = {name: entry for name, entry in value.items() if name != SEAL}
    if SEAL in value and value[SEAL] != digest.of_json(plain):
        raise Damaged(path, "it was changed after it was written", way_back)
    return plain


def read_json(path: Path, way_back: str) -> Any:
    """The value of a JSON file.

    Raises:
        Damaged: It is not there, or is not JSON.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise Damaged(path, reason(error), way_back) from error
    return value


def sums(path: Path) -> dict[str, int]:
    """What a file is known by: its bytes, the CRC-32 of all of them and of a Parquet footer."""
    size, whole = path.stat().st_size, 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            whole = zlib.crc32(block, whole)
    return {"bytes": size, "crc32": whole, "footer": _footer(path, size)}


def open_table(path: Path, expected: Mapping[str, int] | None, way_back: str) -> pq.ParquetFile:
    """A Parquet file for reading a part of it, compared with its ``sums``: a small one whole, as it is read once.

    Of a large one the length and the footer are compared, and each page as it is read.

    Raises:
        Damaged: It is not there, or another file.
    """
    try:
        size = path.stat().st_size
        if expected and size != expected["bytes"]:
            raise Damaged(path, f"{size:,} bytes where {expected['bytes']:,} were written", way_back)
        source: Any = path
        if size <= _WHOLE:
            data = path.read_bytes()
            same = not expected or zlib.crc32(data) == expected["crc32"]
            source = pa.BufferReader(data)
        else:
            same = not expected or _footer(path, size) == expected["footer"]
        if not same:
            raise Damaged(path, "it holds other bytes than were written", way_back)
        return pq.ParquetFile(source, page_checksum_verification=True)
    except (OSError, pa.ArrowException) as error:
        raise Damaged(path, reason(error), way_back) from error


def _footer(path: Path, size: int) -> int:
    with path.open("rb") as file:
        file.seek(max(size - 8, 0))
        length = int.from_bytes(file.read(4), "little")
        file.seek(max(size - 8 - length, 0))
        return zlib.crc32(file.read())


def again(path: Path, columns: Sequence[str], rows: int) -> tuple[pa.Table, Any] | None:
    """A table that can be made again, and its note; None where it has to be: a damaged one is set aside.

    Args:
        path: The file.
        columns: What it must have.
        rows: How many it must have.
    """
    if not os.path.lexists(path):
        return None
    try:
        table, note = read_table(path, "")
        if table.column_names != list(columns) or table.num_rows != rows:
            raise Damaged(path, f"{table.num_rows:,} rows where {rows:,} of this kind belong", "")
    except Damaged as error:
        set_aside(path, error)
        return None
    return table, note


def set_aside(path: Path, error: Damaged) -> None:
    """Move a damaged file or folder that can be made again out of the way, and say so."""
    aside, number = path.with_name(f"{path.name}.damaged"), 1
    while os.path.lexists(aside):
        number += 1
        aside = path.with_name(f"{path.name}.damaged-{number}")
    os.replace(path, aside)
    _log.warning("bonbench: %s is damaged (%s): it was set aside as %s and is made again.", path, error.why, aside.name)


def reason(error: BaseException) -> str:
    """Why, in a few words: the system's own of an OSError, the first line of others."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200].rstrip(".")


def _rows_digest(table: pa.Table, note: bytes) -> bytes:
    running = digest.PoolDigest(table)
    return digest.of_json([running.hexdigest(), table.column_names, table.num_rows, note.decode()]).encode()
