"""``bonbench telemetry``: training logs, and whether the reward was hacked."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from harness.telemetry.keeping import Training

app = typer.Typer(help="Trainings with a verifier as the reward: was it hacked?", no_args_is_help=True)


@app.command("add")
def add(
    log: Annotated[Path, typer.Argument(help="TRL's trainer_state.json or log history, or JSON lines.")],
    name: Annotated[str, typer.Option(help="What the training is called here; by default the file's folder.")] = "",
    proxy: Annotated[str, typer.Option(help="The reward that was trained on; by default 'reward'.")] = "",
    true: Annotated[str, typer.Option(help="The true reward, as a grader's; by default 'true'.")] = "",
    completions: Annotated[
        Path | None, typer.Option(help="A folder of TRL's tables of completions, to count degenerate texts.")
    ] = None,
) -> None:
    """Read a training's log, keep it, and say where its reward turned."""
    from harness.telemetry import keeping, logs

    found = logs.read(log, proxy, true, completions)
    _print([keeping.keep(name or log.resolve().parent.name, found, log, proxy, true)])


@app.command("show")
def show_trainings(
    names: Annotated[list[str] | None, typer.Argument(help="Trainings; by default all.")] = None,
) -> None:
    """Show trainings: reward and truth at the beginning and at the end, the turn, and what changed in the solutions."""
    from harness.telemetry import keeping

    _print([keeping.training(name) for name in names or keeping.names()])


def _print(found: "list[Training]") -> None:
    """One line a training: smoothed values at the first and the last step."""
    from harness.cli import show
    from harness.telemetry.logs import FIELDS
    from harness.telemetry.turns import smooth, turn, window_of

    rows = []
    for one in found:
        cells = []
        for field in FIELDS:
            values = [v for point in one.points if (v := getattr(point, field)) is not None]
            ends = smooth(values, window_of(len(values)))
            cells.append(f"{ends[0]:.3g} to {ends[-1]:.3g}" if ends else "")
        at = turn(one.points)
        told = f"{at.step}: {show.percent(at.best)} to {show.percent(at.last)} %" if at else "none"
        rows.append((one.name, len(one.points), told, *cells))
    columns = [
        ("training", "name"),
        ("steps", "right"),
        ("turn, and truth since", ""),
        *((field, "") for field in FIELDS),
    ]
    show.table("Means at the beginning and at the end, smoothed", columns, rows)
    show.say("A turn is where the truth was highest, if since then it fell while the reward rose (docs/method.md).")
