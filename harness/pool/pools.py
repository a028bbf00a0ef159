"""Pools: the cached samples of one generator, in a folder that anything can read and nothing rewrites.

    manifest.json      what it is: task, generator, slots M, origin, licence, carried scores, content digest
    problems.parquet   one row a problem, in the task's order: id, text, gold, subject, level, slots, samples, first_row
    samples.parquet    one row a sample, sorted by problem and slot; carried scores are columns of their own
    rejects.jsonl      what the import could not use, with file, line and reason
    grades/            only in pools that ship with bonbench: their grades

docs/data.md documents every column. ``importing`` writes pools; this module opens, reads and verifies them.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from harness import digest, files, home, registry
from harness.errors import BadInput, BadPool, Damaged, UnknownName
from harness.pool import leftovers
from harness.pool.leftovers import REJECTS
from harness.pool.manifest import Manifest, read_manifest
from harness.records import AnswerSpec, Problem, Solution

OUTCOME = "score/"  # column of a carried outcome score: score/NAME, double
PROCESS = "step_scores/"  # column of carried step scores: step_scores/NAME, list of double
SAMPLE_SCHEMA = pa.schema(
    [
        ("problem_id", pa.string()),
        ("index", pa.int32()),
        ("text", pa.string()),
        ("steps", pa.list_(pa.string())),
        ("answer", pa.string()),
        ("finish", pa.string()),
        ("tokens", pa.int32()),
        ("given_correct", pa.bool_()),
        ("step_labels", pa.list_(pa.int8())),
    ]
)
PROBLEM_SCHEMA = pa.schema(
    [
        ("problem_id", pa.string()),
        ("text", pa.string()),
        ("gold", pa.string()),
        ("subject", pa.string()),
        ("level", pa.int32()),
        ("answer_spec", pa.string()),
        ("slots", pa.int32()),
        ("samples", pa.int32()),
        ("first_row", pa.int64()),
    ]
)
GROUPED_SCHEMA = PROBLEM_SCHEMA.append(pa.field("group", pa.string()))


def sample_schema(scores: Mapping[str, str]) -> pa.Schema:
    """The columns of samples.parquet where these scores are carried: name -> ``outcome`` or ``process``."""
    carried = [
        pa.field(OUTCOME + name, pa.float64())
        if kind == "outcome"
        else pa.field(PROCESS + name, pa.list_(pa.float64()))
        for name, kind in sorted(scores.items())
    ]
    return pa.schema([*SAMPLE_SCHEMA, *carried])


_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LONGEST = 200  # characters of a name: file systems allow 255 bytes, and work folders add their own


@dataclass(frozen=True, slots=True)
class PoolProblem:
    """A problem of a pool: what the pool knows of it, and where its samples stand.

    Attributes:
        problem: The problem.
        has_gold: Whether the pool knows its right answer.
        slots: M.
        samples: Samples that are there.
        first_row: Of them in samples.parquet.
        group: What the versions of one question share, "" for a problem that is the only one.
    """

    problem: Problem
    has_gold: bool
    slots: int
    samples: int
    first_row: int
    group: str = ""


class Pool:
    """An opened pool. Reading is lazy: only the columns and row groups that are asked for."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self.path = path
        self.manifest = manifest
        self._problems: dict[str, PoolProblem] | None = None
        self._file: pq.ParquetFile | None = None
        self._sums = manifest.files

    @property
    def name(self) -> str:
        """Its name."""
        return self.manifest.name

    @property
    def digest(self) -> str:
        """Its content digest."""
        return self.manifest.digest

    @property
    def problems(self) -> dict[str, PoolProblem]:
        """Its problems by id, in order."""
        if self._problems is None:
            rows = self._read(lambda: self._open("problems.parquet").read()).to_pylist()
            self._problems = {row["problem_id"]: _pool_problem(row) for row in rows}
        return self._problems

    def columns(self) -> list[str]:
        """The columns of samples.parquet."""
        return list(self._read(lambda: self._samples().schema_arrow).names)

    def batches(self, columns: Sequence[str]) -> Iterator[tuple[str, pa.Table]]:
        """Each problem's id with its samples in slot order, problem by problem, one row group in memory at a time."""
        file = self._samples()
        wanted = ["problem_id", *(c for c in columns if c != "problem_id")]
        held: list[pa.Table] = []
        ids = iter(self.problems.values())
        current = next(ids, None)
        held_rows = 0
        for group in range(file.num_row_groups):
            table = self._read(partial(file.read_row_group, group, columns=wanted))
            start = 0
            while current is not None and start < table.num_rows:
                take = min(current.samples - held_rows, table.num_rows - start)
                held.append(table.slice(start, take))
                held_rows += take
                start += take
                if held_rows == current.samples:
                    yield current.problem.id, pa.concat_tables(held).combine_chunks()
                    held, held_rows = [], 0
                    current = next(ids, None)
        while current is not None and current.samples == 0:
            yield current.problem.id, file.schema_arrow.empty_table().select(wanted)
            current = next(ids, None)
        if current is not None:
            raise BadPool(
                f"The pool {self.name!r} ends within problem {current.problem.id!r}: samples.parquet and "
                "problems.parquet do not belong together. Import it again."
            )

    def of_problem(self, problem_id: str, columns: Sequence[str] | None = None) -> pa.Table:
        """The samples of one problem, reading only the row groups that hold them."""
        entry = self.problems.get(problem_id)
        if entry is None:
            raise UnknownName("problem", problem_id, self.problems, f"It is not in the pool {self.name!r}.")
        file = self._samples()
        row, groups = 0, []
        first_of_groups = None
        for group in range(file.num_row_groups):
            n = file.metadata.row_group(group).num_rows
            if row < entry.first_row + entry.samples and row + n > entry.first_row:
                groups.append(group)
                first_of_groups = row if first_of_groups is None else first_of_groups
            row += n
        table = self._read(partial(file.read_row_groups, groups, columns=list(columns) if columns else None))
        return table.slice(entry.first_row - (first_of_groups or 0), entry.samples)

    def solutions(self, table: pa.Table) -> list[Solution]:
        """The solutions in a table that has the columns text and steps."""
        joiner = self.manifest.step_joiner
        out = []
        for text, steps in zip(table["text"].to_pylist(), table["steps"].to_pylist(), strict=True):
            known = None if steps is None else tuple(steps)
            whole = text if text is not None else joiner.join(known or ())
            out.append(Solution(whole, known, as_given=bool(self.manifest.step_set) and known is not None))
        return out

    def verify(self) -> str:
        """The digest of what is on disk.

        Raises:
            BadPool: It differs from the manifest's.
        """
        bare = self if not self._sums else Pool(self.path, replace(self.manifest, files={}))
        problems = bare._read(lambda: bare._open("problems.parquet").read())  # noqa: SLF001  one of us
        found = digest.of_tables(problems, (table for _, table in bare.batches(bare.columns())))
        if found != self.digest:
            raise BadPool(
                f"The pool {self.name!r} has the digest {found[:16]}, but its manifest says {self.digest[:16]}: its "
                "files were changed or damaged. Import it again from its source."
            )
        return found

    def _samples(self) -> pq.ParquetFile:
        if self._file is None:
            self._file = self._open("samples.parquet")
        return self._file

    def _open(self, name: str) -> pq.ParquetFile:
        try:
            return files.open_table(self.path / name, self._sums.get(name), self._way_back)
        except Damaged:
            if not self._sums:
                raise
            self.verify()  # another writer may have written the same rows
            again = files.open_table(self.path / name, None, self._way_back)
            samples = name == "samples.parquet"
            ours = [sample_schema(self.manifest.scores)] if samples else [PROBLEM_SCHEMA, GROUPED_SCHEMA]
            if not any(again.schema_arrow.equals(schema) for schema in ours):
                raise
            return again

    def _read(self, read: Callable[[], Any]) -> Any:
        """What of a file is read, every page of it as it was written.

        Raises:
            Damaged: It is not.
        """
        try:
            return read()
        except (OSError, KeyError, pa.ArrowException) as error:
            raise Damaged(self.path, files.reason(error), self._way_back) from error

    @property
    def _way_back(self) -> str:
        return f"Import the pool {self.name!r} again from its source ('bonbench pool import --replace')."


def open_pool(name: str) -> Pool:
    """The pool of that name: in the home, bundled with a task, or the folder itself.

    Raises:
        UnknownName: There is none.
        BadPool: Its manifest is missing, damaged or of a newer version.
    """
    leftovers.clear(home.pools_folder())
    places = [home.pools_folder() / name] if _NAME.fullmatch(name) else [Path(name).expanduser()]
    bundled = registry.bundled_pools()
    if name in bundled:
        places.append(bundled[name])
    if Path(name).joinpath("manifest.json").exists():
        places.append(Path(name))
    for place in places:
        if (place / "manifest.json").exists():
            return Pool(place, read_manifest(place))
    raise UnknownName("pool", name, names(), "Import one with 'bonbench pool import', or name a pool's folder.")


def names() -> list[str]:
    """The names of all pools: imported and bundled."""
    folder = home.pools_folder()
    leftovers.clear(folder)
    found = {p.parent.name for p in folder.glob("[!.]*/manifest.json")}
    return sorted(found | set(registry.bundled_pools()))


def with_texts(pool: Pool) -> Pool:
    """The pool that has the texts which this one leaves out, if its manifest names one that is at hand; else itself."""
    wanted = pool.manifest.origin.get("full_pool", pool.digest)
    if wanted != pool.digest:
        for found in map(open_pool, names()):
            if found.digest == wanted and found.problems.keys() == pool.problems.keys():
                return found
    return pool


def check_name(name: str) -> str:
    """A pool's name, if it can be a folder's.

    Raises:
        BadInput: It cannot.
    """
    if not _NAME.fullmatch(name):
        raise BadInput(f"{name[:80]!r} cannot name a pool: use letters, digits, '.', '_' and '-'.")
    if len(name) > _LONGEST:
        raise BadInput(f"{name[:20]!r}... cannot name a pool: it has {len(name)} characters; use up to {_LONGEST}.")
    if name.endswith(REJECTS):
        raise BadInput(f"{name!r} cannot name a pool: the reasons of a stopped import are called so. Choose another.")
    return name


def evaluated_problems(pool: Pool, task_problems: Sequence[Problem] | None) -> list[Problem]:
    """The problems a pool is evaluated on: the task's own wherever the pool matched them, else the pool's.

    Raises:
        BadPool: Neither the task's data nor the pool gives the right answers.
    """
    if task_problems is not None and pool.manifest.problems == "task":
        known = {p.id: p for p in task_problems}
        lost = [i for i in pool.problems if i not in known]
        if lost:
            raise BadPool(
                f"{len(lost)} problems of the pool {pool.name!r} are not in this version of its task "
                f"(first: {lost[0]!r}). Import the pool again."
            )
        return [known[i] for i in pool.problems]
    bare = [i for i, p in pool.problems.items() if p.samples and not p.has_gold]
    if bare:
        raise BadPool(
            f"{len(bare)} problems of the pool {pool.name!r} carry no right answer (first: {bare[0]!r}). Import it "
            "with --task and that task's data instead of --problems from-pool."
        )
    return [p.problem for p in pool.problems.values()]


def spec_to_json(spec: AnswerSpec | None) -> str | None:
    """An AnswerSpec as one JSON text, the same for the same spec."""
    return None if spec is None else json.dumps(asdict(spec), sort_keys=True)


def spec_from_json(text: str | None) -> AnswerSpec | None:
    """The inverse of ``spec_to_json``."""
    if text is None:
        return None
    values = json.loads(text)
    return replace(AnswerSpec(**values), choices=tuple(values["choices"]))


def _pool_problem(row: dict[str, Any]) -> PoolProblem:
    problem = Problem(
        id=row["problem_id"],
        text=row["text"] or "",
        gold=row["gold"] or "",
        subject=row["subject"],
        level=row["level"],
        answer=spec_from_json(row["answer_spec"]),
    )
    known = row["gold"] is not None
    return PoolProblem(problem, known, row["slots"], row["samples"], row["first_row"], row.get("group") or "")
