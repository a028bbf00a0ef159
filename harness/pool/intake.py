"""The first pass of an import: match the entries to problems, check them, spill them to disk in chunks as they come.

What cannot be used goes to rejects.jsonl with its file, line and reason, and stops the import only where its share is
too large.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from harness.errors import BadInput
from harness.pool.formats import SEVERAL_MODELS, Described, Entry, Item, Stated
from harness.pool.leftovers import REJECTS
from harness.pool.matching import Matcher
from harness.pool.pools import OUTCOME, PROCESS
from harness.pool.ranges import Range
from harness.pool.sources import Reject
from harness.records import AnswerSpec, Problem, Sample
from harness.wording import counted

MOST_SLOTS = 10_000_000
HOPELESS = 0.5  # an import that loses more than this after HOPELESS_AFTER entries is not read to its end
HOPELESS_AFTER = 2_000
_CHUNK_ROWS = 16_384
_CHUNK_CHARACTERS = 24_000_000
_STEPS = pa.list_(pa.float64())


class Intake:
    """Takes the entries of one pool.

    Args:
        name: The pool's.
        work: The folder for chunks and rejects; the rejects of an import that fails are moved beside it.
        problems: The task's, or None where the pool brings its own.
        spec: What counts as the same answer in the task, or None.
        max_rejected: Share of samples, and of records, that may be unusable.

    Attributes:
        matcher: What it knows of the problems.
        named: The positions of the problems that the source names, with usable samples or without.
        scores: Carried scores: name -> ``outcome`` or ``process``.
        ranges: How far they reach.
        in_order: Whether the entries came sorted by problem and slot, as they do from most sources.
        unnumbered: Whether samples came without a number of their own.
        rejected: Entries set aside.
        unmatched: Samples whose problem is not in the task.
        sampling: What the source states of it.
        slots: The largest M that the source states, 0 for none.
    """

    def __init__(
        self, name: str, work: Path, problems: Sequence[Problem] | None, spec: AnswerSpec | None, max_rejected: float
    ) -> None:
        self._name = name
        self._work = work
        self._listed = rejects_beside(work.parent, name)
        self._problems = problems
        self._spec = spec
        self._max_rejected = max_rejected
        self._rejects: TextIO = (work / "rejects.jsonl").open("w", encoding="utf-8")
        self._next_slot: Counter[int] = Counter()
        self._entries = self._records = self._lost_records = 0
        self._first_reasons: Counter[str] = Counter()
        self._folded_names: dict[str, str] = {}
        self._generators: dict[str, None] = {}
        self.matcher = Matcher(problems)
        self.named: set[int] = set()
        self.scores: dict[str, str] = {}
        self.ranges: dict[str, Range] = {}
        self.in_order = True
        self.unnumbered = False
        self.rejected = self.unmatched = 0
        self.sampling: dict[str, Any] = {}
        self.slots = 0

    @property
    def generator(self) -> str:
        """The model that wrote the samples, as far as the source says."""
        return SEVERAL_MODELS if len(self._generators) > 1 else next(iter(self._generators), "")

    def spill(self, entries: Iterable[Item]) -> Iterator[Path]:
        """Write the entries to disk in chunks as they come; yields the chunks.

        Raises:
            BadInput: Too many are unusable, or all of them.
        """
        chunk = _Chunk()
        number = 0
        latest = (0, 0)
        line, file = -1, ""
        for entry in entries:
            if isinstance(entry, Stated):
                self._state(entry)
                continue
            if isinstance(entry, Described):
                self._name_problem(entry)
                continue
            self._entries += 1
            if entry.line != line or entry.file != file:
                line, file = entry.line, entry.file
                self._records += 1
            if isinstance(entry, Reject):
                self.reject(entry)
                continue
            position = self.matcher.position(entry.problem)
            if position is None:
                self.unmatched += 1
                self._note(Reject(entry.file, entry.line, _unmatched(entry.problem)))
                continue
            self.named.add(position)
            slot = entry.sample.index
            if slot is None:
                slot = self._next_slot[position]
                self.unnumbered = True
            self._next_slot[position] += 1
            conflict = (
                _slot_conflict(slot) or self._gold_conflict(entry.problem, position) or self._score_conflict(entry)
            )
            if conflict:
                self.reject(Reject(entry.file, entry.line, conflict, whole=False))
                continue
            self.in_order = self.in_order and (position, slot) >= latest
            latest = (position, slot)
            chunk.add(position, slot, entry)
            if len(chunk.rows) >= _CHUNK_ROWS or chunk.characters >= _CHUNK_CHARACTERS:
                yield chunk.write(self._work / f"chunk-{number:05d}.parquet", self.scores, self.ranges)
                chunk = _Chunk()
                number += 1
        if chunk.rows:
            yield chunk.write(self._work / f"chunk-{number:05d}.parquet", self.scores, self.ranges)
        self.check()

    def reject(self, reject: Reject) -> None:
        """Set something aside.

        Raises:
            BadInput: It is hopeless.
        """
        self.rejected += 1
        self._lost_records += reject.whole
        self._first_reasons[reject.reason] += 1
        self._note(reject)
        if self._entries >= HOPELESS_AFTER:
            self._check(max(self._max_rejected, HOPELESS))

    def check(self) -> None:
        """Stop where too large a share was set aside.

        Raises:
            BadInput: It was.
        """
        self._check(self._max_rejected)

    def nothing(self, task: str) -> BadInput:
        """What to say where no sample could be used."""
        if not self._entries:
            return BadInput(f"The sources of the pool {self._name!r} hold no record at all; check the files.")
        return BadInput(
            f"No sample could be used for the pool {self._name!r}: {counted(self._entries, 'entry', 'entries')} read, "
            f"{self.rejected:,} rejected, {self.unmatched:,} for problems that are not in the task {task!r}. The "
            f"reasons are in {str(self._listed)!r}; check the task and the format."
        )

    def close(self) -> None:
        """Close the file of rejects."""
        self._rejects.close()

    def _check(self, limit: float) -> None:
        """A record may hold many samples, so whole records that are lost are counted among the records too."""
        for lost, of, what in (
            (self.rejected, self._entries, ("entry", "entries")),
            (self._lost_records, self._records, ("record", "records")),
        ):
            share = lost / max(of, 1)
            if share > limit:
                reasons = "; ".join(f"{reason} ({count} x)" for reason, count in self._first_reasons.most_common(3))
                raise BadInput(
                    f"{lost:,} of {counted(of, *what)} could not be used ({share:.1%}; allowed: "
                    f"{self._max_rejected:.1%}): {reasons}. Every one is listed in {str(self._listed)!r}; "
                    f"check the format, or allow more with --max-rejected {math.ceil(1000 * share) / 10:g}%."
                )

    def _note(self, reject: Reject) -> None:
        row = {"file": reject.file, "line": reject.line, "reason": reject.reason, "found": reject.found}
        self._rejects.write(json.dumps(row, ensure_ascii=False) + "\n")

    def _state(self, stated: Stated) -> None:
        """What the source says of itself; several generators make a pool of several models."""
        if stated.generator:
            self._generators[stated.generator] = None
        self.sampling.update(stated.sampling)
        self.slots = max(self.slots, stated.slots or 0)

    def _name_problem(self, problem: Described) -> None:
        if problem.id is None and problem.text is None:
            return
        position = self.matcher.position(problem)
        if position is not None:
            self.named.add(position)

    def _gold_conflict(self, described: Described, position: int) -> str | None:
        """Whether the source's right answer contradicts the problem's.

        Within a source, a problem has one right answer. Against a task only letters are compared: another letter means
        that the options stand in another order, and then no answer of this source could be graded.
        """
        if described.gold is None:
            return None
        if self._problems is None:
            first = self.matcher.described[position].gold
            if first is None or first == described.gold:
                return None
            return f"the right answer is {described.gold[:80]!r} here and {first[:80]!r} earlier in the source"
        if described.answer is None or described.answer.kind != "choice":
            return None
        problem = self._problems[position]
        spec = problem.answer or self._spec
        if spec is None or spec.kind != "choice":
            return None
        here, there = _letters(described.gold), _letters(problem.gold)
        if here is None or there is None or here == there:
            return None
        return (
            f"the right option is {here} here and {there} in the task: the options stand in another order. Import the "
            "source with --problems from-pool"
        )

    def _score_conflict(self, entry: Entry) -> str | None:
        """Carried scores are step scores or outcome scores throughout, and two names differ in more than case."""
        for score_name, score in entry.sample.scores.items():
            if not score.steps and score.value is None:
                continue
            kind = "process" if score.steps else "outcome"
            known = self.scores.get(score_name)
            if known is None:
                other = self._folded_names.setdefault(score_name.casefold(), score_name)
                if other != score_name:
                    return f"the scores {other!r} and {score_name!r} differ in letter case only"
                self.scores[score_name] = kind
            elif known != kind:
                return f"the scores of {score_name!r} are {kind} here and {known} elsewhere"
        return None


def rejects_beside(folder: Path, name: str) -> Path:
    """Where the rejects of an import that failed lie."""
    return folder / f"{name}{REJECTS}"


class _Chunk:
    """Rows on their way to disk."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, int, int, str, int, Sample]] = []
        self.characters = 0

    def add(self, position: int, slot: int, entry: Entry) -> None:
        sample = entry.sample
        self.rows.append((position, slot, len(self.rows), entry.file, entry.line, sample))
        self.characters += len(sample.text or "") + (sum(map(len, sample.steps)) if sample.steps else 0) + 200

    def write(self, path: Path, scores: dict[str, str], ranges: dict[str, Range]) -> Path:
        samples = [row[5] for row in self.rows]
        number = int(path.stem.rpartition("-")[2])
        columns: dict[str, pa.Array] = {
            "position": pa.array([row[0] for row in self.rows], pa.int32()),
            "index": pa.array([row[1] for row in self.rows], pa.int32()),
            "arrival": pa.array([number * 2**32 + row[2] for row in self.rows], pa.int64()),
            "file": pa.array([row[3] for row in self.rows], pa.string()).dictionary_encode(),
            "line": pa.array([row[4] for row in self.rows], pa.int64()),
            "text": pa.array([s.text for s in samples], pa.string()),
            "steps": pa.array([s.steps for s in samples], pa.list_(pa.string())),
            "answer": pa.array([s.answer for s in samples], pa.string()),
            "finish": pa.array([s.finish for s in samples], pa.string()),
            "tokens": pa.array([s.tokens for s in samples], pa.int32()),
            "given_correct": pa.array([s.given_correct for s in samples], pa.bool_()),
            "step_labels": pa.array([s.step_labels for s in samples], pa.list_(pa.int8())),
        }
        for name, kind in scores.items():
            of = [s.scores.get(name) for s in samples]
            if kind == "outcome":
                columns[OUTCOME + name] = pa.array([None if s is None else s.value for s in of], pa.float64())
            else:
                columns[PROCESS + name] = pa.array([s.steps if s is not None and s.steps else None for s in of], _STEPS)
            ranges.setdefault(name, Range()).see(columns[(OUTCOME if kind == "outcome" else PROCESS) + name])
        pq.write_table(pa.table(columns), path, compression="lz4", use_dictionary=["file"])
        return path


def _letters(gold: str) -> str | None:
    """The options that a right answer names, if it names them by letter."""
    bare = re.sub(r"[\s,;.$(){}\[\]]", "", gold)
    return "".join(sorted(bare)) if re.fullmatch(r"[A-Z]+", bare) else None


def _slot_conflict(slot: int) -> str | None:
    if 0 <= slot < MOST_SLOTS:
        return None
    return f"the sample's index is {slot}; 0 to {MOST_SLOTS - 1} was expected"


def _unmatched(problem: Described) -> str:
    shown = f"id {problem.id!r}" if problem.id is not None else f"the text {str(problem.text)[:80]!r}"
    return f"no problem of the task has {shown}"
