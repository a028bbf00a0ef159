"""What a whole pool is searched for: a text, grades that are undecided, labels that disagree with the source's."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from harness.errors import BadPool
from harness.pool.pools import Pool

_AT_ONCE = 2  # row groups that are searched at a time


@dataclass(frozen=True, slots=True)
class Marks:
    """Samples worth a second look, counted by problem; problems without any are left out.

    Attributes:
        undecided: Samples with an answer and no grade.
        disagreeing: Samples that the source calls right and the grader wrong, or the other way round.
    """

    undecided: dict[str, int]
    disagreeing: dict[str, int]


def marks(pool: Pool, grades: Path) -> Marks:
    """Count them, from three columns of the grades and one of the samples.

    Raises:
        BadPool: A file is missing or damaged, or they are not of the same samples.
    """
    given = _columns(pool.path / "samples.parquet", ["index", "given_correct"])
    grade = _columns(grades, ["problem_id", "index", "key", "correct"])
    if not grade["index"].equals(given["index"]):
        raise BadPool(f"The grades of the pool {pool.name!r} are not of these samples. Run the pool again.")
    answered = pc.is_valid(grade["key"])
    undecided = pc.and_(answered, pc.is_null(grade["correct"]))
    ours = pc.fill_null(grade["correct"], fill_value=False)  # without an answer a sample is wrong
    said = pc.fill_null(pc.not_equal(given["given_correct"], ours), fill_value=False)
    return Marks(_counted(grade["problem_id"], undecided), _counted(grade["problem_id"], pc.and_not(said, undecided)))


def find(pool: Pool, text: str) -> dict[str, tuple[int, ...]]:
    """The problems in which a text stands, in capitals or not: the slots of the solutions that have it.

    A problem whose own text alone has it comes with no slot.

    Raises:
        BadPool: A file is missing or damaged.
    """
    out: dict[str, list[int]] = {}
    for name, kept in pool.problems.items():
        if text.casefold() in kept.problem.text.casefold():
            out[name] = []
    path = pool.path / "samples.parquet"
    try:
        count = pq.read_metadata(path).num_row_groups
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            for names, slots in threads.map(lambda group: _in_group(path, group, text), range(count)):
                for name, slot in zip(names, slots, strict=True):
                    out.setdefault(name, []).append(slot)
    except (OSError, pa.ArrowException) as error:
        raise BadPool(f"{str(path)!r} cannot be read: {error}.") from error
    return {name: tuple(slots) for name, slots in out.items()}


def _in_group(path: Path, group: int, text: str) -> tuple[Sequence[str], Sequence[int]]:
    """Problem and slot of the samples of a row group that hold the text; where it is kept in steps, in one of them."""
    file = pq.ParquetFile(path)
    whole = file.read_row_group(group, columns=["text"])["text"]
    has = pc.match_substring(whole, text, ignore_case=True)
    if whole.null_count:
        steps = pc.binary_join(file.read_row_group(group, columns=["steps"])["steps"], "\n")
        has = pc.fill_null(pc.coalesce(has, pc.match_substring(steps, text, ignore_case=True)), fill_value=False)
    if not pc.any(has).as_py():
        return (), ()
    found = file.read_row_group(group, columns=["problem_id", "index"]).filter(has)
    return found["problem_id"].to_pylist(), found["index"].to_pylist()


def _columns(path: Path, names: Sequence[str]) -> pa.Table:
    try:
        return pq.read_table(path, columns=list(names), page_checksum_verification=True)
    except (OSError, pa.ArrowException) as error:
        raise BadPool(f"{str(path)!r} cannot be read: {error}.") from error


def _counted(names: pa.ChunkedArray, those: pa.ChunkedArray) -> dict[str, int]:
    found: Iterable[dict[str, int]] = pc.value_counts(names.filter(those)).to_pylist()
    return {str(row["values"]): row["counts"] for row in found}
