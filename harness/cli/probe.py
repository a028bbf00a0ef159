"""``bonbench probe``: how a verifier can be moved."""

from dataclasses import asdict
from typing import Annotated

import typer

from harness.cli.asked import StorePath
from harness.errors import BadInput


def probe(
    verifier: Annotated[list[str], typer.Argument(metavar="VERIFIER...", help="NAME or ./file.py:NAME, as for run.")],
    pool: Annotated[str, typer.Option("--pool", "-p", help="A pool with texts: its name, or its folder.")] = "",
    task: Annotated[str, typer.Option("--task", "-t", help="The pool's task; default: its own.")] = "",
    n: Annotated[int | None, typer.Option("--n", min=1, help="N of the best-of-N attacked; default: M.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the samples drawn and the rewrites.")] = 0,
    store: StorePath = None,
    workers: Annotated[int, typer.Option(help="Processes that score, each with its own model.")] = 1,
) -> None:
    """Rewrite solutions and see what moves a verifier: its scores, and best-of-N with one wrong sample attacked.

    Every rewrite says whether the verdict on the answer stays or turns; the grader confirms it, or it is left out.
    """
    from harness import registry
    from harness.cli import show
    from harness.cli.asked import find_task
    from harness.cli.step_tables import show_probe
    from harness.home import default_store
    from harness.pool import pools
    from harness.probe.attack import probe as probed
    from harness.report import store as stores
    from harness.score import executors

    if not pool:
        raise BadInput("Name a pool with texts with --pool ('bonbench pool list' has them).")
    opened = pools.open_pool(pool)
    scorer = executors.make("local", workers, None)
    named = find_task(task, opened)
    with show.bars() as bars:
        results = [
            probed(named, opened, registry.verifier(name), n, seed, show.Stages(bars), scorer) for name in verifier
        ]
    path = store or default_store()
    stores.write(path, results)
    for result in results:
        show_probe(asdict(result.run), [asdict(row) for row in result.rows])
    show.say(f"Stored in {path}. 'bonbench show RUN' has it again, 'bonbench cite RUN' quotes it.")
