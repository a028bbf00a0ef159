"""A served verifier: the server in a thread of the test's process, its workers in processes of their own."""

import threading
from contextlib import contextmanager

from harness import registry
from harness.serve.running import Place, Server


@contextmanager
def serving(spec, place=None, **options):
    """The server of a verifier, once it is ready."""
    server = Server(registry.verifier(spec), place or Place(port=0), **options)
    ready = threading.Event()
    thread = threading.Thread(target=server.run, args=(lambda url: ready.set(),), daemon=True)
    thread.start()
    ready.wait()
    try:
        yield server
    finally:
        server.stop()
        thread.join()


MINE = '''
import os
import signal
from pathlib import Path

from verifiers.base import OutcomeVerifier, PreferenceVerifier, ProcessVerifier


class Plain(OutcomeVerifier):
    """Every text has a number of its own."""

    name = "plain"

    def score_solutions(self, problem, solutions):
        return [int(s.rsplit(" ", 1)[-1]) + len(problem) / 1000 for s in solutions]


class Long(OutcomeVerifier):
    name = "long"

    def score_solutions(self, problem, solutions):
        return [None if "6" in s else len(problem) + len(s) / 7 for s in solutions]


class Dies(Plain):
    """Kills its process at a certain text, as many times as it is told; "poison" kills it always."""

    name = "dies"

    def __init__(self, notes, times=1):
        self._notes, self._times = Path(notes), times

    def score_solutions(self, problem, solutions):
        deaths = len(list(self._notes.glob("died-*")))
        if "poison" in problem or (any("fatal" in s for s in solutions) and deaths < self._times):
            (self._notes / f"died-{deaths}-{os.getpid()}").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().score_solutions(problem, solutions)


class Sleeps(Plain):
    """Never answers a problem that is a trap."""

    name = "sleeps"

    def score_solutions(self, problem, solutions):
        if "trap" in problem:
            signal.pause()
        return super().score_solutions(problem, solutions)


class Fails(Plain):
    name = "fails"

    def score_solutions(self, problem, solutions):
        if "bad" in problem:
            raise RuntimeError("api_key=sk-abcdefghijklmnop is wrong")
        return super().score_solutions(problem, solutions)


class Lengths(ProcessVerifier):
    name = "lengths"
    separator = "\\n"
    aggregation = "min"

    def score_steps(self, problem, solutions):
        return [[1 / len(step) for step in steps] for steps in solutions]


class Given(Lengths):
    name = "given"
    pool_steps = True


class Shorter(PreferenceVerifier):
    name = "shorter"

    def prefer(self, problem, pairs):
        return [len(b) / (len(a) + len(b)) for a, b in pairs]


class Never(Plain):
    name = "never"

    def fingerprint(self):
        return {"name": "never", "process": os.getpid()}
'''
