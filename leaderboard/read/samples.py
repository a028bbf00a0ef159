"""Samples, grades and scores of one problem, from the Parquet files that a store names.

Only the row groups that hold the rows asked for are read. Paths in the store are relative to ``BONBENCH_HOME``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from harness import home
from harness.errors import BadPool
from harness.measure import scored as scores_of
from harness.measure.graded import GradedPool, of_answers
from harness.measure.scored import ScoredPool, SolutionScores
from harness.pool import steps
from harness.pool.manifest import read_manifest
from harness.pool.pools import OUTCOME, PROCESS, Pool, PoolProblem
from leaderboard.read.records import Entry

_SAMPLE_COLUMNS = ("index", "text", "steps", "answer", "tokens", "finish", "given_correct", "step_labels")
_GRADE_COLUMNS = ("index", "answer", "key", "correct", "reason")


@dataclass(frozen=True, slots=True)
class Cluster:
    """Samples with the same answer.

    Attributes:
        answer: Its most frequent spelling, or None for samples without an answer.
        verdict: As ``ProblemSamples.verdict`` has it.
        members: Positions of the samples.
    """

    answer: str | None
    verdict: str
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ProblemSamples:
    """One problem with its samples, graded.

    Attributes:
        entry: The problem as the pool has it.
        graded: The samples' slots and grades: a pool of this problem alone.
        texts: Solutions; None where the pool keeps none.
        steps: As the source segmented them, or None.
        answers: As the grader extracted them, or None.
        reasons: Why undecided, or "".
        labels: True step labels, or None.
        given: What the source says of it: right, wrong, or None.
        table: All columns that were read, carried scores included.
    """

    entry: PoolProblem
    graded: GradedPool
    texts: tuple[str | None, ...]
    steps: tuple[tuple[str, ...] | None, ...]
    answers: tuple[str | None, ...]
    reasons: tuple[str, ...]
    labels: tuple[tuple[int, ...] | None, ...]
    given: tuple[bool | None, ...]
    table: pa.Table

    def __len__(self) -> int:
        return len(self.texts)

    def verdict(self, sample: int) -> str:
        """A sample's grade as a word."""
        if self.graded.key[sample] < 0:
            return "without an answer"
        if self.graded.undecided[sample]:
            return "undecided"
        return "right" if self.graded.correct[sample] else "wrong"

    def clusters(self) -> list[Cluster]:
        """Answers, the most frequent first; samples without one last."""
        members: dict[int, list[int]] = {}
        for i, key in enumerate(self.graded.key.tolist()):
            members.setdefault(key, []).append(i)
        out = []
        for key, places in members.items():
            spellings = [self.answers[i] for i in places if self.answers[i] is not None]
            shown = max(spellings, key=spellings.count) if key >= 0 and spellings else None
            out.append(Cluster(shown, self.verdict(places[0]), tuple(places)))
        return sorted(out, key=lambda c: (c.answer is None, -len(c.members)))


def located(path: str) -> Path:
    """A path of the store on this machine."""
    return home.home() / path


def open_pool(path: str, name: str) -> Pool:
    """The pool that a store names.

    Raises:
        BadPool: Its files are not at hand, as where only result cards were added.
    """
    folder = located(path)
    if not (folder / "manifest.json").exists():
        raise BadPool(f"The samples of the pool {name!r} are not at hand: {str(folder)!r} was expected to hold them.")
    return Pool(folder, read_manifest(folder))


def of_problem(pool: Pool, grades: Path, problem_id: str, carried: Sequence[str] = ()) -> ProblemSamples:
    """One problem's samples with their grades.

    Args:
        pool: The pool.
        grades: Its grades.
        problem_id: Which problem.
        carried: Names of the carried scores to read with them.
    """
    wanted = [c for c in _SAMPLE_COLUMNS if c in pool.columns()]
    columns = [*wanted, *(carried_column(pool, name) for name in carried)]
    table = pool.of_problem(problem_id, columns)
    entry = pool.problems[problem_id]
    grade = rows_between(grades, entry.first_row, entry.samples, _GRADE_COLUMNS)
    if not grade["index"].equals(table["index"]):
        raise BadPool(f"The grades of the pool {pool.name!r} are not of these samples. Run the pool again.")
    ends = np.array([0, entry.samples], dtype=np.int64)
    slots, index = np.array([entry.slots], dtype=np.int64), table["index"].to_numpy().astype(np.int64)
    keys, correct = grade["key"].to_pylist(), grade["correct"].to_pylist()
    return ProblemSamples(
        entry=entry,
        graded=of_answers([problem_id], slots, ends, index, keys, correct),
        texts=tuple(table["text"].to_pylist()),
        steps=tuple(None if s is None else tuple(s) for s in table["steps"].to_pylist()),
        answers=tuple(grade["answer"].to_pylist()),
        reasons=tuple(r or "" for r in grade["reason"].to_pylist()),
        labels=tuple(None if s is None else tuple(s) for s in table["step_labels"].to_pylist()),
        given=tuple(table["given_correct"].to_pylist()),
        table=table,
    )


def carried_column(pool: Pool, name: str) -> str:
    """The column of samples.parquet that holds these carried scores."""
    return (OUTCOME if pool.manifest.scores.get(name) == "outcome" else PROCESS) + name


def of_entry(pool: Pool, entry: Entry, read: Callable[[Path, Sequence[str]], pa.Table]) -> ScoredPool:
    """The scores of an entry's verifier, carried by the pool or from a file of their own.

    Args:
        pool: The pool.
        entry: The entry, under a rule that needs scores.
        read: Reads columns of some rows of a Parquet file.

    Raises:
        BadPool: The scores are not at hand, as for a run that came as a card.
    """
    if entry.carried:
        column = carried_column(pool, entry.carried)
        values = read(pool.path / "samples.parquet", [column])[column].combine_chunks()
        if column.startswith(PROCESS):
            return scores_of.process(values)
        return scores_of.outcome(values.to_numpy(zero_copy_only=False).astype(np.float64))
    path = None if entry.scores_path is None else located(entry.scores_path)
    if path is None or not path.exists():
        raise BadPool(f"The scores of {entry.label!r} are not at hand: they are where its run was measured.")
    return scores_of.scored(read(path, ["value", "steps"]))


def scored(pool: Pool, found: ProblemSamples, entry: Entry) -> ScoredPool | None:
    """What an entry's verifier says of a problem's samples; None for a rule that needs no scores, or without scores."""

    def read(path: Path, columns: Sequence[str]) -> pa.Table:
        if path == pool.path / "samples.parquet":
            return found.table.select(list(columns))
        return rows_between(path, found.entry.first_row, found.entry.samples, columns)

    if not entry.described.about_verifiers:
        return None
    try:
        return of_entry(pool, entry, read)
    except BadPool:
        return None


def rows_between(path: Path, first: int, count: int, columns: Sequence[str]) -> pa.Table:
    """Rows first..first + count of a Parquet file, from the row groups that hold them and no other.

    Raises:
        BadPool: The file is missing, damaged or too short.
    """
    try:
        file = pq.ParquetFile(path, page_checksum_verification=True)
        row, skipped = 0, None
        groups = []
        for group in range(file.num_row_groups):
            n = file.metadata.row_group(group).num_rows
            if row < first + count and row + n > first:
                groups.append(group)
                skipped = row if skipped is None else skipped
            row += n
        table = file.read_row_groups(groups, columns=list(columns)).slice(first - (skipped or 0), count)
    except (OSError, pa.ArrowException) as error:
        raise BadPool(f"{str(path)!r} cannot be read: {error}.") from error
    if table.num_rows != count:
        raise BadPool(f"{str(path)!r} holds {row} rows; {first + count} were expected. Run the pool again.")
    return table


def summed(cluster: Cluster, scores: SolutionScores | None) -> float | None:
    """The summed score of a cluster, as a weighted vote adds it; None without scores in [0, 1]."""
    if scores is None or not scores.bounded:
        return None
    return float(np.nansum(scores.value[list(cluster.members)]))


def separator(entry: Entry) -> str:
    """What separates two steps for a verifier, as far as its run recorded it."""
    options = entry.config.get("options")
    return str(options.get("separator", "\n\n")) if isinstance(options, Mapping) else "\n\n"


def score_steps(found: ProblemSamples, sample: int, n_scores: int, separator: str) -> tuple[str, ...] | None:
    """The steps that a verifier's scores belong to: the pool's or the text's own parts, whichever are as many."""
    own, text = found.steps[sample], found.texts[sample]
    if own is not None and len(own) == n_scores:
        return own
    parts = steps.split(text, separator) if text else ()
    return parts if len(parts) == n_scores else None
