"""One file per public cached-sample format: upstream records in, ``Entry`` after ``Entry`` out.

A format is a module with

    SLOTS: int | None       samples asked of the generator for each problem, where the format fixes it
    SPLIT: str              the split of a hub dataset of this kind
    def read(records) -> Iterator[Entry | Reject]

Its docstring shows the upstream's fields. What a record lacks is None; what does not fit is a Reject with the reason,
never a guess. ``each`` does the bookkeeping for formats in which every record stands for itself.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.records import AnswerSpec, Sample
from harness.sources import Record, Reject


@dataclass(frozen=True, slots=True)
class Described:
    """A problem as a pool's source describes it; the task's own entry is found by id, else by text.

    Attributes:
        id: The source's id for it, or None.
        text: Its text, or None.
        gold: The source's right answer, or None.
        subject: Its subject, or None.
        level: Its level, or None.
        answer: What counts as the same answer, where the source makes it clear (options, tolerance), or None.
    """

    id: str | None = None
    text: str | None = None
    gold: str | None = None
    subject: str | None = None
    level: int | None = None
    answer: AnswerSpec | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One sample on its way into a pool.

    ``sample.problem_id`` is ignored: ``problem`` says whose it is. An index of -1 means "the next free slot".
    """

    problem: Described
    sample: Sample
    file: str
    line: int


NEXT_SLOT = -1
Convert = Callable[[Mapping[str, Any]], Iterable[tuple[Described, Sample]]]


def each(records: Iterable[Record | Reject], convert: Convert) -> Iterator[Entry | Reject]:
    """``convert`` applied to every record; a record it cannot digest becomes a Reject that says why."""
    for record in records:
        if isinstance(record, Reject):
            yield record
            continue
        try:
            entries = [Entry(problem, sample, record.file, record.line) for problem, sample in convert(record.row)]
        except KeyError as error:
            yield Reject(record.file, record.line, f"the field {error} is missing", str(record.row)[:2000])
            continue
        except (TypeError, ValueError, AttributeError, IndexError) as error:
            yield Reject(record.file, record.line, f"unexpected content: {error}", str(record.row)[:2000])
            continue
        yield from entries


def level_of(value: Any) -> int | None:
    """A difficulty level out of 3, "3" or "Level 3"; None for anything else.

    >>> level_of("Level 4"), level_of(2), level_of("?")
    (4, 2, None)
    """
    digits = "".join(c for c in str(value) if c.isdigit()) if value is not None else ""
    return int(digits) if digits else None


def text_of(value: Any) -> str | None:
    """A non-empty string out of a field that may be None, a number or blank."""
    if value is None:
        return None
    text = value if isinstance(value, str) else str(value)
    return text if text.strip() else None
