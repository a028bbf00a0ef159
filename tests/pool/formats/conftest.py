"""Files in each upstream's layout, with invented content, and what the formats make of them."""

import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from harness import registry
from harness.pool import formats, sources
from harness.pool.formats import Described, Entry, Stated
from harness.pool.importing import About, import_pool
from harness.pool.pools import Pool
from harness.pool.sources import Reject


@dataclass
class Found:
    """What a format found, sorted by kind."""

    entries: list[Entry] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    stated: list[Stated] = field(default_factory=list)
    named: list[Described] = field(default_factory=list)

    @property
    def samples(self):
        return [entry.sample for entry in self.entries]

    @property
    def problems(self):
        return [entry.problem for entry in self.entries]

    def reasons(self) -> list[str]:
        return [reject.reason for reject in self.rejects]


def lines(path: Path, rows: Iterable[Mapping[str, Any] | str]) -> Path:
    """A JSON lines file of these rows, gzipped where its name says so; a text stands as it is."""
    text = "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def found_in(format_name: str, *places: Path | str, **options: Any):
    """Everything that a format finds in files or folders."""
    form = registry.pool_format(format_name)
    files = sources.expand(places, getattr(form, "FILES", ()))
    hub = sources.HubOptions(split=form.SPLIT)
    return formats.read(form, files, lambda file: sources.records(file, hub), options)


@pytest.fixture
def write(tmp_path):
    """Write rows as JSON lines to a file of this name."""
    return lambda name, rows: lines(tmp_path / name, rows)


@pytest.fixture
def items():
    """Everything that a format finds in files or folders, as it comes."""
    return found_in


@pytest.fixture
def take():
    """What a format finds: entries, rejects, statements and named problems."""

    def take(format_name: str, *places: Path | str, **options: Any) -> Found:
        found = Found()
        for item in found_in(format_name, *places, **options):
            kinds = {Entry: found.entries, Reject: found.rejects, Stated: found.stated, Described: found.named}
            kinds[type(item)].append(item)
        return found

    return take


@pytest.fixture
def pool(home):
    """Import files as a pool whose problems are its own."""

    def pool(format_name: str, *places: Path | str, options: Mapping[str, Any] | None = None, **about: Any) -> Pool:
        entries = found_in(format_name, *places, **(options or {}))
        slots = registry.pool_format(format_name).SLOTS
        name = f"p{len(list(home.glob('pools/*')))}"
        return import_pool(name, entries, About(task_name="made", format_slots=slots, **about))

    return pool
