"""Protocol ``bon-3``: what is drawn, and at which values of N.

A problem has M slots. A slot holds a sample or is missing. Draw N of the M slots uniformly without replacement, let a
rule choose among the drawn samples, and ask how often the choice is right. Every value is an expectation over all
C(M, N) subsets, a probability in [0, 1].
"""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.errors import BadInput

PROTOCOL = "bon-3"
PAPER_NS = (10, 25, 50, 75, 100, 200, 300, 400, 500, 750, 1000, 1250, 1500, 1860)
VOTE_DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Ask:
    """What a rule is asked.

    Attributes:
        ns: Values of N, 1 <= N <= M.
        transform: Of scores before a vote adds them: "", ``sigmoid`` or ``rank``.
        draws: Permutations per problem of a simulated rule.
        seed: Of those permutations.
    """

    ns: tuple[int, ...]
    transform: str = ""
    draws: int = VOTE_DRAWS
    seed: int = 0


def default_ns(slots: int) -> list[int]:
    """The values of N reported unless asked otherwise: powers of two, the paper's fourteen, and M itself, all <= M.

    >>> default_ns(12)
    [1, 2, 4, 8, 10, 12]
    """
    powers = {2**i for i in range(slots.bit_length()) if 2**i <= slots}
    return sorted(powers | {n for n in PAPER_NS if n <= slots} | {slots})


def check_ns(ns: Sequence[int], slots: int) -> list[int]:
    """``ns`` sorted and without repeats.

    Raises:
        BadInput: An N below 1 or above the number of slots.
    """
    wrong = [n for n in ns if not 1 <= n <= slots]
    if wrong:
        raise BadInput(
            f"N = {', '.join(map(str, wrong))} was asked for, but each problem has {slots} slots: "
            f"choose 1 <= N <= {slots}."
        )
    return sorted(set(ns))
