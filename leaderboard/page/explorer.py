"""What the explorer shows: which problems match, which answers there are, who picks what. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leaderboard.draw import text
from leaderboard.read import samples
from leaderboard.read.records import Entry
from leaderboard.read.samples import ProblemSamples, Scored

RIGHT = 0.5  # an entry is "right" on a problem where it picks a right solution more often than not
FILTERS = ("all problems", "A right, B wrong", "A wrong, B right", "both wrong, some sample right", "no sample right")
_CELL = 160


@dataclass(frozen=True, slots=True)
class Listed:
    """A problem in the list.

    Attributes:
        id: Its id.
        subject: Its subject, or None.
        level: Its level, or None.
        quintile: Difficulty quintile, 1 = easiest.
        pass_rate: Share of right samples.
        a: p_i of A, or None.
        b: p_i of B, or None.
    """

    id: str
    subject: str | None
    level: int | None
    quintile: int
    pass_rate: float
    a: float | None
    b: float | None

    @property
    def difference(self) -> float:
        """p_i of A minus p_i of B, 0 where one is not known."""
        return 0.0 if self.a is None or self.b is None else self.a - self.b


def matches(
    problem: Listed, kind: str, quintiles: Sequence[int], subjects: Sequence[str], levels: Sequence[int]
) -> bool:
    """Whether a problem passes the filters; an empty filter lets everything pass."""
    a, b = (problem.a or 0.0) > RIGHT, (problem.b or 0.0) > RIGHT
    kept = {
        FILTERS[1]: a and not b,
        FILTERS[2]: b and not a,
        FILTERS[3]: not a and not b and problem.pass_rate > 0,
        FILTERS[4]: problem.pass_rate == 0,
    }.get(kind, True)
    return (
        kept
        and (not quintiles or problem.quintile in quintiles)
        and (not subjects or problem.subject in subjects)
        and (not levels or problem.level in levels)
    )


def listed(problems: Sequence[Mapping[str, Any]], a: Mapping[str, float], b: Mapping[str, float]) -> list[Listed]:
    """The problems with what A and B make of them; where they differ most first, then in the pool's order."""
    out = [
        Listed(
            row["problem_id"],
            row["subject"],
            row["level"],
            row["quintile"],
            row["pass_rate"],
            a.get(row["problem_id"]),
            b.get(row["problem_id"]),
        )
        for row in problems
    ]
    return sorted(out, key=lambda p: -abs(p.difference))


def answers(found: ProblemSamples, a: Scored | None, b: Scored | None) -> list[dict[str, Any]]:
    """The answer clusters as rows: answer, verdict, samples, share, summed scores of A and B."""
    return [
        {
            "answer": "no answer" if c.answer is None else text.visible(c.answer)[:_CELL],
            "right": "–" if c.answer is None else verdict(c.correct),
            "samples": len(c.members),
            "share": len(c.members) / max(len(found.index), 1),
            "score_a": samples.summed(c, a),
            "score_b": samples.summed(c, b),
        }
        for c in found.clusters()
    ]


def verdict(correct: object) -> str:
    """A grade (True, False, or None for undecided) as a word."""
    return "undecided" if correct is None else "right" if correct else "wrong"


@dataclass(frozen=True, slots=True)
class Pick:
    """The sample that an entry is likeliest to pick at N.

    Attributes:
        entry: Whose pick.
        sample: Position of the sample, or None where nothing can be picked.
        chance: That it is picked.
        right: Chance that a right one is picked: p_i.
    """

    entry: Entry
    sample: int | None
    chance: float
    right: float | None


def pick(entry: Entry, found: ProblemSamples, score: Scored | None, n: int, p: float | None) -> Pick:
    """What an entry picks. A vote picks an answer, shown by its first sample; its chance is not a sample's."""
    if entry.rule == "best-of-n" and score is not None:
        chances = samples.pick_chances(score.ranking, [k is not None for k in found.keys], found.entry.slots, n)
        best = int(chances.argmax()) if len(chances) and chances.max() > 0 else None
        return Pick(entry, best, float(chances[best]) if best is not None else 0.0, p)
    clusters = [c for c in found.clusters() if c.answer is not None]
    if entry.rule == "weighted-vote" and score is not None:
        clusters.sort(key=lambda c: -(samples.summed(c, score) or 0.0))
    return Pick(entry, clusters[0].members[0] if clusters else None, 0.0, p)
