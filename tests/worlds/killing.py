"""A process that runs one command after another, each in a fork of its own that ends at the k-th file operation.

Python's audit hooks tell of every file that is opened to be written, renamed, linked, removed, of every folder that is
made or removed. At the k-th the process ends at once, as by ``kill -9``: no handler runs, no buffer is written. The
parent imports what the commands before needed, and runs no thread, so that a fork is cheap and safe.

    python -m worlds.killing    one JSON object a line: argv, cwd, env, kill, log -> one object a line: status, done
"""

import contextlib
import importlib
import json
import os
import sys
from pathlib import Path

KILLED = 137
_EVENTS = frozenset({
    "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.utime", "os.chmod",
})  # fmt: skip
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def arm(kill: int | None, roots: list[str], log: str) -> None:
    """End this process at the ``kill``-th operation below ``roots``; list the operations in the file ``log``."""
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    done = 0
    mine = os.getpid()

    def hook(event: str, args: tuple[object, ...]) -> None:
        nonlocal done
        if event not in _EVENTS and not (event == "open" and isinstance(args[2], int) and args[2] & _WRITES):
            return
        path = args[0]
        if not isinstance(path, str | bytes | os.PathLike) or os.getpid() != mine:
            return
        file = Path(os.fsdecode(path))
        if not any(file.parent.resolve().is_relative_to(root) for root in roots):
            return
        done += 1
        os.write(handle, f"{event} {file.name}\n".encode("utf-8", "replace"))
        if done == kill:
            os._exit(KILLED)

    sys.addaudithook(hook)


def run(order: dict) -> int:
    """One command, in this process."""
    os.environ.update(order["env"])
    os.chdir(order["cwd"])
    quiet = os.open(order["log"] + ".out", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    os.fsync = lambda _: (
        None
    )  # what a killed process has written is there; only a computer without power waits for this
    arm(order["kill"], order["roots"], order["log"])
    from harness import cli

    sys.argv = ["bonbench", *order["argv"]]
    try:
        if order["argv"][0] == "generate":
            cli.border.guarded(lambda **_: stand_in(order["argv"][1:]))
        else:
            cli.main()
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def stand_in(words: list[str]) -> None:
    """Generate a pool with a backend that needs no model."""
    from harness.backends.asking import Completion, Settings
    from harness.pool.generate import generate
    from worlds.sums import plan

    class Backend:
        settings = Settings()

        def identity(self):
            return {"backend": "stand-in", "model_args": {}, "settings": {}, "files": []}

        def circumstances(self):
            return {"tokens_from": "nothing"}

        def prompt(self, text):
            return text

        def check(self, prompts):
            """All will do."""

        def complete(self, prompts, seeds, tick):
            tick(len(prompts))
            return [Completion(f"It is {seed % 7}.", 4, "stop") for seed in seeds]

    generate(plan(), Backend(), replace_pool="--replace" in words)


def learn(file: Path) -> None:
    """Import what the last command imported, so that the next fork has it."""
    for name in file.read_text().splitlines() if file.exists() else ():
        if name not in sys.modules and not name.startswith(("streamlit", "tornado", "__mp_main__", "own_")):
            with contextlib.suppress(Exception):  # made by somebody's hook, not to be imported by its name
                importlib.import_module(name)
    file.unlink(missing_ok=True)
    kernels = sys.modules.get("harness.measure.kernels")
    if kernels is not None:  # compiled, or read from Numba's cache, once for all forks; without a thread
        import numpy as np

        whole, half, ns = np.array([2, 1]), np.array([1.0, 0.0]), np.array([1, 2])
        kernels.majority(whole, half, 4, ns)
        kernels.weighted_vote(np.array([0, 1]), whole, half, 4, ns, 1, 0)


def main() -> None:
    """Take orders until there are none."""
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            status = 1
            try:
                status = run(order)
                Path(order["log"] + ".modules").write_text("\n".join(sys.modules))
            except BaseException:  # noqa: BLE001  a child says what stopped it, and ends here in any case
                import traceback

                traceback.print_exc()
            finally:
                sys.stdout.flush()
                os._exit(status)
        _, ended = os.waitpid(child, 0)
        learn(Path(order["log"] + ".modules"))
        done = Path(order["log"]).read_text().splitlines()
        print(json.dumps({"status": os.waitstatus_to_exitcode(ended), "done": done}), flush=True)


if __name__ == "__main__":
    main()
