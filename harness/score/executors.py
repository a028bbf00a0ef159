"""Where chunks are scored, by name: in this process, in worker processes, on a Ray cluster."""

import math

from harness.errors import BadInput
from harness.score.asking import Executor
from harness.score.local import LocalWorkers
from harness.score.ray import RayWorkers


def make(kind: str, workers: int, limit: float | None = None) -> Executor | None:
    """The executor of that kind; None for this process alone.

    Args:
        kind: ``local`` or ``ray``.
        workers: How many.
        limit: Seconds for one chunk, after which its process is ended; local ones only.

    Raises:
        BadInput: There is no such kind, or it keeps no limit.
    """
    if limit is not None and not 0 < limit < math.inf:
        raise BadInput(f"--verifier-timeout {limit} is no time to wait for; give a number of seconds above 0.")
    if workers < 1:
        raise BadInput(f"--workers {workers} cannot score anything; give 1 or more.")
    if kind == "local":
        return None if workers == 1 and limit is None else LocalWorkers(workers, limit)
    if kind == "ray":
        if limit is not None:
            raise BadInput("--verifier-timeout is kept by local workers only; leave it out, or use --executor local.")
        return RayWorkers(workers)
    raise BadInput(f"There is no executor {kind!r}; use local or ray.")
