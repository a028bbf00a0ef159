"""Trainings by name: one table each, under ``telemetry`` in the home."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from harness import digest, files, home, plain
from harness.errors import BadInput, UnknownName
from harness.telemetry.logs import FIELDS, Point, as_row

SCHEMA = pa.schema([("step", pa.int64()), *((name, pa.float64()) for name in FIELDS)])
_NAME = re.compile(r"\w[\w.-]{0,99}")
_BACK = "Read its log again with 'bonbench telemetry add'."


@dataclass(frozen=True, slots=True)
class Training:
    """One training.

    Attributes:
        name: Its name here.
        points: What was logged, by step.
        about: Where it came from: the log's file name and digest, what the rewards are called.
    """

    name: str
    points: tuple[Point, ...]
    about: Mapping[str, Any]


def folder() -> Path:
    """Where they are."""
    return home.home() / "telemetry"


def names() -> list[str]:
    """Those that there are."""
    return sorted(path.stem for path in folder().glob("*.parquet"))


def keep(name: str, points: Sequence[Point], source: Path, proxy: str = "", true: str = "") -> Training:
    """Keep a training; one of the same name is replaced.

    Args:
        name: Its name.
        points: What was logged.
        source: The log that they were read from.
        proxy: What the reward is called there, where that was said.
        true: The same for the true reward.

    Raises:
        BadInput: The name cannot be a file's.
    """
    if not _NAME.fullmatch(name):
        raise BadInput(f"{name[:80]!r} cannot name a training: use letters, digits, '.', '_' and '-', at most 100.")
    told = {"log": source.name, "sha256": digest.of_file(source), "proxy": proxy, "true": true}
    about = dict(plain.masked_values(told))
    table = pa.Table.from_pylist([as_row(point) for point in points], SCHEMA)
    folder().mkdir(parents=True, exist_ok=True)
    files.write_table(table, folder() / f"{name}.parquet", about)
    return Training(name, tuple(points), about)


def training(name: str) -> Training:
    """The training of that name.

    Raises:
        UnknownName: There is none.
        Damaged: Its file is not as it was written.
    """
    if name not in names():
        raise UnknownName("training", name, names(), "'bonbench telemetry add LOG --name NAME' reads one.")
    table, about = files.read_table(folder() / f"{name}.parquet", _BACK)
    return Training(name, tuple(Point(**row) for row in table.to_pylist()), about or {})
