"""Several tasks reported together: problems are pooled, so a task counts by its number of problems.

A group has one board of each of its tasks that may be joined (``harness.report.group.joined``): by the same generator,
under the same protocol and grader. What groups there are stands in the store; where none of them has a domain's tasks,
these form one of their own.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from harness.measure import pooling
from harness.measure.arrays import Floats
from harness.measure.pooling import Moments
from harness.report.group import Identity, Joined, identity, joined
from leaderboard.read.records import Board, Curve, Entry, Key, Member, Values

Subjects = Callable[[Board], Mapping[str, str | None]]


def boards(found: Sequence[Board], known: Sequence[Mapping[str, Any]], subjects: Subjects) -> list[Board]:
    """The boards of groups that draw on more than one task, or on some subjects of one.

    Args:
        found: The boards of single tasks, newest first.
        known: The groups: name, title, domain, rows (label, tasks, subjects).
        subjects: The subject of each problem of a board.
    """
    together: dict[Joined, dict[str, Board]] = {}
    for board in found:
        key = joined(board.generator, board.pool_digest, board.protocol, board.grader)
        together.setdefault(key, {}).setdefault(board.task, board)
    out = []
    for tasks in together.values():
        own = _of(tasks, known, subjects)
        covered = {board.domain for board in own}
        out += own + [b for b in _of(tasks, _domains(tasks.values()), subjects) if b.domain not in covered]
    return out


def _of(tasks: Mapping[str, Board], known: Iterable[Mapping[str, Any]], subjects: Subjects) -> list[Board]:
    """The boards of the groups that these boards of single tasks can make up."""
    out = []
    for group in known:
        members = [
            member
            for row in group["rows"]
            for task in row["tasks"]
            if task in tasks and (member := _member(row, tasks[task], subjects)) is not None
        ]
        shared = set.intersection(*(set(m.board.ns) for m in members)) if members else set()
        if shared and (len({m.board.task for m in members}) > 1 or any(m.keep is not None for m in members)):
            out.append(_board(group, members, sorted(shared)))
    return out


def _domains(found: Iterable[Board]) -> list[dict[str, Any]]:
    domains: dict[str, list[Board]] = {}
    for board in found:
        if board.domain:
            domains.setdefault(board.domain, []).append(board)
    return [
        {
            "name": domain,
            "title": f"All tasks of the domain {domain}",
            "domain": domain,
            "rows": [{"label": b.title, "tasks": [b.task], "subjects": []} for b in own],
        }
        for domain, own in domains.items()
    ]


def _member(row: Mapping[str, Any], board: Board, subjects: Subjects) -> Member | None:
    if not row["subjects"]:
        return Member(row["label"], board)
    keep = frozenset(i for i, subject in subjects(board).items() if subject in row["subjects"])
    return Member(row["label"], board, tuple(row["subjects"]), keep) if keep else None


def _board(group: Mapping[str, Any], members: Sequence[Member], ns: Sequence[int]) -> Board:
    first = members[0].board
    distinct = list({m.board.name: m.board for m in members}.values())
    slots = {b.slots for b in distinct}
    have, rows = len({m.label for m in members}), len(group["rows"])
    return Board(
        name=f"{group['name']}/{first.generator}" if first.generator else group["name"],
        task=group["name"],
        task_version=0,
        title=group["title"] + ("" if have == rows else f" ({have} of {rows} sets)"),
        domain=group["domain"],
        problems="task" if all(b.problems == "task" for b in distinct) else "pool",
        pool=" + ".join(b.pool for b in distinct),
        pool_digest="+".join(b.pool_digest[:12] for b in distinct),
        generator=first.generator,
        slots=slots.pop() if len(slots) == 1 else None,
        n_problems=sum(m.n_problems for m in members),
        task_problems=None,
        protocol=first.protocol,
        grader=first.grader,
        run_ids=tuple(i for b in distinct for i in b.run_ids),
        ns=tuple(ns),
        newest=max(b.newest for b in distinct),
        members=tuple(members),
        verifiers=tuple(v for v in first.verifiers if all(v in b.verifiers for b in distinct)),
    )


def who(entry: Entry) -> Identity:
    """What makes entries of different tasks one entry of the group."""
    return identity(entry.control, entry.fingerprint, entry.measure, entry.aggregation)


def entries(members: Sequence[Sequence[Entry]]) -> tuple[Entry, ...]:
    """The entries that every member has, given each member's own."""
    by_member = [{who(e): e for e in found} for found in members]
    return tuple(
        _together(list({found[key].run_id: found[key] for found in by_member}.values()), first)
        for key, first in by_member[0].items()
        if all(key in found for found in by_member)
    )


def _together(parts: Sequence[Entry], first: Entry) -> Entry:
    cost: dict[str, Any] = {
        name: sum(e.cost[name] for e in parts)
        for name in ("tokens", "flops", "seconds")
        if all(isinstance(e.cost.get(name), int | float) for e in parts)
    }
    if first.parameters is not None:
        cost["parameters"] = first.parameters
    return replace(
        first,
        run_id="+".join(e.run_id for e in parts),
        ns=tuple(sorted(set.intersection(*(set(e.ns) for e in parts)))),
        started=max(e.started for e in parts),
        coverage={k: sum(e.coverage.get(k, 0) for e in parts) for k in first.coverage},
        cost=cost,
        scores_path=None,
    )


def by_identity(own: Sequence[Entry]) -> dict[Identity, list[Entry]]:
    """The entries of one member, to be found by what they are."""
    out: dict[Identity, list[Entry]] = {}
    for entry in own:
        out.setdefault(who(entry), []).append(entry)
    return out


def part_of(entry: Entry, own: Mapping[Identity, Sequence[Entry]]) -> Entry | None:
    """A group entry's part among the entries of one member (by identity)."""
    return next((e for e in own.get(who(entry), ()) if e.run_id in entry.run_id.split("+")), None)


def values(found: Sequence[Entry], members: Sequence[tuple[Member, Sequence[Entry], Values]]) -> Values:
    """p_i over the problems of all members, for the entries that all of them have at this N."""
    kept = [_kept(member, part) for member, _, part in members]
    known = [by_identity(theirs) for _, theirs, _ in members]
    rows: dict[Key, Floats] = {}
    for entry in found:
        own = [(part_of(entry, theirs), part) for theirs, (_, _, part) in zip(known, members, strict=True)]
        pieces = [part.p[part.row[e.key]] for e, part in own if e is not None and e.key in part.row]
        if len(pieces) == len(members):
            rows[entry.key] = np.concatenate([p[k] for p, k in zip(pieces, kept, strict=True)])
    ids = tuple(f"{i}/{part.problem_ids[j]}" for i, (_, _, part) in enumerate(members) for j in kept[i].tolist())
    p = np.stack(list(rows.values())) if rows else np.zeros((0, len(ids)))
    return Values(tuple(rows), ids, p, {key: i for i, key in enumerate(rows)})


def _kept(member: Member, part: Values) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Positions of the member's problems among those of its board."""
    keep = member.keep
    return np.array([i for i, name in enumerate(part.problem_ids) if keep is None or name in keep], dtype=np.int64)


def pooled(parts: Sequence[Curve]) -> Curve | None:
    """The reported numbers of the parts' problems together (``pooling.pooled``); None where the parts share no N."""
    ns = sorted(set.intersection(*(set(c.n.tolist()) for c in parts))) if parts else []
    if not ns:
        return None
    at = [(c, np.searchsorted(c.n, ns)) for c in parts]
    found = pooling.pooled(
        [Moments(c.value[i], c.standard_error[i], c.draw_deviation[i], c.mc_error[i], c.n_problems) for c, i in at]
    )
    sizes, intervals = [c.n_problems for c in parts], found.intervals()
    return Curve(
        n=np.array(ns, dtype=np.int64),
        value=found.value,
        answering=np.average([c.answering[i] for c, i in at], axis=0, weights=sizes),
        choosing=np.average([c.choosing[i] for c, i in at], axis=0, weights=sizes),
        standard_error=found.standard_error,
        low=np.array([i.low for i in intervals]),
        high=np.array([i.high for i in intervals]),
        draw_deviation=found.draw_deviation,
        mc_error=found.mc_error,
        n_problems=found.n_problems,
    )
