"""The manifest of a pool: what it is, in one small file that anything can read."""

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from harness import files, plain, registry
from harness.errors import BadInput, BadPool
from harness.records import Task

FORMAT_VERSION = 1
TABLES = ("problems.parquet", "samples.parquet")
_WAY_BACK = "Import the pool again from its source, or take the folder from a copy."


@dataclass(frozen=True, slots=True)
class StepSet:
    """What a set of solutions with true step labels is, and what it measures.

    Labels come as one for each step, or as the index of the first wrong one; then what follows it is unknown. No final
    answer need be graded, so nothing is chosen among N: the samples of a problem are solutions to judge, one by one.

    Attributes:
        title: As a reader sees it.
        headline: The step measures that stand for a verifier: the first of them that its scores allow.
        parts: What its parts are, which a problem's ``subject`` names: ``subset``, ``error class``, ...
    """

    title: str
    headline: tuple[str, ...] = ("first-error-f1", "step-auc")
    parts: str = "part"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a pool is.

    Attributes:
        name: Its name in this home.
        task: The task its samples answer.
        task_version: That task's version, or None where the problems came with the pool.
        problems: ``task``, or ``pool`` where texts and right answers are the pool's own.
        slots: M for every problem, or None where each problem has as many slots as samples (``available``).
        n_problems: Problems that count, with samples or without.
        n_samples: Samples.
        scores: Carried scores: name -> ``outcome`` or ``process``.
        verifiers: Whose carried scores are, as far as it was said: name -> a registered verifier's.
        digest: Content digest over problems and samples.
        generator: The model that wrote the samples, as far as known.
        sampling: Temperature, top-p, length limit, ... as far as known.
        origin: The format and the files (name, bytes, sha256) it was imported from.
        licence: Of the samples, as far as known.
        step_joiner: What joins the steps of a sample that has no text of its own.
        rejected: Records the import set aside.
        unmatched: Samples whose problem is not in the task.
        uneven: Problems that had fewer samples than slots.
        task_problems: Problems of the task, or None where the pool brings its own; those that are not among
            ``n_problems`` are left out.
        empty: Problems that count without a single sample: all their slots are missing.
        notes: What whoever reads its numbers should know of the import, as sentences.
        created: UTC, ISO 8601.
        code_version: Version of bonbench that wrote it.
        format_version: Of this layout.
        step_set: For a set of solutions whose steps are labelled: what it is, as ``StepSet`` has it; empty for
            samples to choose among.
        files: What the tables beside it are known by (``files.sums``), by name; none for a pool of an earlier time.
    """

    name: str
    task: str
    task_version: int | None
    problems: str
    slots: int | None
    n_problems: int
    n_samples: int
    scores: dict[str, str]
    digest: str
    generator: str = ""
    sampling: dict[str, Any] = field(default_factory=dict)
    origin: dict[str, Any] = field(default_factory=dict)
    licence: str = ""
    step_joiner: str = "\n"
    rejected: int = 0
    unmatched: int = 0
    uneven: int = 0
    task_problems: int | None = None
    empty: int = 0
    notes: tuple[str, ...] = ()
    created: str = ""
    code_version: str = ""
    format_version: int = FORMAT_VERSION
    step_set: dict[str, Any] = field(default_factory=dict)
    files: dict[str, dict[str, int]] = field(default_factory=dict)
    verifiers: dict[str, str] = field(default_factory=dict)

    @property
    def steps(self) -> StepSet | None:
        """What it measures of steps; None for samples to choose among."""
        if not self.step_set:
            return None
        return StepSet(**{**self.step_set, "headline": tuple(self.step_set["headline"])})

    def covers(self) -> str:
        """How many of the task's problems the pool is of, and how many of these have no sample, as a phrase."""
        known = "" if self.task_problems is None else f" of the task's {self.task_problems:,}"
        empty = f", {self.empty:,} of them without a sample (all wrong)" if self.empty else ""
        return f"{self.n_problems:,}{known}{empty}"


def read_manifest(path: Path) -> Manifest:
    """The manifest in a pool's folder.

    Raises:
        BadPool: It is damaged or of a newer version.
    """
    try:
        values = files.read_json(path / "manifest.json", _WAY_BACK)
        if values["format_version"] > FORMAT_VERSION:
            raise BadPool(
                f"The pool in {str(path)!r} has format version {values['format_version']}, this bonbench reads up to "
                f"{FORMAT_VERSION}: upgrade bonbench."
            )
        values = files.unsealed(values, path / "manifest.json", _WAY_BACK)
        return Manifest(**{**values, "notes": tuple(values.get("notes", ()))})
    except (ValueError, KeyError, TypeError) as error:
        raise BadPool(f"The manifest in {str(path)!r} cannot be read ({error}). Import the pool again.") from error


def write_manifest(path: Path, manifest: Manifest) -> Manifest:
    """Write a pool's manifest: the last file of an import, so that its presence means the rest is complete."""
    whole = replace(manifest, files={name: files.sums(path / name) for name in TABLES})
    for name in TABLES:
        files.settle(path / name)
    files.write_json(files.sealed(plain.masked_values(asdict(whole))), path / "manifest.json")
    return whole


def task_of(manifest: Manifest) -> Task | None:
    """The task that a pool says it is of, registered or lm-eval's own; None for a pool with problems of its own only.

    A pool may come from a stranger: it may name a task, but not a file whose code would then be run.

    Raises:
        BadInput: It names a file.
        UnknownName: There is no such task.
    """
    own = manifest.task
    if own in registry.tasks():
        return registry.tasks()[own]
    if manifest.problems == "pool":
        return None
    if own.endswith((".py", ".yaml", ".yml")) or ".py:" in own or "/" in own:
        raise BadInput(
            f"The pool {manifest.name!r} names a file as its task, {own!r}. A pool's own word is not enough to run "
            "code: name the task yourself with --task, if you trust that file."
        )
    return registry.task(own)
