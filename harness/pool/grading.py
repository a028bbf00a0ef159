"""Which samples are right, and which answers are the same vote.

Each distinct (problem, answer) pair is graded once; what cannot be decided is None with a reason, never "wrong". The
grades of a pool are kept under the grader's version and the right answers they were made from.
"""

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from harness import digest, files, home, locks, registry
from harness.grader import answers, choices
from harness.grader.answers import GRADER
from harness.grader.judging import TIME_LIMIT, WORKERS, Verdict, judge
from harness.grader.solutions import last_boxed
from harness.pool import leftovers
from harness.pool.pools import Pool
from harness.progress import Progress
from harness.records import AnswerSpec, Problem

PART = 50_000  # samples graded between two writes
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

    A pool that ships with bonbench may bring its grades, under the same name.

    Finished parts are kept: stopped anywhere, the next call goes on there.

    Args:
        pool: The samples.
        problems: With their right answers, in the pool's order.
        spec: What counts as the same answer, unless a problem says otherwise.
        workers: Processes for symbolic mathematics.
        progress: Called with (samples done, samples in all).
        time_limit: Processor seconds for one answer.
    """
    leftovers.clear_parts(home.work_folder(pool.digest))
    path = grades_path(pool, problems, spec)
    if not pool.manifest.files:
        pool.verify()  # of a time when no sums were kept
    for shipped in _shipped(pool, path.name):
        if shipped.exists():
            return Grades(files.read_table(shipped, "Install bonbench again.")[0], shipped)
    kept = _kept(path, pool.manifest.n_samples)
    if kept is None:
        with locks.held(path.parent.with_name(".grades.lock")):
            kept = _kept(path, pool.manifest.n_samples)  # another process may have graded it meanwhile
            if kept is None:
                kept = _grade(path, pool, problems, spec, workers, progress, time_limit)
    return Grades(kept, path)


def _kept(path: Path, rows: int) -> pa.Table | None:
    found = files.again(path, GRADE_SCHEMA.names, rows)
    return None if found is None else found[0]


def _grade(
    path: Path,
    pool: Pool,
    problems: Sequence[Problem],
    spec: AnswerSpec,
    workers: int,
    progress: Progress | None,
    time_limit: float,
) -> pa.Table:
    folder = path.with_suffix(".parts")
    samples = iter(zip(problems, pool.batches(["index", "text", "steps", "answer"]), strict=True))
    counts = [entry.samples for entry in pool.problems.values()]
    tables, done, total = [], 0, sum(counts)
    for start, end in _parts(counts):
        file, size = folder / f"{start:06d}-{end:06d}.parquet", sum(counts[start:end])
        chunk = list(islice(samples, end - start))
        table = _kept(file, size)
        if table is None:
            extracted = _extract(pool, chunk, spec)
            tell = _share(progress, done, size, total)
            verdicts = judge(problems[start:end], spec, extracted.distinct, workers, tell, time_limit)
            table = extracted.table(verdicts)
            files.write_table(table, file)
        tables.append(table)
        done += size
    table = pa.concat_tables(tables).combine_chunks() if tables else GRADE_SCHEMA.empty_table()
    files.write_table(table, path)
    shutil.rmtree(folder, ignore_errors=True)  # its rows are in the table
    return table


def _parts(samples: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Runs of whole problems, [start, end), of about ``PART`` samples: what a kill can cost."""
    start = held = 0
    for position, size in enumerate(samples, 1):
        held += size
        if held >= PART or position == len(samples):
            yield start, position
            start, held = position, 0


def _share(progress: Progress | None, before: int, size: int, total: int) -> Progress | None:
    """Progress of one part, in samples of the whole pool, from its distinct answers."""
    if progress is None:
        return None

    def share(done: int, distinct: int, _tokens: int = 0) -> None:
        progress(before + (size * done // distinct if distinct else size), total)

    return share


def grades_path(pool: Pool, problems: Sequence[Problem], spec: AnswerSpec) -> Path:
    """Where the grades of this pool under these right answers are kept."""
    key = digest.of_json([[p.id, p.gold, asdict(p.answer or spec)] for p in problems])
    return home.work_folder(pool.digest) / "grades" / f"{GRADER}-{key[:12]}.parquet"


def _shipped(pool: Pool, name: str) -> list[Path]:
    """The grades that came with a pool of this package; those beside anybody else's pool are not taken on trust."""
    return [pool.path / "grades" / name] if registry.bundled_pools().get(pool.name) == pool.path else []


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


def _extract(pool: Pool, part: Sequence[tuple[Problem, tuple[str, pa.Table]]], spec: AnswerSpec) -> _Extracted:
    """The answer of every sample: read from its text, else as the source extracted it."""
    out = _Extracted([], [], [], [], [Counter() for _ in part], [])
    for position, (problem, (problem_id, table)) in enumerate(part):
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
        return choices.letters(answer, spec)
    return last_boxed(answer) or answer.strip() or None
