"""Entries and curves as plain rows: what charts draw and what the CSV files hold."""

from collections.abc import Iterable, Mapping
from typing import Any

from leaderboard.read.ranking import Standing
from leaderboard.read.records import Board, Curve, Entry, Key

Rows = list[dict[str, Any]]


def of_curves(
    entries: Iterable[Entry], curves: Mapping[Key, Curve], slice_kind: str = "all", part: str = "all"
) -> Rows:
    """One row per entry and N, in ascending N."""
    return [
        {
            "label": entry.label,
            "run_id": entry.run_id,
            "verifier": entry.verifier,
            "measure": entry.measure,
            "aggregation": entry.aggregation,
            "slice_kind": slice_kind,
            "slice": part,
            "n": int(curve.n[i]),
            "value": float(curve.value[i]),
            "low": float(curve.low[i]),
            "high": float(curve.high[i]),
            "draw_deviation": float(curve.draw_deviation[i]),
            "mc_error": float(curve.mc_error[i]),
            "n_problems": curve.n_problems,
        }
        for entry in entries
        if (curve := curves.get(entry.key)) is not None
        for i in range(len(curve.n))
    ]


def of_board(board: Board, n: int, lines: Iterable[Standing]) -> Rows:
    """The board at one N, one row per entry."""
    return [
        {
            "rank": line.place and line.place.rank,
            "rank_best": line.place and line.place.best,
            "rank_worst": line.place and line.place.worst,
            "verifier": line.entry.verifier,
            "aggregation": line.entry.aggregation,
            "measure": line.entry.measure,
            "control": line.entry.control,
            "n": n,
            "value": line.value,
            "low": line.low,
            "high": line.high,
            "draw_deviation": line.draw_deviation,
            "mc_error": line.mc_error,
            "gain_over_majority": line.gain,
            "gain_low": line.gain_low,
            "gain_high": line.gain_high,
            "answering": line.answering,
            "choosing": line.choosing,
            "gap_closed": line.gap_closed,
            "scored": line.entry.scored,
            "family": line.entry.family,
            "parameters": line.entry.parameters,
            "tokens_per_solution": line.tokens,
            "flops_per_solution": line.flops,
            "not_ranked_because": line.reason,
            "task": board.task,
            "task_version": board.task_version,
            "pool": board.pool,
            "pool_digest": board.pool_digest,
            "protocol": board.protocol,
            "grader": board.grader,
            "started": line.entry.started,
            "origin": line.entry.origin,
            "run_id": line.entry.run_id,
        }
        for line in lines
    ]
