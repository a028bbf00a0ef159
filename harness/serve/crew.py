"""Questions that wait, put together into batches, and the worker processes that score them.

Each worker has a thread here that takes a batch, sends it to the process, and hands every question its own answer. A
process that dies is replaced and its batch waits at the front again; a question that was there at so many deaths is
asked alone, and if it kills again, it is told so. Nothing is answered twice, and an answer belongs to the batch that
was sent over the same pipe.
"""

import contextlib
import threading
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field

from harness.errors import VerifierError
from harness.records import Question
from harness.score.process import ATTEMPTS, WorkerProcess
from harness.serve.metrics import Metrics
from harness.serve.worker import Answer, Job, Scorer

PAUSES = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)  # seconds, before a worker that dies while it is made is made again


class Full(Exception):
    """More solutions wait than may."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is asked at once, and how long is waited.

    Attributes:
        batch: Solutions of a batch; a question is never split.
        linger: Seconds that a batch waits for more questions.
        waiting: Solutions that may wait.
        seconds: For one batch, after which its worker is ended; None for no limit.
    """

    batch: int = 512
    linger: float = 0.005
    waiting: int = 4096
    seconds: float | None = None


@dataclass(slots=True, eq=False)
class _Asked:
    """A question that waits."""

    question: Question
    since: float
    answer: "Future[Answer]" = field(default_factory=Future)
    deaths: int = 0
    alone: bool = False

    @property
    def size(self) -> int:
        """Solutions."""
        return len(self.question[1])

    def tell(self, answer: Answer) -> None:
        """Hand over the answer, where somebody still waits for it: a client that left is no fault of the worker's."""
        with contextlib.suppress(InvalidStateError):
            self.answer.set_result(answer)


class Crew:
    """Workers, and what waits for them.

    Args:
        made_from: The verifier.
        workers: How many processes.
        limits: How much at once.
        metrics: Where is counted.
    """

    def __init__(self, made_from: Job, workers: int, limits: Limits, metrics: Metrics) -> None:
        self._job, self._limits, self._metrics = made_from, limits, metrics
        self._waiting: deque[_Asked] = deque()
        self._changed = threading.Condition()
        self._ending = False
        self._broken = ""
        self._processes: list[WorkerProcess | None] = [None] * workers
        self._is_ready = [False] * workers
        self._threads = [threading.Thread(target=self._tend, args=(i,), daemon=True) for i in range(workers)]

    def start(self) -> None:
        """Make the workers, and wait for the first of them.

        Raises:
            VerifierError: The verifier cannot be made.
        """
        for thread in self._threads:
            thread.start()
        with self._changed:
            self._changed.wait_for(lambda: self._broken or self.ready or self._ending)
        if self._broken:
            self.end()
            raise VerifierError(self._broken)

    @property
    def ready(self) -> int:
        """Workers that can score."""
        return sum(self._is_ready)

    @property
    def broken(self) -> str:
        """Why no worker can be made any more; "" where they can."""
        return self._broken

    @property
    def waiting(self) -> int:
        """Solutions that wait."""
        with self._changed:
            return self._size()

    def pids(self) -> list[int]:
        """The workers' process numbers."""
        return [p.process.pid for p in self._processes if p is not None and p.process.pid is not None]

    def ask(self, questions: Sequence[Question]) -> "list[Future[Answer]]":
        """Have questions scored; all of them wait, or none.

        Raises:
            Full: Too many wait.
            VerifierError: No worker can be made any more.
        """
        now = time.monotonic()
        asked = [_Asked(question, now) for question in questions]
        with self._changed:
            if self._broken:
                raise VerifierError(self._broken)
            if self._size() + sum(a.size for a in asked) > self._limits.waiting:
                raise Full
            self._waiting.extend(asked)
            self._changed.notify_all()
        return [a.answer for a in asked]

    def end(self) -> None:
        """End the workers; what still waits is told so."""
        with self._changed:
            self._ending = True
            self._changed.notify_all()
        for process in self._processes:
            if process is not None:
                process.process.kill()
        for thread in self._threads:
            thread.join()
        self._give_up("the server was stopped")

    def _size(self) -> int:
        return sum(a.size for a in self._waiting)

    def _give_up(self, why: str) -> None:
        with self._changed:
            left, self._waiting = list(self._waiting), deque()
        for asked in left:
            asked.tell(Answer((), why))

    # ---------------------------------------------------------------------------------------- one worker's thread

    def _tend(self, index: int) -> None:
        """Keep one worker at work."""
        unmade = 0
        while not self._ending:
            process = WorkerProcess(Scorer, self._job, index, len(self._threads))
            self._processes[index] = process
            try:
                said = process.answer()
            except VerifierError as error:
                process.end()
                with self._changed:
                    self._broken = str(error)
                    self._changed.notify_all()
                self._give_up(str(error))
                return
            if said is None:
                process.end()
                self._metrics.add("worker_restarts_total")
                with self._changed:
                    self._changed.wait_for(lambda: self._ending, PAUSES[min(unmade, len(PAUSES) - 1)])
                unmade += 1
                continue
            unmade = 0
            self._set_ready(index, ready=True)
            self._score_with(process)
            self._set_ready(index, ready=False)
            process.end()
            if not self._ending:
                self._metrics.add("worker_restarts_total")

    def _set_ready(self, index: int, *, ready: bool) -> None:
        with self._changed:
            self._is_ready[index] = ready
            self._changed.notify_all()

    def _score_with(self, process: WorkerProcess) -> None:
        """Give a worker batches until it dies, is ended for its slowness, or the server ends."""
        while batch := self._taken():
            if not process.process.is_alive():  # it died while it had nothing to do: no question's fault
                self._put_back(batch)
                return
            started = time.monotonic()
            process.send([a.question for a in batch])
            slow = not process.connection.poll(self._limits.seconds)
            said = None if slow else process.answer()
            if said is None:
                self._died(batch, f"it took longer than {self._limits.seconds:g} s" if slow else "", process)
                return
            self._metrics.add("batches_total")
            self._metrics.add("scoring_seconds_total", time.monotonic() - started)
            for asked, answer in zip(batch, said[1], strict=True):
                self._count(asked, answer)
                asked.tell(answer)

    def _taken(self) -> list[_Asked]:
        """The next batch, once there is one; nothing where the server ends."""
        with self._changed:
            while True:
                self._changed.wait_for(lambda: self._waiting or self._ending)
                if self._ending:
                    return []
                first = self._waiting[0]
                if first.alone:
                    return [self._waiting.popleft()]
                late = first.since + self._limits.linger - time.monotonic()
                if late > 0 and self._size() < self._limits.batch:
                    self._changed.wait(late)
                    continue  # another worker may have taken it meanwhile
                batch = [self._waiting.popleft()]
                size = batch[0].size
                while self._waiting and not self._waiting[0].alone and size < self._limits.batch:
                    size += self._waiting[0].size
                    batch.append(self._waiting.popleft())
                return batch

    def _put_back(self, batch: Sequence[_Asked]) -> None:
        with self._changed:
            self._waiting.extendleft(reversed(batch))
            self._changed.notify_all()

    def _died(self, batch: Sequence[_Asked], slow: str, process: WorkerProcess) -> None:
        """Ask the questions of a batch again whose worker died; one that was asked alone may be the cause."""
        why = slow or process.ended()
        again = []
        for asked in batch:
            asked.deaths += 1
            alone = len(batch) == 1
            if self._ending or (alone and (slow or asked.deaths >= ATTEMPTS)):
                self._metrics.add("failed_total")
                asked.tell(Answer((), "the server was stopped" if self._ending else why))
                continue
            asked.alone = bool(slow) or asked.deaths >= ATTEMPTS - 1
            again.append(asked)
        self._metrics.add("retried_total", len(again))
        self._put_back(again)

    def _count(self, asked: _Asked, answer: Answer) -> None:
        self._metrics.add("questions_total")
        self._metrics.add("solutions_total", asked.size)
        if answer.failure:
            self._metrics.add("failed_total")
        self._metrics.add("unscored_total", sum(s.value is None and not s.steps for s in answer.scored))
        self._metrics.add("tokens_total", sum(s.tokens or 0 for s in answer.scored))
