"""Where chunks are scored other than in this process: in worker processes of this machine (Ray: ``ray_executor``).

A worker rebuilds the verifier from its specification, makes sure that it is the same one (the fingerprint), opens the
pool, and gives back rows and costs; the parts are written here, as by any executor. A worker that dies, for whatever
reason, costs one chunk's work: the chunk goes to another.
"""

import os
import signal
import threading
import time
import traceback
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

import pyarrow as pa

from harness import registry
from harness.errors import BadInput, BonbenchError, VerifierError
from harness.pool import pools
from harness.pool.pools import Pool
from harness.records import Verifier
from harness.score.parts import Chunk, Cost
from harness.score.scoring import Executor, Finished, begin, fingerprint, finish, here

ATTEMPTS = 3  # of one chunk, before it is taken for the cause


@dataclass(frozen=True, slots=True)
class Job:
    """All that a worker needs to know.

    Attributes:
        spec: The verifier's specification.
        fingerprint: What it must turn out to be.
        pool: The pool's folder.
        texts: The problems' texts by id.
    """

    spec: str
    fingerprint: str
    pool: str
    texts: Mapping[str, str]


def make(kind: str, workers: int) -> Executor | None:
    """The executor of that kind; None for this process alone.

    Args:
        kind: ``local`` or ``ray``.
        workers: How many.

    Raises:
        BadInput: There is no such kind.
    """
    if workers < 1:
        raise BadInput(f"--workers {workers} cannot score anything; give 1 or more.")
    if kind == "local":
        return None if workers == 1 else LocalWorkers(workers)
    if kind == "ray":
        from harness.score.ray import RayWorkers

        return RayWorkers(workers)
    raise BadInput(f"There is no executor {kind!r}; use local or ray.")


def job(verifier: Verifier, pool: Pool, texts: Mapping[str, str]) -> Job:
    """What a worker needs to know to score chunks of this pool.

    Raises:
        BadInput: The verifier was made in Python, so a worker could not make it again.
    """
    spec = getattr(verifier, "spec", "")
    if not spec:
        raise BadInput(
            f"The verifier {verifier.name!r} was made in Python; workers make theirs from a specification. Name it as "
            "path/to/file.py:NAME, or score it here."
        )
    return Job(spec, fingerprint(verifier), str(pool.path.resolve()), dict(texts))


class Worker:
    """A verifier and a pool, ready to score chunks in this process.

    Args:
        task: What to score with and where.
    """

    def __init__(self, task: Job) -> None:
        self.verifier = registry.verifier(task.spec)
        found = fingerprint(self.verifier)
        if found != task.fingerprint:
            raise VerifierError(
                f"{task.spec!r} is another verifier here (fingerprint {found[:12]}) than where the run began "
                f"({task.fingerprint[:12]}): the model's files, the dtype or the code differ. Nothing was mixed."
            )
        if not Path(task.pool, "manifest.json").exists():
            raise BadInput(
                f"The pool's folder {task.pool!r} is not here; keep BONBENCH_HOME where every machine sees it."
            )
        self.pool = pools.open_pool(task.pool)
        self.texts = task.texts
        self._reading, self._scoring = threading.Lock(), threading.Lock()

    def run(self, chunks: Iterable[Chunk]) -> Iterator[tuple[bytes, Cost]]:
        """For each chunk, in order, its rows, as bytes of Arrow's format, and what they cost."""
        for _, table, cost in here(self.verifier, self.pool, self.texts, chunks):
            yield packed(table), cost

    def one(self, chunk: Chunk) -> tuple[bytes, Cost]:
        """A chunk's rows and cost. Of two threads that call this, one reads its chunk while the other's is scored."""
        with self._reading:
            begun = begin(self.verifier, self.pool, self.texts, chunk)
        with self._scoring:
            _, table, cost = finish(self.verifier, begun, since=time.monotonic())
        return packed(table), cost


def why(error: Exception) -> str:
    """What a run is told of an error in a worker: it would come again elsewhere, so nobody tries again.

    Only where memory was short does the process end, as at the hands of the system's own killer: another may have more.
    """
    if isinstance(error, MemoryError):
        os._exit(137)
    if isinstance(error, BonbenchError):
        return str(error)
    return "The verifier failed in a worker:\n" + "".join(traceback.format_exception(error))


def packed(table: pa.Table) -> bytes:
    """A table as bytes."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def unpacked(data: bytes) -> pa.Table:
    """The table that ``packed`` packed."""
    with pa.ipc.open_stream(data) as reader:
        return reader.read_all()


# ---------------------------------------------------------------------------------------------- processes


class LocalWorkers:
    """K processes on this machine, each with a verifier of its own: one for each GPU, or for a share of the cores.

    Args:
        workers: K.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def __call__(
        self, verifier: Verifier, pool: Pool, texts: Mapping[str, str], todo: Sequence[Chunk]
    ) -> Iterable[Finished]:
        """Chunks as they finish."""
        if not todo or getattr(verifier, "spec", "") in registry.controls():
            return here(verifier, pool, texts, todo)  # not worth a process
        return self._run(job(verifier, pool, texts), todo)

    def _run(self, task: Job, todo: Sequence[Chunk]) -> Iterator[Finished]:
        waiting = deque(todo)
        attempts: dict[int, int] = {}
        crew = [_Process(task, i, self.workers) for i in range(min(self.workers, len(todo)))]
        try:
            while waiting or any(p.chunks for p in crew):
                for depth in (0, 1):  # one chunk to score and one to prepare
                    for process in crew:
                        if len(process.chunks) == depth and waiting:
                            process.give(waiting.popleft())
                for connection in wait([p.connection for p in crew if p.chunks]):
                    place = next(i for i, p in enumerate(crew) if p.connection is connection)
                    answer = crew[place].answer()
                    if answer is not None:
                        yield crew[place].chunks.popleft(), unpacked(answer[0]), answer[1]
                        continue
                    chunk = crew[place].chunks[0]
                    attempts[chunk.number] = attempts.get(chunk.number, 0) + 1
                    if attempts[chunk.number] >= ATTEMPTS:
                        raise VerifierError(
                            f"{ATTEMPTS} workers died while they scored the same {chunk.size} samples (chunk "
                            f"{chunk.number}); the last with exit code {crew[place].exit_code()}. Memory may be short: "
                            "use fewer --workers or a smaller batch_tokens. What is scored is kept."
                        )
                    waiting.extendleft(reversed(crew[place].chunks))
                    crew[place].end()
                    crew[place] = _Process(task, place, self.workers)
        finally:
            for process in crew:
                process.end()


class _Process:
    """One worker process and the chunks that it has, the one that it scores first."""

    def __init__(self, task: Job, index: int, of: int) -> None:
        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, task, index, of), daemon=True)
        self.process.start()
        theirs.close()  # so that its end closes when the process ends
        self.chunks: deque[Chunk] = deque()

    def give(self, chunk: Chunk) -> None:
        """Have a chunk scored."""
        self.chunks.append(chunk)
        try:
            self.connection.send(chunk)
        except (BrokenPipeError, OSError):
            return  # it died just now; ``answer`` will find that out

    def answer(self) -> tuple[bytes, Cost] | None:
        """What it found for its first chunk; None where it died.

        Raises:
            VerifierError: The verifier failed, which it would elsewhere too.
        """
        try:
            kind, value = self.connection.recv()
        except (EOFError, OSError):
            return None
        if kind == "failed":
            raise VerifierError(value)
        found: tuple[bytes, Cost] = value
        return found

    def exit_code(self) -> int | None:
        """How it ended."""
        self.process.join(timeout=5)
        return self.process.exitcode

    def end(self) -> None:
        """End it."""
        self.connection.close()
        self.process.kill()
        self.process.join()


def _serve(connection: Connection, task: Job, index: int, of: int) -> None:
    """What a worker process does: score the chunks that it is sent, until nobody sends any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted too, and ends this process
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    _take_share(index, of)
    for answer in _answers(task, _received(connection)):
        connection.send(answer)


def _answers(task: Job, chunks: Iterable[Chunk]) -> Iterator[tuple[str, Any]]:
    """("done", (rows, cost)) for each chunk, or at last ("failed", why)."""
    try:
        for found in Worker(task).run(chunks):
            yield "done", found
    except Exception as error:  # noqa: BLE001 a verifier may raise anything; it is told, and the run stops
        yield "failed", why(error)


def _received(connection: Connection) -> Iterator[Chunk]:
    """The chunks that are sent, until the other end is closed."""
    while True:
        try:
            yield connection.recv()
        except (EOFError, OSError):
            return


def _take_share(index: int, of: int) -> None:
    """Give a worker its own GPU, if there are any, and its share of the cores; before torch is imported."""
    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    gpus = named.split(",") if named else [str(i) for i in range(len(list(Path("/dev").glob("nvidia[0-9]*"))))]
    if gpus and gpus != [""]:
        os.environ["CUDA_VISIBLE_DEVICES"] = gpus[index % len(gpus)]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(variable, str(max(1, cores // of)))
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")


def _end_with_parent(parent: int) -> None:
    """A worker whose parent was killed must not hold a GPU."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)
