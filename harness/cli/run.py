"""``bonbench run``: from a pool to numbers."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.asked import find_task, find_verifiers, named_scores, parse_ns
from harness.errors import BadInput, VerifierError

if TYPE_CHECKING:
    from harness.measure.curves import Curve, Row
    from harness.run import Result

PoolName = Annotated[str, typer.Option("--pool", "-p", help="A pool's name, or its folder.")]
TaskName = Annotated[str, typer.Option("--task", "-t", help="The pool's task; by default the one it was imported for.")]
DataPath = Annotated[Path | None, typer.Option(help="The task's records, if not where the task itself finds them.")]


def run(
    verifier: Annotated[
        list[str],
        typer.Option(
            "--verifier", "-v", help="NAME or ./file.py:NAME, with options as key=value. 'carried' = all of the pool's."
        ),
    ],
    pool: PoolName = "",
    standard: Annotated[bool, typer.Option("--standard", help="On every pool of the reference board.")] = False,
    task: TaskName = "",
    n: Annotated[
        str, typer.Option("--n", "-n", help="Values of N, as 1,2,4 or 1-32; default: powers of two and M.")
    ] = "",
    aggregation: Annotated[str, typer.Option(help="Of step scores: product,min,last,...; default: all.")] = "",
    rule: Annotated[str, typer.Option(help="best-of-n, weighted-vote; default: what the verifier is made for.")] = "",
    quintiles: Annotated[str, typer.Option(help="same, cross-fit, or the pool whose pass rates set them.")] = "same",
    transform: Annotated[str, typer.Option(help="Of scores before a weighted vote: sigmoid or rank.")] = "",
    controls: Annotated[bool, typer.Option(help="Also measure majority, pass@N, random and length.")] = True,
    carried: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VERIFIER", help="Whose a score of the pool is, where its name does not tell."),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Print every rule and aggregation, not each verifier's own.")
    ] = False,
    data: DataPath = None,
    store: Annotated[Path | None, typer.Option(help="The results database.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the weighted vote's permutations.")] = 0,
    exclude_contaminated: Annotated[
        str, typer.Option(help="A report of 'bonbench contamination': also show the numbers without its problems.")
    ] = "",
    executor: Annotated[
        str, typer.Option(help="Where to score: local, or ray (RAY_ADDRESS names a cluster).")
    ] = "local",
    workers: Annotated[int, typer.Option(help="Processes or actors that score, each with its own model.")] = 1,
    verifier_timeout: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", help="End a verifier's process after this long on one chunk or one problem."),
    ] = None,
) -> None:
    """Measure verifiers on a pool: grade, score, evaluate, store, print.

    What is already graded or scored is not done again; interrupt it anywhere and run it again. The exit status is 3
    where a verifier failed on some problems: the same command tries these again. It is 2 where one failed on all.
    """
    from harness.cli import show
    from harness.cli.standard import run_standard
    from harness.home import default_store
    from harness.material import Options
    from harness.pool import pools
    from harness.report import store as stores
    from harness.run import evaluate
    from harness.score import executors

    if standard == bool(pool):
        raise BadInput("Name one pool with --pool ('bonbench pool list' has them), or pass --standard.")
    every = every or bool(aggregation or rule)  # what was asked for by name is shown
    scorer = executors.make(executor, workers, verifier_timeout)
    path = store or default_store()
    options = Options(
        ns=tuple(parse_ns(n)),
        aggregations=tuple(a for a in aggregation.split(",") if a),
        rules=tuple(r for r in rule.split(",") if r),
        quintiles=quintiles,
        transform=transform,
        seed=seed,
        contamination=exclude_contaminated,
    )
    if standard:
        if options != Options() or task or data:
            raise BadInput("With --standard all but the verifiers is the standard's own: leave out other choices.")
        run_standard(
            verifier, path, scorer, partial(print_results, every=every), named_scores(carried), controls=controls
        )
        return
    opened = pools.open_pool(pool)
    named = find_task(task, opened)
    chosen = find_verifiers(verifier, opened, named_scores(carried), controls=controls)
    broken: list[VerifierError] = []
    with show.bars() as bars:
        results = evaluate(named, opened, chosen, options, data, show.Stages(bars), scorer, broken.append)
    if broken and not results:
        raise broken[0]
    stores.write(path, results)
    print_results(results, every=every)
    show.say(f"Stored in {path}. 'bonbench leaderboard' shows it, 'bonbench cite RUN' quotes it.")
    if broken:
        raise VerifierError(" ".join(map(str, broken)))
    if any(result.scores and result.scores.failed for result in results):
        raise typer.Exit(3)


def print_results(results: "list[Result]", *, every: bool = False) -> None:
    """The table of a run at the largest N, best first: a line for each verifier.

    Args:
        results: Of one pool.
        every: A line for each rule and aggregation of a verifier, not for those alone that stand for it.
    """
    import numpy as np

    from harness import wording
    from harness.cli import show
    from harness.cli.step_tables import print_measures, print_step_set
    from harness.measure import ranking
    from harness.measure.rules import rule

    first = results[0]
    if not first.ns:
        print_step_set(results)
        return
    n = max(first.ns)
    entries = []
    for result in results:
        for curve in result.curves:
            if n in curve.ns:
                row = next(
                    r for r in result.rows
                    if (r.measure, r.aggregation, r.n, r.slice_kind) == (curve.measure, curve.aggregation, n, "all")
                )  # fmt: skip
                entries.append((result, curve, row))
    entries.sort(key=lambda e: -e[2].value)
    own = [e for e in entries if (e[1].measure, e[1].aggregation) == e[0].headline]
    ranked = [e for e in own if e[0].run.control != "oracle"]
    counted = [not e[0].run.control and rule(e[1].measure).needs_scores for e in ranked]
    found = ranking.places(np.stack([e[1].values[:, -1] for e in ranked]), counted) if ranked else []
    ranks = {id(e[1]): str(place) for e, place in zip(ranked, found, strict=True) if place}
    smaller = [m for m in first.ns if m < n]
    rows = []
    for result, curve, row in entries if every else own:
        coverage = result.run.coverage
        scored = 1 - (coverage["missing"] + coverage["unscored"]) / coverage["slots"]
        by_n = dict(zip(result.ns, curve.values.mean(axis=0), strict=True))
        headline = (curve.measure, curve.aggregation) == result.headline
        unchosen = " by default" if "aggregation" in result.run.options and headline else ""
        rows.append(
            (
                ranks.get(id(curve), ""),
                result.run.verifier,
                curve.aggregation + unchosen,
                rule(curve.measure).label,
                *[show.percent(by_n[m]) for m in smaller],
                show.percent(row.value),
                show.interval(row.low, row.high),
                "" if row.choosing is None else f"{100 * row.choosing:+.1f}",
                show.percent(row.draw_deviation or 0.0, 2),
                show.percent(scored),
                result.run.run_id,
            )
        )
    pool = first.pool.manifest
    title = f"{first.run.task} · pool {pool.name} · {pool.covers()} problems · M = {pool.slots or 'as available'}"
    columns = [
        show.Column("rank"), show.Column("verifier", "name"), show.Column("steps by", "", 2), show.Column("rule"),
        *[show.Column(f"N={m}", "right", 6 if m & (m - 1) == 0 else 7) for m in smaller],  # those that double last
        show.Column(f"N={n} %", "right"), show.Column("95 % interval"), show.Column("choosing", "right", 3),
        show.Column("draw ±", "right", 5), show.Column("coverage %", "right", 4), show.Column("run", "", 1),
    ]  # fmt: skip
    show.table(title, columns, rows)
    if len(rows) < len(entries):
        show.say(f"{wording.counted(len(entries) - len(rows), 'line')} more, other rules and aggregations: --all.")
    print_measures(results)
    _print_contamination(entries, n)
    if first.run.problems == "pool":
        show.say("Problems and right answers are the pool's own (--problems from-pool).")
    coverage = first.run.coverage
    show.say(
        f"{coverage['slots']:,} slots: {coverage['missing']:,} missing, {coverage['unanswered']:,} without an answer, "
        f"{coverage['undecided']:,} undecided by {first.run.grader}; all of these count as wrong. Ranks: headline "
        "entries, sign-flip tests over problems, Holm-adjusted at 5 %."
    )
    row = entries[0][2]
    if row.answering is not None and row.choosing is not None:
        mean, floor = row.value - row.answering - row.choosing, row.value - row.choosing
        show.say(
            f"A sample is right {show.percent(mean)} % of the time. A fair choice among the answered of {n} is right "
            f"{show.percent(floor)} %: {100 * row.answering:+.1f} points by answering. 'choosing' is what each adds to "
            "that."
        )
    for note in dict.fromkeys(note for result in results for note in result.run.notes):
        show.warn(note)


def _print_contamination(entries: "list[tuple[Result, Curve, Row]]", n: int) -> None:
    """The same numbers without the contaminated problems and on them alone, where a report was given."""
    from harness.cli import show
    from harness.contamination.report import CLEAN, CONTAMINATED, KIND
    from harness.report.cite import label

    rows = []
    sizes: dict[str, int] = {}
    for result, curve, whole in entries:
        at = {
            r.slice: r for r in result.rows
            if (r.measure, r.aggregation, r.n, r.slice_kind) == (curve.measure, curve.aggregation, n, KIND)
        }  # fmt: skip
        sizes = {name: row.n_problems for name, row in at.items()} or sizes
        cells = [
            cell
            for name in (CLEAN, CONTAMINATED)
            for cell in ((show.percent(at[name].value), show.interval(at[name].low, at[name].high))
                         if name in at else ("", ""))
        ]  # fmt: skip
        rows.append((label(result.run.verifier, curve.aggregation), curve.measure, show.percent(whole.value), *cells))
    if not sizes:
        return
    columns = [
        ("verifier", "name"), ("rule", ""), (f"all ({entries[0][2].n_problems}) %", "right"),
        (f"clean ({sizes.get(CLEAN, 0)}) %", "right"), ("95 % interval", ""),
        (f"contaminated ({sizes.get(CONTAMINATED, 0)}) %", "right"), ("95 % interval", ""),
    ]  # fmt: skip
    show.table(f"Contamination, N = {n}", columns, rows)
