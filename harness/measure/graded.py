"""The graded pool as arrays: the only one there is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from harness.errors import BadInput
from harness.measure.arrays import Bools, Floats, Ints


@dataclass(frozen=True, slots=True)
class GradedPool:
    """Samples stand flat, problem after problem; offsets[i]:offsets[i + 1] are problem i's.

    Attributes:
        ids: Of P problems.
        slots: M of each, shape [P].
        offsets: Shape [P + 1].
        index: Slot of each sample.
        correct: 1.0 right, 0.0 wrong or undecided.
        key: Position of the answer among the problem's distinct ones, -1 where there is none.
        undecided: Whether the grader could not decide.
    """

    ids: tuple[str, ...]
    slots: Ints
    offsets: Ints
    index: Ints
    correct: Floats
    key: Ints
    undecided: Bools

    @property
    def answered(self) -> Bools:
        """Whether an answer was found."""
        found: Bools = self.key >= 0
        return found

    def of(self, problem: int) -> slice:
        """Where a problem's samples stand."""
        return slice(int(self.offsets[problem]), int(self.offsets[problem + 1]))

    def problem_of(self) -> Ints:
        """The problem of each sample, as a position."""
        return np.repeat(np.arange(len(self.ids)), np.diff(self.offsets)).astype(np.int64)

    def pass_rates(self) -> dict[str, float]:
        """Right samples / M, by problem id; missing slots are wrong."""
        rights = self.sums(self.correct)
        return {i: float(r / m) for i, r, m in zip(self.ids, rights, self.slots, strict=True)}

    def half(self, parity: int) -> "GradedPool":
        """The even (0) or odd (1) slots alone."""
        return self.keep(self.index % 2 == parity, (self.slots + 1 - parity) // 2)

    def first(self, slots: int) -> "GradedPool":
        """The first slots of every problem."""
        return self.keep(self.index < slots, np.minimum(self.slots, slots))

    def keep(self, mask: Bools, slots: Ints) -> "GradedPool":
        """Some of the samples, in that many slots of each problem."""
        counts = self.sums(mask.astype(np.float64)).astype(np.int64)
        return GradedPool(
            self.ids,
            slots,
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            self.index[mask],
            self.correct[mask],
            self.key[mask],
            self.undecided[mask],
        )

    def sums(self, values: Floats) -> Floats:
        """The sum of the values of each problem's samples, 0 for a problem without any; shape [P]."""
        running = np.concatenate([[0.0], np.cumsum(values)])
        out: Floats = running[self.offsets[1:]] - running[self.offsets[:-1]]
        return out

    def coverage(self) -> dict[str, int]:
        """Counts of slots, missing, unanswered and undecided samples."""
        return {
            "slots": int(self.slots.sum()),
            "missing": int(self.slots.sum()) - len(self.correct),
            "unanswered": int((~self.answered).sum()),
            "undecided": int(self.undecided.sum()),
        }


def graded(ids: Sequence[str], slots: Mapping[str, int], grades: pa.Table) -> GradedPool:
    """The graded pool out of a grade table.

    Args:
        ids: The pool's problems, in its order.
        slots: M by problem id.
        grades: Columns problem_id, index, key, correct: one row a sample, problem after problem in the pool's order;
            of all slots, or of the first ones of every problem.

    Raises:
        BadInput: The grades are of other problems.
    """
    found = grades["problem_id"].combine_chunks().dictionary_encode()
    place = {name: position for position, name in enumerate(ids)}
    order = [place.get(name, -1) for name in found.dictionary.to_pylist()]
    if order != sorted(order) or -1 in order:
        raise BadInput("The grades and the problems are not of the same pool; delete the pool's grades and run again.")
    counts = np.zeros(len(ids), dtype=np.int64)
    counts[order] = np.bincount(found.indices.to_numpy(zero_copy_only=False), minlength=len(order))
    return of_answers(
        ids,
        np.array([slots[i] for i in ids], dtype=np.int64),
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        grades["index"].to_numpy().astype(np.int64),
        grades["key"].to_pylist(),
        grades["correct"].to_pylist(),
    )


def of_answers(
    ids: Iterable[str],
    slots: Ints,
    offsets: Ints,
    index: Ints,
    keys: Sequence[str | None],
    correct: Sequence[bool | None],
) -> GradedPool:
    """The graded pool out of each sample's vote (None = no answer) and grade (None = undecided, or no answer)."""
    key = np.full(len(keys), -1, dtype=np.int64)
    for start, end in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True):
        seen: dict[str, int] = {}
        for i in range(start, end):
            own = keys[i]
            if own is not None:
                key[i] = seen.setdefault(own, len(seen))
    unknown = np.array([c is None for c in correct], dtype=np.bool_)
    right = np.array([bool(c) for c in correct], dtype=np.float64)
    return GradedPool(tuple(ids), slots, offsets, index, right, key, unknown & (key >= 0))
