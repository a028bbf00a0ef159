"""What the views ask: boards, entries, curves and p_i, of single tasks and of groups alike; asked once per store."""

from pathlib import Path

import numpy as np

from harness.pools import Pool
from leaderboard import data, groups, queries, ranking, samples
from leaderboard.ranking import Standing
from leaderboard.records import Board, Compared, Curve, Entry, Floats, Key, Values

Curves = dict[str, dict[Key, Curve]]


def boards() -> tuple[Board, ...]:
    """Every board of the store, then the groups of tasks."""
    single = data.ask(queries.boards)
    return (*single, *groups.boards(single))


def entries(board: Board) -> tuple[Entry, ...]:
    """The entries of a board."""
    if not board.members:
        return data.ask(queries.entries, board)
    return data.derive(("entries", board.name), lambda: groups.entries([entries(b) for b in board.members]))


def curves(board: Board, slice_kind: str = "all") -> Curves:
    """Slice -> entry -> numbers over N. A group has its tasks as the slices of the kind ``task``."""
    if not board.members:
        return data.ask(queries.curves, board, slice_kind)
    if slice_kind == "all":
        return data.derive(("curves", board.name), lambda: {"all": _group_curves(board)})
    return data.derive(("tasks", board.name), lambda: _task_curves(board)) if slice_kind == "task" else {}


def overall(board: Board) -> dict[Key, Curve]:
    """The curves over all problems of a board."""
    return curves(board).get("all", {})


def values(board: Board, n: int) -> Values:
    """p_i of the board's entries at one N."""
    if not board.members:
        return data.ask(queries.values, board, n)
    parts = [values(b, n) for b in board.members]
    members = [entries(b) for b in board.members]
    return data.derive(("values", board.name, n), lambda: groups.values(entries(board), members, parts))


def standings(board: Board, rule: str, n: int, min_scored: float) -> list[Standing]:
    """The board at one N, ranked."""
    return data.derive(
        ("standings", board.name, rule, n, min_scored),
        lambda: ranking.standings(
            board, ranking.chosen(entries(board), rule), overall(board), values(board, n), n, min_scored
        ),
    )


def pool(board: Board) -> tuple[Pool, Path] | None:
    """The samples of a board and where their grades are; None for a group, or where only cards were added.

    Raises:
        BadPool: The store names them, but they are not there.
    """
    row = None if board.members else data.ask(queries.pool, board.pool_digest)
    if row is None:
        return None
    opened = data.derive(("pool", board.pool_digest), lambda: samples.open_pool(row["path"], row["name"]))
    return opened, samples.located(row["grades_path"])


def by_problem(board: Board, entry: Entry) -> tuple[tuple[str, ...], Floats]:
    """The problems of an entry and p_i at every N of it, shape [problems, N]."""
    if not board.members:
        return data.ask(queries.curves_by_problem, entry)
    ids: list[str] = []
    found = []
    for i, (member, own) in enumerate(zip(board.members, [entries(b) for b in board.members], strict=True)):
        for part in groups.members_of(entry, [own]):
            names, p = by_problem(member, part)
            ids += [f"{i}/{name}" for name in names]
            found.append(p[:, [part.ns.index(n) for n in entry.ns]])
    return tuple(ids), np.concatenate(found) if found else np.zeros((0, len(entry.ns)))


def compared(board: Board, a: Entry, b: Entry) -> Compared:
    """Two entries on the problems and at the values of N that both have."""
    return data.derive(("compared", board.name, a.key, b.key), lambda: _compared(board, a, b))


def _compared(board: Board, a: Entry, b: Entry) -> Compared:
    (ids_a, pa), (ids_b, pb) = by_problem(board, a), by_problem(board, b)
    ns = tuple(n for n in a.ns if n in b.ns)
    place = {name: i for i, name in enumerate(ids_b)}
    common = [i for i, name in enumerate(ids_a) if name in place]
    if not common or not ns:
        return Compared((), (), np.zeros((0, 0)), np.zeros((0, 0)))
    return Compared(
        ns,
        tuple(ids_a[i] for i in common),
        pa[common][:, [a.ns.index(n) for n in ns]],
        pb[[place[ids_a[i]] for i in common]][:, [b.ns.index(n) for n in ns]],
    )


def _group_curves(board: Board) -> dict[Key, Curve]:
    by_n = {n: values(board, n) for n in board.ns}
    out = {}
    for entry in entries(board):
        at = {n: found.p[found.row[entry.key]] for n, found in by_n.items() if entry.key in found.row}
        if at:
            out[entry.key] = groups.curve(at)
    return out


def _task_curves(board: Board) -> Curves:
    """Each member's own curves, under the group's keys."""
    out: Curves = {}
    members = [entries(b) for b in board.members]
    for member, own in zip(board.members, members, strict=True):
        found = overall(member)
        out[member.title] = {
            entry.key: found[part.key]
            for entry in entries(board)
            for part in groups.members_of(entry, [own])
            if part.key in found
        }
    return out
