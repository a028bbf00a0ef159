"""Every problem of a task against every text of some training data, one text at a time.

Three things are looked for. *text*: the problem's characters, typography aside, are the training text or stand in it.
*near*: the 3-grams (words, numbers, operators) of both have a Jaccard similarity of at least a threshold; MinHash
(Broder 1997, through datasketch) finds the candidates, and the similarity itself is then computed. *ngram*: the share
of the problem's words that stand in 13-grams which one training text has too (13 as in GPT-3, arXiv 2005.14165). A
problem with fewer words is one gram by itself, if it has at least eight.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.contamination.records import text_of
from harness.contamination.texts import shingles, squeezed, words
from harness.errors import BadInput
from harness.pool.sources import Record, Reject
from harness.records import Problem

N = 13
OVERLAP = 0.5
JACCARD = 0.8
FEWEST = 8  # words of a problem that are compared as a gram of their own
KINDS = ("text", "near", "ngram")
_PERMUTATIONS = 128
_CANDIDATES = 0.75  # of the Jaccard threshold: MinHash only estimates, so candidates are taken from below it
_REMEMBERED = 500_000


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on a problem counts as contaminated. An equal text always does.

    Attributes:
        n: Words of an n-gram.
        overlap: Share of the problem's words in shared n-grams; 0 for any shared n-gram at all, as GPT-3 had it.
        jaccard: Similarity of a near duplicate.
    """

    n: int = N
    overlap: float = OVERLAP
    jaccard: float = JACCARD


@dataclass(slots=True)
class Hit:
    """The strongest finding of one kind for a problem.

    Attributes:
        kind: ``text``, ``near`` or ``ngram``.
        share: 1 for a text; the Jaccard similarity; the share of the problem's words.
        file: Where: the file,
        line: and its line (or record).
        records: Records in which it was found.
    """

    kind: str
    share: float
    file: str
    line: int
    records: int = 0


Found = tuple[tuple[int, str, float], ...]


@dataclass(slots=True)
class Counts:
    """What was read.

    Attributes:
        records: Records.
        texts: Different texts among them, as far as they are remembered.
        unread: Records that are broken or have no text.
        files: Records by file.
    """

    records: int = 0
    texts: int = 0
    unread: int = 0
    files: dict[str, int] = field(default_factory=dict)


class Search:
    """Problems in memory, training texts streamed past them.

    Args:
        problems: The task's.
        limits: ``n`` and ``jaccard`` count here; ``overlap`` is for the report.

    Attributes:
        hits: Position of a problem -> kind -> its strongest hit.
        counts: What was read.
        short: Problems too short for n-grams.
    """

    def __init__(self, problems: Sequence[Problem], limits: Limits | None = None) -> None:
        from datasketch import MinHash, MinHashLSH

        self.limits = limits or Limits()
        self.hits: dict[int, dict[str, Hit]] = {}
        self.counts = Counts()
        self._words = [words(p.text) for p in problems]
        self._squeezed = [squeezed(p.text) for p in problems]
        self._shingles = [shingles(p.text) for p in problems]
        self._every = frozenset().union(*self._shingles)
        self._equal: dict[str, list[int]] = {}
        self._grams: dict[tuple[str, ...], list[tuple[int, int]]] = {}
        self._lengths = {self.limits.n}
        for position, own in enumerate(self._words):
            if self._squeezed[position]:
                self._equal.setdefault(self._squeezed[position], []).append(position)
            n = min(self.limits.n, len(own))
            if n >= min(FEWEST, self.limits.n):
                self._lengths.add(n)
                for start in range(len(own) - n + 1):
                    self._grams.setdefault(tuple(own[start : start + n]), []).append((position, start))
        self.short = sum(len(own) < min(FEWEST, self.limits.n) for own in self._words)
        self._hash = MinHash(num_perm=_PERMUTATIONS)
        self._near = MinHashLSH(threshold=self.limits.jaccard * _CANDIDATES, num_perm=_PERMUTATIONS)
        for position, theirs in enumerate(self._shingles):
            if theirs:
                self._near.insert(position, self._minhash(theirs))
        self._known: dict[int, Found] = {}

    def read(
        self, records: Iterable[Record | Reject], name: str = "", progress: Callable[[int], None] | None = None
    ) -> None:
        """Compare every record's text.

        Args:
            records: From ``sources.records``.
            name: The field with the text, "" to recognise it.
            progress: Called now and then with the number of records since the last call.

        Raises:
            BadInput: No record has a text there.
        """
        before = (self.counts.records, self.counts.unread)
        file, row = "", {}
        for record in records:
            self.counts.records += 1
            file = record.file
            self.counts.files[file] = self.counts.files.get(file, 0) + 1
            text = None
            if isinstance(record, Record):
                row = dict(record.row)
                text = text_of(record.row, name)
            if text is None:
                self.counts.unread += 1
            else:
                self._note(self._find(text), record)
            if progress and self.counts.records % 256 == 0:
                progress(256)
        read, unread = self.counts.records - before[0], self.counts.unread - before[1]
        if read and read == unread:
            has = ", ".join(map(str, row)) or "nothing that can be read"
            raise BadInput(f"No record of {file!r} has a text{f' in {name!r}' if name else ''}; name its field with "
                           f"--field (it has {has}).")  # fmt: skip

    def _find(self, text: str) -> Found:
        key = hash(text)
        known = self._known.get(key)
        if known is None:
            self.counts.texts += 1
            known = self._compare(text)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()  # bounded: a repeated text is then compared again
            self._known[key] = known
        return known

    def _compare(self, text: str) -> Found:
        own = words(text)
        covered = self._covered(own)
        found: dict[tuple[int, str], float] = {}
        flat = squeezed(text)
        for position in self._equal.get(flat, ()):
            found[position, "text"] = 1.0
        for position, at in covered.items():
            found[position, "ngram"] = len(at) / len(self._words[position])
            if self._squeezed[position] in flat:
                found[position, "text"] = 1.0
        mine = shingles(text)
        if self._may_be_near(mine):
            for position in self._near.query(self._minhash(mine)):
                theirs = self._shingles[position]
                jaccard = len(mine & theirs) / len(mine | theirs)
                if jaccard >= self.limits.jaccard:
                    found[position, "near"] = jaccard
        return tuple((position, kind, share) for (position, kind), share in found.items())

    def _may_be_near(self, mine: frozenset[str]) -> bool:
        """Whether enough shingles stand in any problem: at a Jaccard similarity of j at least the share j does."""
        return bool(mine) and sum(s in self._every for s in mine) >= self.limits.jaccard * len(mine)

    def _covered(self, own: list[str]) -> Mapping[int, set[int]]:
        """Position of a problem -> which of its words stand in n-grams that this text has."""
        covered: dict[int, set[int]] = {}
        for n in self._lengths:
            for start in range(len(own) - n + 1):
                for position, begin in self._grams.get(tuple(own[start : start + n]), ()):
                    covered.setdefault(position, set()).update(range(begin, begin + n))
        return covered

    def _minhash(self, own: frozenset[str]) -> Any:
        made = self._hash.copy()
        made.update_batch([shingle.encode() for shingle in own])
        return made

    def _note(self, found: Found, record: Record | Reject) -> None:
        for position, kind, share in found:
            of = self.hits.setdefault(position, {})
            hit = of.get(kind)
            if hit is None or share > hit.share:
                of[kind] = hit = Hit(kind, share, record.file, record.line, hit.records if hit else 0)
            hit.records += 1
