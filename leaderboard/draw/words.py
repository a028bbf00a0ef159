"""Boards and slices in words."""

from harness.measure.ranking import Place
from leaderboard.read.records import Board

GAINS = (
    "Accuracy at N is the mean accuracy of one solution, plus what answering gains, plus what choosing gains. "
    "Answering: a fair choice among those of the N that have an answer, which any verifier gets for nothing. Choosing: "
    "what this choice adds to that, which is the verifier's merit. Gap closed is what choosing gains as a share of "
    "what the ceiling, pass@N, would gain."
)


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


def about(board: Board) -> str:
    """Where a board's numbers come from, as one line."""
    slots = f"M = {board.slots}" if board.slots else "as many slots as samples"
    if board.members:
        tasks = ", ".join(f"{m.label} ({m.n_problems})" for m in board.members)
        return f"{board.n_problems} problems pooled over {tasks} · {board.protocol}, {board.grader}"
    own = "" if board.problems == "task" else " · problems and right answers from the pool itself"
    generator = board.generator or "generator not stated"
    partial = board.task_problems not in (None, board.n_problems)
    size = f"{board.n_problems} of {board.task_problems} problems" if partial else f"{board.n_problems} problems"
    return (
        f"{board.title} · {size} · pool {board.pool} ({board.pool_digest[:12]}), {generator}, "
        f"{slots}{own} · {board.protocol}, {board.grader} · newest run {board.newest[:10]}"
    )
