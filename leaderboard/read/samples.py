"""Samples, grades and scores of one problem, from the Parquet files that a store names.

Only the row groups that hold the rows asked for are read. Paths in the store are relative to ``BONBENCH_HOME``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from harness import home
from harness.errors import BadPool
from harness.measure.aggregation import aggregate, as_probability
from harness.pool import steps
from harness.pool.manifest import read_manifest
from harness.pool.pools import OUTCOME, PROCESS, Pool, PoolProblem
from leaderboard.read.records import Entry

Floats = NDArray[np.float64]
_SAMPLE_COLUMNS = ("index", "text", "steps", "answer", "tokens", "finish", "step_labels")
_GRADE_COLUMNS = ("index", "answer", "key", "correct", "reason")


@dataclass(frozen=True, slots=True)
class Scored:
    """What one verifier says of some samples, in their order.

    Attributes:
        solution: One score a sample on its own scale (a product as a probability), NaN where there is none.
        ranking: What the samples are ranked by: the same order, without underflow.
        steps: Step scores of each sample; empty lists for an outcome verifier.
    """

    solution: Floats
    ranking: Floats
    steps: tuple[tuple[float, ...], ...]

    @property
    def bounded(self) -> bool:
        """Whether every step or solution score is a number in [0, 1], so that it can be read as a probability."""
        flat = [s for row in self.steps for s in row] or [float(v) for v in self.solution if not np.isnan(v)]
        return bool(flat) and min(flat) >= 0.0 and max(flat) <= 1.0


@dataclass(frozen=True, slots=True)
class Cluster:
    """Samples with the same answer.

    Attributes:
        answer: Its most frequent spelling, or None for samples without an answer.
        correct: Right, wrong or undecided (None).
        members: Positions of the samples.
    """

    answer: str | None
    correct: bool | None
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ProblemSamples:
    """One problem with its samples, graded.

    Attributes:
        entry: The problem as the pool has it.
        index: Slot of each sample.
        texts: Solutions; None where the pool keeps none.
        steps: As the source segmented them, or None.
        answers: As the grader extracted them, or None.
        keys: Equal keys are the same vote; None = no answer.
        correct: Right, wrong or undecided (None).
        reasons: Why undecided, or "".
        labels: True step labels, or None.
        table: All columns that were read, carried scores included.
    """

    entry: PoolProblem
    index: tuple[int, ...]
    texts: tuple[str | None, ...]
    steps: tuple[tuple[str, ...] | None, ...]
    answers: tuple[str | None, ...]
    keys: tuple[str | None, ...]
    correct: tuple[bool | None, ...]
    reasons: tuple[str, ...]
    labels: tuple[tuple[int, ...] | None, ...]
    table: pa.Table

    def clusters(self) -> list[Cluster]:
        """Answers, the most frequent first; samples without one last."""
        members: dict[str | None, list[int]] = {}
        for i, key in enumerate(self.keys):
            members.setdefault(key, []).append(i)
        out = []
        for key, places in members.items():
            spellings = [self.answers[i] for i in places if self.answers[i] is not None]
            shown = max(spellings, key=spellings.count) if key is not None and spellings else None
            out.append(Cluster(shown, self.correct[places[0]] if key is not None else None, tuple(places)))
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
    graded = rows_between(grades, entry.first_row, entry.samples, _GRADE_COLUMNS)
    if graded["index"].to_pylist() != table["index"].to_pylist():
        raise BadPool(f"The grades of the pool {pool.name!r} are not of these samples. Run the pool again.")
    return ProblemSamples(
        entry=entry,
        index=tuple(table["index"].to_pylist()),
        texts=tuple(table["text"].to_pylist()),
        steps=tuple(None if s is None else tuple(s) for s in table["steps"].to_pylist()),
        answers=tuple(graded["answer"].to_pylist()),
        keys=tuple(graded["key"].to_pylist()),
        correct=tuple(graded["correct"].to_pylist()),
        reasons=tuple(r or "" for r in graded["reason"].to_pylist()),
        labels=tuple(None if s is None else tuple(s) for s in table["step_labels"].to_pylist()),
        table=table,
    )


def carried_column(pool: Pool, name: str) -> str:
    """The column of samples.parquet that holds these carried scores."""
    return (OUTCOME if pool.manifest.scores.get(name) == "outcome" else PROCESS) + name


def scored(pool: Pool, found: ProblemSamples, entry: Entry) -> Scored | None:
    """What an entry's verifier says of a problem's samples; None for a rule that needs no scores.

    Raises:
        BadPool: The scores are not at hand.
    """
    if entry.carried:
        column = found.table[carried_column(pool, entry.carried)].to_pylist()
        outcome = pool.manifest.scores.get(entry.carried) == "outcome"
        return _scored(column if outcome else None, None if outcome else column, entry.aggregation)
    if entry.scores_path is None:
        return None
    path = located(entry.scores_path)
    if not path.exists():
        raise BadPool(f"The scores of {entry.label!r} are not at hand: {str(path)!r} was expected.")
    rows = rows_between(path, found.entry.first_row, found.entry.samples, ("value", "steps"))
    listed = rows["steps"].to_pylist()
    process = any(s is not None for s in listed)
    return _scored(None if process else rows["value"].to_pylist(), listed if process else None, entry.aggregation)


def scored_or_none(pool: Pool, found: ProblemSamples, entry: Entry) -> Scored | None:
    """As ``scored``, with None also where the scores are not at hand, as for a run that came as a card."""
    try:
        return scored(pool, found, entry)
    except BadPool:
        return None


def _scored(
    outcome: Sequence[float | None] | None, process: Sequence[Sequence[float] | None] | None, aggregation: str
) -> Scored:
    if outcome is not None or process is None:
        values = np.array([np.nan if v is None else v for v in outcome or ()], dtype=np.float64)
        return Scored(values, values, ((),) * len(values))
    rows = [tuple(s or ()) for s in process]
    flat = np.array([v for row in rows for v in row], dtype=np.float64)
    offsets = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    ranking = aggregate(flat, offsets, aggregation)
    return Scored(as_probability(ranking, aggregation), ranking, tuple(rows))


def pick_chances(ranking: Floats, eligible: Sequence[bool], slots: int, n: int) -> Floats:
    """The chance that each sample is the best-scored one of a random N-subset of the slots.

    Rank r alone wins with C(M - r, N - 1) / C(M, N); a tie group shares the sum of its ranks (docs/method.md).

    Args:
        ranking: Scores, NaN where there is none; shape [samples].
        eligible: Samples without an answer cannot be chosen.
        slots: M.
        n: N.

    >>> pick_chances(np.array([0.9, 0.1, 0.1]), [True, True, True], 3, 2).round(4).tolist()
    [0.6667, 0.1667, 0.1667]
    """
    usable = np.flatnonzero(~np.isnan(ranking) & np.asarray(eligible, dtype=bool))
    order = usable[np.argsort(-ranking[usable], kind="stable")]
    out = np.zeros(len(ranking))
    chance, start = n / slots, 0
    by_rank = []
    for rank in range(1, len(order) + 1):
        by_rank.append(chance)
        chance *= max(slots - rank - n + 1, 0) / max(slots - rank, 1)
    while start < len(order):
        end = start
        while end < len(order) and ranking[order[end]] == ranking[order[start]]:
            end += 1
        out[order[start:end]] = sum(by_rank[start:end]) / (end - start)
        start = end
    return out


def rows_between(path: Path, first: int, count: int, columns: Sequence[str]) -> pa.Table:
    """Rows first..first + count of a Parquet file, from the row groups that hold them and no other.

    Raises:
        BadPool: The file is missing, damaged or too short.
    """
    try:
        file = pq.ParquetFile(path)
        row, skipped = 0, None
        groups = []
        for group in range(file.num_row_groups):
            n = file.metadata.row_group(group).num_rows
            if row < first + count and row + n > first:
                groups.append(group)
                skipped = row if skipped is None else skipped
            row += n
        table = file.read_row_groups(groups, columns=list(columns)).slice(first - (skipped or 0), count)
    except (OSError, pa.ArrowInvalid) as error:
        raise BadPool(f"{str(path)!r} cannot be read: {error}.") from error
    if table.num_rows != count:
        raise BadPool(f"{str(path)!r} holds {row} rows; {first + count} were expected. Run the pool again.")
    return table


def summed(cluster: Cluster, score: Scored | None) -> float | None:
    """The summed score of a cluster, as a weighted vote adds it; None without scores in [0, 1]."""
    if score is None or not score.bounded:
        return None
    known = score.solution[list(cluster.members)]
    return float(np.nansum(known))


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
