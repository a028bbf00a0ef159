"""Boards and slices in words."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from harness.measure.ranking import Place
from leaderboard.read.records import Board

VERDICTS = {  # of the ranking, against majority: a mark, a name, words
    1: ("▲", "better", "better than majority"),
    -1: ("▼", "worse", "worse than majority"),
    0: ("=", "level", "not told from majority"),
}
GAINS = (
    "Accuracy at N is the mean accuracy of one solution, plus what answering gains, plus what choosing gains. "
    "Answering: a fair choice among those of the N that have an answer, which any verifier gets for nothing. Choosing: "
    "what this choice adds to that, which is the verifier's merit. Gap closed is what choosing gains as a share of "
    "what the ceiling, pass@N, would gain."
)


def file_name(*parts: object) -> str:
    """Parts of a file's name, joined: letters, digits, dots and dashes alone.

    >>> file_name("GSM8K", "N = 16", "best-of-n")
    'GSM8K-N-16-best-of-n'
    """
    return "-".join(re.sub(r"[^\w.]+", "-", str(part)).strip("-") for part in parts if str(part))


def slice_name(kind: str, name: str) -> str:
    """A slice as a reader calls it."""
    if kind == "quintile":
        span, _, what = name.partition(" ")
        said = what or {"1": "easiest", "5": "hardest"}.get(span, "")
        return f"Quintile{'s' * ('-' in span)} {span.replace('-', '–')}" + (f", {said}" if said else "")
    return f"Level {name}" if kind == "level" else name


def rank(place: Place) -> str:
    """A rank, marked where several have the same: ``2`` or ``2=``."""
    return f"{place.rank}{'=' if place.shared else ''}"


def task(found: Sequence[Board]) -> str:
    """A task with what its boards hold, for a list of tasks.

    Args:
        found: Its boards.
    """
    names = {v for b in found for v in b.verifiers}
    pools = f"{len(found)} pools, " if len(found) > 1 else ""
    return f"{title(found)} · {pools}{_verifiers(len(names))}"


def title(found: Sequence[Board]) -> str:
    """The title of a task, given its boards: a pool that brings its own problems may not know it."""
    return next((b.title for b in found if b.problems == "task"), found[0].title)


def pool(board: Board) -> str:
    """A pool with what it holds, for a list of pools: name, generator, M, problems, verifiers."""
    slots = f"M = {board.slots}" if board.slots else "as many as there are"
    named = board.task if board.members else board.pool
    made = board.generator or "generator not stated"
    about = (named, made, slots, f"{board.size} problems", _verifiers(len(board.verifiers)))
    return " · ".join(about)


def _verifiers(count: int) -> str:
    return "controls only" if not count else f"{count} verifier{'s' if count > 1 else ''}"


def source(manifest: Mapping[str, Any]) -> str:
    """Whose samples they are, from where, under which licence, as far as the pool says; "" where nothing is known."""
    if not manifest:
        return ""
    origin = manifest.get("origin")
    told = origin if isinstance(origin, Mapping) else {}
    commit = f" at {str(told['commit'])[:12]}" if told.get("commit") else ""
    where = f"{told['repository']}{commit}" if told.get("repository") else str(told.get("format") or "")
    made = f"by {told['attribution']}" if told.get("attribution") else ""
    licence = manifest.get("licence")
    parts = (
        "Samples" + (f" from {where}" if where else ""),
        made,
        f"licence {licence}" if licence else "licence not stated",
    )
    return ", ".join(part for part in parts if part) + "."


def about(board: Board) -> str:
    """Where a board's numbers come from, as one line."""
    slots = f"M = {board.slots}" if board.slots else "as many slots as samples"
    if board.members:
        tasks = ", ".join(f"{m.label} ({m.n_problems})" for m in board.members)
        return f"{board.n_problems} problems pooled over {tasks} · {board.protocol}, {board.grader}"
    own = "" if board.problems == "task" else " · problems and right answers from the pool itself"
    generator = board.generator or "generator not stated"
    return (
        f"{board.title} · {board.size} problems · pool {board.pool} ({board.pool_digest[:12]}), {generator}, "
        f"{slots}{own} · {board.protocol}, {board.grader} · newest run {board.newest[:10]}"
    )
