"""The process that does symbolic mathematics on hostile answers: ``python -m harness.grader.child``.

Reads one JSON request a line and answers each with one line. It limits its own memory, can write no file, and is
killed by its parent when a request takes too long; see ``grading``.
"""

import json
import os
import re
import sys
from typing import Any

from harness.errors import BadInput
from harness.records import AnswerSpec

MEMORY_LIMIT = 2 * 2**30
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
    """Serve requests until the parent closes our standard input."""
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # a library that prints cannot garble the replies
    sys.setrecursionlimit(3000)
    limit_resources()
    from harness.grader import symbolic

    forbid_evaluation()
    symbolic.parsed("1+x")  # load the grammar before the clock of the first request starts
    replies.write('{"ready": true}\n')
    for line in sys.stdin:
        replies.write(json.dumps(answer(json.loads(line))) + "\n")


if __name__ == "__main__":
    main()
