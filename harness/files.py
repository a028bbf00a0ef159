"""Files that are either whole or not there."""

import json
import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


def write_table(table: pa.Table, path: Path) -> None:
    """Write a Parquet file atomically: under another name first, then renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = _beside(path)
    pq.write_table(table, part, compression="zstd")
    os.replace(part, path)


def write_text(text: str, path: Path) -> None:
    """Write a text file atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = _beside(path)
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)


def write_json(value: Any, path: Path) -> None:
    """Write a JSON file atomically, for people to read."""
    write_text(json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True) + "\n", path)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.part")
