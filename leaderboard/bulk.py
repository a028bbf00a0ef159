"""The scores and grades of a whole pool, up to some slots of each problem, as arrays; read one row group at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from harness import steps
from harness.errors import BadPool
from harness.pools import Pool
from leaderboard.records import Entry, Floats
from leaderboard.samples import carried_column, located

SLOTS = 128  # of each problem: any slots are as good as any others, and these are enough
_TEXTS = 100_000  # samples up to which a text is read for its length where its tokens are not known
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Bulk:
    """Samples of a pool that have an answer, a grade and a score.

    Attributes:
        problem: Position of each sample's problem in the pool.
        score: Its score; a product of probabilities as a probability.
        ranking: What it is ranked by: the same order, without underflow.
        correct: 1.0 right, 0.0 wrong.
        length: Tokens, else characters, else NaN.
        unit: ``tokens``, ``characters`` or "".
        steps: Step scores of each sample that has true labels, with those labels: (scores, labels), of equal length.
        left_out: Samples read that have no answer, grade or score.
    """

    problem: Ints
    score: Floats
    ranking: Floats
    correct: Floats
    length: Floats
    unit: str
    steps: tuple[tuple[tuple[float, ...], tuple[int, ...]], ...]
    left_out: int


def read(pool: Pool, grades: Path, entry: Entry, slots: int = SLOTS) -> Bulk:
    """The first slots of every problem under one entry.

    Raises:
        BadPool: The scores are not at hand, or there are none.
    """
    kept = _kept(pool, slots)
    columns = set(pool.columns())
    wanted: list[str] = [c for c in ("tokens", "step_labels") if c in columns]
    if entry.carried:
        wanted.append(carried_column(pool, entry.carried))
    few = pool.manifest.n_samples <= _TEXTS
    samples = _rows(pool.path / "samples.parquet", [*wanted, *(["text"] if few else [])], kept)
    graded = _rows(grades, ["correct", "key"], kept)
    outcome, process = _scores(pool, entry, samples, kept)
    score, ranking = _aggregated(outcome, process, entry.aggregation)
    correct = graded["correct"].to_pylist()
    usable = np.array([c is not None for c in correct]) & ~np.isnan(ranking)
    usable &= ~graded["key"].is_null().to_numpy(zero_copy_only=False)
    length, unit = _lengths(samples)
    return Bulk(
        problem=_problem(pool, kept)[usable],
        score=score[usable],
        ranking=ranking[usable],
        correct=np.array([bool(c) for c in correct], dtype=np.float64)[usable],
        length=length[usable],
        unit=unit,
        steps=_labelled(process, samples),
        left_out=int((~usable).sum()),
    )


def mean_tokens(pool: Pool) -> float | None:
    """Generated tokens of a sample on average, where the pool says so."""
    if "tokens" not in pool.columns():
        return None
    value = pc.mean(pq.read_table(pool.path / "samples.parquet", columns=["tokens"])["tokens"]).as_py()
    return None if value is None else float(value)


def _kept(pool: Pool, slots: int) -> NDArray[np.bool_]:
    index = pq.read_table(pool.path / "samples.parquet", columns=["index"])["index"].to_numpy()
    kept: NDArray[np.bool_] = index < slots
    return kept


def _problem(pool: Pool, kept: NDArray[np.bool_]) -> Ints:
    counts = [p.samples for p in pool.problems.values()]
    out: Ints = np.repeat(np.arange(len(counts)), counts)[kept]
    return out


def _rows(path: Path, columns: Sequence[str], kept: NDArray[np.bool_]) -> pa.Table:
    """The kept rows of a file, one row group in memory at a time."""
    try:
        parts = list(_parts(pq.ParquetFile(path), columns, kept))
    except (OSError, pa.ArrowInvalid) as error:
        raise BadPool(f"{str(path)!r} cannot be read: {error}.") from error
    return pa.concat_tables(parts)


def _parts(file: pq.ParquetFile, columns: Sequence[str], kept: NDArray[np.bool_]) -> Iterator[pa.Table]:
    row = 0
    for group in range(file.num_row_groups):
        n = file.metadata.row_group(group).num_rows
        yield file.read_row_group(group, columns=list(columns)).filter(pa.array(kept[row : row + n]))
        row += n
    if row != len(kept):
        raise BadPool(f"A file of this pool has {row} rows, its samples are {len(kept)}. Run the pool again.")


def _scores(
    pool: Pool, entry: Entry, samples: pa.Table, kept: NDArray[np.bool_]
) -> tuple[list[float | None] | None, list[list[float] | None] | None]:
    """Outcome scores or step scores, whichever the verifier gives."""
    if entry.carried:
        found = samples[carried_column(pool, entry.carried)].to_pylist()
        return (found, None) if pool.manifest.scores.get(entry.carried) == "outcome" else (None, found)
    path = None if entry.scores_path is None else located(entry.scores_path)
    if path is None or not path.exists():
        raise BadPool(f"{entry.label!r} has no scores here.")
    table = _rows(path, ["value", "steps"], kept)
    process = table["steps"].to_pylist()
    return (None, process) if any(s is not None for s in process) else (table["value"].to_pylist(), None)


def _aggregated(
    outcome: list[float | None] | None, process: list[list[float] | None] | None, aggregation: str
) -> tuple[Floats, Floats]:
    if process is None:
        values = np.array([np.nan if v is None else v for v in outcome or []], dtype=np.float64)
        return values, values
    flat = np.array([v for row in process for v in row or ()], dtype=np.float64)
    offsets = np.concatenate([[0], np.cumsum([len(row or ()) for row in process])]).astype(np.int64)
    ranking = steps.aggregate(flat, offsets, aggregation)
    return steps.as_probability(ranking, aggregation), ranking


def _lengths(samples: pa.Table) -> tuple[Floats, str]:
    if samples["tokens"].null_count < samples.num_rows:
        return samples["tokens"].cast(pa.float64()).to_numpy(zero_copy_only=False), "tokens"
    if "text" in samples.column_names and samples["text"].null_count < samples.num_rows:
        return pc.utf8_length(samples["text"]).cast(pa.float64()).to_numpy(zero_copy_only=False), "characters"
    return np.full(samples.num_rows, np.nan), ""


def _labelled(
    process: list[list[float] | None] | None, samples: pa.Table
) -> tuple[tuple[tuple[float, ...], tuple[int, ...]], ...]:
    if process is None or "step_labels" not in samples.column_names:
        return ()
    labels = samples["step_labels"].to_pylist()
    return tuple(
        (tuple(s), tuple(truth))
        for s, truth in zip(process, labels, strict=True)
        if s and truth and len(s) == len(truth)
    )
