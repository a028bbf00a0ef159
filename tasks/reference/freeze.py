"""Freeze the reference pools as a standard: measure every carried score and the controls, and write the cards.

    python -m tasks.reference.freeze bonbench-reference-1

A name that is frozen already can only be written again with the same numbers.
"""

import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from harness.grader.answers import GRADER
from harness.measure.protocol import PROTOCOL
from harness.pool import pools
from harness.report import cards, standard, store
from harness.version import VERSION
from tasks.reference.build import measured
from tasks.reference.origins import ORIGINS

TITLE = "The bonbench reference board"
FOLDER = Path(__file__).parent / "standards"


def freeze(name: str, folder: Path = FOLDER) -> str:
    """Measure and write; returns the snapshot's id."""
    listed: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "store.duckdb"
        for origin in ORIGINS:
            pool = pools.open_pool(origin.name)
            results = measured(pool)
            store.write(path, results)
            with store.reading(path) as connection:
                found += [cards.card(connection, result.run.run_id) for result in results]
            run = asdict(results[0].run)
            listed.append(
                {k: run[k] for k in ("pool", "pool_digest", "task", "task_version", "ns", "slots", "n_problems")}
            )
            print(f"{origin.name}: {len(results)} verifiers", flush=True)
    values = {
        "name": name, "title": TITLE, "protocol": PROTOCOL, "grader": GRADER, "version": VERSION, "pools": listed
    }  # fmt: skip
    return standard.freeze(folder / name, values, found)


if __name__ == "__main__":
    print(freeze(sys.argv[1]))
