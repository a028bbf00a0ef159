"""Where things live: ``BONBENCH_HOME``, by default ``.bonbench`` in the working directory.

    pools/NAME/            manifest.json, problems.parquet, samples.parquet, rejects.jsonl
    work/DIGEST/grades/    one Parquet file per grader version and set of right answers
    work/DIGEST/scores/    one folder per verifier fingerprint
    generating/NAME/       shards of a pool that is being generated
    telemetry/             one Parquet file per training whose log was read
    contamination/         one JSON report per search for a task's problems in training data
    results.duckdb         the store

Grades and scores are kept by the pool's digest, not beside the pool: a pool that ships with the package may be
read-only, and the same samples under two names are worked on once.
"""

import os
from pathlib import Path

from harness.errors import BadInput


def home() -> Path:
    """The folder everything lives under; it need not exist yet.

    Raises:
        BadInput: A file stands there.
    """
    folder = Path(os.environ.get("BONBENCH_HOME", ".bonbench")).expanduser()
    if folder.is_file():
        raise BadInput(f"BONBENCH_HOME is {str(folder)!r}, a file; a folder was expected. Name another.")
    return folder


def pools_folder() -> Path:
    """Where imported pools are."""
    return home() / "pools"


def work_folder(digest: str) -> Path:
    """Where the grades and scores of the pool with this digest are."""
    return home() / "work" / digest[:16]


def default_store() -> Path:
    """The results database used unless another is named."""
    return home() / "results.duckdb"
