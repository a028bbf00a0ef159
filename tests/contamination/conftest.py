"""Problems, and training files in several layouts, all invented."""

import gzip
import json

import pytest

from harness.contamination.search import Limits, Search
from harness.pool import sources
from worlds.barn import PROBLEMS


@pytest.fixture
def training(tmp_path):
    """Write records as JSON lines, gzipped where the name says so."""

    def write(name, rows):
        text = "".join(json.dumps(row) + "\n" for row in rows)
        path = tmp_path / name
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return path

    return write


@pytest.fixture
def look():
    """Search files for the three problems: id -> kind -> (share, line, records)."""

    def find(*paths, field="", **limits):
        search = Search(PROBLEMS, Limits(**limits))
        for path in paths:
            search.read(sources.records(path), field)
        return {
            PROBLEMS[i].id: {kind: (hit.share, hit.line, hit.records) for kind, hit in of.items()}
            for i, of in search.hits.items()
        }

    return find
