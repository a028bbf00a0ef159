"""What the explorer shows: which problems match, which answers there are, who picks what. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.measure.rules import rules, unscored
from harness.measure.scored import SolutionScores
from leaderboard.draw import numbers, text, words
from leaderboard.read import samples
from leaderboard.read.records import Entry
from leaderboard.read.samples import ProblemSamples
from leaderboard.read.search import Marks

RIGHT = 0.5  # an entry is "right" on a problem where it picks a right solution more often than not
FILTERS = {
    "all": "all problems",
    "a-right": "A right, B wrong",
    "b-right": "A wrong, B right",
    "both-wrong": "both wrong, some sample right",
    "none-right": "no sample right",
    "undecided": "undecided grades",
    "disagreeing": "labels that disagree with the source",
}
BLOCK = 100  # problems side by side where no quintile divides them
_CELL = 160


@dataclass(frozen=True, slots=True)
class Listed:
    """A problem in the list.

    Attributes:
        id: Its id.
        subject: Its subject, or None.
        level: Its level, or None.
        quintile: Difficulty quintile, 1 = easiest; None where the run shown came without.
        pass_rate: Share of right samples; None where that is not known either.
        a: p_i of A, or None.
        b: p_i of B, or None.
        undecided: Its samples with an answer and no grade.
        disagreeing: Its samples that the source and the grader judge differently.
    """

    id: str
    subject: str | None
    level: int | None
    quintile: str | None
    pass_rate: float | None
    a: float | None
    b: float | None
    undecided: int = 0
    disagreeing: int = 0

    @property
    def difference(self) -> float:
        """p_i of A minus p_i of B, 0 where one is not known."""
        return 0.0 if self.a is None or self.b is None else self.a - self.b

    @property
    def about(self) -> str:
        """What is known of it, for a list."""
        parts = (
            f"quintile {self.quintile}" if self.quintile is not None else "",
            f"pass rate {numbers.percent(self.pass_rate)} %" if self.pass_rate is not None else "",
            self.subject or "",
            f"level {self.level}" if self.level is not None else "",
            f"{self.undecided} undecided" if self.undecided else "",
            f"{self.disagreeing} against the source" if self.disagreeing else "",
        )
        return " · ".join(part for part in parts if part)


def matches(
    problem: Listed, kind: str, quintiles: Sequence[str], subjects: Sequence[str], levels: Sequence[int]
) -> bool:
    """Whether a problem passes the filters; an empty filter lets everything pass."""
    a, b = (problem.a or 0.0) > RIGHT, (problem.b or 0.0) > RIGHT
    kept = {
        "a-right": a and not b,
        "b-right": b and not a,
        "both-wrong": not a and not b and bool(problem.pass_rate),
        "none-right": problem.pass_rate == 0,
        "undecided": problem.undecided > 0,
        "disagreeing": problem.disagreeing > 0,
    }.get(kind, True)
    return (
        kept
        and (not quintiles or problem.quintile in quintiles)
        and (not subjects or problem.subject in subjects)
        and (not levels or problem.level in levels)
    )


def listed(
    problems: Sequence[Mapping[str, Any]],
    difficulty: Mapping[str, tuple[str | None, float]],
    a: Mapping[str, float],
    b: Mapping[str, float],
    marks: Marks | None = None,
) -> list[Listed]:
    """The problems with what A and B make of them; where they differ most first, then in the pool's order.

    Args:
        problems: ``problem_id``, ``subject``, ``level`` of each.
        difficulty: Quintile and pass rate by problem, as the run of A has them.
        a: p_i of A by problem.
        b: p_i of B.
        marks: What is worth a second look, where the samples are at hand.
    """
    out = []
    for row in problems:
        name = row["problem_id"]
        quintile, pass_rate = difficulty.get(name, (None, None))
        undecided, against = (marks.undecided.get(name, 0), marks.disagreeing.get(name, 0)) if marks else (0, 0)
        about = (row["subject"], row["level"], quintile, pass_rate, a.get(name), b.get(name), undecided, against)
        out.append(Listed(name, *about))
    return sorted(out, key=lambda p: -abs(p.difference))


def blocks(problems: Sequence[Listed]) -> dict[str, list[tuple[str, str]]]:
    """The problems as a heatmap has them, the easiest first: by quintile, else so many at a time."""
    ordered = sorted(problems, key=lambda p: (p.quintile or "", -(p.pass_rate or 0.0), p.id))
    out: dict[str, list[tuple[str, str]]] = {}
    for i, problem in enumerate(ordered):
        first = i // BLOCK * BLOCK
        heading = (
            f"Problems {first + 1} to {min(first + BLOCK, len(ordered))}"
            if problem.quintile is None
            else words.slice_name("quintile", problem.quintile)
        )
        out.setdefault(heading, []).append((problem.id, problem.about))
    return out


def answers(found: ProblemSamples, a: SolutionScores | None, b: SolutionScores | None) -> list[dict[str, Any]]:
    """The answer clusters as rows: answer, verdict, samples, share, summed scores of A and B."""
    return [
        {
            "answer": None if c.answer is None else text.visible(c.answer)[:_CELL],
            "right": "no answer" if c.answer is None else c.verdict,
            "samples": len(c.members),
            "share": len(c.members) / max(len(found), 1),
            "score_a": samples.summed(c, a),
            "score_b": samples.summed(c, b),
        }
        for c in found.clusters()
    ]


@dataclass(frozen=True, slots=True)
class Picked:
    """The sample that an entry is likeliest to pick at N.

    Attributes:
        entry: Whose pick.
        sample: Position of the sample, or of the first with the answer that is picked; None where none can be.
        chance: That this very sample is picked; None where answers are.
        right: Chance that a right one is picked: p_i.
        note: Why nothing can be said, or "".
    """

    entry: Entry
    sample: int | None
    chance: float | None
    right: float | None
    note: str = ""


def pick(entry: Entry, found: ProblemSamples, scores: SolutionScores | None, n: int, p: float | None) -> Picked:
    """What an entry picks, asked of its rule where this installation knows it."""
    rule = rules().get(entry.measure)
    if rule is None:
        return Picked(entry, None, None, p, "rule not known here")
    if scores is None and rule.needs_scores:
        return Picked(entry, None, None, p, "scores not at hand")
    choice = rule.pick(found.graded, unscored(found.graded) if scores is None else scores, n)
    return Picked(entry, choice.sample, choice.chance, p)
