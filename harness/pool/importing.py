"""Write a pool from a stream of entries, in bounded memory.

Entries are matched to problems and spilled to disk in chunks as they come, and read back by problem and slot; that
stream is hashed, checked for double slots and written. The pool appears under its name
only when it is complete. Nothing is dropped silently and nothing renumbered: what cannot be used is in rejects.jsonl
with its file, line and reason.
"""

import shutil
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from harness import files, home
from harness.digest import PoolDigest
from harness.errors import BadInput, UnknownName
from harness.pool import leftovers, pools, ranges
from harness.pool.chunks import SOURCE, in_order, no_circles
from harness.pool.formats import Item
from harness.pool.intake import MOST_SLOTS, Intake, rejects_beside
from harness.pool.manifest import Manifest, StepSet, write_manifest
from harness.pool.notes import notes
from harness.pool.pools import Pool
from harness.pool.sources import Reject
from harness.records import Problem, Task
from harness.version import VERSION

MAX_REJECTED = 0.01
_GROUP_ROWS = 4_096
_GROUP_BYTES = 16_000_000
_REPEATED = ["problem_id", "answer", "finish"]  # the columns whose values repeat; texts and numbers hardly do


@dataclass(frozen=True, slots=True)
class About:
    """What the importer is told of a pool beside its samples.

    Attributes:
        task: The task, or None where the pool brings its own problems.
        task_name: The name the pool's results are filed under, with or without a task's own data.
        problems: The task's problems, or None where the pool brings its own.
        slots: M; ``available`` for as many slots as samples, problem by problem; None to take the format's M, else
            the largest number of samples of any problem.
        format_slots: M where the format fixes it.
        generator: The model that wrote the samples.
        sampling: How it was sampled.
        origin: Format and files.
        licence: Of the samples.
        step_joiner: What joins the steps of a sample without text.
        max_rejected: Share of entries that may be rejected before the import stops, 0 to 1.
        absent: What becomes of problems without a sample: ``wrong`` (their slots are missing), ``left-out``, or "" for
            wrong where the source names them or more than half of the task's problems, else left out.
        task_problems: Problems of the task, where ``problems`` are some of them.
        step_set: What it measures of steps, where its steps are labelled and nothing is chosen; None otherwise.
        verifiers: Whose a carried score is, where that is known: its name -> a registered verifier's.
        replace: Whether a pool of this name may be overwritten.
    """

    task_name: str
    task: Task | None = None
    problems: Sequence[Problem] | None = None
    slots: int | Literal["available"] | None = None
    format_slots: int | None = None
    generator: str = ""
    sampling: dict[str, Any] = field(default_factory=dict)
    origin: dict[str, Any] = field(default_factory=dict)
    licence: str = ""
    step_joiner: str = "\n"
    max_rejected: float = MAX_REJECTED
    absent: Literal["", "wrong", "left-out"] = ""
    task_problems: int | None = None
    step_set: StepSet | None = None
    verifiers: dict[str, str] = field(default_factory=dict)
    replace: bool = False


def import_pool(name: str, entries: Iterable[Item], about: About, folder: Path | None = None) -> Pool:
    """Write the pool ``name`` and open it.

    Args:
        name: Its name: letters, digits, ``.``, ``_``, ``-``.
        entries: Samples with what is known of their problems, in any order, rejects, and what is stated of them all.
        about: Everything else.
        folder: Where pools are kept; the home's by default.

    Raises:
        BadInput: Too many rejects, no usable entry, an index outside the slots, a taken name, or a number that is none.
    """
    _check(about)
    target = (folder or home.pools_folder()) / pools.check_name(name)
    leftovers.clear(target.parent)
    if target.exists() and not about.replace:
        raise taken(name)
    work = leftovers.work_folder(target)
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        manifest = _Import(name, about, work).run(entries)
        manifest = write_manifest(work, manifest)
        leftovers.put(work, target, replace=about.replace)
        rejects_beside(target.parent, name).unlink(missing_ok=True)  # of an import that was stopped before
    except FileExistsError as error:
        raise taken(name) from error
    finally:
        rejects = work / "rejects.jsonl"
        if rejects.exists() and rejects.stat().st_size:  # a stopped import leaves its reasons behind
            rejects.replace(rejects_beside(target.parent, name))
        shutil.rmtree(work, ignore_errors=True)
    return Pool(target, manifest)


def taken(name: str) -> BadInput:
    """The error for a name that a pool has already."""
    return BadInput(f"There is already a pool {name!r}. Choose another --name, or pass --replace to overwrite it.")


def _check(about: About) -> None:
    if not 0 <= about.max_rejected <= 1:
        raise BadInput(
            f"--max-rejected is {about.max_rejected:g}; a share from 0 to 1 is expected, such as 0.05 or 5% for one in "
            "twenty."
        )
    if isinstance(about.slots, int) and not 1 <= about.slots <= MOST_SLOTS:
        raise BadInput(f"--slots is {about.slots:,}; 1 to {MOST_SLOTS:,} are possible.")
    if about.slots == "available" and about.absent == "wrong":
        raise BadInput("With --slots available nothing is missing, so no absent problem can be wrong: state --slots M.")


class _Import:
    def __init__(self, name: str, about: About, work: Path) -> None:
        self.name = name
        self.about = about
        self.work = work
        spec = about.task.answer if about.task else None
        self.copies = {2, 3, 5}  # how often the samples of every problem may stand there
        self.intake = Intake(name, work, about.problems, spec, about.max_rejected)

    def run(self, entries: Iterable[Item]) -> Manifest:
        try:
            with no_circles():
                chunks = list(self.intake.spill(entries))
            if not chunks:
                raise self.intake.nothing(self.about.task_name)
            counts = self._write_samples(chunks)
            self.intake.check()  # now with the doubles
        finally:
            self.intake.close()
        return self._finish(counts)

    def _write_samples(self, chunks: Sequence[Path]) -> dict[int, tuple[int, int]]:
        """Sort, check, hash and write the samples; returns problem -> (samples, largest slot + 1)."""
        schema = pools.sample_schema(self.intake.scores)
        self.hash = PoolDigest()
        counts: dict[int, tuple[int, int]] = {}
        held: list[pa.Table] = []
        rows = size = 0
        with pq.ParquetWriter(
            self.work / "samples.parquet", schema, version="2.6", use_dictionary=_REPEATED, **files.PAGES
        ) as writer:
            for position, found in in_order(chunks, self.intake.scores, sort=not self.intake.in_order):
                table = ranges.put_back(self._without_doubles(found), self.intake.scores, self.intake.ranges)
                self._look_for_copies(table)
                slots = table["index"].to_pylist()
                counts[position] = (len(slots), slots[-1] + 1)
                ids = pa.array([self._problem_id(position)] * len(slots), pa.string())
                held.append(table.append_column("problem_id", ids).select(schema.names).cast(schema))
                self.hash.add(held[-1])
                rows, size = rows + held[-1].num_rows, size + held[-1].nbytes
                if rows >= _GROUP_ROWS or size >= _GROUP_BYTES:
                    writer.write_table(pa.concat_tables(held), row_group_size=rows)
                    held, rows, size = [], 0, 0
            if held:
                writer.write_table(pa.concat_tables(held), row_group_size=rows)
        for chunk in chunks:
            chunk.unlink()
        return counts

    def _without_doubles(self, table: pa.Table) -> pa.Table:
        """The first arrival of every slot; the others are rejected, never renumbered."""
        slots = table["index"].to_pylist()
        if len(set(slots)) == len(slots):
            return table
        keep = [i == 0 or slots[i] != slots[i - 1] for i in range(len(slots))]
        doubles = table.filter(pa.array([not k for k in keep])).select(["file", "line", "index"]).to_pylist()
        for row in doubles:
            reason = f"slot {row['index']} of this problem is already taken"
            self.intake.reject(Reject(row["file"], row["line"], reason, whole=False))
        return table.filter(pa.array(keep))

    def _look_for_copies(self, table: pa.Table) -> None:
        """Whether the samples of each problem so far are the same ones several times over, in the same order."""
        if not self.copies:
            return
        content = table.drop_columns([*SOURCE])
        n = content.num_rows
        self.copies = {k for k in self.copies if n % k == 0 and content[n // k :].equals(content[: n - n // k])}

    # -------------------------------------------------------------------------------------------- the rest

    def _finish(self, counts: dict[int, tuple[int, int]]) -> Manifest:
        empty = self._without_samples(counts.keys())
        slots, uneven = self._slots(counts)
        rows = []
        first_row = 0
        for position in sorted([*counts, *empty]):
            samples, _ = counts.get(position, (0, 0))
            rows.append(self._problem_row(position, samples if slots is None else slots, samples, first_row))
            first_row += samples
        grouped = any(row["group"] for row in rows)
        table = pa.Table.from_pylist(rows, schema=pools.GROUPED_SCHEMA if grouped else pools.PROBLEM_SCHEMA)
        pq.write_table(table, self.work / "problems.parquet", **files.PAGES)
        if not self.intake.rejected and not self.intake.unmatched:
            (self.work / "rejects.jsonl").unlink()
        about = self.about
        for score in about.verifiers:
            if score not in self.intake.scores:
                raise UnknownName("score of the source", score, self.intake.scores, "Nothing was imported.")
        return Manifest(
            name=self.name,
            task=about.task_name,
            task_version=about.task.version if about.task and about.problems is not None else None,
            problems="task" if about.problems is not None else "pool",
            slots=slots,
            n_problems=len(rows),
            n_samples=first_row,
            scores=dict(sorted(self.intake.scores.items())),
            verifiers=dict(about.verifiers),
            digest=self.hash.hexdigest(table),
            generator=about.generator or self.intake.generator,
            sampling={**self.intake.sampling, **about.sampling},
            origin=about.origin,
            licence=about.licence,
            step_joiner=about.step_joiner,
            rejected=self.intake.rejected,
            unmatched=self.intake.unmatched,
            uneven=uneven + len(empty),
            task_problems=None if about.problems is None else about.task_problems or len(about.problems),
            empty=len(empty),
            step_set={} if about.step_set is None else asdict(about.step_set),
            notes=tuple(notes(self.intake, self.copies if self.intake.unnumbered else (), slots, about.origin)),
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            code_version=VERSION,
        )

    def _without_samples(self, present: Collection[int]) -> list[int]:
        """The problems without a sample that count all the same, every slot missing; docs/data.md has the rule."""
        absent, task = self.about.absent, self.about.problems
        if self.about.slots == "available" or absent == "left-out":
            return []
        named = self.intake.named.union(present)
        lost = task is not None and (absent == "wrong" or 2 * len(named) > len(task))
        counting = range(len(task)) if lost and task is not None else named
        return [position for position in counting if position not in present]

    def _slots(self, counts: dict[int, tuple[int, int]]) -> tuple[int | None, int]:
        """M, and the number of problems with fewer samples than that."""
        largest = max(last for _, last in counts.values())
        if self.about.slots == "available":
            return None, 0
        slots = self.about.slots or max(self.about.format_slots or 0, self.intake.slots, largest)
        if slots > MOST_SLOTS:
            raise BadInput(
                f"The source states {slots:,} samples a problem; up to {MOST_SLOTS:,} are possible. Pass the right "
                "number with --slots."
            )
        if largest > slots:
            raise BadInput(
                f"A sample stands in slot {largest - 1}, but only {slots} slots (0 to {slots - 1}) were stated: "
                f"pass --slots {largest} or more."
            )
        return slots, sum(samples < slots for samples, _ in counts.values())

    def _problem_id(self, position: int) -> str:
        if self.about.problems is not None:
            return self.about.problems[position].id
        described = self.intake.matcher.described[position]
        taken = described.id is not None and self.intake.matcher.owns_id(described.id, position)
        return str(described.id) if taken else f"problem-{position:05d}"

    def _problem_row(self, position: int, slots: int, samples: int, first_row: int) -> dict[str, Any]:
        if self.about.problems is not None:
            problem = self.about.problems[position]
            text, gold, subject, level, group = problem.text, problem.gold, problem.subject, problem.level, None
            spec = problem.answer or (self.about.task.answer if self.about.task else None)
        else:
            described = self.intake.matcher.described[position]
            text, gold = described.text or "", described.gold or ""
            subject, level, group = described.subject, described.level, described.group
            spec = described.answer or (self.about.task.answer if self.about.task else None)
        return {
            "problem_id": self._problem_id(position),
            "text": text or None,
            "gold": gold or None,
            "subject": subject,
            "level": level,
            "answer_spec": pools.spec_to_json(spec),
            "slots": slots,
            "samples": samples,
            "first_row": first_row,
            "group": group,
        }
