"""``bonbench demo``: the reference board on real pools, then the bundled world measured here and now."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from harness.report.standard import Standard
    from harness.run import Result

REAL = "math500-strictprm"  # the pool of the paper's picture
CROWD = "gsm8k-strictprm"  # the pool with the most PRMs
RULES = {"best-of-n": "best-of-N", "weighted-vote": "weighted vote", "majority": "vote", "pass": "any right"}
POOLS = ("micromath", "micromath-ood")
VERIFIERS = ("majority", "micromath-orm", "micromath-prm")
WORKERS = 2


def demo(
    store: Annotated[Path | None, typer.Option(help="The results database.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes that score, each with its own models.")] = WORKERS,
) -> None:
    """Show the reference board on real pools, then measure an ORM and a PRM here: no hub, no GPU, under three minutes.

    The real pools carry their verifiers' scores. The models of the second part score every solution on this machine.
    Stop it anywhere: the same command goes on.
    """
    import time

    from harness import packages, registry
    from harness.cli import show
    from harness.cli.run import print_results
    from harness.home import default_store
    from harness.pool import pools
    from harness.pool.manifest import task_of
    from harness.report import standard as standards
    from harness.report import store as stores
    from harness.run import evaluate
    from harness.score import executors

    started = time.monotonic()
    path = store or default_store()
    found = standards.read()
    standards.add(found, path)
    for line in real(found):
        show.say(line)
    show.say(f"That took {time.monotonic() - started:.0f} s, without a model.\n")
    packages.need("models", "score with micromath's reward models")
    opened = [pools.open_pool(name) for name in POOLS]
    samples = sum(pool.manifest.n_samples for pool in opened)
    show.say(
        "micromath is a small world of mathematics that ships with bonbench: problems that a program made, solutions "
        f"that a small language model wrote, and a checker that knows every right step. {samples:,} solutions are "
        "graded now, and an outcome-supervised (ORM) and a process-supervised (PRM) reward model score them on this "
        "machine."
    )
    chosen = [registry.verifier(name) for name in (*VERIFIERS, *(c for c in registry.controls() if c not in VERIFIERS))]
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


def real(found: "Standard") -> list[str]:
    """Print the paper's picture on real data, and say what it shows.

    Args:
        found: The standard, with its cards.
    """
    from harness.cli import show
    from harness.report import standard
    from harness.report.cite import label

    curves: dict[tuple[str, str], dict[int, float]] = {}
    quintiles: dict[tuple[str, str], dict[str, float]] = {}
    for card in (card for card in found.cards if card["run"]["pool"] == REAL):
        run = card["run"]
        rules = ("best-of-n", "weighted-vote") if run["headline_aggregation"] else (run["headline_measure"],)
        for row in card["results"]:
            key = (label(run["verifier"], row["aggregation"]), RULES.get(row["measure"], ""))
            if row["measure"] in rules and row["aggregation"] == run["headline_aggregation"]:
                if row["slice_kind"] == "all":
                    curves.setdefault(key, {})[row["n"]] = row["value"]
                elif row["slice_kind"] == "quintile" and row["n"] == max(run["ns"]):
                    quintiles.setdefault(key, {})[row["slice"]] = row["value"]
    largest = max(n for curve in curves.values() for n in curve)
    ns = [2**k for k in range(largest.bit_length()) if 2**k <= largest]
    order = sorted(curves, key=lambda key: -curves[key][largest])
    (pool,) = (entry for entry in found.pools if entry["pool"] == REAL)
    parts = sorted({part for found_in in quintiles.values() for part in found_in})
    show.table(
        f"{found.name} · MATH-500: right of {pool['n_problems']} problems, %, where one of N solutions is chosen",
        [show.Column("verifier", "name"), show.Column("rule"),
         *[show.Column(f"N={n}", "right", 0 if n == largest else 2) for n in ns],
         *[show.Column(f"Q{q}", "right", 1) for q in parts]],
        [(*key, *[show.percent(curves[key][n]) for n in ns], *[show.percent(quintiles[key][q]) for q in parts])
         for key in order],
    )  # fmt: skip
    prm = max(curves[key][largest] for key in order if key[1] in ("best-of-N", "weighted vote") and key[0] != "random")
    vote, most = (curves[key][largest] for name in ("majority", "pass@N") for key in order if key[0] == name)
    names = sorted(
        ((r["value"], r["label"]) for r in standard.table(found) if r["task"] == CROWD and not r["control"]),
        reverse=True,
    )
    crowd = ", ".join(f"{name} {100 * value:.1f}" for value, name in names)
    first = (
        f"Q1 to Q5: quintiles of difficulty, the easiest first, at N = {largest}. Qwen2.5-Math-PRM-7B chooses a right "
        f"one of {largest} in {100 * prm:.1f} % of the problems, majority vote in {100 * vote:.1f} %; {100 * most:.1f} "
        "% have one."
    )
    return [
        first,
        f"GSM8K, best of 32, %: {crowd}. 'bonbench standard' lists all {len(found.pools)} pools.",
    ]


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
