"""Sharing of prefixes: whatever is shared, every sequence is still itself."""

from hypothesis import given
from hypothesis import strategies as st

from verifiers.engine.prefix_tree import Node, tree
from verifiers.engine.reading import Request

SEQUENCES = st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=12).map(tuple), min_size=1, max_size=12)


def walk(node: Node) -> tuple[int, ...]:
    """The ids from the root to the end of a node."""
    return (walk(node.parent) if node.parent else ()) + node.ids


def nodes(roots) -> list[Node]:
    return [node for root in roots for node in [root, *nodes(root.children)]]


@given(SEQUENCES, st.integers(1, 10))
def test_every_read_is_found_in_its_own_sequence(sequences, least):
    """Each read's node ends a walk that is a prefix of the sequence, and holds the position."""
    requests = [Request(ids, tuple(range(0, len(ids), 2))) for ids in sequences]

    grown = tree(requests, least)

    for request, places in zip(requests, grown.found, strict=True):
        assert [read[0] for _, read in places] == list(request.reads)
        for node, (position, following) in places:
            assert walk(node) == request.ids[: node.end]
            assert node.start <= position < node.end
            assert following == -1


@given(SEQUENCES, st.integers(1, 10))
def test_a_shared_prefix_saves_what_it_costs(sequences, least):
    """No node is empty, no node with one follower, and the tokens never exceed those of the distinct sequences."""
    grown = tree([Request(ids, (0,)) for ids in sequences], least)
    everything = nodes(grown.roots)

    assert all(node.ids for node in everything)
    assert sum(len(node.ids) for node in everything) <= sum(map(len, set(sequences)))
    assert all(node.tokens == sum(len(n.ids) for n in nodes([node])) for node in everything)


@given(SEQUENCES)
def test_without_sharing_each_distinct_sequence_is_a_root(sequences):
    """Equal sequences are still run once."""
    grown = tree([Request(ids, (0,)) for ids in sequences], None)

    assert sorted(root.ids for root in grown.roots) == sorted(set(sequences))


@given(SEQUENCES)
def test_with_the_least_threshold_every_common_prefix_is_run_once(sequences):
    """At a threshold of one token the tree is the trie: as many tokens as distinct non-empty prefixes."""
    grown = tree([Request(ids, (0,)) for ids in sequences], 1)

    prefixes = {ids[:n] for ids in sequences for n in range(1, len(ids) + 1)}
    assert sum(len(node.ids) for node in nodes(grown.roots)) == len(prefixes)


def test_a_read_that_asks_for_the_next_token_depends_on_it():
    """At the end of a shared prefix two sequences go on differently, so the node has a read for each."""
    requests = [Request((1, 2, 3, 4), (1,)), Request((1, 2, 5, 6), (1,))]

    grown = tree(requests, 1, with_next=True)

    (first,), (second,) = grown.found
    assert first[0] is second[0]
    assert first[0].ids == (1, 2)
    assert list(first[0].reads) == [(1, 3), (1, 5)]


def test_the_prompt_of_many_solutions_is_one_node():
    """By hand: a prompt of 5 shared by 3 saves 10 tokens, and two of them share 3 more."""
    prompt = (9, 8, 7, 6, 5)
    requests = [Request((*prompt, *own), (6,)) for own in ((1, 1, 1, 2), (1, 1, 1, 3), (4, 4))]

    grown = tree(requests, 3)

    (root,) = grown.roots
    assert root.ids == prompt
    assert sorted(child.ids for child in root.children) == [(1, 1, 1), (4, 4)]
    assert root.tokens == 5 + 3 + 1 + 1 + 2
    assert tree(requests, 4).roots[0].tokens == 5 + 4 + 4 + 2
