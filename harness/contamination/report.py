"""What was found: per problem which kind, where and how much, saved under ``BONBENCH_HOME/contamination``.

A run that is given a report keeps all problems and adds two slices, ``clean`` and ``contaminated``, so that the effect
is shown and nothing is hidden.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from harness import digest, files, home
from harness.contamination.search import KINDS, Counts, Hit, Limits, Search
from harness.errors import BadInput, UnknownName
from harness.measure.slices import Slice
from harness.records import Problem, Task

KIND = "contamination"  # of the slices
CLEAN, CONTAMINATED = "clean", "contaminated"


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem.

    Attributes:
        contaminated: Whether it is, by the report's limits.
        kind: The strongest kind that makes it so, else ``some`` for a shared n-gram below the limit, or "".
        hits: The strongest hit of every kind.
    """

    contaminated: bool
    kind: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A task's problems against some training data.

    Attributes:
        name: The report's.
        task: The task's name.
        task_version: Its version.
        against: Records by file of the training data.
        limits: From when on a problem counts as contaminated.
        counts: Records, different texts, unread records, problems too short for n-grams.
        findings: Every problem of the task, by id.
        created: UTC, ISO 8601.
    """

    name: str
    task: str
    task_version: int
    against: Mapping[str, int]
    limits: Limits
    counts: Mapping[str, int]
    findings: Mapping[str, Finding]
    created: str = ""

    @property
    def contaminated(self) -> list[str]:
        """The ids of the contaminated problems."""
        return [i for i, finding in self.findings.items() if finding.contaminated]

    @property
    def digest(self) -> str:
        """Of what moves a run's numbers: the task, and which of its problems are contaminated."""
        flags = {i: finding.contaminated for i, finding in self.findings.items()}
        return digest.of_json([self.task, self.task_version, flags])


def make(name: str, task: Task, problems: Sequence[Problem], search: Search) -> Report:
    """The report of a search."""
    counts: Counts = search.counts
    findings = {p.id: _finding(search.hits.get(i, {}), search.limits) for i, p in enumerate(problems)}
    return Report(
        name=name,
        task=task.name,
        task_version=task.version,
        against={Path(file).name: n for file, n in counts.files.items()},
        limits=search.limits,
        counts={"records": counts.records, "texts": counts.texts, "unread": counts.unread, "short": search.short},
        findings=findings,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _finding(hits: Mapping[str, Hit], limits: Limits) -> Finding:
    counted = [
        kind for kind in KINDS if kind in hits and (kind != "ngram" or hits[kind].share >= limits.overlap)
    ]  # fmt: skip
    kind = counted[0] if counted else "some" if hits else ""
    return Finding(bool(counted), kind, tuple(hits[k] for k in KINDS if k in hits))


def save(report: Report) -> Path:
    """Write a report; returns its file."""
    path = _folder() / f"{report.name}.json"
    files.write_json({"format_version": 1, "digest": report.digest, **asdict(report)}, path)
    return path


def read(name: str) -> Report:
    """The report of that name, in that file, or with that digest (``digest:...``, as a run records it).

    Raises:
        UnknownName: There is none.
        BadInput: The file is no report, or was changed.
    """
    if name.startswith("digest:"):
        wanted = name.removeprefix("digest:")
        for path in sorted(_folder().glob("*.json")):
            if read(str(path)).digest == wanted:
                return read(str(path))
        raise BadInput(
            f"The contamination report with the digest {wanted[:16]} is not here; make it again with 'bonbench "
            "contamination' and the same files."
        )
    path = Path(name).expanduser() if name.endswith(".json") else _folder() / f"{name}.json"
    if not path.is_file():
        known = [p.stem for p in _folder().glob("*.json")]
        raise UnknownName("contamination report", name, known, "Make one with 'bonbench contamination'.")
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        findings = {
            i: Finding(f["contaminated"], f["kind"], tuple(Hit(**hit) for hit in f["hits"]))
            for i, f in values["findings"].items()
        }
        stated = values["digest"]
        kept = {k: v for k, v in values.items() if k not in ("format_version", "digest", "findings", "limits")}
        report = Report(**kept, limits=Limits(**values["limits"]), findings=findings)
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{str(path)!r} is no contamination report ({error!r}).") from error
    if report.digest != stated:
        raise BadInput(f"The contamination report {str(path)!r} was changed after it was made; make it again.")
    return report


def slices(report: Report, task: str, task_version: int | None, problems: Sequence[Problem]) -> list[Slice]:
    """The slices ``clean`` and ``contaminated`` of some problems; one that would be empty is left out.

    Raises:
        BadInput: The report is of another task or version, or lacks a problem.
    """
    if report.task != task or task_version not in (None, report.task_version):
        raise BadInput(
            f"The contamination report {report.name!r} is of the task {report.task!r}, version {report.task_version}; "
            f"this pool's is {task!r}, version {task_version}. Make one for it with 'bonbench contamination'."
        )
    lost = [p.id for p in problems if p.id not in report.findings]
    if lost:
        raise BadInput(
            f"The contamination report {report.name!r} lacks {len(lost)} of the pool's problems (first: {lost[0]!r})."
        )
    members: dict[str, list[int]] = {CLEAN: [], CONTAMINATED: []}
    for position, problem in enumerate(problems):
        members[CONTAMINATED if report.findings[problem.id].contaminated else CLEAN].append(position)
    return [Slice(KIND, name, tuple(own)) for name, own in members.items() if own]


def note(report: Report, problems: Sequence[Problem]) -> str:
    """What a reader of a run should know, as one sentence."""
    found = sum(report.findings[p.id].contaminated for p in problems)
    return (
        f"{found} of {len(problems)} problems stand in {', '.join(report.against)} (contamination report "
        f"{report.name}); the numbers with and without them are reported side by side."
    )


def _folder() -> Path:
    return home.home() / "contamination"
