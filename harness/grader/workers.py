"""Worker processes for what may never return: symbolic mathematics on hostile answers.

A worker is limited in memory, and killed and replaced when one request costs it more than the limit of processor time
(not of the clock: a busy machine must not change a verdict).
"""

import json
import queue
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from harness.errors import BonbenchError
from harness.records import AnswerSpec

_START_LIMIT = 120.0  # seconds
_WORTH_A_WORKER = 24  # requests; starting a process costs as much as answering about so many


@dataclass(frozen=True, slots=True)
class Request:
    """One answer to key and compare.

    Attributes:
        answer: As extracted.
        gold: The right answer.
        spec: What counts as the same.
        correct: The verdict where it is settled and only the key is wanted, else None.
    """

    answer: str
    gold: str
    spec: AnswerSpec
    correct: bool | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a worker made of a request.

    Attributes:
        key: The voting key; None where the worker was killed before it had one.
        correct: Right, wrong, or None where it could not decide.
        reason: Why not, or "".
    """

    key: str | None
    correct: bool | None
    reason: str = ""


def serve(requests: Sequence[Request], receive: Callable[[int, Reply], None], workers: int, time_limit: float) -> None:
    """Answer every request, in any order.

    Args:
        requests: What to answer.
        receive: Called with a request's position and its reply, never from two threads at once.
        workers: Processes at most.
        time_limit: Processor seconds for one request.

    Raises:
        BonbenchError: No process could be started.
    """
    todo: queue.SimpleQueue[int] = queue.SimpleQueue()
    for position in range(len(requests)):
        todo.put(position)
    lock = threading.Lock()
    failures: list[BaseException] = []

    def work() -> None:
        worker: _Worker | None = None
        try:
            while not failures:
                try:
                    position = todo.get_nowait()
                except queue.Empty:
                    return
                worker = worker if worker and worker.alive else _Worker()
                reply = worker.ask(requests[position], time_limit)
                with lock:
                    receive(position, reply)
        except BaseException as error:  # noqa: BLE001  handed to the caller's thread, which raises it
            failures.append(error)
        finally:
            if worker is not None:
                worker.close()

    count = min(workers, 1 + len(requests) // _WORTH_A_WORKER)
    threads = [threading.Thread(target=work, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


class _Worker:
    """One grading process and the pipes to it."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "harness.grader.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).parents[2],
        )
        self.alive = True
        self.selector = selectors.DefaultSelector()
        assert self.process.stdout is not None
        self.selector.register(self.process.stdout, selectors.EVENT_READ)
        self.buffer = b""
        if self._line(time.monotonic() + _START_LIMIT, None) is None:
            self.close()
            raise BonbenchError(
                f"A grading process did not start within {_START_LIMIT:.0f} s or died at once. Try "
                f"'{sys.executable} -m harness.grader.child' by hand to see why."
            )

    def ask(self, request: Request, limit: float) -> Reply:
        """The reply to one request; a process that does not give it in time is killed.

        One request at a time: a second one behind a stuck first one could fill the pipe and block us with it.
        """
        assert self.process.stdin is not None
        try:
            self.process.stdin.write((json.dumps(asdict(request)) + "\n").encode())
            self.process.stdin.flush()
            line = self._line(time.monotonic() + 20 * limit, limit)
        except BrokenPipeError:
            line = None
        if line is not None:
            return Reply(**json.loads(line))
        died = self.process.poll() is not None
        self.close()
        reason = "the grading process died" if died else f"not decided within {limit:g} s of processor time"
        return Reply(None, request.correct, "" if request.correct is not None else reason)

    def _line(self, deadline: float, processor_limit: float | None) -> bytes | None:
        """The next line of the worker; None when it died, hung or used up its processor time."""
        assert self.process.stdout is not None
        started = self._processor_seconds()
        while b"\n" not in self.buffer:
            if not self.selector.select(0.1):
                used = self._processor_seconds() - started
                if (processor_limit is not None and used > processor_limit) or time.monotonic() > deadline:
                    return None
                continue
            piece = self.process.stdout.read1(1 << 16)  # type: ignore[attr-defined]
            if not piece:
                return None
            self.buffer += piece
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line

    def _processor_seconds(self) -> float:
        try:
            times = psutil.Process(self.process.pid).cpu_times()
        except psutil.Error:
            return 0.0
        return float(times.user + times.system)

    def close(self) -> None:
        """Kill the process and close the pipes."""
        self.alive = False
        self.process.kill()
        self.process.wait()
        self.selector.close()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
