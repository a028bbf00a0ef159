"""Everything of the bundled world from nothing, stage by stage.

    python -m experiments.micromath.build            writes tasks/micromath/pools, tasks/micromath/generator and
                                                     verifiers/micromath_models
    python -m experiments.micromath.build --smoke    the same in a minute, with a toy generator, into --work alone

A stage that is done is not done again, a stopped training goes on from its last checkpoint, and stopped labelling
from its last shard: start it again with the same command. Delete the work folder to start over. Stages that do not
wait for one another run side by side; with a GPU everything runs on it, one after another.
"""

import argparse
import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

import torch

from experiments.micromath.cards import write_card
from experiments.micromath.generator import train_generator
from experiments.micromath.labelled import SHARD, distinct_problems, write_shards
from experiments.micromath.pools import write_pool
from experiments.micromath.recipe import FULL, SMOKE, Recipe
from experiments.micromath.sampling import load_generator
from experiments.micromath.side_by_side import Job, side_by_side
from experiments.micromath.tokenizer import LONGEST, make_tokenizer
from tasks.micromath.families.catalogue import IN_DISTRIBUTION, OUT_OF_DISTRIBUTION
from tasks.micromath.splits import Split, balanced
from tasks.micromath_tasks import MICROMATH, MICROMATH_OOD, OOD_PER_CELL, PER_CELL
from verifiers.training.layout import Kind
from verifiers.training.sources import Source
from verifiers.training.train import TrainConfig, train

ROOT = Path(__file__).parents[2]
SHIPPED = (
    "config.json",
    "model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
    "verifier.json",
    "training.json",
)
KINDS: tuple[Kind, ...] = ("orm", "prm")
POOLS = {
    MICROMATH.name: (MICROMATH, IN_DISTRIBUTION, PER_CELL),
    MICROMATH_OOD.name: (MICROMATH_OOD, OUT_OF_DISTRIBUTION, OOD_PER_CELL),
}


def main() -> None:
    """Runs the stages that are not done yet, and ships what they made."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path("build/micromath"), help="where the stages keep their files")
    parser.add_argument("--smoke", action="store_true", help="a toy run that ships nothing")
    parser.add_argument(
        "--processes", type=int, default=min(2, os.cpu_count() or 1), help="how many stages run side by side on a CPU"
    )
    arguments = parser.parse_args()
    recipe = SMOKE if arguments.smoke else FULL
    work: Path = arguments.work / "smoke" if arguments.smoke else arguments.work
    ship = work / "shipped" if arguments.smoke else ROOT
    started = time.monotonic()
    processes = 1 if torch.cuda.is_available() else arguments.processes
    build(recipe, work, ship, processes)
    print(f"micromath is built: {(time.monotonic() - started) / 60:.0f} minutes in this run.")


def build(recipe: Recipe, work: Path, ship: Path, processes: int) -> None:
    """All stages in order.

    Args:
        recipe: The numbers.
        work: Where the stages keep their files.
        ship: The root under which the packages ``tasks`` and ``verifiers`` receive theirs.
        processes: How many run side by side.
    """
    clock = Clock()
    (model,) = side_by_side([(_generator, (recipe, work))], 1)
    _ship(model, ship / "tasks/micromath/generator", "generator")
    clock.lap("generator")
    pools: list[Job] = [(_pool, (recipe, model, name, work / "pools")) for name in POOLS]
    side_by_side(pools, processes)
    shutil.copytree(work / "pools", ship / "tasks/micromath/pools", dirs_exist_ok=True)
    clock.lap("pools")
    shards: list[Job] = [(_labelled, (recipe, model, work, first, processes)) for first in range(processes)]
    side_by_side(shards, processes)
    clock.lap("labels")
    trainings: list[Job] = [(train, (verifier_config(recipe, kind, model, work), Lines(kind))) for kind in KINDS]
    for kind, trained in zip(KINDS, side_by_side(trainings, processes), strict=True):
        _ship(trained, ship / "verifiers/micromath_models" / kind, kind)
    clock.lap("verifiers")


def verifier_config(recipe: Recipe, kind: Kind, model: Path, work: Path) -> TrainConfig:
    """The settings of a bundled verifier's training."""
    return TrainConfig(
        kind=kind,
        model=str(model),
        data=_sources(work / "labelled/train"),
        validation=_sources(work / "labelled/validation"),
        out=work / kind,
        longest=LONGEST,
        epochs=recipe.epochs[kind],
        rate=recipe.verifier_rate,
        batch_tokens=recipe.batch_tokens,
        seed=recipe.seed,
        precision="bf16",
    )


def _sources(folder: Path) -> tuple[Source, ...]:
    return tuple(Source(str(file), "labelled") for file in sorted(folder.glob("*.parquet")))


def _generator(recipe: Recipe, work: Path) -> Path:
    model = work / "generator/model"
    if not (model / "tokenizer_config.json").exists():
        train_generator(recipe, make_tokenizer(), work / "generator")
    return model


def _pool(recipe: Recipe, model: Path, name: str, folder: Path) -> None:
    if not (folder / name / "manifest.json").exists():
        task, families, per_cell = POOLS[name]
        generator = load_generator(model, recipe.temperature, recipe.seed)
        write_pool(task, balanced(families, "test", per_cell), generator, recipe.pool_samples, folder)


def _labelled(recipe: Recipe, model: Path, work: Path, first: int, every: int) -> None:
    """Every so-manieth shard, beginning with the first; the validation data with the first one's."""
    generator = load_generator(model, recipe.temperature, recipe.seed)
    stages: tuple[tuple[Split, int, int], ...] = (
        ("train", recipe.train_problems, recipe.train_samples),
        ("validation", recipe.validation_problems, recipe.validation_samples),
    )
    for split, number, samples in stages:
        folder = work / "labelled" / split
        if all((folder / f"{i:03d}.parquet").exists() for i in range(first, -(-number // SHARD), every)):
            continue
        plans = distinct_problems(IN_DISTRIBUTION, split, f"verifiers-{recipe.seed}", number)
        write_shards(generator, plans, samples, folder, first=first, every=every)


def _ship(model: Path, folder: Path, kind: str) -> None:
    """Copies what a user of the model needs, with its card."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SHIPPED:
        if (model / name).exists():
            shutil.copyfile(model / name, folder / name)
    write_card(folder, kind)


class Clock:
    """Says how long each stage took."""

    def __init__(self) -> None:
        self._since = time.monotonic()

    def lap(self, stage: str) -> None:
        """The stage is done."""
        now = time.monotonic()
        print(f"{stage}: {now - self._since:,.0f} s", flush=True)
        self._since = now


class Lines:
    """A line for every hundredth of a training, so that two can be told apart side by side."""

    def __init__(self, name: str) -> None:
        self._name = name

    def read(self, solutions: int) -> None:
        """Quick enough not to be told."""

    def step(self, done: int, steps: int, tokens: int) -> None:
        """One line in a hundred."""
        if done % max(1, steps // 100) == 0:
            print(f"{self._name}: step {done:,} of {steps:,}", flush=True)

    def looked(self, done: int, steps: int, numbers: Mapping[str, float]) -> None:
        """How well it does."""
        found = ", ".join(f"{name} {value:.4f}" for name, value in numbers.items())
        print(f"{self._name}: step {done:,} of {steps:,}: {found}", flush=True)


if __name__ == "__main__":
    main()
