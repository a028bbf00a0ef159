"""The scores and grades of a whole pool, up to some slots of each problem, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from harness.errors import BadPool
from harness.measure import graded as grading
from harness.measure.arrays import Floats
from harness.measure.graded import GradedPool
from harness.measure.scored import ScoredPool
from harness.pool.pools import Pool
from leaderboard.read import samples
from leaderboard.read.records import Entry

SAMPLES = 20_000  # about as many are read: any slots are as good as any others, and these are enough
_LEAST_SLOTS = 16
_TEXTS = 100_000  # samples up to which texts are read for their length where tokens are not known


@dataclass(frozen=True, slots=True)
class First:
    """The first samples of every problem: what all verifiers share.

    Attributes:
        graded: Their grades.
        length: Tokens, else characters, else NaN.
        unit: ``tokens``, ``characters`` or "".
        slots: Slots of each problem that were read.
    """

    graded: GradedPool
    length: Floats
    unit: str
    slots: int


def enough(problems: int) -> int:
    """How many slots of each problem are read."""
    return max(_LEAST_SLOTS, SAMPLES // max(problems, 1))


def first(pool: Pool, grades: Path, slots: int) -> First:
    """The first slots of every problem with their grades.

    Raises:
        BadPool: A file is missing or damaged, or they are not of the same samples.
    """
    wanted = ["index", *(c for c in ("tokens",) if c in pool.columns())]
    if pool.manifest.n_samples <= _TEXTS:
        wanted.append("text")
    found = _rows(slots, pool.path / "samples.parquet", wanted)
    grade = _rows(slots, grades, ["problem_id", "index", "key", "correct"])
    if not grade["index"].equals(found["index"]):
        raise BadPool(f"The grades of the pool {pool.name!r} are not of these samples. Run the pool again.")
    length, unit = _lengths(found)
    kept = {name: min(problem.slots, slots) for name, problem in pool.problems.items()}
    return First(grading.graded(list(pool.problems), kept, grade), length, unit, slots)


def scored(shared: First, pool: Pool, entry: Entry) -> ScoredPool:
    """The scores of those samples by an entry's verifier; the same for all its rules and aggregations.

    Raises:
        BadPool: They are not at hand, or not of these samples.
    """
    found = samples.of_entry(pool, entry, partial(_rows, shared.slots))
    if len(found.step_offsets) - 1 != len(shared.graded.correct):
        raise BadPool(f"The scores of {entry.label!r} are not of these samples. Run it again.")
    return found


def mean_tokens(pool: Pool) -> float | None:
    """Generated tokens of a sample on average, where the pool says so."""
    if "tokens" not in pool.columns():
        return None
    value = pc.mean(pq.read_table(pool.path / "samples.parquet", columns=["tokens"])["tokens"]).as_py()
    return None if value is None else float(value)


def _rows(slots: int, path: Path, columns: Sequence[str]) -> pa.Table:
    """Columns of the rows whose slot is one of the first; what is not kept is dropped as it is read."""
    try:
        return pq.read_table(
            path, columns=list(columns), filters=pc.field("index") < slots, page_checksum_verification=True
        )
    except (OSError, pa.ArrowException) as error:
        raise BadPool(f"{str(path)!r} cannot be read: {error}.") from error


def _lengths(found: pa.Table) -> tuple[Floats, str]:
    if "tokens" in found.column_names and found["tokens"].null_count < len(found):
        return found["tokens"].cast(pa.float64()).to_numpy().astype(np.float64), "tokens"
    if "text" in found.column_names and found["text"].null_count < len(found):
        return pc.utf8_length(found["text"]).cast(pa.float64()).to_numpy().astype(np.float64), "characters"
    return np.full(len(found), np.nan), ""
