"""What the views ask: boards, entries, curves and p_i, of single tasks and of groups alike; asked once per store."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from harness.measure.arrays import Floats
from harness.pool.pools import Pool
from leaderboard.read import groups, queries, ranking, samples, store
from leaderboard.read.ranking import Family, Standing
from leaderboard.read.records import Board, Compared, Curve, Entry, Key, Member, Values

Curves = dict[str, dict[Key, Curve]]
_SHORTEST = 6  # digits of a digest that name a pool


def boards() -> tuple[Board, ...]:
    """Every board of the store, then the groups of tasks."""
    single = store.ask(queries.boards)
    return (*single, *store.derive("groups", lambda: groups.boards(single, store.ask(queries.groups), _subjects)))


def by_task() -> dict[str, list[Board]]:
    """The boards of each task or group, where one would want to land first.

    Those with a verifier to rank come first, single tasks before groups, a task's own problems before those that a pool
    brought, more verifiers before fewer; then the newest.
    """
    out: dict[str, list[Board]] = {}
    for board in sorted(boards(), key=landing):
        out.setdefault(board.task, []).append(board)
    return out


def landing(board: Board) -> tuple[bool, bool, bool, int]:
    """What boards are sorted by, so that the first is where one wants to land."""
    return not board.verifiers, bool(board.members), board.problems != "task", -len(board.verifiers)


def named(text: str) -> Board | None:
    """The board that a link names: by its slug, whatever name to read it begins with, by its name, or by a digest.

    Args:
        text: The slug, the name, or the beginning of the pool's digest where only one board has it.
    """
    known = boards()
    held = text.partition("~")[2]
    found = [b for b in known if held and b.slug.partition("~")[2] == held] or [b for b in known if b.name == text]
    found = found or [b for b in known if b.pool == text]
    if not found and len(text) >= _SHORTEST:
        found = [b for b in known if b.pool_digest.startswith(text) and not b.members]
    return found[0] if len(found) == 1 else None


def _subjects(board: Board) -> dict[str, str | None]:
    return {row["problem_id"]: row["subject"] for row in store.ask(queries.problems, board.pool_digest)}


def entries(board: Board) -> tuple[Entry, ...]:
    """The entries of a board."""
    if not board.members:
        return store.ask(queries.entries, board)
    return store.derive(("entries", board.name), lambda: groups.entries([entries(m.board) for m in board.members]))


def curves(board: Board, slice_kind: str = "all") -> Curves:
    """Slice -> entry -> numbers over N. A group has its rows as the slices of the kind ``set``."""
    if not board.members:
        return store.ask(queries.curves, board, slice_kind)
    if slice_kind == "all":
        return store.derive(("curves", board.name), lambda: {"all": _pooled(board, board.members)})
    return store.derive(("sets", board.name), lambda: _sets(board)) if slice_kind == "set" else {}


def overall(board: Board) -> dict[Key, Curve]:
    """The curves over all problems of a board."""
    return curves(board).get("all", {})


def values(board: Board, n: int) -> Values:
    """p_i of the board's entries at one N."""
    if not board.members:
        return store.ask(queries.values, board, n)
    members = [(m, entries(m.board), values(m.board, n)) for m in board.members]
    return store.derive(("values", board.name, n), lambda: groups.values(entries(board), members))


def standings(board: Board, rule: str, n: int, min_scored: float) -> list[Standing]:
    """The board at one N, ranked."""
    return store.derive(
        ("standings", board.name, rule, n, min_scored),
        lambda: ranking.standings(
            board, ranking.chosen(entries(board), rule), overall(board), values(board, n), n, min_scored
        ),
    )


def family(board: Board, n: int) -> Family:
    """Which of the board's entries, each under its own rule, the ranking at one N tells apart."""
    return store.derive(
        ("family", board.name, n),
        lambda: ranking.family(board, ranking.chosen(entries(board), "headline"), values(board, n), n),
    )


def pool(board: Board) -> tuple[Pool, Path] | None:
    """The samples of a board and where their grades are; None for a group, or where cards alone told of the pool.

    Raises:
        BadPool: The store names them, but they are not there.
    """
    row = None if board.members else store.ask(queries.pool, board.pool_digest)
    if row is None or not row["path"]:
        return None
    opened = store.derive(("pool", board.pool_digest), lambda: samples.open_pool(row["path"], row["name"]))
    return opened, samples.located(row["grades_path"])


def pass_rates(board: Board) -> dict[str, tuple[None, float]]:
    """How often one solution of each problem is right, where an entry was measured at N = 1: any choice is then a draw.

    Of a board of result cards nothing else tells how hard a problem is; its quintiles are not known.
    """
    if 1 not in board.ns or board.members:
        return {}
    found = values(board, 1)
    return {} if not len(found.p) else {i: (None, float(p)) for i, p in zip(found.problem_ids, found.p[0], strict=True)}


def by_problem(board: Board, entry: Entry) -> tuple[tuple[str, ...], Floats]:
    """The problems of an entry and p_i at every N of it, shape [problems, N]."""
    if not board.members:
        return store.ask(queries.curves_by_problem, entry.key)
    ids: list[str] = []
    found = []
    for i, member in enumerate(board.members):
        part = groups.part_of(entry, groups.by_identity(entries(member.board)))
        if part is None:
            continue
        names, p = by_problem(member.board, part)
        kept = [j for j, name in enumerate(names) if member.keep is None or name in member.keep]
        ids += [f"{i}/{names[j]}" for j in kept]
        found.append(p[kept][:, [part.ns.index(n) for n in entry.ns]])
    return tuple(ids), np.concatenate(found) if found else np.zeros((0, len(entry.ns)))


def compared(board: Board, a: Entry, b: Entry) -> Compared:
    """Two entries on the problems and at the values of N that both have."""
    return store.derive(("compared", board.name, a.key, b.key), lambda: _compared(board, a, b))


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


def _pooled(board: Board, members: Sequence[Member]) -> dict[Key, Curve]:
    """Every entry of a group over the problems of some of its members."""
    out = {}
    own = [
        (
            groups.by_identity(entries(m.board)),
            [curves(m.board, "subject").get(s, {}) for s in m.subjects] or [overall(m.board)],
        )
        for m in members
    ]
    for entry in entries(board):
        found = [
            curve
            for theirs, slices in own
            if (part := groups.part_of(entry, theirs)) is not None
            for at in slices
            if (curve := at.get(part.key)) is not None
        ]
        pooled = groups.pooled(found) if len(found) == sum(len(slices) for _, slices in own) else None
        if pooled is not None:
            out[entry.key] = pooled
    return out


def _sets(board: Board) -> Curves:
    """The rows of a group, each over its own problems."""
    labels = dict.fromkeys(m.label for m in board.members)
    return {label: _pooled(board, [m for m in board.members if m.label == label]) for label in labels}
