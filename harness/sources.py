"""Records out of files: JSON lines, JSON, CSV or Parquet, plain or gzipped, folders of them, or a hub dataset.

A record that cannot be read does not stop the rest: it comes back as a ``Reject`` with its file, its line and why.
"""

import csv
import gzip
import io
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from harness.errors import BadInput

SUFFIXES = (".jsonl", ".json", ".csv", ".parquet", ".eval")
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
_KEPT_OF_A_REJECT = 2000


@dataclass(frozen=True, slots=True)
class Record:
    """One record and where it stands: line of the file for line formats, else its position from 1."""

    file: str
    line: int
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reject:
    """Something that could not be used: where, why, and its beginning as found."""

    file: str
    line: int
    reason: str
    found: str = ""


@dataclass(frozen=True, slots=True)
class HubOptions:
    """Which part of a hub dataset to read."""

    config: str | None = None
    split: str = "test"
    revision: str | None = None


Progress = Callable[[int], None]


def expand(sources: Sequence[str | Path]) -> list[Path | str]:
    """Files and hub ids out of what was named: folders become their files in natural order.

    Raises:
        BadInput: Something that is neither a file, a folder nor shaped like a hub id; or an empty folder.
    """
    out: list[Path | str] = []
    for source in sources:
        path = Path(source).expanduser()
        if path.is_dir() and not (path / "dataset_info.json").exists() and not (path / "state.json").exists():
            found = sorted((p for p in path.rglob("*") if p.is_file() and kind_of(p)), key=natural_order)
            if not found:
                raise BadInput(f"The folder {str(path)!r} holds no {', '.join(SUFFIXES)} file (plain or .gz).")
            out += found
        elif path.exists():
            out.append(path)
        elif _HUB_ID.fullmatch(str(source)) and not Path(str(source).split("/")[0]).exists():
            out.append(str(source))
        else:
            raise BadInput(
                f"There is no file {str(source)!r}. Name a file, a folder, or a Hugging Face dataset as owner/name."
            )
    return out


def natural_order(path: Path) -> list[tuple[int, int, str]]:
    """A sort key under which ``rs2`` stands before ``rs10``."""
    parts = re.split(r"(\d+)", str(path))
    return [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in parts]


def kind_of(path: Path) -> str | None:
    """The suffix that says how to read a file, ``.gz`` aside; None for an unknown one."""
    name = path.name.removesuffix(".gz")
    return next((suffix for suffix in SUFFIXES if name.endswith(suffix)), None)


def total_bytes(sources: Sequence[Path | str]) -> int | None:
    """Bytes on disk of all sources, or None where one is on a hub."""
    if any(isinstance(source, str) for source in sources):
        return None
    return sum(source.stat().st_size for source in sources if isinstance(source, Path) and source.is_file())


def records(
    source: Path | str, hub: HubOptions | None = None, progress: Progress | None = None
) -> Iterator[Record | Reject]:
    """Every record of one source, in order, in bounded memory (except one-array JSON files, read whole).

    Args:
        source: A file from ``expand``, or a hub id.
        hub: Which part of a hub dataset, or of a folder written by ``datasets``.
        progress: Called now and then with the bytes read since the last call.
    """
    if isinstance(source, str) or source.is_dir():
        yield from _from_datasets(source, hub or HubOptions())
        return
    kind = kind_of(source)
    try:
        if kind == ".jsonl":
            yield from _json_lines(source, progress)
        elif kind == ".json":
            yield from _json(source, progress)
        elif kind == ".csv":
            yield from _csv(source)
        elif kind == ".parquet":
            yield from _parquet(source)
        else:
            raise BadInput(f"{str(source)!r} is not one of {', '.join(SUFFIXES)} (plain or .gz).")
    except (gzip.BadGzipFile, EOFError) as error:
        yield Reject(str(source), 0, f"the compressed file is damaged: {error}")


def parse_json(line: bytes) -> Any:
    """One JSON value; NaN and Infinity are accepted, as Python writes them.

    Raises:
        ValueError: It is not JSON.
    """
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return json.loads(line)


def _json_lines(path: Path, progress: Progress | None) -> Iterator[Record | Reject]:
    name = str(path)
    with path.open("rb") as raw:
        file = io.BufferedReader(gzip.GzipFile(fileobj=raw), 1 << 20) if name.endswith(".gz") else raw
        seen = 0
        for number, line in enumerate(file, start=1):
            if progress and number % 256 == 0:
                position = raw.tell()
                progress(position - seen)
                seen = position
            if not line.strip():
                continue
            try:
                row = parse_json(line.removeprefix(b"\xef\xbb\xbf"))
            except (ValueError, RecursionError) as error:
                yield Reject(name, number, f"not JSON: {error}", _beginning(line))
                continue
            if isinstance(row, dict):
                yield Record(name, number, row)
            else:
                yield Reject(name, number, f"a JSON object was expected, found {type(row).__name__}", _beginning(line))
        if progress:
            progress(raw.tell() - seen)


def _json(path: Path, progress: Progress | None) -> Iterator[Record | Reject]:
    data = gzip.decompress(path.read_bytes()) if path.name.endswith(".gz") else path.read_bytes()
    if progress:
        progress(path.stat().st_size)
    try:
        value = parse_json(data)
    except (ValueError, RecursionError) as error:
        yield Reject(str(path), 0, f"not JSON: {error}", _beginning(data))
        return
    rows = value if isinstance(value, list) else [value]
    for position, row in enumerate(rows, start=1):
        if isinstance(row, dict):
            yield Record(str(path), position, row)
        else:
            yield Reject(str(path), position, f"a JSON object was expected, found {type(row).__name__}")


def _csv(path: Path) -> Iterator[Record | Reject]:
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    with (gzip.open if path.name.endswith(".gz") else open)(path, "rt", encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            yield Record(str(path), number, row)


def _parquet(path: Path) -> Iterator[Record | Reject]:
    import pyarrow.parquet as pq

    number = 0
    for batch in pq.ParquetFile(path).iter_batches(batch_size=1024):
        for row in batch.to_pylist():
            number += 1
            yield Record(str(path), number, row)


def _from_datasets(source: str | Path, hub: HubOptions) -> Iterator[Record | Reject]:
    import datasets

    try:
        if isinstance(source, Path):
            data: Any = datasets.load_from_disk(str(source))
            data = data[hub.split] if isinstance(data, datasets.DatasetDict) else data
        else:
            data = datasets.load_dataset(source, hub.config, split=hub.split, revision=hub.revision, streaming=True)
    except (OSError, ValueError, KeyError, ConnectionError) as error:
        raise BadInput(
            f"The dataset {str(source)!r} (config {hub.config!r}, split {hub.split!r}) could not be opened: {error}. "
            "Check its name, --config and --split, or give a local file."
        ) from error
    for position, row in enumerate(data, start=1):
        yield Record(str(source), position, row)


def _beginning(data: bytes) -> str:
    return data[:_KEPT_OF_A_REJECT].decode("utf-8", errors="replace").strip()
