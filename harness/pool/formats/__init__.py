"""One file per public cached-sample format: upstream records in, ``Entry`` after ``Entry`` out.

A format is a module with

    SLOTS: int | None       samples asked of the generator for each problem, where the format fixes it
    SPLIT: str              the split of a hub dataset of this kind
    FILES: tuple[str, ...]  optional: which files of a folder belong to it, as patterns
    def read(records, *, option=default, ...) -> Iterator[Item]

or, where records of several files belong together or the files are not lists of records,

    def read_files(files, open_records, *, option=default, ...) -> Iterator[Item]

in which ``open_records(file)`` gives the records of one file. The keyword arguments are the format's options, given on
the command line as ``--option key=value``. Its docstring shows the upstream's fields on an invented record. What a
record lacks is None; what does not fit is a Reject with the reason, never a guess. ``each`` does the bookkeeping for
formats in which every record stands for itself.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.errors import BadInput
from harness.pool.sources import Record, Reject
from harness.records import AnswerSpec, Sample


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


@dataclass(frozen=True, slots=True)
class Stated:
    """What a source says of the pool as a whole. What the importer is told takes precedence.

    Attributes:
        generator: The model that wrote the samples; several different ones make the pool one of several models.
        sampling: How it was sampled, which model stands in which slot, and the like.
        slots: M; the largest stated one counts.
    """

    generator: str = ""
    sampling: Mapping[str, Any] = field(default_factory=dict)
    slots: int | None = None


@dataclass(frozen=True, slots=True)
class Unusable:
    """A sample of a record whose other samples may be used, and why it cannot be."""

    reason: str


NEXT_SLOT = -1
SEVERAL_MODELS = "several models"
Item = Entry | Reject | Stated
OpenRecords = Callable[[Path | str], Iterable[Record | Reject]]
Converted = tuple[Described, Sample | Unusable] | Stated
Convert = Callable[[Mapping[str, Any]], Iterable[Converted]]


def read(
    form: Any, files: Sequence[Path | str], open_records: OpenRecords, options: Mapping[str, Any]
) -> Iterator[Item]:
    """Everything a format finds in some files.

    Args:
        form: The format's module.
        files: From ``sources.expand``.
        open_records: Gives the records of one of them.
        options: The format's own.

    Raises:
        BadInput: The format has no such option.
    """
    known = options_of(form)
    unknown = [name for name in options if name not in known]
    if unknown:
        takes = f"takes {', '.join(known)}" if known else "takes none"
        raise BadInput(f"This format has no option {unknown[0]!r}; it {takes}.")
    given = {name: str(value) if isinstance(known[name], str) else value for name, value in options.items()}
    if hasattr(form, "read_files"):
        found: Iterator[Item] = form.read_files(files, open_records, **given)
    else:
        found = form.read((record for file in files for record in open_records(file)), **given)
    return found


def options_of(form: Any) -> dict[str, Any]:
    """The options that a format takes, with their defaults."""
    reader = getattr(form, "read_files", None) or form.read
    parameters = inspect.signature(reader).parameters.values()
    return {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}


def each(records: Iterable[Record | Reject], convert: Convert) -> Iterator[Item]:
    """``convert`` applied to every record; a record it cannot digest becomes a Reject that says why."""
    for record in records:
        if isinstance(record, Reject):
            yield record
            continue
        try:
            converted = list(convert(record.row))
        except _UNEXPECTED as error:
            yield Reject(record.file, record.line, _reason(error), _beginning(record.row))
            continue
        for position, found in enumerate(converted):
            if isinstance(found, Stated):
                yield found
                continue
            problem, sample = found
            if isinstance(sample, Sample):
                yield Entry(problem, sample, record.file, record.line)
            else:
                yield Reject(record.file, record.line, f"its sample {position}: {sample.reason}", whole=False)


def attempt(make: Callable[..., Sample], *args: Any) -> Sample | Unusable:
    """One sample of a record, or why it cannot be used: the others need not be lost with it."""
    try:
        return make(*args)
    except _UNEXPECTED as error:
        return Unusable(_reason(error))


_UNEXPECTED = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError)


def _reason(error: Exception) -> str:
    return f"the field {error} is missing" if isinstance(error, KeyError) else f"unexpected content: {error}"


def _beginning(row: Mapping[str, Any]) -> str:
    return str(row)[:2000]
