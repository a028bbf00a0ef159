"""One process at a time: who comes second waits, and finds the work done."""

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # no such locks there: two equal runs at once work twice, as files are replaced whole
    fcntl = None  # type: ignore[assignment]

_log = logging.getLogger(__name__)
_held: set[Path] = set()


@contextlib.contextmanager
def held(path: Path, *, told: bool = True) -> Iterator[None]:
    """Hold a lock, which ends with the process at the latest; where none can be had, go on without.

    Args:
        path: The lock's own file, made where it is not there.
        told: Whether a person hears that this process waits; not worth a line where the wait is a moment.
    """
    path = path.absolute()
    if path in _held or fcntl is None:
        yield
        return
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # a folder that cannot be written, a file system without locks
            path.parent.mkdir(parents=True, exist_ok=True)
            file = stack.enter_context(path.open("a"))
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if told:
                    _log.warning("Another process is at the same work; this one waits for it, and takes what it finds.")
                fcntl.flock(file, fcntl.LOCK_EX)
            _held.add(path)
            stack.callback(_held.discard, path)
        yield
