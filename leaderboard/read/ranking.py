"""From the numbers of a board to its order: who is ahead, by how much, and how sure that is. Pure, no Streamlit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from harness.measure import statistics
from leaderboard.read.records import Board, Curve, Entry, Key, Values

MIN_SCORED = 0.99
_NOTABLE = 4
_DIGITS = 9  # of an accuracy; what differs less is equal, and goes by name


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of the board at one N.

    Attributes:
        entry: Whose.
        rank: 1 = best; None for the oracle and for what stands below the line.
        best: The best rank that the significant differences leave open.
        worst: The worst.
        value: Accuracy, 0 to 1; None where the entry lacks this N.
        low: Lower end of its 95 % interval over problems.
        high: Upper end.
        draw_deviation: Standard deviation of one random draw of N.
        mc_error: Simulation error, 0 where exact.
        gain: Accuracy minus majority's on the same problems, None without majority.
        gain_low: Lower end of that paired difference's 95 % interval.
        gain_high: Upper end.
        gap_closed: (accuracy - random) / (pass@N - random): 0 = chance, 1 = the oracle. None where undefined.
        tokens: Tokens the verifier processed for one solution, where known.
        flops: Floating-point operations it spent on one solution, where known.
        reason: Why it has no rank; "" for a ranked entry.
    """

    entry: Entry
    rank: int | None = None
    best: int | None = None
    worst: int | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    draw_deviation: float | None = None
    mc_error: float | None = None
    gain: float | None = None
    gain_low: float | None = None
    gain_high: float | None = None
    gap_closed: float | None = None
    tokens: float | None = None
    flops: float | None = None
    reason: str = ""


def chosen(entries: Iterable[Entry], rule: str) -> list[Entry]:
    """The entries that stand on the board: ``headline``, one rule's, or ``all``; controls always."""
    return [e for e in entries if e.control or rule == "all" or (e.headline if rule == "headline" else e.rule == rule)]


def standings(
    board: Board,
    entries: Sequence[Entry],
    curves: Mapping[Key, Curve],
    values: Values,
    n: int,
    min_scored: float = MIN_SCORED,
) -> list[Standing]:
    """The board at one N: ranked entries best first with the oracle on top, then the unranked with their reasons.

    Ranks come from paired sign-flip tests over the board's problems, Holm-adjusted over all pairs of ranked entries
    (``harness.measure.statistics.rank_intervals``).

    Args:
        board: The board.
        entries: Those to rank together.
        curves: Their numbers over all problems.
        values: p_i of the board's entries at this N.
        n: N.
        min_scored: Share of the present samples that a verifier must have scored to be ranked.
    """
    reasons = {e.key: _reason(board, e, values, n, min_scored) for e in entries}
    ranked = [e for e in entries if not reasons[e.key] and e.control != "oracle"]
    p = values.p[[values.row[e.key] for e in ranked]] if ranked else np.zeros((0, 0))
    order = sorted(range(len(ranked)), key=lambda i: (-round(float(p[i].mean()), _DIGITS), ranked[i].label))
    intervals = statistics.rank_intervals(p) if len(ranked) > 1 else [(1, 1)] * len(ranked)
    place = {ranked[i].key: (position + 1, *intervals[i]) for position, i in enumerate(order)}
    by_control = {e.control: e for e in entries if e.control and not reasons[e.key]}
    lines = [_standing(e, place.get(e.key), by_control, curves, values, n, reasons[e.key]) for e in entries]
    return sorted(lines, key=_on_the_board)


def _on_the_board(line: Standing) -> tuple[int, int, float, str]:
    below = 1 if line.reason else 0
    return below, line.rank or 0, -(line.value or 0.0), line.entry.label


def _reason(board: Board, entry: Entry, values: Values, n: int, min_scored: float) -> str:
    if n not in entry.ns:
        return f"not measured at N = {n} (it has {', '.join(map(str, entry.ns))})"
    if entry.scored < min_scored:
        return f"scored only {100 * entry.scored:.1f} % of the samples; {100 * min_scored:.0f} % are needed for a rank"
    if entry.key not in values.row:
        return "its card holds no results by problem for this rule, so it cannot be tested against the others"
    if not values.problem_ids or len(values.problem_ids) < board.n_problems:
        return "the runs of this board do not share all problems"
    return ""


def _standing(
    entry: Entry,
    place: tuple[int, int, int] | None,
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
    rank, best, worst = place or (None, None, None)
    gain = _gain(entry, controls.get("majority"), values)
    return Standing(
        entry=entry,
        rank=rank,
        best=best,
        worst=worst,
        value=float(curve.value[at]),
        low=float(curve.low[at]),
        high=float(curve.high[at]),
        draw_deviation=float(curve.draw_deviation[at]),
        mc_error=float(curve.mc_error[at]),
        gain=gain[0] if gain else None,
        gain_low=gain[1] if gain else None,
        gain_high=gain[2] if gain else None,
        gap_closed=_gap_closed(float(curve.value[at]), controls, curves, n),
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


def _gap_closed(value: float, controls: Mapping[str, Entry], curves: Mapping[Key, Curve], n: int) -> float | None:
    ends = []
    for name in ("random", "oracle"):
        curve = curves.get(controls[name].key) if name in controls else None
        at = curve.at(n) if curve else None
        if curve is None or at is None:
            return None
        ends.append(float(curve.value[at]))
    return (value - ends[0]) / (ends[1] - ends[0]) if ends[1] - ends[0] > 1e-9 else None


def best(entries: Iterable[Entry], curves: Mapping[Key, Curve], n: int) -> list[Entry]:
    """The verifiers' headline entries, the most accurate at this N first."""

    def value(entry: Entry) -> float:
        curve = curves.get(entry.key)
        at = curve.at(n) if curve else None
        return -1.0 if curve is None or at is None else round(float(curve.value[at]), _DIGITS)

    return sorted((e for e in entries if e.headline and not e.control), key=lambda e: (-value(e), e.label))


def notable(entries: Sequence[Entry], curves: Mapping[Key, Curve], n: int) -> list[Entry]:
    """What a chart shows before anyone chooses: the best verifiers, majority vote, the ceiling."""
    controls = [e for name in ("majority", "oracle") for e in entries if e.control == name]
    return best(entries, curves, n)[:_NOTABLE] + controls
