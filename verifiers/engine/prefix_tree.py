"""Which tokens need to be computed once only: a tree of the prefixes that sequences share.

A sequence is a walk from the root. Its prompt, and any beginning that it shares with enough other sequences, is a
node of the tree that is computed once; what is its own is a leaf. Ids decide, so no template needs to be understood.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from verifiers.engine.reading import Request

Read = tuple[int, int]  # position, and the id of the token that follows it (-1 where nothing asks)


@dataclass(slots=True, eq=False)
class Node:
    """A run of tokens that follows its parent's.

    Attributes:
        start: Tokens before it.
        ids: Its own tokens, at least one.
        parent: Its parent, or None.
        children: Those that follow it.
        reads: What is read in it.
        tokens: Tokens in it and in everything below it.
    """

    start: int
    ids: tuple[int, ...]
    parent: "Node | None" = None
    children: list["Node"] = field(default_factory=list)
    reads: dict[Read, None] = field(default_factory=dict)
    tokens: int = 0

    @property
    def end(self) -> int:
        """Tokens up to its end."""
        return self.start + len(self.ids)


@dataclass(frozen=True, slots=True)
class Tree:
    """The nodes without a parent, and for each request where each of its reads is found."""

    roots: tuple[Node, ...]
    found: tuple[tuple[tuple[Node, Read], ...], ...]


def tree(requests: Sequence[Request], least: int | None, *, with_next: bool = False) -> Tree:
    """The prefix tree of requests.

    Args:
        requests: Any number; equal ones share everything.
        least: A prefix becomes a node when that saves at least this many tokens; None for no sharing but of equal
            sequences.
        with_next: Whether a read depends on the token that follows it.

    Returns:
        Roots in lexicographic order of their ids.
    """
    unique = sorted({r.ids for r in requests})
    last = _nodes(unique, least)
    found = []
    for request in requests:
        chain = _chain(last[request.ids])
        places = []
        step = 0
        for position in request.reads:
            while chain[step].end <= position:
                step += 1
            read = (position, request.ids[position + 1] if with_next else -1)
            chain[step].reads[read] = None
            places.append((chain[step], read))
        found.append(tuple(places))
    return Tree(tuple({id(c[0]): c[0] for c in map(_chain, last.values())}.values()), tuple(found))


def _nodes(unique: list[tuple[int, ...]], least: int | None) -> dict[tuple[int, ...], Node]:
    """For each sequence the last node of its walk. Nodes are chosen bottom-up over the intervals of equal prefixes."""
    if least is None:
        return {ids: Node(0, ids) for ids in unique}
    common = [*_common_prefixes(unique), -1]
    kept: list[tuple[int, int, int]] = []  # first sequence, end, depth
    stack = [(0, 0, 0)]  # depth, first sequence, units (things below it that would each repeat its tokens)
    for i in range(1, len(unique) + 1):
        shared = common[i - 1]
        first, units = i - 1, 1
        while stack and stack[-1][0] > shared:
            depth, first, before = stack.pop()
            units += before
            above = max(shared, stack[-1][0] if stack else 0)
            if (units - 1) * (depth - above) >= max(least, 1):
                kept.append((first, i, depth))
                units = 1
        if stack and stack[-1][0] == shared:
            depth, start, before = stack.pop()
            stack.append((depth, start, before + units))
        elif shared >= 0:
            stack.append((shared, first, units))
    kept.sort(key=lambda k: (k[0], -k[1], k[2]))
    out: dict[tuple[int, ...], Node] = {}
    open_nodes: list[tuple[int, Node]] = []  # end, node
    upcoming = 0
    for i, ids in enumerate(unique):
        while open_nodes and open_nodes[-1][0] <= i:
            open_nodes.pop()
        while upcoming < len(kept) and kept[upcoming][0] == i:
            _, end, depth = kept[upcoming]
            open_nodes.append((end, _add(ids, depth, open_nodes[-1][1] if open_nodes else None)))
            upcoming += 1
        parent = open_nodes[-1][1] if open_nodes else None
        whole = parent is not None and parent.end == len(ids)
        out[ids] = parent if whole and parent is not None else _add(ids, len(ids), parent)
    return out


def _add(ids: tuple[int, ...], end: int, parent: Node | None) -> Node:
    start = parent.end if parent else 0
    node = Node(start, ids[start:end], parent)
    if parent:
        parent.children.append(node)
    for above in _chain(node):
        above.tokens += len(node.ids)
    return node


def _chain(node: Node) -> list[Node]:
    out = [node]
    while out[-1].parent is not None:
        out.append(out[-1].parent)
    return out[::-1]


def _common_prefixes(unique: list[tuple[int, ...]]) -> list[int]:
    """Length of the prefix that each sequence but the first shares with the one before it."""
    arrays = [np.fromiter(ids, dtype=np.int64, count=len(ids)) for ids in unique]
    out = []
    for a, b in pairwise(arrays):
        n = min(len(a), len(b))
        differ = np.flatnonzero(a[:n] != b[:n])
        out.append(int(differ[0]) if len(differ) else n)
    return out
