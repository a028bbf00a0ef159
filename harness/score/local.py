"""Chunks scored in worker processes of this machine.

A worker that dies, for whatever reason, costs one chunk's work: the chunk goes to another.
"""

import math
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from harness.errors import BonbenchError, VerifierError
from harness.pool.pools import Pool
from harness.records import BatchVerifier
from harness.score.asking import Finished, given_up, here
from harness.score.job import Job, Worker, job, unpacked
from harness.score.parts import Chunk, Cost

ATTEMPTS = 3  # of one chunk, before it is taken for the cause


class LocalWorkers:
    """K processes on this machine, each with a verifier of its own: one for each GPU, or for a share of the cores.

    Args:
        workers: K.
        limit: Seconds for one chunk, and for each of its problems if it takes longer; None for no limit.
    """

    def __init__(self, workers: int, limit: float | None = None) -> None:
        self.workers, self.limit = workers, limit

    def __call__(
        self, verifier: BatchVerifier, pool: Pool, texts: Mapping[str, str], todo: Sequence[Chunk]
    ) -> Iterable[Finished]:
        """Chunks as they finish."""
        if not todo or verifier.control:
            return here(verifier, pool, texts, todo)  # not worth a process
        return self._run(job(verifier, pool, texts), pool, todo)

    def _run(self, task: Job, pool: Pool, todo: Sequence[Chunk]) -> Iterator[Finished]:
        waiting = deque(todo)
        deaths: dict[Chunk, int] = {}
        crew = [_Process(task, i, self.workers) for i in range(min(self.workers, len(todo)))]
        try:
            while waiting or any(p.chunks for p in crew):
                for depth in (0, 1):  # one chunk to score and one to prepare
                    for process in crew:
                        if len(process.chunks) == depth and waiting:
                            process.give(waiting.popleft())
                busy = [p for p in crew if p.chunks]
                late = (
                    None if self.limit is None else max(0.0, min(p.since for p in busy) + self.limit - time.monotonic())
                )
                wait([p.connection for p in busy], None if late == math.inf else late)
                for process in busy:
                    told = process.connection.poll()
                    slow = not told and self.limit is not None and time.monotonic() > process.since + self.limit
                    if not told and not slow:
                        continue
                    answer = process.answer() if told else None
                    if answer is not None:
                        if answer[1] is not None:
                            yield process.chunks.popleft(), unpacked(answer[1][0]), answer[1][1]
                        continue
                    chunk = process.chunks.popleft()
                    waiting.extendleft(reversed(process.chunks))
                    why = f"it took longer than {self.limit:g} s" if slow else _ended(process.exit_code())
                    process.end()
                    deaths[chunk] = deaths.get(chunk, 0) + 1
                    if not slow and deaths[chunk] < ATTEMPTS:
                        waiting.appendleft(chunk)
                    elif len(chunk.pieces) > 1:  # which of its problems is it?
                        waiting.extendleft(reversed(chunk.alone()))
                        deaths.update(dict.fromkeys(chunk.alone(), ATTEMPTS - 1))
                    else:
                        yield given_up(pool, chunk, why)
                    place = crew.index(process)
                    crew[place] = _Process(task, place, self.workers)
        finally:
            for process in crew:
                process.end()


def _ended(code: int | None) -> str:
    return f"the process that scored it ended with exit code {code}; memory may be short"


class _Process:
    """One worker process and the chunks that it has, the one that it scores first.

    Attributes:
        since: When it began with that one, on the monotonic clock; infinity while it is made, which may take its time.
    """

    def __init__(self, task: Job, index: int, of: int) -> None:
        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, task, index, of), daemon=True)
        self.process.start()
        theirs.close()  # so that its end closes when the process ends
        self.chunks: deque[Chunk] = deque()
        self.since = math.inf

    def give(self, chunk: Chunk) -> None:
        """Have a chunk scored."""
        if not self.chunks and self.since != math.inf:
            self.since = time.monotonic()
        self.chunks.append(chunk)
        try:
            self.connection.send(chunk)
        except (BrokenPipeError, OSError):
            return  # it died just now; ``answer`` will find that out

    def answer(self) -> tuple[str, tuple[bytes, Cost] | None] | None:
        """What it says: that it is ready, or what it found for its first chunk; None where it died.

        Raises:
            VerifierError: It could not begin, which it could not elsewhere either.
        """
        try:
            kind, value = self.connection.recv()
        except (EOFError, OSError):
            return None
        if kind == "failed":
            raise VerifierError(value)
        self.since = time.monotonic()
        return kind, value

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
    """("ready", None) once it is made, ("done", (rows, cost)) for each chunk, or at last ("failed", why)."""
    try:
        worker = Worker(task)
        yield "ready", None
        for found in worker.run(chunks):
            yield "done", found
    except BonbenchError as error:
        yield "failed", str(error)


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
