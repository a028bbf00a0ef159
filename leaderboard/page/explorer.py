"""What the explorer shows: which problems match, which answers there are, who picks what. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.measure.rules import rules, unscored
from harness.measure.scored import SolutionScores
from leaderboard.draw import text
from leaderboard.read import samples
from leaderboard.read.records import Entry
from leaderboard.read.samples import ProblemSamples

RIGHT = 0.5  # an entry is "right" on a problem where it picks a right solution more often than not
FILTERS = {
    "all": "all problems",
    "a-right": "A right, B wrong",
    "b-right": "A wrong, B right",
    "both-wrong": "both wrong, some sample right",
    "none-right": "no sample right",
}
_CELL = 160


@dataclass(frozen=True, slots=True)
class Listed:
    """A problem in the list.

    Attributes:
        id: Its id.
        subject: Its subject, or None.
        level: Its level, or None.
        quintile: Difficulty quintile, 1 = easiest; None where the run shown came without.
        pass_rate: Share of right samples, or None likewise.
        a: p_i of A, or None.
        b: p_i of B, or None.
    """

    id: str
    subject: str | None
    level: int | None
    quintile: str | None
    pass_rate: float | None
    a: float | None
    b: float | None

    @property
    def difference(self) -> float:
        """p_i of A minus p_i of B, 0 where one is not known."""
        return 0.0 if self.a is None or self.b is None else self.a - self.b


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
    }.get(kind, True)
    return (
        kept
        and (not quintiles or problem.quintile in quintiles)
        and (not subjects or problem.subject in subjects)
        and (not levels or problem.level in levels)
    )


def listed(
    problems: Sequence[Mapping[str, Any]],
    difficulty: Mapping[str, tuple[str, float]],
    a: Mapping[str, float],
    b: Mapping[str, float],
) -> list[Listed]:
    """The problems with what A and B make of them; where they differ most first, then in the pool's order.

    Args:
        problems: ``problem_id``, ``subject``, ``level`` of each.
        difficulty: Quintile and pass rate by problem, as the run of A has them.
        a: p_i of A by problem.
        b: p_i of B.
    """
    out = []
    for row in problems:
        name = row["problem_id"]
        quintile, pass_rate = difficulty.get(name, (None, None))
        out.append(Listed(name, row["subject"], row["level"], quintile, pass_rate, a.get(name), b.get(name)))
    return sorted(out, key=lambda p: -abs(p.difference))


def answers(found: ProblemSamples, a: SolutionScores | None, b: SolutionScores | None) -> list[dict[str, Any]]:
    """The answer clusters as rows: answer, verdict, samples, share, summed scores of A and B."""
    return [
        {
            "answer": "no answer" if c.answer is None else text.visible(c.answer)[:_CELL],
            "right": "–" if c.answer is None else c.verdict,
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
