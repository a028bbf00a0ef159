"""A worker process of this machine: it is sent tasks, answers each, and is replaced by another where it dies."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

from harness.errors import BonbenchError, VerifierError

THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS")
ATTEMPTS = 3  # at one task, before it is taken for the cause of a death


class Works(Protocol):
    """What a worker process makes once: it takes tasks in and gives one answer for each, in order."""

    def run(self, tasks: Iterable[Any], /) -> Iterator[Any]:
        """The answers."""
        ...


class WorkerProcess:
    """One worker process.

    Args:
        make: Makes what works, in the process; a class or function that a module has under its name.
        job: What it is made from.
        index: Which of the workers it is.
        of: How many there are.
    """

    def __init__(self, make: Callable[[Any], Works], job: Any, index: int, of: int) -> None:
        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, make, job, index, of), daemon=True)
        self.process.start()
        theirs.close()  # so that its end closes when the process ends

    def send(self, task: Any) -> None:
        """Give it a task."""
        try:
            self.connection.send(task)
        except (BrokenPipeError, OSError):
            return  # it died just now; ``answer`` will find that out

    def answer(self) -> tuple[str, Any] | None:
        """What it says: ("ready", None) once it is made, then ("done", its answer); None where it died.

        Raises:
            VerifierError: It could not begin, which it could not elsewhere either.
        """
        try:
            kind, value = self.connection.recv()
        except (EOFError, OSError):
            return None
        if kind == "failed":
            raise VerifierError(value)
        return kind, value

    def ended(self) -> str:
        """How it ended, as a part of a sentence."""
        self.process.join(timeout=5)
        return f"the process that scored it ended with exit code {self.process.exitcode}; memory may be short"

    def end(self) -> None:
        """End it."""
        self.connection.close()
        self.process.kill()
        self.process.join()


def _serve(connection: Connection, make: Callable[[Any], Works], job: Any, index: int, of: int) -> None:
    """What a worker process does: answer the tasks that it is sent, until nobody sends any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted too, and ends this process
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    take_share(index, of)
    for answer in _answers(make, job, _received(connection)):
        connection.send(answer)


def _answers(make: Callable[[Any], Works], job: Any, tasks: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """("ready", None) once it is made, ("done", answer) for each task, or at last ("failed", why)."""
    try:
        worker = make(job)
        yield "ready", None
        for found in worker.run(tasks):
            yield "done", found
    except BonbenchError as error:
        yield "failed", str(error)


def _received(connection: Connection) -> Iterator[Any]:
    """The tasks that are sent, until the other end is closed."""
    while True:
        try:
            yield connection.recv()
        except (EOFError, OSError):
            return


def take_share(index: int, of: int) -> None:
    """Give a worker its own GPU, if there are any, and its share of the cores; before torch is imported.

    Where one of the two variables for threads is set, the other one follows it: PyTorch takes the larger, and threads
    that wait for a core that others have make a model ten times as slow.
    """
    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    gpus = named.split(",") if named else [str(i) for i in range(len(list(Path("/dev").glob("nvidia[0-9]*"))))]
    if gpus and gpus != [""]:
        os.environ["CUDA_VISIBLE_DEVICES"] = gpus[index % len(gpus)]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    given = [os.environ[name] for name in THREADS if os.environ.get(name)]
    for variable in THREADS:
        os.environ.setdefault(variable, given[0] if given else str(max(1, cores // of)))
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")


def _end_with_parent(parent: int) -> None:
    """A worker whose parent was killed must not hold a GPU."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)
