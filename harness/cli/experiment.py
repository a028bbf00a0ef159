"""``bestofn experiment`` and ``bestofn figures``: the paper's experiments on micromath, and the pictures of the results."""

from pathlib import Path
from typing import Annotated

import typer

from harness.errors import UnknownName

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
    threads: Annotated[int, typer.Option(help="CPU threads; by default as many as PyTorch takes.")] = 0,
) -> None:
    """Run an experiment of the paper on micromath with small verifiers; docs/results.md says what came out.

    Interrupt it anywhere and run it again.
    """
    if name != "all" and name not in NAMES:
        raise UnknownName("experiment", name, [*NAMES, "all"])
    import importlib

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
        show.say(f"{file} holds the results. 'bestofn figures' draws them.")
