"""``bonbench experiment`` and ``bonbench figures``: the paper on micromath, and pictures of the results."""

from pathlib import Path
from typing import Annotated

import typer

from harness.errors import BadInput, UnknownName

NAMES = {
    "data-scaling": "data_scaling",
    "synthetic-supervision": "synthetic_supervision",
    "active-learning": "active_learning",
    "reward-hacking": "reward_hacking",
}


def experiment(
    name: Annotated[str, typer.Argument(help=f"{', '.join(NAMES)}, or all.")],
    work: Annotated[
        Path, typer.Option(help="Where models and samples are kept; what is there is not made again.")
    ] = Path("build/experiments"),
    out: Annotated[Path, typer.Option(help="Where the results go.")] = Path("docs/results"),
    world: Annotated[
        Path | None, typer.Option(help="Root of another micromath than the bundled one, as 'make micromath' writes it.")
    ] = None,
    smoke: Annotated[bool, typer.Option(help="At toy size, in seconds: shows that it runs and nothing else.")] = False,
    threads: Annotated[int, typer.Option(min=0, help="CPU threads; by default as many as PyTorch takes.")] = 0,
) -> None:
    """Run an experiment of the paper on micromath with small verifiers; docs/results.md says what came out.

    Interrupt it anywhere and run it again.
    """
    if name != "all" and name not in NAMES:
        raise UnknownName("experiment", name, [*NAMES, "all"])
    import importlib

    from harness import packages

    packages.need("train", "run the experiments")
    import torch

    from experiments.scale import FULL, SMOKE
    from experiments.students import Bench
    from experiments.world import World
    from harness.cli import show

    if threads:
        torch.set_num_threads(threads)
    scale = SMOKE if smoke else FULL
    folder = work / "smoke" if smoke else work
    bench = Bench(World(world) if world else World(), folder, scale)
    for module in [NAMES[name]] if name != "all" else NAMES.values():
        file = importlib.import_module(f"experiments.{module}").run(bench, folder if smoke else out)
        show.say(f"{file} holds the results. 'bonbench figures' draws them.")


def figures(
    store: Annotated[Path | None, typer.Option(help="The results database.")] = None,
    results: Annotated[Path, typer.Option(help="Where 'bonbench experiment' wrote.")] = Path("docs/results"),
    out: Annotated[Path, typer.Option(help="Where the pictures go.")] = Path("docs/images"),
    task: Annotated[str, typer.Option(help="Only the boards of tasks whose name begins like this.")] = "",
) -> None:
    """Draw accuracy against N of every board, over all problems and by quintile, and every experiment's result.

    Each picture is written as SVG and as PNG.
    """
    import json

    from harness import files
    from harness.cli import show
    from harness.home import default_store
    from harness.report import store as stores
    from leaderboard.draw import exports, paper

    drawings = {}
    path = store or default_store()
    if path.exists() or store:
        with stores.reading(path) as connection:
            drawings = {name: drawing for name, drawing in paper.of_store(connection) if name.startswith(task)}
    for name in NAMES:
        file = results / f"{name}.json"
        if file.exists():
            drawings |= paper.of_experiment(json.loads(file.read_text(encoding="utf-8")))
    if not drawings:
        raise BadInput(
            f"There is nothing to draw: no store at {str(path)!r} and no results in {str(results)!r}. "
            "'bonbench run' and 'bonbench experiment' make them."
        )
    for name, drawing in drawings.items():
        files.write_text(exports.to_svg(drawing), out / f"{name}.svg")
        (out / f"{name}.png").write_bytes(exports.to_png(drawing))
    show.say(f"{len(drawings)} pictures in {out}, as SVG and PNG: {', '.join(drawings)}.")
