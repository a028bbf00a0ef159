"""A pool cut into chunks, and every finished chunk as one Parquet part that is either whole or not there."""

import os
import shutil
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from harness import files, plain
from harness.errors import Damaged
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
FAILED = "failed problems"  # among the costs: for each problem of the chunk that failed, its kind and its reason

Cost = Mapping[str, Any]
Failure = tuple[str, str]  # its kind, its reason


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of samples that is scored and stored together: whole problems, or a piece of a large one."""

    number: int
    pieces: tuple[tuple[str, int, int], ...]  # problem id, first sample, end

    @property
    def size(self) -> int:
        """Samples in it."""
        return sum(end - start for _, start, end in self.pieces)

    def only(self, problems: Container[str]) -> "Chunk":
        """What of it is of these problems."""
        return Chunk(self.number, tuple(piece for piece in self.pieces if piece[0] in problems))

    def alone(self) -> list["Chunk"]:
        """Each of its problems as a chunk of its own."""
        return [Chunk(self.number, (piece,)) for piece in self.pieces]


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
    if any(table["note"].to_pylist()):
        notes = pa.array([note and plain.masked(note) for note in table["note"].to_pylist()], pa.string())
        table = table.set_column(table.column_names.index("note"), "note", notes)
    files.write_table(table, part(folder, chunk), plain.masked_values(dict(cost)))


class Keeping:
    """The finished chunks of a plan, on disk; what failed in one is asked again, and only that.

    Args:
        folder: Where they are.
        plan: All chunks.
    """

    def __init__(self, folder: Path, plan: Sequence[Chunk]) -> None:
        self.folder, self.plan = folder, plan
        self._failed: dict[int, Mapping[str, Failure]] = {
            c.number: (kept[1] or {}).get(FAILED, {}) for c in plan if (kept := read_part(folder, c)) is not None
        }
        self.scored = sum(len(c.pieces) - len(self._failed.get(c.number, c.pieces)) for c in plan)
        self._pieces: dict[int, list[tuple[Chunk, pa.Table, Cost]]] = {}

    @property
    def missing(self) -> list[Chunk]:
        """What there is to ask."""
        rest = [c.only(self._failed[c.number]) if c.number in self._failed else c for c in self.plan]
        return [c for c in rest if c.pieces]

    @property
    def failed(self) -> dict[str, Failure]:
        """The problems that failed."""
        held = [cost.get(FAILED, {}) for pieces in self._pieces.values() for _, _, cost in pieces]
        return {problem: why for some in (*self._failed.values(), *held) for problem, why in some.items()}

    def add(self, chunk: Chunk, table: pa.Table, cost: Cost) -> None:
        """Keep a chunk, or what was missing of one, or a piece of that; a part is written once it is whole."""
        whole = self.plan[chunk.number]
        self.scored += len(chunk.pieces) - len(cost.get(FAILED, {}))
        if chunk != whole:
            held = self._pieces.setdefault(chunk.number, [])
            held.append((chunk, table, cost))
            wanted = self._failed.get(chunk.number) or [piece[0] for piece in whole.pieces]
            if not set(wanted) <= {piece[0] for c, _, _ in held for piece in c.pieces}:
                return
            table, cost = self._put_together(whole, self._pieces.pop(chunk.number))
        write_part(self.folder, whole, table, cost)
        self._failed[chunk.number] = cost.get(FAILED, {})

    def _put_together(self, whole: Chunk, held: Sequence[tuple[Chunk, pa.Table, Cost]]) -> tuple[pa.Table, Cost]:
        of = {piece[0]: table for chunk, table, _ in held for piece in chunk.pieces}
        costs = [cost for _, _, cost in held]
        if whole.number in self._failed:
            before, cost = _read(self.folder, whole)
            of = {**{piece[0]: before for piece in whole.pieces}, **of}
            costs.append(cost)
        rows = [of[piece[0]].filter(pc.equal(of[piece[0]]["problem_id"], piece[0])) for piece in whole.pieces]
        failed = {p: why for _, _, cost in held for p, why in cost.get(FAILED, {}).items()}
        return pa.concat_tables(rows), total_cost(costs) | ({FAILED: failed} if failed else {})

    def together(self) -> tuple[pa.Table, dict[str, Any]]:
        """All rows so far, where something failed in some chunks, and what they cost."""
        return _together(self.folder, self.plan)


def read_part(folder: Path, chunk: Chunk) -> tuple[pa.Table, Cost] | None:
    """A finished chunk's rows and cost; None where it has to be scored, also because it was damaged."""
    return files.again(part(folder, chunk), SCORE_SCHEMA.names, chunk.size)


def _read(folder: Path, chunk: Chunk) -> tuple[pa.Table, Cost]:
    return files.read_table(part(folder, chunk), "Give the same command again: it is scored anew.")


def _together(folder: Path, plan: Sequence[Chunk]) -> tuple[pa.Table, dict[str, Any]]:
    found = [_read(folder, chunk) for chunk in plan]
    table = pa.concat_tables([table for table, _ in found]) if found else SCORE_SCHEMA.empty_table()
    return table, total_cost(cost for _, cost in found)


def size_of(folder: Path, preferred: int) -> int:
    """Samples of a chunk: as the verifier prefers (few where each costs much), or as it began."""
    file = folder / "plan.json"
    if os.path.lexists(file):
        try:
            held = files.read_json(file, "")
            held = files.unsealed(held, file, "") if isinstance(held, dict) else {}
            if not isinstance(held.get("chunk"), int):
                raise Damaged(file, "it states no size of a chunk", "")
        except Damaged as error:
            for left in (file, folder / "parts"):  # nobody knows how these were cut
                if left.exists():
                    files.set_aside(left, error)
        else:
            return int(held["chunk"])
    elif any((folder / "parts").glob("part-*.parquet")):
        files.set_aside(folder / "parts", Damaged(file, "the plan of its parts is missing", ""))
    files.write_json(files.sealed({"chunk": preferred}), file)
    return preferred


def merge(folder: Path, plan: Sequence[Chunk], whole: Path) -> None:
    """One file of all parts, then no parts; whatever a killed run left half-written goes with them."""
    try:
        table, cost = _together(folder, plan)
    except Damaged:
        if whole.exists():  # another run of the same scores came first
            return
        raise
    files.write_table(table, whole, cost)
    shutil.rmtree(folder / "parts", ignore_errors=True)  # what another run still holds open there is of no use now


def total_cost(costs: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Costs of parts added up: sums of tokens, FLOPs and seconds, the largest memory, and what else they agree on."""
    out: dict[str, Any] = {}
    for cost in costs:
        for name, value in cost.items():
            if value is None or name == FAILED:
                continue
            if name in SUMMED:
                out[name] = out.get(name, 0) + value
            elif name in LARGEST:
                out[name] = max(out.get(name, 0), value)
            elif out.setdefault(name, value) != value:
                out[name] = "mixed"
    return out
