"""Several tasks reported together: problems are pooled, so a task counts by its number of problems.

A group has one board of each task that the same generator answered under the same protocol and grader.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from harness import statistics
from leaderboard.records import Board, Curve, Entry, Floats, Key, Values

Identity = tuple[str, str, str]


def boards(found: Sequence[Board]) -> list[Board]:
    """One board for each domain that has several tasks by the same generator, newest board of each task."""
    parts: dict[tuple[str, ...], dict[str, Board]] = {}
    for board in found:
        if board.domain:
            key = (board.domain, board.generator, board.protocol, board.grader)
            parts.setdefault(key, {}).setdefault(board.task, board)
    out = []
    for (domain, generator, protocol, grader), tasks in parts.items():
        members = tuple(tasks.values())
        ns = sorted(set.intersection(*(set(b.ns) for b in members)))
        if len(members) < 2 or not ns:
            continue
        slots = {b.slots for b in members}
        out.append(
            Board(
                name=f"{domain}/{generator}" if generator else domain,
                task=domain,
                task_version=0,
                title=f"{domain}, {len(members)} tasks",
                domain=domain,
                problems="task" if all(b.problems == "task" for b in members) else "pool",
                pool=" + ".join(b.pool for b in members),
                pool_digest="+".join(b.pool_digest[:12] for b in members),
                generator=generator,
                slots=slots.pop() if len(slots) == 1 else None,
                n_problems=sum(b.n_problems for b in members),
                protocol=protocol,
                grader=grader,
                run_ids=tuple(i for b in members for i in b.run_ids),
                ns=tuple(ns),
                newest=max(b.newest for b in members),
                members=members,
            )
        )
    return out


def identity(entry: Entry) -> Identity:
    """What makes entries of different tasks one entry of the group: the same verifier under the same rule."""
    return entry.control or entry.fingerprint, entry.rule, entry.aggregation


def entries(members: Sequence[Sequence[Entry]]) -> tuple[Entry, ...]:
    """The entries that every member board has."""
    by_board = [{identity(e): e for e in found} for found in members]
    out = []
    for key, first in by_board[0].items():
        if all(key in found for found in by_board):
            out.append(_together([found[key] for found in by_board], first))
    return tuple(out)


def _together(parts: Sequence[Entry], first: Entry) -> Entry:
    coverage = {k: sum(e.coverage.get(k, 0) for e in parts) for k in first.coverage}
    cost = {
        name: sum(e.cost[name] for e in parts)
        for name in ("tokens", "flops", "seconds")
        if all(isinstance(e.cost.get(name), int | float) for e in parts)
    }
    return replace(
        first,
        run_id="+".join(e.run_id for e in parts),
        ns=tuple(sorted(set.intersection(*(set(e.ns) for e in parts)))),
        started=max(e.started for e in parts),
        coverage=coverage,
        cost={**cost, **({"parameters": first.parameters} if first.parameters else {})},
        scores_path=None,
    )


def members_of(entry: Entry, boards_entries: Sequence[Sequence[Entry]]) -> list[Entry]:
    """The entry's part on each member board."""
    return [
        e
        for found in boards_entries
        for e in found
        if e.run_id in entry.run_id.split("+") and identity(e) == identity(entry)
    ]


def values(found: Sequence[Entry], members: Sequence[Sequence[Entry]], parts: Sequence[Values]) -> Values:
    """p_i over the problems of all members, for the entries that all of them have at this N."""
    rows: dict[Key, Floats] = {}
    for entry in found:
        own = members_of(entry, members)
        if all(e.key in part.row for e, part in zip(own, parts, strict=True)):
            rows[entry.key] = np.concatenate([part.p[part.row[e.key]] for e, part in zip(own, parts, strict=True)])
    ids = tuple(f"{i}/{name}" for i, part in enumerate(parts) for name in part.problem_ids)
    p = np.stack(list(rows.values())) if rows else np.zeros((0, len(ids)))
    return Values(tuple(rows), ids, p, {key: i for i, key in enumerate(rows)})


def curve(at: Mapping[int, Floats]) -> Curve:
    """The reported numbers over N, from p_i at each N."""
    ns = sorted(at)
    intervals = [statistics.mean_interval(at[n]) for n in ns]
    return Curve(
        n=np.array(ns, dtype=np.int64),
        value=np.array([at[n].mean() for n in ns]),
        low=np.array([i.low for i in intervals]),
        high=np.array([i.high for i in intervals]),
        draw_deviation=np.array([statistics.draw_deviation(at[n]) for n in ns]),
        mc_error=np.zeros(len(ns)),
        n_problems=len(at[ns[0]]) if ns else 0,
    )
