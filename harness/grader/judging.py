"""A verdict on every distinct answer: its voting key, and right, wrong or undecided.

What ``meanings`` understands is settled here; its work is bounded. The rest goes to worker processes.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.grader import choices, equality, meanings, notation, quantities, workers
from harness.grader.meanings import Meaning
from harness.grader.notation import TooLarge, Unreadable
from harness.grader.quantities import Quantity
from harness.grader.solutions import MAX_ANSWER, tidy
from harness.grader.workers import Reply, Request
from harness.progress import Progress
from harness.records import AnswerSpec, Problem

TIME_LIMIT = 5.0
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one distinct answer to one problem."""

    key: str
    correct: bool | None
    reason: str = ""


def judge(
    problems: Sequence[Problem],
    spec: AnswerSpec,
    distinct: Sequence[Counter[str]],
    processes: int = WORKERS,
    progress: Progress | None = None,
    time_limit: float = TIME_LIMIT,
) -> list[dict[str, Verdict]]:
    """A verdict for every distinct answer of every problem.

    Args:
        problems: With their right answers.
        spec: What counts as the same answer, unless a problem says otherwise.
        distinct: How often each answer was given, by problem.
        processes: For symbolic mathematics.
        progress: Called with (done, in all).
        time_limit: Processor seconds for one answer.
    """
    verdicts: list[dict[str, Verdict]] = []
    places: list[tuple[int, str]] = []
    requests: list[Request] = []
    for position, (problem, counts) in enumerate(zip(problems, distinct, strict=True)):
        found, unsettled = settle(problem.gold, problem.answer or spec, counts)
        verdicts.append(found)
        requests += unsettled
        places += [(position, request.answer) for request in unsettled]
    total = sum(map(len, distinct))
    done = total - len(requests)

    def receive(index: int, reply: Reply) -> None:
        nonlocal done
        position, answer = places[index]
        verdicts[position][answer] = Verdict(reply.key or text_key(answer), reply.correct, reply.reason)
        done += 1
        if progress:
            progress(done, total)

    if progress:
        progress(done, total)
    if requests:
        workers.serve(requests, receive, processes, time_limit)
    return verdicts


def settle(gold: str, spec: AnswerSpec, counts: Mapping[str, int]) -> tuple[dict[str, Verdict], list[Request]]:
    """The verdicts on one problem's answers that need no worker, and the requests for those that do."""
    if spec.kind == "choice":
        letters = choices.letters(gold, spec) or gold
        return {answer: Verdict(f"c:{answer}", answer == letters) for answer in counts}, []
    if spec.kind == "number":
        right = quantities.gold(gold, spec)
        if right is not None:
            return _numbers(right, spec, counts), []
    return _math(gold, spec, counts)


def _numbers(right: Quantity, spec: AnswerSpec, counts: Mapping[str, int]) -> dict[str, Verdict]:
    keys = quantities.keys(counts, right.unit, spec)
    out = {}
    for answer in counts:
        found = quantities.quantity(answer)
        if found is None:
            out[answer] = Verdict(text_key(answer), False, "not a number")
        else:
            out[answer] = Verdict(keys[answer], quantities.right(found, right, spec))
    return out


def _math(gold: str, spec: AnswerSpec, counts: Mapping[str, int]) -> tuple[dict[str, Verdict], list[Request]]:
    right = _meaning(gold)
    out: dict[str, Verdict] = {}
    requests: list[Request] = []
    for answer in counts:
        equal = tidy(answer) == tidy(gold) or None
        if len(answer) > MAX_ANSWER:
            reason = f"the answer has {len(answer)} characters; at most {MAX_ANSWER} are compared"
            out[answer] = Verdict(text_key(answer), equal, "" if equal else reason)
            continue
        if not any(character.isalnum() for character in answer):
            out[answer] = Verdict(text_key(answer), bool(equal), "" if equal else "no letter and no digit")
            continue
        try:
            found = meanings.meaning(answer)
        except TooLarge as error:
            out[answer] = Verdict(text_key(answer), equal, "" if equal else f"not evaluated: {error}")
            continue
        except Unreadable:
            requests.append(Request(answer, gold, spec, equal))
            continue
        if equal:
            out[answer] = Verdict(found.key, True)
        elif right is not None:
            out[answer] = Verdict(found.key, equality.same(found, right, spec))
        else:
            requests.append(Request(answer, gold, spec))
    return out, requests


def _meaning(text: str) -> Meaning | None:
    try:
        return meanings.meaning(text)
    except Unreadable:
        return None


def text_key(answer: str) -> str:
    """The voting key of an answer nobody can read: its letters, digits and signs."""
    kept = tidy(answer[:MAX_ANSWER]).casefold()
    return f"s:{notation.plain_text(kept) if kept.isalpha() else kept}"
