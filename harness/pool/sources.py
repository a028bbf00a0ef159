"""Records out of files: JSON lines, JSON, YAML, CSV or Parquet, plain or gzipped, folders of them, or a hub dataset.

A record that cannot be read does not stop the rest: it comes back as a ``Reject`` with its file, its line and why.
A file that is damaged, so that nobody can say how many records are lost, does.
"""

import csv
import fnmatch
import gzip
import io
import json
import re
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from harness import packages
from harness.errors import BadInput
from harness.pool.hub import open_dataset
from harness.progress import Progress

SUFFIXES = (".jsonl", ".json", ".yaml", ".yml", ".csv", ".parquet")
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
_DATASETS_FILES = ("state.json", "dataset_info.json", "dataset_dict.json")  # what ``save_to_disk`` leaves
_KEPT_OF_A_REJECT = 2000
_BOM = b"\xef\xbb\xbf"
_BATCH_BYTES = 16_000_000
_UNPACKED, _TIMES = 64_000_000, 100


@dataclass(frozen=True, slots=True)
class Record:
    """One record and where it stands: line of the file for line formats, else its position from 1."""

    file: str
    line: int
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reject:
    """Something that could not be used: where, why, and its beginning as found.

    ``whole`` says that a whole record was lost with it, not just one of several samples.
    """

    file: str
    line: int
    reason: str
    found: str = ""
    whole: bool = True


@dataclass(frozen=True, slots=True)
class HubOptions:
    """Which part of a hub dataset to read, and what else could be done where it cannot be had."""

    config: str | None = None
    split: str = "test"
    revision: str | None = None
    instead: str = "Check its name, --config and --split, or give a local file."


def expand(sources: Sequence[str | Path], patterns: Sequence[str] = ()) -> list[Path | str]:
    """Files and hub ids out of what was named: folders become their files in natural order.

    Args:
        sources: Files, folders (also ones written by ``datasets``), hub ids.
        patterns: Which files of a folder are meant, as ``fnmatch`` patterns without ``.gz``; by default those with one
            of ``SUFFIXES``.

    Raises:
        BadInput: Something that is neither a file, a folder nor shaped like a hub id; a folder without such a file; or
            a file that is named twice, whose samples would count twice.
    """
    out: list[Path | str] = []
    for source in sources:
        path = Path(source).expanduser()
        if path.is_dir() and not any((path / name).exists() for name in _DATASETS_FILES):
            found = sorted((p for p in path.rglob("*") if p.is_file() and _belongs(p, patterns)), key=natural_order)
            if not found:
                wanted = ", ".join(patterns or SUFFIXES)
                raise BadInput(f"The folder {str(path)!r} holds no {wanted} file (plain or .gz).")
            out += found
        elif path.exists():
            out.append(path)
        elif _HUB_ID.fullmatch(str(source)) and not Path(str(source).split("/")[0]).exists():
            out.append(str(source))
        else:
            raise BadInput(
                f"There is no file {str(source)!r}. Name a file, a folder, or a Hugging Face dataset as owner/name."
            )
    seen: set[Path | str] = set()
    for place in out:
        same = place if isinstance(place, str) else place.resolve()
        if same in seen:
            raise BadInput(f"{str(place)!r} is named twice, and its samples would count twice. Name it once.")
        seen.add(same)
    return out


def _belongs(path: Path, patterns: Sequence[str]) -> bool:
    if not patterns:
        return kind_of(path) is not None
    return any(fnmatch.fnmatchcase(path.name.removesuffix(".gz"), pattern) for pattern in patterns)


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


def bytes_before(sources: Sequence[Path | str]) -> list[int]:
    """Bytes on disk before each source."""
    sizes = [s.stat().st_size if isinstance(s, Path) and s.is_file() else 0 for s in sources]
    return [sum(sizes[:i]) for i in range(len(sizes))]


def records(
    source: Path | str, hub: HubOptions | None = None, progress: Progress | None = None
) -> Iterator[Record | Reject]:
    """Every record of one source, in order, in bounded memory (except JSON and YAML files, which are read whole).

    Args:
        source: A file from ``expand``, or a hub id.
        hub: Which part of a hub dataset, or of a folder written by ``datasets``.
        progress: Called now and then with the bytes read of this source.

    Raises:
        BadInput: The file is of an unknown kind, damaged or cannot be read.
    """
    if isinstance(source, str) or source.is_dir():
        yield from _from_datasets(source, hub or HubOptions())
        return
    kind = kind_of(source)
    try:
        if kind == ".jsonl":
            yield from _json_lines(source, progress)
        elif kind == ".json":
            yield from _whole(source, progress, parse_json, "JSON")
        elif kind in (".yaml", ".yml"):
            yield from _whole(source, progress, _parse_yaml, "YAML")
        elif kind == ".csv":
            yield from _csv(source)
        elif kind == ".parquet":
            yield from _parquet(source, progress)
        else:
            raise BadInput(f"{str(source)!r} is not one of {', '.join(SUFFIXES)} (plain or .gz).")
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BadInput(
            f"The compressed file {str(source)!r} is damaged ({error}), so some of its records are lost. Get it again, "
            "or import what 'gzip -dc' can still read of it."
        ) from error
    except OSError as error:
        raise BadInput(f"{str(source)!r} cannot be read: {error}.") from error


def most_unpacked(size: int) -> int:
    """Bytes that ``size`` packed ones may unpack to at once: text packs about ten times, never a hundred times."""
    return max(_UNPACKED, _TIMES * size)


def too_large(what: str, most: int) -> BadInput:
    """The error for what unpacks to more than that."""
    return BadInput(
        f"Unpacked, {what} is larger than {most / 1e6:,.0f} MB, over {_TIMES} times its size: it is damaged, or was "
        "made to fill the memory. If it is meant so, unpack it yourself and name the unpacked file."
    )


def parse_json(line: bytes) -> Any:
    """One JSON value, as Python writes it: with NaN and Infinity, and half a surrogate pair where an emoji was cut.

    The half pair is no character, so that nothing could store it: it becomes U+FFFD.

    Raises:
        ValueError: It is not JSON.
    """
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        try:
            value = json.loads(line)
        except RecursionError:
            raise ValueError("it is nested too deeply") from None
        return _whole_characters(value) if b"\\ud" in line.lower() else value


def _whole_characters(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole_characters(v) for v in value]
    if isinstance(value, dict):
        return {_whole_characters(k): _whole_characters(v) for k, v in value.items()}
    return value


def _json_lines(path: Path, progress: Progress | None) -> Iterator[Record | Reject]:
    name = str(path)
    with path.open("rb") as raw:
        size = path.stat().st_size
        most = most_unpacked(size)
        file = io.BufferedReader(gzip.GzipFile(fileobj=raw), 1 << 20) if name.endswith(".gz") else raw
        lines = iter(lambda: file.readline(most + 1), b"") if name.endswith(".gz") else file
        for number, line in enumerate(lines, start=1):
            if len(line) > most and name.endswith(".gz"):
                raise too_large(f"line {number} of {name!r}", most)
            if progress and number % 256 == 0:
                progress(raw.tell(), size)
            if line.strip():
                yield _json_line(name, number, line)
        if progress:
            progress(size, size)


def _json_line(name: str, number: int, line: bytes) -> Record | Reject:
    try:
        row = parse_json(line.removeprefix(_BOM))
    except (ValueError, RecursionError) as error:
        return Reject(name, number, f"not JSON: {error}", _beginning(line))
    if isinstance(row, dict):
        return Record(name, number, row)
    return Reject(name, number, f"a JSON object was expected, found {type(row).__name__}", _beginning(line))


def _parse_yaml(data: bytes) -> Any:
    """One YAML document, plain values only.

    Raises:
        ValueError: It is not YAML.
    """
    import yaml  # type: ignore[import-untyped]

    try:
        return yaml.load(data, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  both loaders are safe
    except yaml.YAMLError as error:
        raise ValueError(str(error).replace("\n", " ")) from error


def _whole(
    path: Path, progress: Progress | None, parse: Callable[[bytes], Any], what: str
) -> Iterator[Record | Reject]:
    """A file that is one value: a list of records, or one record; or JSON lines that are merely called .json."""
    size = path.stat().st_size
    most = most_unpacked(size)
    with (gzip.open if path.name.endswith(".gz") else open)(path, "rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise too_large(repr(str(path)), most)
    if progress:
        progress(size, size)
    if not data.strip():
        return
    try:
        value = parse(data)
    except (ValueError, RecursionError) as error:
        lines = data.removeprefix(_BOM).splitlines()
        if what == "JSON" and len(lines) > 1 and isinstance(_json_line("", 1, lines[0]), Record):
            yield from (_json_line(str(path), i, line) for i, line in enumerate(lines, start=1) if line.strip())
        else:
            yield Reject(str(path), 0, f"not {what}: {error}", _beginning(data))
        return
    for position, row in enumerate(value if isinstance(value, list) else [value], start=1):
        if isinstance(row, dict):
            yield Record(str(path), position, row)
        else:
            yield Reject(str(path), position, f"a {what} object was expected, found {type(row).__name__}")


def _csv(path: Path) -> Iterator[Record | Reject]:
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    with (gzip.open if path.name.endswith(".gz") else open)(path, "rt", encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        try:
            for row in rows:
                yield Record(str(path), rows.line_num, row)
        except (csv.Error, UnicodeDecodeError) as error:
            raise BadInput(f"{str(path)!r} is no CSV file in UTF-8 after line {rows.line_num}: {error}.") from error


def _parquet(path: Path, progress: Progress | None) -> Iterator[Record | Reject]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file, size = pq.ParquetFile(path), path.stat().st_size
        groups = [file.metadata.row_group(i) for i in range(file.num_row_groups)]
        heaviest = max((g.total_byte_size // max(g.num_rows, 1) for g in groups), default=0)
        number = 0
        for batch in file.iter_batches(batch_size=max(1, min(1024, _BATCH_BYTES // max(heaviest, 1)))):
            for row in batch.to_pylist():
                number += 1
                yield Record(str(path), number, row)
            if progress:
                progress(size * number // max(file.metadata.num_rows, 1), size)
    except pa.ArrowInvalid as error:
        raise BadInput(f"{str(path)!r} is no readable Parquet file: {error}.") from error


def _from_datasets(source: str | Path, hub: HubOptions) -> Iterator[Record | Reject]:
    packages.need("hub", "read a dataset of the Hugging Face hub, or one that 'datasets' wrote")
    try:
        if isinstance(source, Path):
            import datasets

            data: Any = datasets.load_from_disk(str(source))
            if isinstance(data, datasets.DatasetDict):
                if hub.split not in data:
                    raise ValueError(f"it has the splits {', '.join(data)}")
                data = data[hub.split]
        else:
            data = open_dataset(source, hub.config, hub.split, hub.revision)
    except (OSError, ValueError, KeyError, ConnectionError) as error:
        raise BadInput(
            f"The dataset {str(source)!r} (config {hub.config!r}, split {hub.split!r}) could not be opened: {error}. "
            f"{hub.instead}"
        ) from error
    for position, row in enumerate(data, start=1):
        yield Record(str(source), position, row)


def _beginning(data: bytes) -> str:
    return data[:_KEPT_OF_A_REJECT].decode("utf-8", errors="replace").strip()
