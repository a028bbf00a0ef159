"""What a verifier says of every sample of a pool: resumable, cached by content, never mixed.

Scores live under the pool's digest and the verifier's fingerprint. The pool is cut into chunks, the same ones every
time; each finished chunk is one Parquet part that is either whole or not there. A run that was killed continues with
the chunks that are missing, and a verifier with other options has another fingerprint and so another folder. Where the
chunks run (here, in other processes, on other machines) changes neither the parts nor the scores.
"""

import json
import math
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from harness import digest, files, home
from harness.errors import BadInput, VerifierError
from harness.pools import OUTCOME, PROCESS, Pool
from harness.records import Problem, Score, Solution, Verifier

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
CHUNK = 512
_SUMMED = ("tokens", "computed_tokens", "generated_tokens", "flops", "computed_flops", "seconds")
_LARGEST = ("peak_memory_bytes",)
_DIGITS = re.compile(r"\d+")

Cost = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of a pool: one row a sample, in the pool's order.

    Columns: problem_id, index, value (null where the verifier scores steps or could not judge), steps, note, tokens.

    Attributes:
        table: The rows.
        path: The file, or None for scores that the pool carries.
        cost: Totals: tokens, FLOPs, seconds, and device, dtype, peak memory, where the verifier tells.
    """

    table: pa.Table
    path: Path | None
    cost: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of samples that is scored and stored together: whole problems, or a piece of a large one."""

    number: int
    pieces: tuple[tuple[str, int, int], ...]  # problem id, first sample, end

    @property
    def size(self) -> int:
        """Samples in it."""
        return sum(end - start for _, start, end in self.pieces)


Progress = Callable[[int, int, int], None]
Finished = tuple[Chunk, pa.Table, Cost]
Executor = Callable[[Verifier, Pool, Mapping[str, str], Sequence[Chunk]], Iterable[Finished]]


def score(
    verifier: Verifier,
    pool: Pool,
    problems: Sequence[Problem],
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> Scores:
    """The scores of every sample, from the cache as far as they are there.

    Args:
        verifier: What scores.
        pool: The samples.
        problems: Their texts, in the pool's order.
        progress: Called with (solutions done, solutions in all, tokens processed now).
        executor: Runs the chunks that are missing and yields them as they finish, in any order; by default they run
            here. It is called with the verifier, the pool, the problems' texts by id, and the chunks.

    Raises:
        VerifierError: The verifier broke its contract.
        BadInput: It uses scores that the pool does not carry.
    """
    if verifier.carried:
        return Scores(carried(pool, verifier.carried), None)
    folder = scores_folder(verifier, pool)
    whole = folder / "scores.parquet"
    if whole.exists():
        return _finished(whole)
    files.write_json(dict(verifier.fingerprint()), folder / "verifier.json")
    plan = chunks(pool, _chunk_size(folder, verifier))
    pending = [c for c in plan if not _part(folder, c).exists()]
    total = sum(c.size for c in plan)
    done = total - sum(c.size for c in pending)
    if progress:
        progress(done, total, 0)
    texts = {p.id: p.text for p in problems}
    for chunk, table, cost in (executor or here)(verifier, pool, texts, pending):
        _write_part(folder, chunk, table, cost)
        done += chunk.size
        if progress:
            progress(done, total, int(cost.get("tokens") or 0))
    return _merge(folder, plan, whole)


def here(verifier: Verifier, pool: Pool, texts: Mapping[str, str], todo: Sequence[Chunk]) -> Iterable[Finished]:
    """The executor that runs chunks in this process, one after another."""
    for chunk in todo:
        yield chunk, *score_chunk(verifier, pool, texts, chunk)


def scores_folder(verifier: Verifier, pool: Pool) -> Path:
    """Where the scores of this verifier, with these options, on this pool are kept."""
    return home.work_folder(pool.digest) / "scores" / fingerprint(verifier)[:16]


def fingerprint(verifier: Verifier) -> str:
    """Hash of everything that can change the verifier's scores."""
    try:
        return digest.of_json(dict(verifier.fingerprint()))
    except (TypeError, ValueError) as error:
        raise VerifierError(
            f"The fingerprint of {verifier.name!r} is not made of JSON values ({error}); return only strings, numbers, "
            "booleans, lists and dictionaries."
        ) from error


def chunks(pool: Pool, size: int = CHUNK) -> list[Chunk]:
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


def score_chunk(
    verifier: Verifier, pool: Pool, texts: Mapping[str, str], chunk: Chunk
) -> tuple[pa.Table, dict[str, Any]]:
    """Score one chunk in this process; identical solutions of a problem are scored once.

    Args:
        verifier: What scores.
        pool: The samples.
        texts: The problems' texts by id.
        chunk: Which samples.

    Returns:
        The rows, and what they cost.
    """
    before, started = _usage(verifier), time.monotonic()
    questions: list[tuple[str, list[Solution]]] = []
    places: list[tuple[pa.Table, list[int]]] = []
    for problem_id, start, end in chunk.pieces:
        table = pool.of_problem(problem_id, ["problem_id", "index", "text", "steps"]).slice(start, end - start)
        first: dict[Solution, int] = {}
        places.append((table, [first.setdefault(s, len(first)) for s in pool.solutions(table)]))
        questions.append((texts[problem_id], list(first)))
    answered = _ask(verifier, questions)
    tables = []
    for (table, place), scores in zip(places, answered, strict=True):
        rows = [scores[i] for i in place]
        columns = [
            table["problem_id"],
            table["index"],
            pa.array([s.value for s in rows], pa.float64()),
            pa.array([s.steps or None for s in rows], pa.list_(pa.float64())),
            pa.array([s.note for s in rows], pa.string()),
            pa.array([s.tokens for s in rows], pa.int32()),
        ]
        tables.append(pa.Table.from_arrays(columns, schema=SCORE_SCHEMA))
    after = _usage(verifier)
    cost = {k: v - (before.get(k) or 0) if k in _SUMMED and v is not None else v for k, v in after.items()}
    return pa.concat_tables(tables), {**cost, "seconds": time.monotonic() - started}


def _ask(verifier: Verifier, questions: Sequence[tuple[str, Sequence[Solution]]]) -> list[Sequence[Score]]:
    """The verifier's scores, checked: one for each solution, and none that is not a number."""
    many = getattr(verifier, "score_many", None)
    answered = list(many(questions)) if many else [verifier.score(text, solutions) for text, solutions in questions]
    for (_, solutions), scores in zip(questions, answered, strict=True):
        if len(scores) != len(solutions):
            raise VerifierError(
                f"{verifier.name!r} returned {len(scores)} scores for {len(solutions)} solutions; exactly one Score "
                "per solution is expected, Score(None, note=...) where it cannot judge."
            )
        for one in scores:
            values = (*one.steps, *(() if one.value is None else (one.value,)))
            if any(math.isnan(v) for v in values):
                raise VerifierError(
                    f"{verifier.name!r} returned NaN as a score; return Score(None, note='why') where it cannot judge."
                )
    return answered


def unscored(scores: Scores, name: str) -> list[str]:
    """What a reader should know of the samples without a score: how many, and why, as at most one sentence.

    Args:
        scores: Of a verifier.
        name: The verifier's name.
    """
    table = scores.table
    missing = pc.and_(pc.is_null(table["value"]), pc.is_null(table["steps"]))
    notes = table.filter(missing)["note"].to_pylist()
    if not notes:
        return []
    kinds: dict[str, list[str]] = {}
    for note in notes:
        kinds.setdefault(_DIGITS.sub("#", note or ""), []).append(note or "no reason given")
    ranked = sorted(kinds.values(), key=len, reverse=True)
    shown = "; ".join(f"{len(kind):,} like {kind[0]!r}" for kind in ranked[:3]) + ("; ..." if len(ranked) > 3 else "")
    return [f"{len(notes):,} of {table.num_rows:,} samples have no score by {name} and count as last: {shown}."]


def carried(pool: Pool, name: str) -> pa.Table:
    """The scores that a pool carries under this name, in the form of computed ones.

    Raises:
        BadInput: It carries none of that name.
    """
    kind = pool.manifest.scores.get(name)
    if kind is None:
        known = ", ".join(pool.manifest.scores) or "none"
        raise BadInput(f"The pool {pool.name!r} carries no scores called {name!r}; it carries: {known}.")
    column = (OUTCOME if kind == "outcome" else PROCESS) + name
    tables = []
    for problem_id, table in pool.batches(["index", column]):
        n = table.num_rows
        columns = [
            pa.array([problem_id] * n, pa.string()),
            table["index"],
            table[column] if kind == "outcome" else pa.nulls(n, pa.float64()),
            table[column] if kind == "process" else pa.nulls(n, pa.list_(pa.float64())),
            pa.array([""] * n, pa.string()),
            pa.nulls(n, pa.int32()),
        ]
        tables.append(pa.Table.from_arrays(columns, schema=SCORE_SCHEMA))
    return pa.concat_tables(tables)


# ---------------------------------------------------------------------------------------------- parts on disk


def _part(folder: Path, chunk: Chunk) -> Path:
    return folder / "parts" / f"part-{chunk.number:06d}.parquet"


def _write_part(folder: Path, chunk: Chunk, table: pa.Table, cost: Mapping[str, Any]) -> None:
    files.write_json(dict(cost), _part(folder, chunk).with_suffix(".cost.json"))
    files.write_table(table, _part(folder, chunk))  # last: its presence means the chunk is done


def _chunk_size(folder: Path, verifier: Verifier) -> int:
    """Samples of a chunk: as the verifier prefers (few where each costs much), and as it began."""
    file = folder / "plan.json"
    if file.exists():
        return int(_read_json(file)["chunk"])
    size = int(getattr(verifier, "chunk_size", CHUNK))
    files.write_json({"chunk": size}, file)
    return size


def _merge(folder: Path, plan: Sequence[Chunk], whole: Path) -> Scores:
    """One file of all parts, then no parts; whatever a killed run left half-written goes with them."""
    try:
        costs = [_read_json(_part(folder, c).with_suffix(".cost.json")) for c in plan]
        table = pa.concat_tables(_read_parts(folder, plan)) if plan else SCORE_SCHEMA.empty_table()
    except FileNotFoundError:
        if whole.exists():  # another run of the same scores came first
            return _finished(whole)
        raise
    files.write_json(total_cost(costs), folder / "cost.json")
    files.write_table(table, whole)
    shutil.rmtree(folder / "parts", ignore_errors=True)  # what another run still holds open there is of no use now
    return _finished(whole)


def _read_parts(folder: Path, plan: Sequence[Chunk]) -> Iterator[pa.Table]:
    for chunk in plan:
        yield pq.read_table(_part(folder, chunk))


def total_cost(costs: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Costs of parts added up: sums of tokens, FLOPs and seconds, the largest memory, and what else they agree on."""
    out: dict[str, Any] = {}
    for cost in costs:
        for name, value in cost.items():
            if value is None:
                continue
            if name in _SUMMED:
                out[name] = out.get(name, 0) + value
            elif name in _LARGEST:
                out[name] = max(out.get(name, 0), value)
            elif out.setdefault(name, value) != value:
                out[name] = "mixed"
    return out


def _read_json(path: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return value


def _finished(whole: Path) -> Scores:
    return Scores(pq.read_table(whole), whole, _read_json(whole.with_name("cost.json")))


def _usage(verifier: Verifier) -> dict[str, Any]:
    usage = getattr(verifier, "usage", None)
    return dict(usage()) if usage else {}
