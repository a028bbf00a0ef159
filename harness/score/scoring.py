"""What a verifier says of every sample of a pool: resumable, cached by content, never mixed.

Scores live under the pool's digest and the verifier's fingerprint. The pool is cut into chunks, the same ones every
time; each finished chunk is one Parquet part that is either whole or not there. A run that was killed continues with
the chunks that are missing, and a verifier with other options has another fingerprint and so another folder. Where the
chunks run (here, in other processes, on other machines) changes neither the parts nor the scores.
"""

import re
import tempfile
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from harness import digest, files, home, locks, plain, registry, strangers
from harness.errors import BadInput, BonbenchError, VerifierError
from harness.pool.pools import OUTCOME, PROCESS, Pool
from harness.progress import Progress
from harness.records import Problem, Verifier
from harness.score import parts
from harness.score.asking import CONTRACT, ENDED, NO_COST, RAISED, Executor, Finished, here
from harness.score.batching import batched
from harness.score.parts import Failure, Keeping

PATIENCE = {
    CONTRACT: 3,
    ENDED: 3,
    RAISED: 20,
}  # problems that failed, before a verifier that scored none is not asked again
WHOLE, INCOMPLETE = "scores.parquet", "incomplete.parquet"
LIVE = "has no source that could be read: its scores were computed anew and are not kept"


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of a pool: one row a sample, in the pool's order.

    Columns: problem_id, index, value (null where the verifier scores steps or could not judge), steps, note, tokens.

    Attributes:
        table: The rows.
        path: The file, or None for scores that the pool carries, and for those that are not kept.
        cost: Totals: tokens, FLOPs, seconds, and device, dtype, peak memory, where the verifier tells.
        failed: Problems that the verifier failed on, with the reason; the next call tries these again.
        notes: What else a reader should know, as sentences.
    """

    table: pa.Table
    path: Path | None
    cost: Mapping[str, Any] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


_DIGITS = re.compile(r"\d+")


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
        VerifierError: The verifier failed on everything.
        BadInput: It uses scores that the pool does not carry.
    """
    if verifier.carried:
        return Scores(carried(pool, verifier.carried), None)
    asked, told = batched(verifier), identity(verifier)
    size = asked.chunk_size
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        strangers.fault(verifier, f"has chunk_size = {strangers.shown(size)}", "a whole number from 1 on is expected")
    with ExitStack() as stack:
        live = told.get("source") == ""
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) if live else scores_folder(verifier, pool)
        kept = _kept(folder / WHOLE, pool)
        if not live and kept is None:
            stack.enter_context(locks.held(folder / ".lock"))
            kept = _kept(folder / WHOLE, pool)  # another process may have scored it meanwhile
        if kept is None:
            files.write_json(told, folder / "verifier.json")
            keeping = parts.Keeping(folder, parts.cut(pool, parts.size_of(folder, size)))
            _ask(
                verifier,
                keeping,
                (executor or here)(asked, pool, {p.id: p.text for p in problems}, keeping.missing),
                progress,
            )
            if keeping.failed:
                table, cost = keeping.together()
                files.write_table(table, folder / INCOMPLETE, cost)
                return _told(verifier, table, None if live else folder / INCOMPLETE, cost, keeping.failed)
            parts.merge(folder, keeping.plan, folder / WHOLE)
            (folder / INCOMPLETE).unlink(missing_ok=True)
            kept = files.read_table(folder / WHOLE, "Give the same command again.")
        return _told(verifier, kept[0], None if live else folder / WHOLE, kept[1] or {}, {})


def _kept(whole: Path, pool: Pool) -> tuple[pa.Table, Any] | None:
    """The scores of a whole pool, where they are there and as they were written."""
    return files.again(whole, parts.SCORE_SCHEMA.names, pool.manifest.n_samples)


def _ask(verifier: Verifier, keeping: Keeping, found: Iterable[Finished], progress: Progress | None) -> None:
    """Keep what is found.

    Raises:
        VerifierError: The verifier scored nothing at all; this is said early, before all has been tried.
    """
    total = sum(c.size for c in keeping.plan)
    done = total - sum(c.size for c in keeping.missing)
    if progress:
        progress(done, total, 0)
    for chunk, table, cost in found:
        keeping.add(chunk, table, cost)
        done += chunk.size
        if progress:
            progress(done, total, int(cost.get("tokens") or 0))
        if not keeping.scored and _hopeless([kind for kind, _ in keeping.failed.values()]):
            if isinstance(found, Generator):
                found.close()  # its processes end now, not when the error is forgotten
            break
    if keeping.failed and not keeping.scored:
        kind, reason = next(iter(keeping.failed.values()))
        if kind == CONTRACT:
            raise VerifierError(f"{reason}. It did so on each of the {len(keeping.failed)} problems that it was asked.")
        raise VerifierError(
            f"The verifier {verifier.name!r} failed on each of the {len(keeping.failed)} problems that it was asked, "
            f"where one score per solution is expected: {reason}."
        )


def _hopeless(kinds: Sequence[str]) -> bool:
    """Whether a verifier that scored nothing yet failed often enough, as these kinds of failures go."""
    return any(kinds.count(kind) >= patience for kind, patience in PATIENCE.items())


def _told(
    verifier: Verifier, table: pa.Table, path: Path | None, cost: Mapping[str, Any], failed: Mapping[str, Failure]
) -> Scores:
    """The scores, with what a reader should know of how they came about."""
    notes = []
    if failed:
        problem, (_, reason) = next(iter(failed.items()))
        noted = zip(table["problem_id"].to_pylist(), table["note"].to_pylist(), strict=True)
        lost = sum(p in failed and note == failed[p][1] for p, note in noted)
        notes.append(
            f"INCOMPLETE: {verifier.name!r} failed on {len(failed):,} problems ({lost:,} samples), which count as last "
            f"and are tried again by the same command; on {problem!r}: {reason}."
        )
    if NO_COST in cost:
        notes.append(f"What {verifier.name!r} cost is not known: {cost[NO_COST]}.")
    if path is None:
        notes.append(f"The verifier {verifier.name!r} {LIVE}.")
    known = {} if NO_COST in cost else cost
    return Scores(table, path, known, {p: why for p, (_, why) in failed.items()}, tuple(notes))


def scores_folder(verifier: Verifier, pool: Pool) -> Path:
    """Where the scores of this verifier, with these options, on this pool are kept."""
    return home.work_folder(pool.digest) / "scores" / fingerprint(verifier)[:16]


def identity(verifier: Verifier) -> dict[str, Any]:
    """Everything that can change the verifier's scores: what it says of itself, and the source it was made from."""
    try:
        told = dict(verifier.fingerprint())
    except BonbenchError:
        raise
    except BaseException as error:
        if strangers.interrupted(error):
            raise
        raise VerifierError(
            f"The verifier {verifier.name!r} failed at fingerprint(), where a dictionary of all that can change a "
            f"score is expected: {strangers.reason(error)}."
        ) from error
    if not strangers.is_ours(type(verifier)):
        made = registry.source(verifier.spec)  # a function there may make what stands elsewhere
        told.setdefault("source", strangers.source(type(verifier)))
        if made and told["source"] != made:
            told["source"] = f"{told['source']} {made}".strip()
    return dict(plain.masked_values(told))


def fingerprint(verifier: Verifier) -> str:
    """Hash of everything that can change the verifier's scores."""
    try:
        return digest.of_json(identity(verifier))
    except (TypeError, ValueError, RecursionError) as error:
        raise VerifierError(
            f"The fingerprint of {verifier.name!r} is not made of JSON values ({error}); return only strings, numbers, "
            "booleans, lists and dictionaries."
        ) from error


def unscored(scores: Scores, name: str, lost: str = "count as last") -> list[str]:
    """What a reader should know of the samples without a score: how many, and why, as at most one sentence.

    Args:
        scores: Of a verifier.
        name: The verifier's name.
        lost: What becomes of them.
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
    told = [repr(k[0]) if len(k) == 1 else f"{len(k):,} like {k[0]!r}" for k in ranked[:3]]
    shown = "; ".join(told) + ("; ..." if len(ranked) > 3 else "")
    return [f"{len(notes):,} of {table.num_rows:,} samples have no score by {name} and {lost}: {shown}."]


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
