"""Scores that a step benchmark carries: in lines of their own, or as numbers and probabilities beside the steps."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any, Generic, TypeVar

from harness.pool.fields import Unfit, number_of, same_lengths, score_name, steps_score
from harness.pool.formats import UNEXPECTED, reason
from harness.pool.sources import Record, Reject
from harness.records import Score

STRICT = "neutral-as-negative"
T = TypeVar("T")


class Lines(Generic[T]):
    """Recorded scores that stand in lines of their own, read before the rows that they belong to.

    Args:
        read: A row's name, and what a line of scores says; what it raises sets the line aside.
    """

    def __init__(self, read: Callable[[Mapping[str, Any]], tuple[str, T]]) -> None:
        self._read = read
        self._of: dict[str, tuple[Record, T]] = {}
        self._used: set[str] = set()
        self.rows: list[Record | Reject] = []

    def take(self, records: Iterable[Record | Reject]) -> Iterator[Reject]:
        """Tell lines of scores from rows; of several lines of one name the first counts."""
        for record in records:
            if isinstance(record, Reject) or "scores" not in record.row:
                self.rows.append(record)
                continue
            try:
                name, found = self._read(record.row)
            except UNEXPECTED as error:
                yield Reject(record.file, record.line, f"no line of recorded scores: {reason(error, record.row)}")
            else:
                self._of.setdefault(name, (record, found))

    def of(self, name: str) -> T | None:
        """What was recorded for a row, which is there."""
        self._used.add(name)
        return self._of[name][1] if name in self._of else None

    def left(self) -> Iterator[Reject]:
        """The lines whose row never came."""
        for name, (record, _) in self._of.items():
            if name not in self._used:
                yield Reject(record.file, record.line, f"recorded scores without their solution: {name!r}")


def one_for_each(scores: Mapping[str, Any], lines: Sequence[int]) -> dict[str, Score]:
    """Recorded scores by name: one for each step, or one for the solution.

    A step is as good as its least good line. Three numbers are the probabilities of negative, neutral and positive,
    read both ways: neutral + positive, and under NAME-neutral-as-negative the positive alone.

    Args:
        scores: By verifier: a number, or a list with a number or three for every line.
        lines: How many lines each step has.

    >>> one_for_each({"a": [0.5, 0.25], "b": [[0.5, 0.25, 0.25], [0, 1, 0]]}, [2])["b-neutral-as-negative"].steps
    (0.0,)
    """
    out: dict[str, Score] = {}
    ends = [0, *accumulate(lines)]
    for name, values in scores.items():
        if not isinstance(values, list):
            out[score_name(name)] = Score(number_of(values))
            continue
        if len(values) != ends[-1]:
            raise Unfit(f"{len(values)} step scores of {name} for {ends[-1]} lines")
        triples = [value for value in values if isinstance(value, list)]
        if not triples:
            out[score_name(name)] = steps_score([min(values[a:b]) for a, b in pairwise(ends)])
            continue
        if len(triples) != len(values) or any(same_lengths(it=t, three=[0, 0, 0]) != 3 for t in triples):
            raise Unfit(f"{name} has lines without the probabilities of negative, neutral and positive")
        valid = [neutral + positive for _, neutral, positive in triples]
        out[score_name(name)] = steps_score([min(1.0, *valid[a:b]) for a, b in pairwise(ends)])
        good = [positive for _, _, positive in triples]
        out[score_name(f"{name}-{STRICT}")] = steps_score([min(good[a:b]) for a, b in pairwise(ends)])
    return out
