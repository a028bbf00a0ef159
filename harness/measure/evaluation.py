"""A verifier's scores against a graded pool: everything that can be said, as curves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from harness.errors import BadInput
from harness.measure import jackknife, steps
from harness.measure.curves import Curve, Row, rows
from harness.measure.graded import GradedPool
from harness.measure.labelled import StepTruth, labelled
from harness.measure.protocol import Ask
from harness.measure.rules import Rule, rule, unscored
from harness.measure.rules.best_of_n import chance
from harness.measure.scored import ScoredPool
from harness.measure.slices import Slice


@dataclass(frozen=True, slots=True)
class Evidence:
    """What numbers are made from.

    Attributes:
        graded: The graded pool.
        scored: A verifier's scores, or None where its rules need none.
        truth: What is known of the samples' steps; None where they have no labels.
    """

    graded: GradedPool
    scored: ScoredPool | None
    truth: StepTruth | None = None

    def half(self, parity: int) -> "Evidence":
        """The even (0) or odd (1) slots alone."""
        mask = self.graded.index % 2 == parity
        return Evidence(
            self.graded.half(parity),
            None if self.scored is None else self.scored.keep(mask),
            None if self.truth is None else self.truth.keep(mask),
        )


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a verifier's scores.

    Attributes:
        name: The verifier's.
        rules: Selection rules; the first one is the headline's.
        ask: N and how votes are simulated.
        own: The verifier's own aggregation.
        aggregations: Of step scores; empty for all that apply.
        insisted: Whether a person named the rules: what these scores do not allow is then refused, not left out.
    """

    name: str
    rules: tuple[str, ...]
    ask: Ask
    own: str = ""
    aggregations: tuple[str, ...] = ()
    insisted: bool = False

    def applied(self, scored: ScoredPool | None) -> tuple[str, ...]:
        """The aggregations that are reported."""
        if scored is None:
            return ()
        return self.aggregations or scored.applicable() if scored.is_process else ("",)

    def headline(self, scored: ScoredPool | None) -> tuple[str, str]:
        """The rule and aggregation that stand for the verifier: its own aggregation, or what comes nearest to it."""
        first, found = rule(self.rules[0]), self.applied(scored)
        if not first.needs_scores:
            return first.name, ""
        return first.name, self.own if self.own in found else found[0]

    def by_default(self, scored: ScoredPool | None) -> bool:
        """Whether the headline's aggregation is nobody's choice: neither the verifier's own nor one asked for."""
        if not self.rules:  # a step set, where nothing is put together
            return False
        chosen = not rule(self.rules[0]).needs_scores or self.own in self.applied(scored) or bool(self.aggregations)
        return scored is not None and scored.is_process and not chosen


def curves(evidence: Evidence, request: Request) -> tuple[list[Curve], list[str]]:
    """Every rule under every aggregation that it takes, then the step measures; and what a reader should know.

    Raises:
        UnknownName: A rule, aggregation or transform that nobody knows.
        BadInput: A rule that was insisted on does not suit these scores.
    """
    out: list[Curve] = []
    notes: list[str] = []
    graded, scored = evidence.graded, evidence.scored
    floor, mean = chance(graded, request.ask.ns), graded.sums(graded.correct) / graded.slots
    for each in map(rule, request.rules):
        for aggregation in _aggregations(each, request, scored):
            scores = unscored(graded) if scored is None or not each.needs_scores else scored.under(aggregation)
            try:
                found = each.expected(graded, scores, request.ask)
            except BadInput as error:
                if request.insisted or each.aggregations == "every":
                    raise
                notes.append(f"No {each.label} for {request.name}: {error}")
                continue
            out.append(Curve(each.name, aggregation, tuple(request.ask.ns), found.values, found.errors, floor, mean))
    return out + step_curves(evidence), notes


def _aggregations(each: Rule, request: Request, scored: ScoredPool | None) -> tuple[str, ...]:
    if each.aggregations == "none":
        return ("",)
    if each.aggregations == "own":
        return (request.headline(scored)[1],)
    return request.applied(scored)


def step_curves(evidence: Evidence) -> list[Curve]:
    """Every step measure that the scores allow; none where nothing is scored or labelled by steps."""
    scored = evidence.scored
    if scored is None or not scored.is_process or evidence.truth is None:
        return []
    found = labelled(evidence.graded.problem_of(), scored, evidence.truth)
    if found is None:
        return []
    given = found.scores[~np.isnan(found.scores)]
    inside = not len(given) or bool(given.min() >= 0 and given.max() <= 1)
    asked = [m for m in steps.measures().values() if inside or not m.bounded]
    made = [jackknife.curve(m, found, len(evidence.graded.ids)) for m in asked]
    return [c for c in made if c is not None]


def numbers(
    evidence: Evidence, request: Request, slices: Sequence[Slice], *, cross_fit: bool
) -> tuple[list[Curve], list[Row], list[str]]:
    """Curves and reported numbers.

    Args:
        evidence: Grades and scores.
        request: What is asked.
        slices: What is reported apart.
        cross_fit: Whether quintiles, which even slots have set, are measured on the odd slots alone, with N as far as
            they go.
    """
    found, notes = curves(evidence, request)
    whole = [s for s in slices if not (cross_fit and s.kind == "quintile")]
    out = [row for curve in found for row in rows(curve, whole)]
    if cross_fit:
        most = int(evidence.graded.slots.min()) // 2
        ask = replace(request.ask, ns=tuple(n for n in request.ask.ns if n <= most))
        half = replace(request, ask=ask, aggregations=request.applied(evidence.scored))
        quintiles = [s for s in slices if s.kind == "quintile"]
        out += [row for curve in curves(evidence.half(1), half)[0] for row in rows(curve, quintiles)]
    return found, out, notes
