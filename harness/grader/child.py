"""The process that does symbolic mathematics on hostile answers: ``python -m harness.grader.child``.

Reads one JSON request a line and answers each with one line. It limits its own memory and, request by request, its
own processor time; it can write no file, and ends with its parent. Its parent kills it when a request takes too long;
the limits of its own are for a parent that was killed itself; see ``workers``.
"""

import contextlib
import ctypes
import json
import math
import os
import re
import signal
import sys
import threading
import time
from typing import Any

from harness.errors import BadInput
from harness.records import AnswerSpec

MEMORY_LIMIT = 2 * 2**30
_GRACE = 3  # seconds of processor time beyond the parent's limit, which should act first
_BY_HAND = 60.0  # processor seconds for one request where nobody says how many
_WATCH_EVERY = 0.5  # seconds
_PR_SET_PDEATHSIG = 1
_RATIONAL = re.compile(r"-?\d{1,400}(?:/[1-9]\d{0,40})?")
_DECIMAL = re.compile(r"(?:\d{1,400}\.\d{0,400}|\.\d{1,400})")


def limit_resources() -> None:
    """No more memory than the limit, no core dump, no file grown: what the platform lets us forbid."""
    try:
        import resource
    except ImportError as error:  # not a POSIX system
        raise BadInput("Grading needs a POSIX system, for the limits of its worker processes.") from error
    for kind, limit in (
        (resource.RLIMIT_AS, MEMORY_LIMIT),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        try:
            resource.setrlimit(kind, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
        except (ValueError, OSError) as error:
            print(f"bonbench: a resource limit could not be set: {error}", file=sys.stderr)


def end_with_parent(parent: int) -> None:
    """Die when the process that asks is gone: at once where the kernel can tell (Linux), else within a second.

    A killed parent closes our standard input, but who is computing does not read it.

    Args:
        parent: The process identifier of who started us.
    """
    with contextlib.suppress(OSError, AttributeError):  # no prctl outside Linux; the thread below watches all the same
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked to be told
        os._exit(1)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_WATCH_EVERY)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def limit_processor(seconds: float) -> None:
    """No more processor time than this from now on: the kernel ends the process that goes beyond."""
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = math.ceil(used.ru_utime + used.ru_stime + seconds) + _GRACE
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def forbid_evaluation() -> None:
    """Take Python's evaluation away from SymPy: no text becomes code in this process, whoever may ask for it.

    What is left of ``parse_expr`` reads plain numbers: the LaTeX grammar hands its number tokens to ``sympy.Number``,
    and SymPy's own integrals ask for constants such as "3/2".
    """
    import sympy
    from sympy.parsing import sympy_parser

    def refused(*_: Any, **__: Any) -> Any:
        raise BadInput("A grading process evaluates no text as Python.")

    def number(text: str, *_: Any, **__: Any) -> Any:
        if _RATIONAL.fullmatch(text):
            return sympy.Rational(text)
        return sympy.Float(text) if _DECIMAL.fullmatch(text) else refused()

    sympy_parser.eval_expr = refused
    sympy_parser.parse_expr = number


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The reply to one request: the voting key, and right, wrong or None with a reason."""
    from harness.grader import symbolic
    from harness.grader.notation import TooLarge

    given, settled = request["answer"], request["correct"]
    spec = AnswerSpec(**{**request["spec"], "choices": tuple(request["spec"]["choices"])})
    reply: dict[str, Any] = {"key": None, "correct": settled, "reason": ""}
    try:
        reply["key"] = symbolic.key(given)
        if settled is None:
            reply["correct"] = symbolic.same(given, request["gold"], spec)
    except MemoryError:
        reply["reason"] = "the comparison needed too much memory"
    except RecursionError:
        reply["reason"] = "the answer is nested too deeply"
    except TooLarge as error:
        reply["reason"] = f"not evaluated: {error}"
    except Exception as error:  # noqa: BLE001  SymPy raises anything; the kind of error is kept as the reason
        reply["reason"] = f"the comparison failed: {type(error).__name__}"
    return reply


def main() -> None:
    """Serve requests until the parent closes our standard input.

    The arguments are the parent's process identifier and the processor seconds for one request.
    """
    parent, seconds = (int(sys.argv[1]), float(sys.argv[2])) if len(sys.argv) > 2 else (os.getppid(), _BY_HAND)
    end_with_parent(parent)
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # a library that prints cannot garble the replies
    sys.setrecursionlimit(3000)
    limit_resources()
    from harness.grader import symbolic

    forbid_evaluation()
    symbolic.parsed("1+x")  # load the grammar before the clock of the first request starts
    replies.write('{"ready": true}\n')
    for line in sys.stdin:
        limit_processor(seconds)
        replies.write(json.dumps(answer(json.loads(line))) + "\n")


if __name__ == "__main__":
    main()
