"""A pool cut into chunks, and every finished chunk as one Parquet part that is either whole or not there."""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from harness import files
from harness.pool.pools import Pool
from harness.score.batching import CHUNK

SCORE_SCHEMA = pa.schema(
    [
        ("problem_id", pa.string()),
        ("index", pa.int32()),
        ("value", pa.float64()),
        ("steps", pa.list_(pa.float64())),
        ("note", pa.string()),
        ("tokens", pa.int32()),
    ]
)
SUMMED = ("tokens", "computed_tokens", "generated_tokens", "flops", "computed_flops", "seconds")
LARGEST = ("peak_memory_bytes",)

Cost = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of samples that is scored and stored together: whole problems, or a piece of a large one."""

    number: int
    pieces: tuple[tuple[str, int, int], ...]  # problem id, first sample, end

    @property
    def size(self) -> int:
        """Samples in it."""
        return sum(end - start for _, start, end in self.pieces)


def cut(pool: Pool, size: int = CHUNK) -> list[Chunk]:
    """The pool cut into chunks of about ``size`` samples; it depends on the pool alone, so that a run can continue."""
    out: list[Chunk] = []
    pieces: list[tuple[str, int, int]] = []
    held = 0
    for problem_id, entry in pool.problems.items():
        for start in range(0, entry.samples, size):
            end = min(start + size, entry.samples)
            pieces.append((problem_id, start, end))
            held += end - start
            if held >= size:
                out.append(Chunk(len(out), tuple(pieces)))
                pieces, held = [], 0
    if pieces:
        out.append(Chunk(len(out), tuple(pieces)))
    return out


def part(folder: Path, chunk: Chunk) -> Path:
    """Where a chunk's rows are once it is finished."""
    return folder / "parts" / f"part-{chunk.number:06d}.parquet"


def write_part(folder: Path, chunk: Chunk, table: pa.Table, cost: Mapping[str, Any]) -> None:
    """Keep a finished chunk."""
    files.write_json(dict(cost), part(folder, chunk).with_suffix(".cost.json"))
    files.write_table(table, part(folder, chunk))  # last: its presence means the chunk is done


def size_of(folder: Path, preferred: int) -> int:
    """Samples of a chunk: as the verifier prefers (few where each costs much), or as it began."""
    file = folder / "plan.json"
    if file.exists():
        return int(read_json(file)["chunk"])
    files.write_json({"chunk": preferred}, file)
    return preferred


def merge(folder: Path, plan: Sequence[Chunk], whole: Path) -> None:
    """One file of all parts, then no parts; whatever a killed run left half-written goes with them."""
    try:
        costs = [read_json(part(folder, c).with_suffix(".cost.json")) for c in plan]
        table = pa.concat_tables(_read_parts(folder, plan)) if plan else SCORE_SCHEMA.empty_table()
    except FileNotFoundError:
        if whole.exists():  # another run of the same scores came first
            return
        raise
    files.write_json(total_cost(costs), folder / "cost.json")
    files.write_table(table, whole)
    shutil.rmtree(folder / "parts", ignore_errors=True)  # what another run still holds open there is of no use now


def _read_parts(folder: Path, plan: Sequence[Chunk]) -> Iterator[pa.Table]:
    for chunk in plan:
        yield pq.read_table(part(folder, chunk))


def total_cost(costs: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Costs of parts added up: sums of tokens, FLOPs and seconds, the largest memory, and what else they agree on."""
    out: dict[str, Any] = {}
    for cost in costs:
        for name, value in cost.items():
            if value is None:
                continue
            if name in SUMMED:
                out[name] = out.get(name, 0) + value
            elif name in LARGEST:
                out[name] = max(out.get(name, 0), value)
            elif out.setdefault(name, value) != value:
                out[name] = "mixed"
    return out


def read_json(path: Path) -> dict[str, Any]:
    """A JSON file that we wrote."""
    value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return value
