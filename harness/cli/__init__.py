"""The commands. Every import of a heavy library stays inside its command, so that ``--help`` is quick.

run             run
probe           probe
overoptimisation   overoptimisation
step_tables     what commands print of step measures and probes
grade           grade
pool            pool import, list, show, verify, export
fetch           pool fetch
generate        generate
results         runs, show, compare
group           group
share           cite, export, cards, reproduce
board           leaderboard, publish, board init, check, build
standard        standard
names           tasks, task, info
verify          verifiers, verify-setup
contamination   contamination
train           train
preferences     export-preferences
telemetry       telemetry add, show
serve           serve
experiment      experiment, figures
demo            demo
asked           task, verifiers and values of N, out of the words of a command
show            what all of them print with
border          whatever stops a command, in a sentence
"""

import typer

from harness.cli import (
    board,
    border,
    contamination,
    demo,
    experiment,
    fetch,
    generate,
    grade,
    group,
    names,
    overoptimisation,
    pool,
    preferences,
    probe,
    results,
    run,
    serve,
    share,
    standard,
    telemetry,
    train,
    verify,
)

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
app.command("probe")(probe.probe)
app.command("overoptimisation")(overoptimisation.overoptimisation)
app.command("grade")(grade.grade)
pool.app.command("fetch")(fetch.fetch)
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
app.command("standard")(standard.standard)
app.command("leaderboard")(board.leaderboard)
app.command("publish")(board.publish)
app.add_typer(board.app, name="board")
app.command("train")(train.train)
app.add_typer(telemetry.app, name="telemetry")
app.command("export-preferences")(preferences.export_preferences)
app.command("serve")(serve.serve)
app.command("experiment")(experiment.experiment)
app.command("figures")(experiment.figures)


def main() -> None:
    """Run a command; what stops it is a sentence or two on standard error and exit status 2."""
    border.guarded(app)
