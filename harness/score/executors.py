"""Where chunks are scored, by name: in this process, in worker processes, on a Ray cluster."""

from harness.errors import BadInput
from harness.score.local import LocalWorkers
from harness.score.ray import RayWorkers
from harness.score.scoring import Executor


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
        return RayWorkers(workers)
    raise BadInput(f"There is no executor {kind!r}; use local or ray.")
