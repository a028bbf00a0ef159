"""What the words of a command ask for: a pool's task, verifiers, values of N, the store."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.errors import BadInput, UnknownName

if TYPE_CHECKING:
    from harness.pool.pools import Pool
    from harness.records import Task, Verifier

LARGEST_N = 1_000_000
StorePath = Annotated[Path | None, typer.Option("--store", help="The results database.")]


def find_task(name: str, pool: "Pool") -> "Task | None":
    """The task a pool is run on: the one named, else its own; None for a pool that brings its own problems only."""
    from harness import registry
    from harness.pool.manifest import task_of

    if name:
        return registry.task(name)
    return task_of(pool.manifest)


def find_verifiers(specs: list[str], pool: "Pool", whose: dict[str, str], *, controls: bool) -> "list[Verifier]":
    """The verifiers named, then the controls not named already.

    Args:
        specs: As given; ``carried`` stands for every score of the pool.
        pool: What carries them.
        whose: The registered verifier that wrote a score, by the score's name, beside what the pool's manifest says.
        controls: Whether the controls are wanted.

    Raises:
        BadInput: The pool carries no scores.
        UnknownName: ``whose`` names a score that the pool does not carry.
    """
    from harness import registry

    steps = pool.manifest.steps
    scores = {name: kind for name, kind in pool.manifest.scores.items() if steps is None or kind == "process"}
    for name in whose:
        if name not in scores:
            raise UnknownName(f"score of the pool {pool.name!r}", name, scores)
    known = {**pool.manifest.verifiers, **whose}
    names: list[str] = []
    for spec in specs:
        if spec == "carried" and not scores:
            raise BadInput(f"The pool {pool.name!r} carries no scores{' of steps' if steps else ''}.")
        names += [f"carried:{name}" for name in scores] if spec == "carried" else [spec]
    maker = {f"carried:{score}": f" verifier={verifier}" for score, verifier in known.items()}
    named = [name + maker.get(name, "") for name in names]
    if controls and steps is None:
        named += [c for c in registry.controls() if c not in named]
    return [registry.verifier(name) for name in dict.fromkeys(named)]


def named_scores(given: list[str] | None) -> dict[str, str]:
    """Whose each score is, out of ``NAME=VERIFIER``.

    Raises:
        BadInput: One is not written so.
    """
    out = {}
    for text in given or ():
        name, equals, verifier = text.partition("=")
        if not (name and equals and verifier):
            raise BadInput(f"{text!r} in --carried is no NAME=VERIFIER, as in --carried value=math-shepherd-7b.")
        out[name] = verifier
    return out


def parse_ns(text: str) -> list[int]:
    """Values of N out of ``1,2,8-10``.

    Raises:
        BadInput: It is not made of whole numbers and ranges.
    """
    out: list[int] = []
    for part in text.replace(" ", "").split(","):
        found = re.fullmatch(r"([0-9]{1,9})(?:-([0-9]{1,9}))?", part)
        if not part:
            continue
        if found is None:
            raise BadInput(f"{part!r} in --n is neither a number nor a range; write --n 1,2,4,8 or --n 1-32.")
        first, last = int(found[1]), int(found[2] or found[1])
        if first > last:
            raise BadInput(f"{part!r} in --n runs backwards; write the smaller N first, as in --n 1-32.")
        if last > LARGEST_N:
            raise BadInput(f"{part!r} in --n is more than {LARGEST_N:,}, which no pool has slots for; N is at most M.")
        out += range(first, last + 1)
    return out
