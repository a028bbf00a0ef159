"""One file per public cached-sample format: upstream records in, ``Entry`` after ``Entry`` out.

A format is a module with

    SLOTS: int | None       samples asked of the generator for each problem, where the format fixes it
    SPLIT: str              the split of a hub dataset of this kind
    FILES: tuple[str, ...]  optional: which files of a folder belong to it, as patterns
    STEPS: StepSet          optional: its steps are labelled, and what is measured is what a verifier says of them
    def read(records, *, option=default, ...) -> Iterator[Item]

or, where records of several files belong together or the files are not lists of records,

    def read_files(files, open_records, *, option=default, ...) -> Iterator[Item]

in which ``open_records(file)`` gives the records of one file. The keyword arguments are the format's options, given on
the command line as ``--option key=value``. Its docstring shows the upstream's fields on an invented record. What a
record lacks is None; what does not fit is a Reject with the reason, never a guess. ``each`` does the bookkeeping for
formats in which every record stands for itself. A format that names a problem yields its ``Described`` too, before the
samples: should none of them be there or of use, the problem still counts, with all its slots missing.

answers_only.py            answers without texts (BoInf)
generic.py                 the project's own form
big_bench_mistake.py       BIG-Bench Mistake: chains with their first wrong step
gpqa_runs.py               GPQA with several runs, each with its own order of the options
gsm8k_solutions.py         OpenAI's example solutions of four models
inspect_log.py             logs of Inspect
interlace.py               Interlace's trajectories, with log-probabilities
jeebench.py                JEEBench's responses
large_language_monkeys.py  Large Language Monkeys
lm_eval.py                 lm-eval's logged samples; also written here
mmlu_pro.py                MMLU-Pro's outputs of many models
mr_ben.py                  MR-Ben: solutions with their first wrong step
mr_gsm8k.py                MR-GSM8K, likewise
mr_math.py                 MR-MATH, for errors and redundancy
nemo_skills.py             NeMo-Skills, one file a seed
openr.py                   OpenR's records
processbench.py            ProcessBench: solutions with their first wrong step
prmbench.py                PRMBench: errors of nine classes
prm800k.py                 OpenAI's scored test samples
qwen_math.py               Qwen2.5-Math's evaluation
reward_math.py             RewardMATH: scores of ten solutions each
rlhflow.py                 RLHFlow's test sets
search_and_learn.py        search-and-learn's completions
step_labels.py             labelled steps as PRMs are trained on: PRM800K, Math-Shepherd, OpenR, TRL
strict_prm_bench.py        StrictPRMBench: candidates and step scores
weaver.py                  Weaver's data sets with dozens of verifiers
zeroeval.py                ZeroEval's result files
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
        group: What the versions of one question share, whose solutions are not independent; None for one of its own.
    """

    id: str | None = None
    text: str | None = None
    gold: str | None = None
    subject: str | None = None
    level: int | None = None
    answer: AnswerSpec | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One sample on its way into a pool.

    ``sample.index`` is None where the source does not number its samples: it gets the next free slot of its problem.
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


SEVERAL_MODELS = "several models"
_SHOWN = 12
Item = Entry | Reject | Stated | Described
OpenRecords = Callable[[Path | str], Iterable[Record | Reject]]
Converted = tuple[Described, Sample | Unusable] | Stated | Described
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
        found: list[Converted] = []
        try:
            for item in convert(record.row):
                found.append(item)  # noqa: PERF402  what came before a failure is looked at too
        except UNEXPECTED as error:
            yield from (item for item in found if isinstance(item, Described))
            yield Reject(record.file, record.line, reason(error, record.row), _beginning(record.row))
            continue
        samples = sum(isinstance(item, tuple) for item in found)
        position = 0
        for item in found:
            if not isinstance(item, tuple):
                yield item
                continue
            problem, sample = item
            if isinstance(sample, Sample):
                yield Entry(problem, sample, record.file, record.line)
            else:
                which = f"its sample {position}: " if samples > 1 else ""
                beginning = "" if which else _beginning(record.row)
                yield problem
                yield Reject(record.file, record.line, which + sample.reason, beginning, whole=samples == 1)
            position += 1


def attempt(make: Callable[..., Sample], *args: Any) -> Sample | Unusable:
    """One sample of a record, or why it cannot be used: the others need not be lost with it."""
    try:
        return make(*args)
    except UNEXPECTED as error:
        return Unusable(reason(error))


UNEXPECTED = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError)


def reason(error: Exception, row: Mapping[str, Any] | None = None) -> str:
    """What is wrong, in words for the person who has the file; Python's own messages are none."""
    if isinstance(error, KeyError):
        return f"the field {error} is missing"
    if isinstance(error, ValueError):
        return f"unexpected content: {error}"
    shown = "" if row is None else f" (it has {', '.join(f'{k}: {_kind(v)}' for k, v in list(row.items())[:_SHOWN])})"
    return f"unexpected content: a field holds another kind of value than this format reads{shown}"


def _kind(value: Any) -> str:
    kinds = ((bool, "true or false"), (str, "a text"), (int | float, "a number"), (list | tuple, "a list"))
    return "null" if value is None else next((name for kind, name in kinds if isinstance(value, kind)), "an object")


def _beginning(row: Mapping[str, Any]) -> str:
    return str(row)[:2000]
