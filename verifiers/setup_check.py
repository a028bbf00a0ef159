"""Does a verifier work here: its markers, its authors' example, and the same scores in a batch as alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.records import Score, Solution, Verifier
from verifiers.base import ProcessVerifier
from verifiers.engine.checkpoint import Golden
from verifiers.language_model import LanguageModel

EXAMPLE = Golden(
    problem="A box holds 3 rows of 4 pens. Five pens are taken out. How many are left?",
    solutions=(
        ("There are 3 * 4 = 12 pens in the box.", "After five are taken out, 12 - 5 = 7 are left.", "The answer is 7."),
        ("There are 3 + 4 = 7 pens in the box.", "After five are taken out, 7 - 5 = 2 are left.", "The answer is 2."),
        ("There are 3 * 4 = 12 pens in the box.", "The answer is 12."),
    ),
    scores=(),
    tolerance=0.0,
    source="",
)
SAME = {"float32": 1e-4}  # how far a batch may be from one at a time
SAME_HALF = 0.05


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        what: In a few words.
        good: Whether it is as it should be; None where there was nothing to compare with.
        found: What was found.
    """

    what: str
    good: bool | None
    found: str


def check(verifier: Verifier) -> Iterator[Check]:
    """Everything that can be looked at, in the order in which it would fail."""
    if not isinstance(verifier, LanguageModel):
        score = verifier.score(EXAMPLE.problem, _solutions(verifier, EXAMPLE))[0]
        yield Check("scores an example", score.value is not None or bool(score.steps), _shown(score))
        return
    verifier.pool_steps = True  # the example's steps are given, not split
    if verifier.server:
        yield Check("served as", None, verifier.served_model)
    else:
        identity = ", ".join(f"{k} {v}" for k, v in verifier.weights.identity().items())
        yield Check("weights", True, identity)
    verifier.ready()
    yield Check("markers and labels", True, "each is what it should be in this tokenizer")
    golden = verifier.checkpoint.golden
    if golden is None:
        yield Check("its authors' example", None, "none is published with scores")
    else:
        scores = verifier.score(golden.problem, _solutions(verifier, golden))
        for i, (score, expected) in enumerate(zip(scores, golden.scores, strict=True), 1):
            found = score.steps or (() if score.value is None else (score.value,))
            off = max((abs(a - b) for a, b in zip(found, expected, strict=False)), default=float("inf"))
            good = len(found) == len(expected) and off <= golden.tolerance
            told = f"found {_shown(score)}, expected {_numbers(expected)} ± {golden.tolerance:g} ({golden.source})"
            yield Check(f"its authors' example, solution {i}", good, told)
    yield _batched(verifier)
    cost = verifier.usage()
    told = ", ".join(f"{k} {cost[k]:,}" if isinstance(cost[k], int) else f"{k} {cost[k]}" for k in cost if cost[k])
    yield Check("runs on", None, told)


def _batched(verifier: LanguageModel) -> Check:
    solutions = _solutions(verifier, EXAMPLE)
    together = verifier.score(EXAMPLE.problem, solutions)
    alone = [verifier.score(EXAMPLE.problem, [s])[0] for s in solutions]
    pairs = [
        (a, b) for one, other in zip(together, alone, strict=True) for a, b in zip(_all(one), _all(other), strict=True)
    ]
    off = max((abs(a - b) for a, b in pairs), default=float("inf"))
    limit = SAME_HALF if verifier.server else SAME.get(verifier.dtype(), SAME_HALF)
    return Check("a batch scores as one at a time does", off <= limit, f"largest difference {off:.2g}")


def _solutions(verifier: Verifier, golden: Golden) -> list[Solution]:
    separator = verifier.separator if isinstance(verifier, LanguageModel | ProcessVerifier) else "\n\n"
    return [Solution(separator.join(steps), steps) for steps in golden.solutions]


def _all(score: Score) -> Sequence[float]:
    return score.steps or (() if score.value is None else (score.value,))


def _shown(score: Score) -> str:
    return _numbers(_all(score)) if _all(score) else f"no score ({score.note})"


def _numbers(values: Sequence[float]) -> str:
    return "[" + ", ".join(f"{v:.4f}" for v in values) + "]"
