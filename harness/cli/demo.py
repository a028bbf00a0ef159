"""``bonbench demo``: the bundled world, measured here and now, from solutions to a leaderboard."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from harness.run import Result

POOLS = ("micromath", "micromath-ood")
VERIFIERS = ("majority", "micromath-orm", "micromath-prm")
WORKERS = 2


def demo(
    store: Annotated[Path | None, typer.Option(help="The results database.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes that score, each with its own models.")] = WORKERS,
) -> None:
    """Measure majority vote, an ORM and a PRM on the two bundled pools: no hub, no GPU, under three minutes.

    The models score every solution on this machine. Stop it anywhere: the same command goes on.
    """
    import time

    from harness import packages, registry
    from harness.cli import show
    from harness.cli.run import print_results
    from harness.home import default_store
    from harness.pool import pools
    from harness.pool.manifest import task_of
    from harness.report import store as stores
    from harness.run import evaluate
    from harness.score import executors

    packages.need("models", "score with micromath's reward models")
    started = time.monotonic()
    path = store or default_store()
    opened = [pools.open_pool(name) for name in POOLS]
    samples = sum(pool.manifest.n_samples for pool in opened)
    show.say(
        "micromath is a small world of mathematics that ships with bonbench: problems that a program made, solutions "
        f"that a small language model wrote, and a checker that knows every right step. {samples:,} solutions are "
        "graded now, and an outcome-supervised (ORM) and a process-supervised (PRM) reward model score them on this "
        "machine."
    )
    specs = [f"{name}{half_precision()}" if name.startswith("micromath") else name for name in VERIFIERS]
    chosen = [registry.verifier(name) for name in (*specs, *(c for c in registry.controls() if c not in VERIFIERS))]
    measured = []
    for pool in opened:
        with show.bars() as bars:
            executor = executors.make("local", workers)
            task = task_of(pool.manifest)
            results = evaluate(task, pool, chosen, progress=show.Stages(bars), executor=executor)
        stores.write(path, results)
        print_results(results)
        measured.append(results)
    show.say("")
    for sentence in sentences(*measured):
        show.say(sentence)
    show.say(
        f"Done in {time.monotonic() - started:.0f} s; stored in {path}. Next: 'make leaderboard' (or 'bonbench "
        "leaderboard') shows the curves, the difficulty quintiles and every solution with its step scores; 'bonbench "
        "runs' lists what was measured, 'bonbench compare A B' tests two of them, 'bonbench cite RUN' quotes one. "
        "micromath is not MATH: docs/verifiers.md says how to score your own pools with published verifiers."
    )


def half_precision() -> str:
    """The option for bfloat16 where the processor multiplies it itself: twice as fast, and the ranks hardly differ."""
    import torch

    cpu = torch.backends.cpu.get_cpu_capability() if not torch.cuda.is_available() else ""
    native = cpu.startswith("AVX512") and torch.cpu._is_avx512_bf16_supported()  # noqa: SLF001 there is no public one
    return " dtype=bfloat16" if native else ""


def sentences(inside: "list[Result]", outside: "list[Result]") -> list[str]:
    """What came out, in plain words.

    Args:
        inside: The results in distribution.
        outside: The results out of distribution.
    """
    n = max(inside[0].ns)
    here, there = at_largest_n(inside), at_largest_n(outside)
    prm, orm, vote = (here[name] for name in ("micromath-prm", "micromath-orm", "majority"))
    order = sorted((("the PRM", prm), ("the ORM", orm), ("majority vote", vote)), key=lambda pair: -pair[1])
    ranked = ", ".join(f"{name} {100 * value:.1f} %" for name, value in order)
    first = (
        f"Of {n} solutions a problem, how often is the chosen one right? In distribution: {ranked}; a random one "
        f"{100 * here['random']:.1f} %, and {100 * here['pass@N']:.1f} % have a right one to choose."
    )
    voted = {name: at_largest_n(inside, "weighted-vote")[name] for name in ("micromath-prm", "micromath-orm")}
    vote_too = (
        f"Votes weighted by a reward model's scores: PRM {100 * voted['micromath-prm']:.1f} %, ORM "
        f"{100 * voted['micromath-orm']:.1f} %. Where the best of many is right less often than the best of few, the "
        "reward model is being fooled: there are more wrong solutions for it to fall for."
    )
    second = (
        f"On families that neither reward model was trained on: PRM {100 * there['micromath-prm']:.1f} %, ORM "
        f"{100 * there['micromath-orm']:.1f} %, majority vote {100 * there['majority']:.1f} %."
    )
    return [first, vote_too, second]


def at_largest_n(results: "list[Result]", rule: str = "") -> dict[str, float]:
    """Each verifier's accuracy at the largest N by its own aggregation, by its own rule or by the one named."""
    found = {}
    for result in results:
        own, aggregation = result.headline
        for curve in result.curves:
            if (curve.measure, curve.aggregation) == (rule or own, aggregation):
                found[result.run.verifier] = float(curve.values[:, -1].mean())
    return found
