"""Which samples are right, and which answers are the same vote.

Each distinct (problem, answer) pair is graded once. Text and exact numbers are settled here; whatever needs symbolic
mathematics goes to worker processes that are limited in memory and killed when one answer costs them more than
``TIME_LIMIT`` seconds of processor time (not of the clock: a busy machine must not change a verdict). What they cannot
decide is None with a reason, never "wrong".
"""

import json
import queue
import selectors
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil
import pyarrow as pa
import pyarrow.parquet as pq

from harness import answers, digest, files, home, quantities
from harness.answers import GRADER, MAX_ANSWER
from harness.errors import BestOfNError
from harness.pools import Pool
from harness.records import AnswerSpec, Problem

TIME_LIMIT = 5.0
WORKERS = 2
_BATCH = 16
_START_LIMIT = 120.0
GRADE_SCHEMA = pa.schema(
    [
        ("problem_id", pa.string()),
        ("index", pa.int32()),
        ("answer", pa.string()),
        ("answer_from", pa.string()),
        ("key", pa.string()),
        ("correct", pa.bool_()),
        ("reason", pa.string()),
    ]
)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one distinct answer to one problem."""

    key: str
    correct: bool | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Grades:
    """The grades of a pool: one row a sample, in the pool's order.

    Columns: problem_id, index, answer (as extracted), answer_from (``text`` or ``pool``), key (equal keys are the same
    vote; null = no answer), correct (null = undecided or no answer), reason.
    """

    table: pa.Table
    path: Path
    grader: str = GRADER


def grade(
    pool: Pool,
    problems: Sequence[Problem],
    spec: AnswerSpec,
    workers: int = WORKERS,
    progress: Progress | None = None,
    time_limit: float = TIME_LIMIT,
) -> Grades:
    """The grades of every sample of a pool, from the cache where the same grader met the same right answers.

    Args:
        pool: The samples.
        problems: With their right answers, in the pool's order.
        spec: What counts as the same answer, unless a problem says otherwise.
        workers: Processes for symbolic mathematics.
        progress: Called with (distinct answers done, distinct answers in all).
        time_limit: Processor seconds for one answer.
    """
    path = grades_path(pool, problems, spec)
    if path.exists():
        return Grades(pq.read_table(path), path)
    extracted = _extract(pool, problems, spec)
    verdicts = judge(problems, spec, extracted.distinct, workers, progress, time_limit)
    table = extracted.table(verdicts)
    files.write_table(table, path)
    return Grades(table, path)


def grades_path(pool: Pool, problems: Sequence[Problem], spec: AnswerSpec) -> Path:
    """Where the grades of this pool under these right answers are kept."""
    key = digest.of_json([[p.id, p.gold, asdict(p.answer or spec)] for p in problems])
    return home.work_folder(pool.digest) / "grades" / f"{GRADER}-{key[:12]}.parquet"


def summary(grades: Grades) -> dict[str, int]:
    """How many samples are right, wrong, undecided and without an answer."""
    correct, keys = grades.table["correct"].to_pylist(), grades.table["key"].to_pylist()
    return {
        "samples": len(keys),
        "right": sum(c is True for c in correct),
        "wrong": sum(c is False for c in correct),
        "undecided": sum(c is None and k is not None for c, k in zip(correct, keys, strict=True)),
        "without an answer": sum(k is None for k in keys),
    }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Our grades against the labels that came with the samples.

    Attributes:
        labelled: Samples with a label.
        differing: Where grade and label differ.
        given_right: Label right, graded wrong.
        given_wrong: Label wrong, graded right.
        undecided: Labelled right, but graded undecided or without an answer (a label "wrong" agrees with those).
        examples: The differing (problem, answer) pairs, most frequent first.
    """

    labelled: int
    differing: int
    given_right: int
    given_wrong: int
    undecided: int
    examples: list[dict[str, Any]]


def compare_given(pool: Pool, table: pa.Table) -> Comparison:
    """Compare a grade table with the labels of its pool."""
    given = [v for _, part in pool.batches(["given_correct"]) for v in part["given_correct"].to_pylist()]
    rows = zip(*[table[c].to_pylist() for c in ("problem_id", "index", "answer", "correct")], given, strict=True)
    labelled = right = wrong = undecided = 0
    pairs: dict[tuple[str, str | None, bool, bool | None], list[int]] = {}
    for problem_id, index, answer, correct, label in rows:
        if label is None:
            continue
        labelled += 1
        if label == bool(correct):
            continue
        right += label and correct is False
        undecided += label and correct is None
        wrong += not label
        pairs.setdefault((problem_id, answer, label, correct), []).append(index)
    examples = [
        {"problem_id": p, "index": slots[0], "answer": a, "given": g, "graded": c, "count": len(slots)}
        for (p, a, g, c), slots in sorted(pairs.items(), key=lambda item: -len(item[1]))
    ]
    return Comparison(labelled, right + wrong + undecided, right, wrong, undecided, examples)


@dataclass(slots=True)
class _Extracted:
    ids: list[str]
    indexes: list[int]
    answers: list[str | None]
    origins: list[str | None]
    distinct: list[Counter[str]]
    position: list[int]

    def table(self, verdicts: Sequence[Mapping[str, Verdict]]) -> pa.Table:
        rows = [
            None if answer is None else verdicts[p][answer]
            for p, answer in zip(self.position, self.answers, strict=True)
        ]
        columns = [
            pa.array(self.ids, pa.string()),
            pa.array(self.indexes, pa.int32()),
            pa.array(self.answers, pa.string()),
            pa.array(self.origins, pa.string()),
            pa.array([None if v is None else v.key for v in rows], pa.string()),
            pa.array([None if v is None else v.correct for v in rows], pa.bool_()),
            pa.array(["no answer found" if v is None else v.reason for v in rows], pa.string()),
        ]
        return pa.Table.from_arrays(columns, schema=GRADE_SCHEMA)


def _extract(pool: Pool, problems: Sequence[Problem], spec: AnswerSpec) -> _Extracted:
    """The answer of every sample: read from its text, else as the source extracted it."""
    out = _Extracted([], [], [], [], [Counter() for _ in problems], [])
    for position, (problem, (problem_id, table)) in enumerate(
        zip(problems, pool.batches(["index", "text", "steps", "answer"]), strict=True)
    ):
        own = problem.answer or spec
        memo: dict[str, str | None] = {}
        given = table["answer"].to_pylist()
        for i, solution in enumerate(pool.solutions(table)):
            text = solution.text
            if text not in memo:
                memo[text] = answers.extract(text, own) if text else None
            found, origin = memo[text], "text"
            if found is None and given[i] is not None:
                found, origin = _given(given[i], own), "pool"
            out.answers.append(found)
            out.origins.append(origin if found is not None else None)
            out.position.append(position)
            if found is not None:
                out.distinct[position][found] += 1
        out.ids += [problem_id] * table.num_rows
        out.indexes += table["index"].to_pylist()
    return out


def _given(answer: str, spec: AnswerSpec) -> str | None:
    if spec.kind == "choice":
        return answers.choice_letters(answer, spec)
    return answers.last_boxed(answer) or answer.strip() or None


# ---------------------------------------------------------------------------------------------- verdicts


@dataclass(frozen=True, slots=True)
class _Request:
    position: int
    spellings: tuple[str, ...]  # of one answer; the first is compared
    gold: str
    correct: bool | None  # already settled; only the key is wanted

    @property
    def answer(self) -> str:
        return self.spellings[0]


def judge(
    problems: Sequence[Problem],
    spec: AnswerSpec,
    distinct: Sequence[Counter[str]],
    workers: int = WORKERS,
    progress: Progress | None = None,
    time_limit: float = TIME_LIMIT,
) -> list[dict[str, Verdict]]:
    """A verdict for every distinct answer of every problem.

    Args:
        problems: With their right answers.
        spec: What counts as the same answer, unless a problem says otherwise.
        distinct: How often each answer was given, by problem.
        workers: Processes for symbolic mathematics.
        progress: Called with (done, in all).
        time_limit: Processor seconds for one answer.
    """
    verdicts: list[dict[str, Verdict]] = [{} for _ in problems]
    requests: list[_Request] = []
    total = sum(map(len, distinct))
    for position, (problem, counts) in enumerate(zip(problems, distinct, strict=True)):
        own = problem.answer or spec
        if own.kind == "choice":
            gold = answers.choice_letters(problem.gold, own) or problem.gold
            verdicts[position] = {a: Verdict(f"c:{a}", a == gold) for a in counts}
        elif own.kind == "number" and _numbers(problem, own, counts, verdicts[position]):
            continue
        else:
            alike: dict[str, list[str]] = {}
            for answer in counts:
                alike.setdefault(answers.tidy(answer), []).append(answer)
            for spellings in alike.values():
                answer = spellings[0]
                settled = answers.compare_plain(answer, problem.gold)
                key = answers.plain_key(answer)
                if settled is not None and key is not None:
                    verdicts[position].update(dict.fromkeys(spellings, Verdict(key, settled)))
                elif len(answer) > MAX_ANSWER:
                    reason = f"the answer has {len(answer)} characters; at most {MAX_ANSWER} are compared"
                    verdicts[position].update(dict.fromkeys(spellings, Verdict(_text_key(answer), None, reason)))
                else:
                    requests.append(_Request(position, tuple(spellings), problem.gold, settled))
    done = total - sum(len(request.spellings) for request in requests)
    if progress:
        progress(done, total)

    def receive(request: _Request, verdict: Verdict) -> None:
        nonlocal done
        verdicts[request.position].update(dict.fromkeys(request.spellings, verdict))
        done += len(request.spellings)
        if progress:
            progress(done, total)

    if requests:
        _Workers(requests, receive, min(workers, 1 + len(requests) // _BATCH), time_limit).run()
    return verdicts


def _numbers(problem: Problem, spec: AnswerSpec, counts: Mapping[str, int], out: dict[str, Verdict]) -> bool:
    """Grade numeric answers with tolerance; False where the right answer is not a number."""
    gold = quantities.number(problem.gold)
    if gold is None:
        return False
    values = {answer: quantities.number(answer) for answer in counts}
    weights: Counter[float] = Counter()
    for answer, value in values.items():
        if value is not None:
            weights[value] += counts[answer]
    keys = quantities.number_keys(weights, spec)
    for answer, value in values.items():
        if value is None:
            out[answer] = Verdict(_text_key(answer), False, "not a number")
        else:
            out[answer] = Verdict(keys[value], quantities.within(value, gold, spec))
    return True


def _text_key(answer: str) -> str:
    return "s:" + answers.tidy(answer[:MAX_ANSWER]).casefold()


class _Workers:
    """Spread requests over worker processes; kill and replace the ones that overrun."""

    def __init__(
        self,
        requests: Sequence[_Request],
        receive: Callable[[_Request, Verdict], None],
        workers: int,
        time_limit: float,
    ) -> None:
        self.batches: queue.SimpleQueue[list[_Request]] = queue.SimpleQueue()
        for start in range(0, len(requests), _BATCH):
            self.batches.put(list(requests[start : start + _BATCH]))
        self.receive = receive
        self.workers = workers
        self.time_limit = time_limit
        self.lock = threading.Lock()
        self.failure: BaseException | None = None

    def run(self) -> None:
        threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(self.workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.failure is not None:
            raise self.failure

    def _serve(self) -> None:
        """One worker process after another, until no batch is left."""
        worker: _Worker | None = None
        try:
            while self.failure is None:
                try:
                    batch = self.batches.get_nowait()
                except queue.Empty:
                    return
                while batch:
                    worker = worker or _Worker()
                    answered, verdict = worker.work(batch, self.time_limit, self._report)
                    batch = batch[answered:]
                    if verdict is not None:  # the worker is gone with the first request that is left
                        worker = None
                        self._report(batch[0], verdict)
                        batch = batch[1:]
        except BaseException as error:  # noqa: BLE001  handed to the caller's thread, which raises it
            self.failure = error
        finally:
            if worker is not None:
                worker.close()

    def _report(self, request: _Request, verdict: Verdict) -> None:
        with self.lock:
            self.receive(request, verdict)


class _Worker:
    """One grading process and the pipes to it."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "harness.grading_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).parent.parent,
        )
        self.selector = selectors.DefaultSelector()
        assert self.process.stdout is not None
        self.selector.register(self.process.stdout, selectors.EVENT_READ)
        self.buffer = b""
        ready = self._line(time.monotonic() + _START_LIMIT, None)
        if ready is None:
            self.close()
            raise BestOfNError(
                f"A grading process did not start within {_START_LIMIT:.0f} s or died at once. Try "
                f"'{sys.executable} -m harness.grading_worker' by hand to see why."
            )

    def work(
        self, batch: Sequence[_Request], limit: float, report: Callable[[_Request, Verdict], None]
    ) -> tuple[int, Verdict | None]:
        """Grade a batch in order; returns how many were answered, and the verdict on the one that broke the worker."""
        assert self.process.stdin is not None
        lines = [
            json.dumps({"id": i, "answer": r.answer, "gold": r.gold, "correct": r.correct}) for i, r in enumerate(batch)
        ]
        try:
            self.process.stdin.write(("\n".join(lines) + "\n").encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            self.close()
            return 0, self._broken(batch[0], "the grading process died")
        for answered, request in enumerate(batch):
            line = self._line(time.monotonic() + 20 * limit, limit)
            if line is None:
                died = self.process.poll() is not None
                self.close()
                reason = "the grading process died" if died else f"not decided within {limit:g} s of processor time"
                return answered, self._broken(request, reason)
            reply = json.loads(line)
            key = reply["key"] or _text_key(request.answer)
            report(request, Verdict(key, reply["correct"], reply["reason"]))
        return len(batch), None

    @staticmethod
    def _broken(request: _Request, reason: str) -> Verdict:
        return Verdict(_text_key(request.answer), request.correct, reason)

    def _line(self, deadline: float, processor_limit: float | None) -> bytes | None:
        """The next line of the worker; None when it died, hung or used up its processor time."""
        assert self.process.stdout is not None
        started = self._processor_seconds()
        while b"\n" not in self.buffer:
            if not self.selector.select(0.25):
                used = self._processor_seconds() - started
                if (processor_limit is not None and used > processor_limit) or time.monotonic() > deadline:
                    return None
                continue
            piece = self.process.stdout.read1(1 << 16)  # type: ignore[attr-defined]
            if not piece:
                return None
            self.buffer += piece
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line

    def _processor_seconds(self) -> float:
        try:
            times = psutil.Process(self.process.pid).cpu_times()
        except psutil.Error:
            return 0.0
        return float(times.user + times.system)

    def close(self) -> None:
        """Kill the process and close the pipes."""
        self.process.kill()
        self.process.wait()
        self.selector.close()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
