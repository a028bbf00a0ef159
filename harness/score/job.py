"""What a worker is told and what it does, wherever it runs: make the verifier again, score chunks, send rows back.

A worker rebuilds the verifier from its specification, makes sure that it is the same one (the fingerprint), opens the
pool, and gives back rows and costs; the parts are written by the process that asked.
"""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from harness import registry
from harness.errors import BadInput, VerifierError
from harness.pool import pools
from harness.pool.pools import Pool
from harness.records import Verifier
from harness.score.asking import begin, finish, here
from harness.score.batching import batched
from harness.score.parts import Chunk, Cost
from harness.score.scoring import fingerprint


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


def job(verifier: Verifier, pool: Pool, texts: Mapping[str, str]) -> Job:
    """What a worker needs to know to score chunks of this pool.

    Raises:
        BadInput: The verifier was made in Python, so a worker could not make it again.
    """
    if not verifier.spec:
        raise BadInput(
            f"The verifier {verifier.name!r} was made in Python; workers make theirs from a specification. Name it as "
            "path/to/file.py:NAME, or score it here."
        )
    return Job(verifier.spec, fingerprint(verifier), str(pool.path.resolve()), dict(texts))


class Worker:
    """A verifier and a pool, ready to score chunks in this process.

    Args:
        task: What to score with and where.
    """

    def __init__(self, task: Job) -> None:
        made = registry.verifier(task.spec)
        self.verifier, found = batched(made), fingerprint(made)
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
