"""Chunks scored in worker processes of this machine.

A worker that dies, for whatever reason, costs one chunk's work: the chunk goes to another.
"""

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

from harness.errors import VerifierError
from harness.pool.pools import Pool
from harness.records import BatchVerifier
from harness.score.job import Job, Worker, job, unpacked, why
from harness.score.parts import Chunk, Cost
from harness.score.scoring import Finished, here

ATTEMPTS = 3  # of one chunk, before it is taken for the cause


class LocalWorkers:
    """K processes on this machine, each with a verifier of its own: one for each GPU, or for a share of the cores.

    Args:
        workers: K.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def __call__(
        self, verifier: BatchVerifier, pool: Pool, texts: Mapping[str, str], todo: Sequence[Chunk]
    ) -> Iterable[Finished]:
        """Chunks as they finish."""
        if not todo or verifier.control:
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
