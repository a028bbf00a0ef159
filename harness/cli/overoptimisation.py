"""``bonbench overoptimisation``: what choosing among more and more solutions does."""

from typing import Annotated

import typer

from harness.cli.asked import StorePath


def overoptimisation(
    verifier: Annotated[list[str], typer.Argument(metavar="VERIFIER...", help="As for run; 'carried' = the pool's.")],
    pool: Annotated[str, typer.Option("--pool", "-p", help="A pool's name, or its folder.")],
    task: Annotated[str, typer.Option("--task", "-t", help="The pool's task; default: its own.")] = "",
    store: StorePath = None,
    workers: Annotated[int, typer.Option(help="Processes that score, each with its own model.")] = 1,
) -> None:
    """Accuracy and the score of the chosen against the distance from the generator; the fall after the peak."""
    from harness.cli import show
    from harness.cli.asked import find_task, find_verifiers
    from harness.home import default_store
    from harness.measure.probes import ACCURACY, FALL, SELECTED, distance
    from harness.pool import pools
    from harness.probe.overoptimisation import overoptimisation as measured
    from harness.report import store as stores
    from harness.score import executors

    opened = pools.open_pool(pool)
    scorer = executors.make("local", workers, None)
    named = find_task(task, opened)
    with show.bars() as bars:
        chosen = find_verifiers(verifier, opened, {}, controls=False)
        results = [measured(named, opened, one, show.Stages(bars), scorer) for one in chosen]
    path = store or default_store()
    stores.write(path, results)
    at = [{(r.measure, r.slice): r for r in result.rows} for result in results]
    ns = [int(part) for measure, part in at[0] if measure == ACCURACY.name]
    few = [n for n in ns if n & (n - 1) == 0] or ns
    rows = [("", "nats", *[f"{distance(n):.2f}" for n in few], "", "")]
    for result, found in zip(results, at, strict=True):
        fall = found[FALL.name, "all"]
        rows.append(
            (result.run.verifier, "accuracy %", *[show.percent(found[ACCURACY.name, str(n)].value) for n in few],
             f"{100 * fall.value:+.1f} [{100 * fall.low:+.1f}, {100 * fall.high:+.1f}]", result.run.run_id)
        )  # fmt: skip
        scores = [found.get((SELECTED.name, str(n))) for n in few]
        rows.append(("", "score of the chosen", *["" if s is None else f"{s.value:+.2f}" for s in scores], "", ""))
    columns = [
        ("verifier", "name"), ("", ""), *[(f"N={n}", "right") for n in few],
        ("fall after the peak", ""), ("run", ""),
    ]  # fmt: skip
    show.table(f"{opened.name}: N and, in nats, log N - (N - 1) / N", columns, rows)
    for note in dict.fromkeys(f"{r.run.verifier}: {r.run.notes[-1]}" for r in results):
        show.say(note)
    show.say(f"Stored in {path}. 'bonbench cite RUN' quotes the fall.")
