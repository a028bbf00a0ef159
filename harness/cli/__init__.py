"""The commands. Every import of a heavy library stays inside its command, so that ``--help`` is quick.

run             run, grade
pool            pool import, list, show, verify, export
generate        generate
results         runs, show, compare
group           group
share           cite, export, cards, reproduce
board           leaderboard, publish
names           tasks, task, info
verify          verifiers, verify-setup
contamination   contamination
train           train
experiment      experiment, figures
demo            demo
show            what all of them print with
"""

import importlib.util
import sys
from pathlib import Path

import typer

from harness.cli import (
    board,
    contamination,
    demo,
    experiment,
    generate,
    group,
    names,
    pool,
    results,
    run,
    share,
    train,
    verify,
)
from harness.errors import BonbenchError

app = typer.Typer(
    name="bonbench",
    help="How often does a verifier pick a right solution out of N?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command("demo")(demo.demo)
app.command("run")(run.run)
app.command("grade")(run.grade)
app.add_typer(pool.app, name="pool")
app.command("generate")(generate.generate)
app.command("contamination")(contamination.contamination)
app.command("tasks")(names.tasks)
app.add_typer(names.task_app, name="task")
app.command("verifiers")(verify.verifiers)
app.command("verify-setup")(verify.verify_setup)
app.command("info")(names.info)
app.command("group")(group.group)
app.command("runs")(results.runs)
app.command("show")(results.show_run)
app.command("compare")(results.compare)
app.command("cite")(share.cite)
app.command("export")(share.export)
app.add_typer(share.cards_app, name="cards")
app.command("reproduce")(share.reproduce)
app.command("leaderboard")(board.leaderboard)
app.command("publish")(board.publish)
app.command("train")(train.train)
app.command("experiment")(experiment.experiment)
app.command("figures")(experiment.figures)


def main() -> None:
    """Run a command; an error that bonbench raises on purpose is one line on standard error and exit status 2."""
    try:
        check_packages()
        app()
    except BonbenchError as error:
        print(f"bonbench: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("bonbench: interrupted; what was finished is kept, the same command continues.", file=sys.stderr)
        sys.exit(130)


def check_packages() -> None:
    """``verifiers`` is also the name of an unrelated package: make sure that ours is the one that gets imported.

    Raises:
        BonbenchError: Another package of one of our names comes first.
    """
    ours = Path(__file__).resolve().parents[2]
    for name in ("verifiers", "tasks", "leaderboard"):
        spec = importlib.util.find_spec(name)
        places = [Path(p).resolve().parent for p in (spec.submodule_search_locations or [])] if spec else []
        if ours not in places:
            found = places[0] / name if places else "nothing"
            raise BonbenchError(
                f"The package {name!r} that Python finds is {str(found)!r}, not bonbench's own beside {str(ours)!r}. "
                f"Uninstall the other one (pip uninstall {name}), or give bonbench an environment of its own."
            )


if __name__ == "__main__":
    main()
