"""From the numbers of a board to its order: who is ahead, by how much, and how sure that is. Pure, no Streamlit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from harness.measure import ranking, statistics
from harness.measure.arrays import Bools
from harness.measure.ranking import Place
from leaderboard.read.records import MIN_SCORED, Board, Curve, Entry, Key, Values

_NOTABLE = 4


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of the board at one N.

    Attributes:
        entry: Whose.
        place: Its rank and the ranks that significant differences leave open; None for a control and below the line.
        value: Accuracy, 0 to 1; None where the entry lacks this N.
        low: Lower end of its 95 % interval over problems.
        high: Upper end.
        draw_deviation: Standard deviation of one random draw of N.
        mc_error: Simulation error, 0 where exact.
        gain: Accuracy minus majority's on the same problems, None without majority.
        gain_low: Lower end of that paired difference's 95 % interval.
        gain_high: Upper end.
        answering: What a fair choice among the answered gains on the mean accuracy; no verifier's merit.
        choosing: What this choice gains on the fair one: accuracy = mean accuracy + answering + choosing.
        gap_closed: choosing / (pass@N - fair choice): 0 = chance, 1 = the oracle. None where undefined.
        tokens: Tokens the verifier processed for one solution, where known.
        flops: Floating-point operations it spent on one solution, where known.
        reason: Why it has no rank; "" for a ranked entry.
        verdict: Whether the ranking tells it from majority: 1 better, -1 worse, 0 not; None where it was not tested.
    """

    entry: Entry
    place: Place | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    draw_deviation: float | None = None
    mc_error: float | None = None
    gain: float | None = None
    gain_low: float | None = None
    gain_high: float | None = None
    answering: float | None = None
    choosing: float | None = None
    gap_closed: float | None = None
    tokens: float | None = None
    flops: float | None = None
    reason: str = ""
    verdict: int | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """The entries that are tested against each other at one N: verifiers and controls, without the oracle.

    Attributes:
        row: Where each one stands.
        significant: Which pairs differ (paired sign-flip tests, Holm-adjusted over all pairs), shape [K, K].
        places: Of each entry; None for a control.
    """

    row: Mapping[Key, int]
    significant: Bools
    places: Sequence[Place | None]

    def tells_apart(self, a: Entry, b: Entry) -> bool | None:
        """Whether two entries differ; None where one of them is not in the family."""
        if a.key not in self.row or b.key not in self.row:
            return None
        return bool(self.significant[self.row[a.key], self.row[b.key]])


def chosen(entries: Iterable[Entry], rule: str) -> list[Entry]:
    """The entries that stand on the board: ``headline``, one rule's by name, or ``all``; controls always."""
    return [
        e for e in entries if e.control or rule == "all" or (e.headline if rule == "headline" else e.measure == rule)
    ]


def family(board: Board, entries: Sequence[Entry], values: Values, n: int, min_scored: float = MIN_SCORED) -> Family:
    """Test the entries that may be ranked against each other.

    Args:
        board: The board.
        entries: Those to rank together.
        values: p_i of the board's entries at this N.
        n: N.
        min_scored: Share of the present samples that a verifier must have scored to be ranked.
    """
    tested = [e for e in entries if e.control != "oracle" and not _reason(board, e, values, n, min_scored)]
    p = values.p[[values.row[e.key] for e in tested]] if tested else np.zeros((0, 0))
    significant = statistics.significant_pairs(p)
    places = ranking.places(p, [e.competes for e in tested], significant)
    return Family({e.key: i for i, e in enumerate(tested)}, significant, places)


def standings(
    board: Board,
    entries: Sequence[Entry],
    curves: Mapping[Key, Curve],
    values: Values,
    n: int,
    min_scored: float = MIN_SCORED,
) -> list[Standing]:
    """The board at one N: best first with the oracle on top, then what has no rank with its reasons.

    Args:
        board: The board.
        entries: Those to rank together.
        curves: Their numbers over all problems.
        values: p_i of the board's entries at this N.
        n: N.
        min_scored: Share of the present samples that a verifier must have scored to be ranked.
    """
    reasons = {e.key: _reason(board, e, values, n, min_scored) for e in entries}
    tested = family(board, entries, values, n, min_scored)
    places = {key: tested.places[i] for key, i in tested.row.items()}
    by_control = {e.control: e for e in entries if e.control and not reasons[e.key]}
    lines = [_standing(e, places.get(e.key), by_control, curves, values, n, reasons[e.key]) for e in entries]
    return sorted((_judged(line, by_control.get("majority"), tested) for line in lines), key=_on_the_board)


def _judged(line: Standing, majority: Entry | None, tested: Family) -> Standing:
    """The line with what the ranking says of it against majority."""
    apart = None if majority is None or line.entry.key == majority.key else tested.tells_apart(line.entry, majority)
    if apart is None or line.gain is None:
        return line
    return replace(line, verdict=(1 if line.gain > 0 else -1) if apart else 0)


def _on_the_board(line: Standing) -> tuple[bool, bool, float, str]:
    value = round(line.value or 0.0, ranking.DIGITS)
    return bool(line.reason), line.entry.control != "oracle", -value, line.entry.label


def _reason(board: Board, entry: Entry, values: Values, n: int, min_scored: float) -> str:
    if n not in entry.ns:
        return f"not measured at N = {n} (it has {', '.join(map(str, entry.ns))})"
    if entry.scored <= 0:
        return "scored none of the samples"
    if entry.scored < min_scored:
        return f"scored only {100 * entry.scored:.1f} % of the samples; {100 * min_scored:.0f} % are needed for a rank"
    if entry.key not in values.row:
        return "its card holds no results by problem for this rule, so it cannot be tested against the others"
    if not values.problem_ids or len(values.problem_ids) < board.n_problems:
        return "the runs of this board do not share all problems"
    return ""


def _standing(
    entry: Entry,
    place: Place | None,
    controls: Mapping[str, Entry],
    curves: Mapping[Key, Curve],
    values: Values,
    n: int,
    reason: str,
) -> Standing:
    tokens, flops = (per_solution(entry, name) for name in ("tokens", "flops"))
    curve = curves.get(entry.key)
    at = curve.at(n) if curve else None
    if curve is None or at is None:
        return Standing(entry, tokens=tokens, flops=flops, reason=reason)
    gain = _gain(entry, controls.get("majority"), values)
    return Standing(
        entry=entry,
        place=place,
        value=float(curve.value[at]),
        low=float(curve.low[at]),
        high=float(curve.high[at]),
        draw_deviation=float(curve.draw_deviation[at]),
        mc_error=float(curve.mc_error[at]),
        gain=gain[0] if gain else None,
        gain_low=gain[1] if gain else None,
        gain_high=gain[2] if gain else None,
        answering=float(curve.answering[at]),
        choosing=float(curve.choosing[at]),
        gap_closed=_gap_closed(float(curve.choosing[at]), controls.get("oracle"), curves, n),
        tokens=tokens,
        flops=flops,
        reason=reason,
    )


def per_solution(entry: Entry, cost: str) -> float | None:
    """What the verifier spent on one present sample (``tokens`` or ``flops``), where known."""
    total = entry.cost.get(cost)
    present = entry.coverage.get("slots", 0) - entry.coverage.get("missing", 0)
    return float(total) / present if isinstance(total, int | float) and present > 0 else None


def _gain(entry: Entry, majority: Entry | None, values: Values) -> tuple[float, float, float] | None:
    """Mean paired difference from majority and its interval."""
    if majority is None or entry.key not in values.row or entry.key == majority.key:
        return None
    d = values.p[values.row[entry.key]] - values.p[values.row[majority.key]]
    interval = statistics.difference_interval(d)
    return float(d.mean()), interval.low, interval.high


def _gap_closed(choosing: float, oracle: Entry | None, curves: Mapping[Key, Curve], n: int) -> float | None:
    """What a choice gains on the fair one, as a share of what the oracle gains on it."""
    curve = None if oracle is None else curves.get(oracle.key)
    at = curve.at(n) if curve else None
    if curve is None or at is None or curve.choosing[at] <= 1e-9:
        return None
    return choosing / float(curve.choosing[at])


def best(entries: Iterable[Entry], curves: Mapping[Key, Curve], n: int) -> list[Entry]:
    """The verifiers' headline entries, the most accurate at this N first."""

    def value(entry: Entry) -> float:
        curve = curves.get(entry.key)
        at = curve.at(n) if curve else None
        return -1.0 if curve is None or at is None else round(float(curve.value[at]), ranking.DIGITS)

    return sorted((e for e in entries if e.headline and e.competes), key=lambda e: (-value(e), e.label))


def notable(entries: Sequence[Entry], curves: Mapping[Key, Curve], n: int) -> list[Entry]:
    """What a chart shows before anyone chooses: the best verifiers, majority vote, the ceiling."""
    controls = [e for name in ("majority", "oracle") for e in entries if e.control == name]
    return best(entries, curves, n)[:_NOTABLE] + controls


def scoring(entries: Iterable[Entry]) -> list[Entry]:
    """One entry for each verifier's scores under each aggregation: under the run's own rule where there is one."""
    found: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        key = entry.run_id, entry.aggregation
        if entry.described.about_verifiers and (key not in found or entry.own_rule):
            found[key] = entry
    return list(found.values())
