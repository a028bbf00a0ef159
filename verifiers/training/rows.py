"""Rows of data from a file (JSON lines, gzipped or not, a JSON array, Parquet) or from a data set of the hub."""

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from harness.errors import BadInput

ROWS_AT_A_TIME = 4096
SUFFIXES = (".jsonl", ".jsonl.gz", ".json", ".json.gz", ".parquet")
Row = Mapping[str, Any]


def file_rows(path: Path) -> Iterator[Row]:
    """The rows of a file, in order.

    Raises:
        BadInput: It is none of the kinds that are read here, or a row is not an object.
    """
    if path.suffix == ".parquet":
        return _parquet_rows(path)
    return _array_rows(path) if _first_character(path) == "[" else json_rows(path)


def json_rows(path: Path) -> Iterator[Row]:
    """The objects of a file of JSON lines, gzipped or not.

    Raises:
        BadInput: A line is not a JSON object.
    """
    with _open(path) as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise BadInput(
                    f"{path.name}, line {number}, is not JSON ({error}); one object a line is expected."
                ) from None
            if not isinstance(row, dict):
                raise BadInput(f"{path.name}, line {number}, is not a JSON object; one object a line is expected.")
            yield row


def hub_rows(name: str, split: str, revision: str | None) -> Iterator[Row]:
    """The rows of a data set of the Hugging Face hub, streamed.

    Args:
        name: The data set's id, with a configuration after a colon where it has several.
        split: The split.
        revision: The commit to read; None for the newest.

    Raises:
        BadInput: The hub does not give it.
    """
    from harness.pool.hub import open_dataset

    dataset, _, configuration = name.partition(":")
    try:
        rows = open_dataset(dataset, configuration or None, split, revision)
    except (OSError, ValueError) as error:  # what the datasets and hub libraries raise derives from these two
        reason = str(error).strip().split("\n")[0]
        raise BadInput(f"{name!r} is neither a file nor to be had from the Hugging Face hub ({reason}).") from error
    yield from rows


def _open(path: Path) -> Any:
    return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")


def _first_character(path: Path) -> str:
    try:
        with _open(path) as text:
            start: str = text.read(64)
    except UnicodeDecodeError:
        raise BadInput(f"{path.name} is not text; {', '.join(SUFFIXES)} are read.") from None
    return start.lstrip()[:1]


def _array_rows(path: Path) -> Iterator[Row]:
    with _open(path) as text:
        try:
            rows = json.load(text)
        except json.JSONDecodeError as error:
            raise BadInput(f"{path.name} is not JSON ({error}); an array of objects is expected.") from None
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise BadInput(f"{path.name}, element {number}, is not a JSON object; an array of objects is expected.")
        yield row


def _parquet_rows(path: Path) -> Iterator[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
    except pa.ArrowInvalid as error:
        raise BadInput(f"{path.name} is not a Parquet file ({error}).") from error
    for batch in file.iter_batches(ROWS_AT_A_TIME):
        yield from batch.to_pylist()
