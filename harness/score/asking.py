"""One chunk: read, asked about, checked. A problem that fails costs its own scores and no other's.

A verifier is somebody else's code. It may raise, exit, or answer with anything; whatever it does is told in one
sentence with the file and line of its code. A chunk in which something failed is asked again, one problem at a time.
"""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Thread
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from harness import strangers
from harness.errors import BonbenchError, VerifierError
from harness.pool.pools import Pool
from harness.records import BatchVerifier, Question, Score, Solution
from harness.score.parts import FAILED, LARGEST, SCORE_SCHEMA, SUMMED, Chunk, Cost

CONTRACT, RAISED, ENDED = "contract", "raised", "ended"  # kinds of failures
NO_COST = "no cost"  # why the cost of a chunk is not known, among its costs
_SCORE = "Score(value, steps, note, tokens) holds a number or None, a tuple of numbers, a text, and a whole number"
_ONE_EACH = "exactly one Score per solution is expected, Score(None, note=...) where it cannot judge"

Questions = Sequence[tuple[str, tuple[Solution, ...]]]
Place = tuple[pa.Table, list[int]]
Finished = tuple[Chunk, pa.Table, Cost]
Executor = Callable[[BatchVerifier, Pool, Mapping[str, str], Sequence[Chunk]], Iterable[Finished]]


class Broken(VerifierError):
    """A verifier failed on something.

    Args:
        kind: One of the kinds above.
        reason: What happened, as part of a sentence.
    """

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Begun:
    """A chunk that was read.

    Attributes:
        chunk: Which.
        started: When the reading began, on the monotonic clock.
        questions: Each problem with its distinct solutions.
        places: For each problem its samples' rows, and for each row the solution that it is.
        prepared: What the verifier made of the questions, or how it failed at that.
    """

    chunk: Chunk
    started: float
    questions: list[tuple[str, tuple[Solution, ...]]]
    places: list[tuple[pa.Table, list[int]]]
    prepared: Any


def here(verifier: BatchVerifier, pool: Pool, texts: Mapping[str, str], todo: Iterable[Chunk]) -> Iterator[Finished]:
    """The executor that runs chunks in this process, one after another.

    While one chunk is scored the next is read and prepared, so that a GPU does not wait for a tokenizer.
    """
    source = iter(todo)

    def upcoming() -> Begun | None:
        chunk = next(source, None)
        return None if chunk is None else begin(verifier, pool, texts, chunk)

    asked, later = time.monotonic(), _Ahead(upcoming)
    while (begun := later.result()) is not None:
        later = _Ahead(upcoming)
        yield finish(verifier, begun, since=asked)
        asked = time.monotonic()


class _Ahead(Thread):
    """Something done in a thread that keeps no process from ending: it may hang, or wait for a chunk forever."""

    def __init__(self, task: Callable[[], Begun | None]) -> None:
        super().__init__(daemon=True)
        self._task = task
        self._found: Begun | None = None
        self._error: BaseException | None = None
        self.start()

    def run(self) -> None:
        """Do it."""
        try:
            self._found = self._task()
        except BaseException as error:  # noqa: BLE001 it is raised where the result is asked for
            self._error = error

    def result(self) -> Begun | None:
        """What came of it."""
        self.join()
        if self._error is not None:
            raise self._error
        return self._found


def begin(verifier: BatchVerifier, pool: Pool, texts: Mapping[str, str], chunk: Chunk) -> Begun:
    """Read a chunk; identical solutions of a problem are one. This may run while another chunk is scored."""
    started = time.monotonic()
    read = []
    for problem_id, start, end in chunk.pieces:
        table = pool.of_problem(problem_id, ["problem_id", "index", "text", "steps"]).slice(start, end - start)
        read.append((texts[problem_id], table, pool.solutions(table)))
    return prepared(verifier, chunk, read, started)


def prepared(
    verifier: BatchVerifier,
    chunk: Chunk,
    read: Iterable[tuple[str, pa.Table, Iterable[Solution]]],
    started: float,
) -> Begun:
    """A chunk that was read, ready to be scored.

    Args:
        verifier: What will score it.
        chunk: Which.
        read: For each of its pieces the problem's text, the samples (``problem_id`` and ``index``), the solutions.
        started: When the reading began, on the monotonic clock.
    """
    questions: list[tuple[str, tuple[Solution, ...]]] = []
    places: list[tuple[pa.Table, list[int]]] = []
    for text, table, solutions in read:
        first: dict[Solution, int] = {}
        places.append((table, [first.setdefault(s, len(first)) for s in solutions]))
        questions.append((text, tuple(first)))
    try:
        ready = _guarded(lambda: verifier.prepare(_copies(questions)))
    except Broken as error:
        ready = error
    return Begun(chunk, started, questions, places, ready)


def finish(verifier: BatchVerifier, begun: Begun, since: float) -> Finished:
    """Score a chunk: its rows, and what they cost.

    Args:
        verifier: What scores.
        begun: The chunk, read by ``begin``.
        since: When the wait for it began. Its seconds count from there, or from the start of its reading if that was
            later: what was read while another chunk was scored is not counted twice.
    """
    before, started = _usage(verifier), max(since, begun.started)
    failed: dict[str, tuple[str, str]] = {}
    tables, broken = _answered(verifier, begun.prepared, begun.questions, begun.places)
    for question, place, piece in zip(begun.questions, begun.places, begun.chunk.pieces, strict=True) if broken else ():
        if len(begun.questions) > 1:
            own, broken = _answered(verifier, None, [question], [place])
        else:
            own = []
        if broken:
            failed[piece[0]] = broken
            own = [blank(place[0], broken[1])]
        tables += own
    after = _usage(verifier)
    cost = {k: v - (before.get(k) or 0) if k in SUMMED and v is not None else v for k, v in after.items()}
    if failed:
        cost[FAILED] = failed
    return begun.chunk, pa.concat_tables(tables), {**cost, "seconds": time.monotonic() - started}


def blank(samples: pa.Table, note: str) -> pa.Table:
    """The rows of samples that have no score."""
    n = samples.num_rows
    columns = [samples["problem_id"], samples["index"], pa.nulls(n, pa.float64()), pa.nulls(n, pa.list_(pa.float64()))]
    return pa.Table.from_arrays(
        [*columns, pa.array([note] * n, pa.string()), pa.nulls(n, pa.int32())], schema=SCORE_SCHEMA
    )


def given_up(pool: Pool, chunk: Chunk, why: str) -> Finished:
    """A chunk of one problem whose process ended without an answer."""
    problem_id, start, end = chunk.pieces[0]
    samples = pool.of_problem(problem_id, ["problem_id", "index"]).slice(start, end - start)
    return chunk, blank(samples, why), {FAILED: {problem_id: (ENDED, why)}}


def _guarded(ask: Callable[[], Any]) -> Any:
    """What somebody else's code answers.

    Raises:
        Broken: It failed. Ctrl-C, and what our own code says on purpose, come through.
    """
    try:
        return ask()
    except Broken:
        raise
    except strangers.Fault as error:
        raise Broken(CONTRACT, strangers.reason(error)) from error
    except BaseException as error:
        if strangers.interrupted(error) or (isinstance(error, BonbenchError) and strangers.ours(error)):
            raise
        raise Broken(RAISED, strangers.reason(error)) from error


def _answered(
    verifier: BatchVerifier, prepared: Any, questions: Questions, places: Sequence[Place]
) -> tuple[list[pa.Table], tuple[str, str] | None]:
    """The rows of each question; or none, and the kind of the failure and its reason.

    The error itself is let go, as it may hold memory that the next attempt needs.
    """

    def ask() -> list[pa.Table]:
        ready = verifier.prepare(_copies(questions)) if prepared is None else prepared
        answered = verifier.score_prepared(ready)
        wanted = "one list of scores for each question is expected"
        if not isinstance(answered, list | tuple):
            strangers.fault(verifier, f"returned {strangers.shown(answered)}", wanted)
        if len(answered) != len(questions):
            strangers.fault(verifier, f"answered {len(answered)} of {len(questions)} questions", wanted)
        return [_rows(verifier, *place, scores) for place, scores in zip(places, answered, strict=True)]

    try:
        if isinstance(prepared, Broken):
            raise prepared
        found: list[pa.Table] = _guarded(ask)
    except Broken as error:
        return [], (error.kind, str(error))
    return found, None


def _copies(questions: Questions) -> list[Question]:
    """The questions as a verifier may change them."""
    return [(problem, list(solutions)) for problem, solutions in questions]


def _rows(verifier: BatchVerifier, samples: pa.Table, place: Sequence[int], scores: Sequence[Score]) -> pa.Table:
    """A problem's rows, checked: one score for each solution, and none that is not a number."""
    solutions = max(place, default=-1) + 1
    if not isinstance(scores, list | tuple):
        strangers.fault(verifier, f"returned {strangers.shown(scores)} for {solutions} solutions", _ONE_EACH)
    if len(scores) != solutions:
        strangers.fault(verifier, f"returned {len(scores)} scores for {solutions} solutions", _ONE_EACH)
    if set(map(type, scores)) - {Score} and (strange := [s for s in scores if not isinstance(s, Score)]):
        strangers.fault(verifier, f"returned {strangers.shown(strange[0])} for a solution", _ONE_EACH)
    rows = [scores[i] for i in place]
    try:
        values = pa.array([s.value for s in rows], pa.float64())
        steps = pa.array([s.steps or None for s in rows], pa.list_(pa.float64()))
        notes = pa.array([s.note for s in rows], pa.string())
        tokens = pa.array([s.tokens for s in rows], pa.int32())
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        said = " ".join(str(error).split())[:100]
        strangers.fault(verifier, f"returned a Score that cannot be kept ({said})", _SCORE)
    flat = steps.flatten()
    if pc.any(pc.is_nan(values)).as_py() or pc.any(pc.is_nan(flat)).as_py():
        strangers.fault(
            verifier, "returned NaN as a score", "Score(None, note='why') is expected where it cannot judge"
        )
    if flat.null_count or pc.all(pc.is_finite(flat)).as_py() is False:
        did = f"returned {'None' if flat.null_count else 'infinity'} as the score of a step"
        strangers.fault(verifier, did, "finite numbers are expected, as their mean is taken")
    columns = [samples["problem_id"], samples["index"], values, steps, notes, tokens]
    return pa.Table.from_arrays(columns, schema=SCORE_SCHEMA)


def _usage(verifier: BatchVerifier) -> dict[str, Any]:
    """What a verifier tells of its cost; where it fails at that, why."""

    def ask() -> dict[str, Any]:
        found = verifier.usage()
        wanted = "a dictionary of names with a number, a text or None each is expected"
        if not isinstance(found, Mapping):
            strangers.fault(verifier, f"returned {strangers.shown(found)} from usage()", wanted)
        for name, value in found.items():
            number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
            text = isinstance(value, str | bool) and name not in (*SUMMED, *LARGEST)
            if not isinstance(name, str) or not (value is None or number or text):
                strangers.fault(verifier, f"tells {name} = {strangers.shown(value)} in usage()", wanted)
        return {k: v for k, v in found.items() if k not in (FAILED, NO_COST)}

    try:
        told: dict[str, Any] = _guarded(ask)
    except Broken as error:
        return {NO_COST: str(error)}
    return told
