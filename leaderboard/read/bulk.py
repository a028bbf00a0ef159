"""The scores and grades of a whole pool, up to some slots of each problem, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from harness.errors import BadPool
from harness.measure import aggregation
from harness.pool.pools import Pool
from leaderboard.read.records import Entry, Floats
from leaderboard.read.samples import carried_column, located

SAMPLES = 20_000  # about as many are read: any slots are as good as any others, and these are enough
_LEAST_SLOTS = 16
_TEXTS = 100_000  # samples up to which texts are read for their length where tokens are not known
Ints = NDArray[np.int64]
Labelled = tuple[tuple[tuple[float, ...], tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Graded:
    """The first samples of every problem, graded: what all verifiers share.

    Attributes:
        problem: Problem of each sample, as a number.
        correct: 1.0 right, 0.0 wrong, NaN undecided or without an answer.
        length: Tokens, else characters, else NaN.
        unit: ``tokens``, ``characters`` or "".
        labels: True step labels of each sample, or None.
        slots: Slots of each problem that were read.
    """

    problem: Ints
    correct: Floats
    length: Floats
    unit: str
    labels: tuple[tuple[int, ...] | None, ...]
    slots: int


@dataclass(frozen=True, slots=True)
class Bulk:
    """Samples of a pool that have an answer, a grade and a score.

    Attributes:
        problem: Problem of each sample, as a number.
        score: Its score; a product of probabilities as a probability.
        ranking: What it is ranked by: the same order, without underflow.
        correct: 1.0 right, 0.0 wrong.
        length: Tokens, else characters, else NaN.
        unit: ``tokens``, ``characters`` or "".
        steps: (scores, labels) of each sample whose steps have true labels.
        left_out: Samples read that have no answer, grade or score.
    """

    problem: Ints
    score: Floats
    ranking: Floats
    correct: Floats
    length: Floats
    unit: str
    steps: Labelled
    left_out: int


def enough(problems: int) -> int:
    """How many slots of each problem are read."""
    return max(_LEAST_SLOTS, SAMPLES // max(problems, 1))


def graded(pool: Pool, grades: Path, slots: int) -> Graded:
    """The first slots of every problem with their grades.

    Raises:
        BadPool: A file is missing or damaged, or they are not of the same samples.
    """
    wanted = ["problem_id", *(c for c in ("tokens", "step_labels") if c in pool.columns())]
    if pool.manifest.n_samples <= _TEXTS:
        wanted.append("text")
    found = _rows(pool.path / "samples.parquet", wanted, slots)
    verdicts = _rows(grades, ["correct", "key"], slots)
    if len(verdicts) != len(found):
        raise BadPool(f"The grades of the pool {pool.name!r} are not of these samples. Run the pool again.")
    right = pc.if_else(pc.is_valid(verdicts["key"]), verdicts["correct"], None).cast(pa.float64())
    length, unit = _lengths(found)
    labels = found["step_labels"].to_pylist() if "step_labels" in wanted else [None] * len(found)
    return Graded(
        problem=found["problem_id"].combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64),
        correct=right.to_numpy().astype(np.float64),
        length=length,
        unit=unit,
        labels=tuple(None if x is None else tuple(x) for x in labels),
        slots=slots,
    )


def under(shared: Graded, pool: Pool, entry: Entry) -> Bulk:
    """Those samples under one entry.

    Raises:
        BadPool: Its scores are not at hand.
    """
    if entry.carried:
        column = carried_column(pool, entry.carried)
        table = _rows(pool.path / "samples.parquet", [column], shared.slots)
        process = pool.manifest.scores.get(entry.carried) != "outcome"
    else:
        path = None if entry.scores_path is None else located(entry.scores_path)
        if path is None or not path.exists():
            raise BadPool(f"{entry.label!r} has no scores here.")
        table = _rows(path, ["value", "steps"], shared.slots)
        process = table["steps"].null_count < len(table)
        column = "steps" if process else "value"
    if len(table) != len(shared.problem):
        raise BadPool(f"The scores of {entry.label!r} are not of these samples. Run it again.")
    own = table[column].combine_chunks()
    if process:
        flat, offsets = _flat(own)
        ranking = aggregation.aggregate(flat, offsets, entry.aggregation)
        score = aggregation.as_probability(ranking, entry.aggregation)
    else:
        score = ranking = own.to_numpy(zero_copy_only=False).astype(np.float64)
    usable = ~np.isnan(ranking) & ~np.isnan(shared.correct)
    return Bulk(
        problem=shared.problem[usable],
        score=score[usable],
        ranking=ranking[usable],
        correct=shared.correct[usable],
        length=shared.length[usable],
        unit=shared.unit,
        steps=_labelled(flat, offsets, shared.labels) if process else (),
        left_out=int((~usable).sum()),
    )


def mean_tokens(pool: Pool) -> float | None:
    """Generated tokens of a sample on average, where the pool says so."""
    if "tokens" not in pool.columns():
        return None
    value = pc.mean(pq.read_table(pool.path / "samples.parquet", columns=["tokens"])["tokens"]).as_py()
    return None if value is None else float(value)


def _rows(path: Path, columns: Sequence[str], slots: int) -> pa.Table:
    """Columns of the rows whose slot is one of the first; what is not kept is dropped as it is read."""
    try:
        return pq.read_table(path, columns=list(columns), filters=pc.field("index") < slots)
    except (OSError, pa.ArrowInvalid) as error:
        raise BadPool(f"{str(path)!r} cannot be read: {error}.") from error


def _flat(lists: pa.ListArray) -> tuple[Floats, Ints]:
    """All step scores one after another, and where each sample's begin."""
    counts = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    flat = lists.flatten().to_numpy(zero_copy_only=False).astype(np.float64)
    return flat, np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _lengths(found: pa.Table) -> tuple[Floats, str]:
    if "tokens" in found.column_names and found["tokens"].null_count < len(found):
        return found["tokens"].cast(pa.float64()).to_numpy().astype(np.float64), "tokens"
    if "text" in found.column_names and found["text"].null_count < len(found):
        return pc.utf8_length(found["text"]).cast(pa.float64()).to_numpy().astype(np.float64), "characters"
    return np.full(len(found), np.nan), ""


def _labelled(flat: Floats, offsets: Ints, labels: Sequence[tuple[int, ...] | None]) -> Labelled:
    if not any(labels):
        return ()
    ends = offsets.tolist()
    return tuple(
        (tuple(flat[ends[i] : ends[i + 1]].tolist()), truth)
        for i, truth in enumerate(labels)
        if truth and len(truth) == ends[i + 1] - ends[i]
    )
