"""Scoring on a Ray cluster: the same chunks through Ray Data's ``map_batches`` over a pool of actors.

An actor makes its verifier once and keeps it, one for each GPU or for a share of the cores. Ray restarts an actor that
is lost and gives its chunk to another; the parts are written by the process that asked, as by any executor.
"""

import json
import logging
import os
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from harness import packages
from harness.errors import BonbenchError, VerifierError
from harness.pool.pools import Pool
from harness.records import BatchVerifier
from harness.score.asking import Finished, here
from harness.score.job import Job, Worker, job, unpacked
from harness.score.parts import Chunk

SETTLE_SECONDS = 10.0
AT_A_TIME = 2  # chunks that an actor works on: while one is scored the next is read and encoded


class RayWorkers:
    """An actor pool of Ray Data: K actors, each with a verifier of its own, anywhere on the cluster.

    ``RAY_ADDRESS`` names a running cluster; without it one is started here for the time of the run. The pool's folder
    and the model must be where every machine sees them. Ray restarts a lost actor and gives its chunk to another.

    Args:
        workers: K.
    """

    def __init__(self, workers: int) -> None:
        packages.need("ray", "score on a Ray cluster")
        self.workers = workers

    def __call__(
        self, verifier: BatchVerifier, pool: Pool, texts: Mapping[str, str], todo: Sequence[Chunk]
    ) -> Iterable[Finished]:
        """Chunks as they finish."""
        if not todo or verifier.control:
            return here(verifier, pool, texts, todo)
        return self._run(job(verifier, pool, texts), todo)

    def _run(self, task: Job, todo: Sequence[Chunk]) -> Iterator[Finished]:
        import ray
        import ray.data

        started = not ray.is_initialized()
        if started:
            ray.init(log_to_driver=False, logging_level="error", configure_logging=False)
        try:
            ray.data.DataContext.get_current().enable_progress_bars = False
            logging.getLogger("ray.data").setLevel(logging.ERROR)
            gpus = min(1.0, ray.cluster_resources().get("GPU", 0.0) / self.workers)
            cores = max(1, int(ray.cluster_resources().get("CPU", 1.0) // self.workers))
            by_number = {chunk.number: chunk for chunk in todo}
            actors = min(self.workers, len(todo))
            results = ray.data.from_items(
                [{"number": chunk.number} for chunk in todo], override_num_blocks=len(todo)
            ).map_batches(
                RayActor,
                fn_constructor_args=(task, [*todo], cores),
                batch_size=1,
                compute=ray.data.ActorPoolStrategy(size=actors, max_concurrent_calls_per_actor=AT_A_TIME),
                num_gpus=gpus or None,
                num_cpus=None if gpus else cores,
            )
            before = set(threading.enumerate())
            batches: Any = iter(results.iter_batches(batch_size=1, batch_format="pyarrow", prefetch_batches=0))
            try:
                for batch in batches:
                    (row,) = batch.to_pylist()
                    if row["error"]:
                        raise VerifierError(row["error"])
                    yield by_number[row["number"]], unpacked(row["table"]), json.loads(row["cost"])
            finally:
                batches.close()  # stops the scheduler; an error's traceback would keep it alive
                _settle(before)
        finally:
            if started:
                ray.shutdown()


def _settle(before: set[threading.Thread]) -> None:
    """Waits for Ray Data's scheduler: if it asks Ray for something after its shutdown, Ray ends the whole process."""
    for thread in set(threading.enumerate()) - before:
        if thread.name.startswith("StreamingExecutor"):
            thread.join(SETTLE_SECONDS)


class RayActor:
    """One of Ray's workers: a row with a chunk's number in, a row with its scores out."""

    def __init__(self, task: Job, todo: Sequence[Chunk], cores: int) -> None:
        os.environ["OMP_NUM_THREADS"] = str(cores)
        if "torch" in sys.modules:
            sys.modules["torch"].set_num_threads(cores)
        self.task, self.chunks = task, {chunk.number: chunk for chunk in todo}
        self._making = threading.Lock()
        self._worker: Worker | None = None

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, list[Any]]:
        """The scores of the batch's one chunk; an error that would come again is a row too, not a lost worker."""
        number = int(batch["number"][0])
        try:
            table, cost = self._made().one(self.chunks[number])
        except BonbenchError as error:
            return {"number": [number], "table": [b""], "cost": [""], "error": [str(error)]}
        return {"number": [number], "table": [table], "cost": [json.dumps(cost)], "error": [""]}

    def _made(self) -> Worker:
        with self._making:
            self._worker = self._worker or Worker(self.task)
            return self._worker
