"""Chunks scored in worker processes of this machine.

A worker that dies, for whatever reason, costs one chunk's work: the chunk goes to another.
"""

import math
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from multiprocessing.connection import wait
from typing import Any

from harness.pool.pools import Pool
from harness.records import BatchVerifier
from harness.score.asking import Finished, given_up, here
from harness.score.job import Job, Worker, job, unpacked
from harness.score.parts import Chunk
from harness.score.process import ATTEMPTS, WorkerProcess


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
                    why = f"it took longer than {self.limit:g} s" if slow else process.ended()
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


class _Process(WorkerProcess):
    """One worker process and the chunks that it has, the one that it scores first.

    Attributes:
        since: When it began with that one, on the monotonic clock; infinity while it is made, which may take its time.
    """

    def __init__(self, task: Job, index: int, of: int) -> None:
        super().__init__(Worker, task, index, of)
        self.chunks: deque[Chunk] = deque()
        self.since = math.inf

    def give(self, chunk: Chunk) -> None:
        """Have a chunk scored."""
        if not self.chunks and self.since != math.inf:
            self.since = time.monotonic()
        self.chunks.append(chunk)
        self.send(chunk)

    def answer(self) -> tuple[str, Any] | None:
        """What it says; its next chunk begins now."""
        said = super().answer()
        if said is not None:
            self.since = time.monotonic()
        return said
