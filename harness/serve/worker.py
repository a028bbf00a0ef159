"""What a worker process does: make the verifier, and score batches of questions as ``bonbench run`` scores chunks.

A question is asked and checked by the code that asks about a pool's chunk, so the numbers are the same: equal solutions
of a question are one, what fails costs its own question, and a score that is no number is refused.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from harness import plain, registry
from harness.errors import BadInput, VerifierError
from harness.measure.rules import rule
from harness.records import Question, Solution, SplitsSteps, Verifier
from harness.score.asking import finish, prepared
from harness.score.batching import batched
from harness.score.parts import FAILED, Chunk
from harness.score.scoring import fingerprint

Span = tuple[int, int]  # characters of the solution's text: the first, and the one after the last


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker makes its verifier from.

    Attributes:
        spec: The verifier's specification.
        fingerprint: What it must turn out to be.
    """

    spec: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Scored:
    """What a verifier says of one solution.

    Attributes:
        value: Of the whole solution; None where it scores steps, or could not judge.
        steps: Raw step scores.
        spans: Where each step stands in the text; None where that is not known.
        note: Why there is no score.
        tokens: Tokens that were read for it, where known.
    """

    value: float | None
    steps: tuple[float, ...]
    spans: tuple[Span, ...] | None
    note: str
    tokens: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question.

    Attributes:
        scored: One for each solution, in order; empty where the verifier failed.
        failure: Why it failed, as a part of a sentence; "" where it did not.
    """

    scored: tuple[Scored, ...]
    failure: str = ""


def job(verifier: Verifier) -> Job:
    """What workers make this verifier from.

    Raises:
        BadInput: It needs a pool, or no scores, or was made in Python.
    """
    if verifier.carried:
        raise BadInput(
            f"The scores {verifier.carried!r} are a pool's own, and a server has no pool; name a verifier that "
            "computes its scores ('bonbench verifiers' lists them)."
        )
    if not any(rule(name).needs_scores for name in verifier.rules):
        raise BadInput(f"{verifier.name!r} chooses without scores, so there is nothing to serve; name a verifier.")
    if not verifier.spec:
        raise BadInput(
            f"The verifier {verifier.name!r} was made in Python; a server's workers make theirs from a specification. "
            "Name it as path/to/file.py:NAME."
        )
    return Job(verifier.spec, fingerprint(verifier))


class Scorer:
    """A verifier ready to score batches in this process.

    Args:
        made_from: Which verifier.

    Raises:
        VerifierError: It is another one here.
    """

    def __init__(self, made_from: Job) -> None:
        self._verifier = registry.verifier(made_from.spec)
        found = fingerprint(self._verifier)
        if found != made_from.fingerprint:
            raise VerifierError(
                f"{made_from.spec!r} is another verifier in a worker (fingerprint {found[:12]}) than where the server "
                f"began ({made_from.fingerprint[:12]}): its files changed meanwhile. Start the server again."
            )
        self._batched = batched(self._verifier)

    def run(self, batches: Iterable[Sequence[Question]]) -> Iterator[list[Answer]]:
        """For each batch one Answer a question, in order."""
        for questions in batches:
            yield self.score(questions)

    def score(self, questions: Sequence[Question]) -> list[Answer]:
        """One Answer a question."""
        started = time.monotonic()
        names = [str(i) for i in range(len(questions))]
        chunk = Chunk(0, tuple((name, 0, len(s)) for name, (_, s) in zip(names, questions, strict=True)))
        read = [(text, _rows(name, len(s)), s) for name, (text, s) in zip(names, questions, strict=True)]
        _, table, cost = finish(self._batched, prepared(self._batched, chunk, read, started), started)
        failed = cost.get(FAILED, {})
        rows = iter(table.to_pylist())
        out = []
        for name, (_, solutions) in zip(names, questions, strict=True):
            own = [next(rows) for _ in solutions]
            if name in failed:
                out.append(Answer((), plain.masked(failed[name][1])))
                continue
            scored = tuple(
                Scored(
                    row["value"],
                    tuple(row["steps"] or ()),
                    self._spans(solution, len(row["steps"] or ())),
                    plain.masked(row["note"]),
                    row["tokens"],
                )
                for row, solution in zip(own, solutions, strict=True)
            )
            out.append(Answer(scored))
        return out

    def _spans(self, solution: Solution, steps: int) -> tuple[Span, ...] | None:
        """Where the steps stand, for a verifier that says how it splits a solution."""
        if not steps or not isinstance(self._verifier, SplitsSteps):
            return None
        return spans(solution.text, self._verifier.split(solution), steps)


def spans(text: str, parts: Sequence[str], steps: int) -> tuple[Span, ...] | None:
    r"""Where the parts of a text stand in it, one after another; None where one is not found, or they are not as many.

    >>> spans("One.\n\nTwo.", ("One.", "Two."), 2)
    ((0, 4), (6, 10))
    """
    if len(parts) != steps:
        return None
    found, start = [], 0
    for part in parts:
        at = text.find(part, start)
        if at < 0:
            return None
        start = at + len(part)
        found.append((at, start))
    return tuple(found)


def _rows(name: str, n: int) -> pa.Table:
    """Samples as the engine asks for them: whose they are, and their place."""
    return pa.table(
        {"problem_id": pa.array([name] * n, pa.string()), "index": pa.array(range(n), pa.int32())},
    )
