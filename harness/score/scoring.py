"""What a verifier says of every sample of a pool: resumable, cached by content, never mixed.

Scores live under the pool's digest and the verifier's fingerprint. The pool is cut into chunks, the same ones every
time; each finished chunk is one Parquet part that is either whole or not there. A run that was killed continues with
the chunks that are missing, and a verifier with other options has another fingerprint and so another folder. Where the
chunks run (here, in other processes, on other machines) changes neither the parts nor the scores.
"""

import math
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from harness import digest, files, home
from harness.errors import BadInput, VerifierError
from harness.pool.pools import OUTCOME, PROCESS, Pool
from harness.progress import Progress
from harness.records import BatchVerifier, Problem, Question, Score, Solution, Verifier
from harness.score import parts
from harness.score.batching import batched
from harness.score.parts import SUMMED, Chunk, Cost


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


_DIGITS = re.compile(r"\d+")

Finished = tuple[Chunk, pa.Table, Cost]
Executor = Callable[[BatchVerifier, Pool, Mapping[str, str], Sequence[Chunk]], Iterable[Finished]]


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
    asked, folder = batched(verifier), scores_folder(verifier, pool)
    whole = folder / "scores.parquet"
    if whole.exists():
        return _finished(whole)
    files.write_json(dict(verifier.fingerprint()), folder / "verifier.json")
    plan = parts.cut(pool, parts.size_of(folder, asked.chunk_size))
    pending = [c for c in plan if not parts.part(folder, c).exists()]
    total = sum(c.size for c in plan)
    done = total - sum(c.size for c in pending)
    if progress:
        progress(done, total, 0)
    texts = {p.id: p.text for p in problems}
    for chunk, table, cost in (executor or here)(asked, pool, texts, pending):
        parts.write_part(folder, chunk, table, cost)
        done += chunk.size
        if progress:
            progress(done, total, int(cost.get("tokens") or 0))
    parts.merge(folder, plan, whole)
    return _finished(whole)


def here(verifier: BatchVerifier, pool: Pool, texts: Mapping[str, str], todo: Iterable[Chunk]) -> Iterator[Finished]:
    """The executor that runs chunks in this process, one after another.

    While one chunk is scored the next is read and prepared, so that a GPU does not wait for a tokenizer.
    """
    source = iter(todo)

    def upcoming() -> Begun | None:
        chunk = next(source, None)
        return None if chunk is None else begin(verifier, pool, texts, chunk)

    ahead = ThreadPoolExecutor(max_workers=1)
    try:
        asked, later = time.monotonic(), ahead.submit(upcoming)
        while (begun := later.result()) is not None:
            later = ahead.submit(upcoming)
            yield finish(verifier, begun, since=asked)
            asked = time.monotonic()
    finally:
        ahead.shutdown(wait=False, cancel_futures=True)  # ``todo`` may be waiting for a chunk that will never come


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


@dataclass(frozen=True, slots=True)
class Begun:
    """A chunk that was read.

    Attributes:
        chunk: Which.
        started: When the reading began, on the monotonic clock.
        questions: Each problem with its distinct solutions.
        places: For each problem its samples' rows, and for each row the solution that it is.
        prepared: What the verifier made of the questions.
    """

    chunk: Chunk
    started: float
    questions: list[Question]
    places: list[tuple[pa.Table, list[int]]]
    prepared: Any


def begin(verifier: BatchVerifier, pool: Pool, texts: Mapping[str, str], chunk: Chunk) -> Begun:
    """Read a chunk; identical solutions of a problem are one. This may run while another chunk is scored."""
    started = time.monotonic()
    questions: list[Question] = []
    places: list[tuple[pa.Table, list[int]]] = []
    for problem_id, start, end in chunk.pieces:
        table = pool.of_problem(problem_id, ["problem_id", "index", "text", "steps"]).slice(start, end - start)
        first: dict[Solution, int] = {}
        places.append((table, [first.setdefault(s, len(first)) for s in pool.solutions(table)]))
        questions.append((texts[problem_id], list(first)))
    return Begun(chunk, started, questions, places, verifier.prepare(questions))


def finish(verifier: BatchVerifier, begun: Begun, since: float) -> Finished:
    """Score a chunk: its rows, and what they cost.

    Args:
        verifier: What scores.
        begun: The chunk, read by ``begin``.
        since: When the wait for it began. Its seconds count from there, or from the start of its reading if that was
            later: what was read while another chunk was scored is not counted twice.
    """
    before, started = verifier.usage(), max(since, begun.started)
    answered = _ask(verifier, begun)
    tables = []
    for (table, place), scores in zip(begun.places, answered, strict=True):
        rows = [scores[i] for i in place]
        columns = [
            table["problem_id"],
            table["index"],
            pa.array([s.value for s in rows], pa.float64()),
            pa.array([s.steps or None for s in rows], pa.list_(pa.float64())),
            pa.array([s.note for s in rows], pa.string()),
            pa.array([s.tokens for s in rows], pa.int32()),
        ]
        tables.append(pa.Table.from_arrays(columns, schema=parts.SCORE_SCHEMA))
    after = verifier.usage()
    cost = {k: v - (before.get(k) or 0) if k in SUMMED and v is not None else v for k, v in after.items()}
    return begun.chunk, pa.concat_tables(tables), {**cost, "seconds": time.monotonic() - started}


def _ask(verifier: BatchVerifier, begun: Begun) -> list[list[Score]]:
    """The verifier's scores, checked: one for each solution, and none that is not a number."""
    answered = verifier.score_prepared(begun.prepared)
    if len(answered) != len(begun.questions):
        raise VerifierError(
            f"{verifier.name!r} answered {len(answered)} of {len(begun.questions)} questions; one list of scores for "
            "each question is expected."
        )
    for (_, solutions), scores in zip(begun.questions, answered, strict=True):
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
        tables.append(pa.Table.from_arrays(columns, schema=parts.SCORE_SCHEMA))
    return pa.concat_tables(tables)


def _finished(whole: Path) -> Scores:
    return Scores(pq.read_table(whole), whole, parts.read_json(whole.with_name("cost.json")))
