"""The first pass of an import: match the entries to problems, check them, spill them to disk in chunks as they come.

What cannot be used goes to rejects.jsonl with its file, line and reason, and stops the import only where its share is
too large.
"""

import gc
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from harness.errors import BadInput
from harness.pool.chunks import Chunk
from harness.pool.formats import SEVERAL_MODELS, Described, Entry, Item, Stated
from harness.pool.leftovers import REJECTS
from harness.pool.matching import Matcher
from harness.pool.ranges import Range
from harness.pool.sources import Reject
from harness.records import AnswerSpec, Problem
from harness.wording import counted

MOST_SLOTS = 10_000_000
HOPELESS = 0.5  # an import that loses more than this after HOPELESS_AFTER entries is not read to its end
HOPELESS_AFTER = 2_000


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
        chunk = Chunk()
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
            if chunk.full:
                yield chunk.write(self._work, self.scores, self.ranges)
                chunk = Chunk(chunk.number + 1)
                gc.collect()
        if chunk.samples:
            yield chunk.write(self._work, self.scores, self.ranges)
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
