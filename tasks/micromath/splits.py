"""Problems from a seed. A problem belongs to one split for ever: the hash of its text says which.

So no two splits share a problem, whatever is drawn, and a split can grow without touching the others.
"""

import hashlib
import random
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Literal

from tasks.micromath.builder import LEVELS, Family, build
from tasks.micromath.plans import Plan

Split = Literal["train", "validation", "test"]

TEST_PERCENT = 10
VALIDATION_PERCENT = 5
TEST_SEED = "micromath-1"
MOST_SEEDS = 2000


def split_of(text: str) -> Split:
    """The split that a problem text belongs to.

    >>> split_of("What is 1 + 1?")
    'train'
    """
    place = int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % 100
    if place < TEST_PERCENT:
        return "test"
    return "validation" if place < TEST_PERCENT + VALIDATION_PERCENT else "train"


def stream(
    families: Sequence[Family], split: Split, seed: str, *, level_weights: Sequence[float] = (1, 1, 1, 1, 1)
) -> Iterator[Plan]:
    """Problems of a split without end, families drawn by their share and levels by their weights.

    A problem may come up again; whoever needs distinct ones looks at the ids.
    """
    rng = random.Random(f"{seed}/{split}")
    shares = [family.share for family in families]
    for number in count():
        family = rng.choices(families, shares)[0]
        level = rng.choices(LEVELS, level_weights)[0]
        plan = build(family, level, f"{seed}/{number}")
        if split_of(plan.text) == split:
            yield plan


def balanced(families: Sequence[Family], split: Split, per_cell: int, seed: str = TEST_SEED) -> list[Plan]:
    """The same number of distinct problems of every subject and level, families in turn, in a fixed order.

    Args:
        families: The families of the task; a cell is one subject at one level.
        split: The split to draw from.
        per_cell: Problems of each cell.
        seed: Everything random comes from it.
    """
    problems: list[Plan] = []
    for subject in dict.fromkeys(family.subject for family in families):
        members = [family for family in families if family.subject == subject]
        for level in LEVELS:
            turns = [_distinct(family, level, split, seed) for family in members]
            cell = [next(turns[i % len(turns)]) for i in range(per_cell)]
            problems.extend(cell)
    return problems


def _distinct(family: Family, level: int, split: Split, seed: str) -> Iterator[Plan]:
    seen: set[str] = set()
    for number in range(MOST_SEEDS):
        plan = build(family, level, f"{seed}/{number}")
        if plan.id not in seen and split_of(plan.text) == split:
            seen.add(plan.id)
            yield plan
    raise ValueError(f"The family {family.name!r} has only {len(seen)} {split} problems of level {level}.")
