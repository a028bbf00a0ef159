"""Everything of the bundled world from nothing, stage by stage.

    python -m experiments.micromath.build            writes tasks/micromath/pools, tasks/micromath/generator and
                                                     verifiers/families/micromath_models
    python -m experiments.micromath.build --smoke    the same in a minute, with a toy generator, into --work alone

A stage that is done is not done again, a stopped training goes on from its last checkpoint, and stopped labelling
from its last shard: start it again with the same command. Delete the work folder to start over. Stages that do not
wait for one another run side by side; with a GPU everything runs on it, one after another.
"""

import argparse
import json
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch

from experiments.micromath.cards import write_card
from experiments.micromath.generator import train_generator
from experiments.micromath.labelled import SHARD, distinct_problems, write_shards
from experiments.micromath.pools import write_pool
from experiments.micromath.recipe import FULL, SMOKE, Recipe, Round
from experiments.micromath.sampling import load_generator
from experiments.micromath.side_by_side import Job, side_by_side
from experiments.micromath.tokenizer import LONGEST, make_tokenizer
from tasks.micromath.families.catalogue import IN_DISTRIBUTION, OUT_OF_DISTRIBUTION
from tasks.micromath.splits import Split, balanced
from tasks.micromath_tasks import MICROMATH, MICROMATH_OOD, OOD_PER_CELL, PER_CELL
from verifiers.formats.layout import Kind
from verifiers.training.sources import Source
from verifiers.training.train import TrainConfig, train

ROOT = Path(__file__).parents[2]
SHIPPED = (
    "config.json",
    "model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
    "verifier.json",
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
    numbers = range(1, len(recipe.rounds) + 1)
    trained: dict[Kind, Path] = dict.fromkeys(KINDS, model)
    for number, each in zip(numbers, recipe.rounds, strict=True):
        folder = work / f"round-{number}"
        shards: list[Job] = [(_labelled, (recipe, each, model, folder, first, processes)) for first in range(processes)]
        side_by_side(shards, processes)
        clock.lap(f"labels, round {number}")
        trainings: list[Job] = [
            (train, (verifier_config(recipe, each, kind, trained[kind], folder), Lines(kind))) for kind in KINDS
        ]
        trained = dict(zip(KINDS, side_by_side(trainings, processes), strict=True))
        clock.lap(f"verifiers, round {number}")
    for kind in KINDS:
        _ship(
            trained[kind],
            ship / "verifiers/families/micromath_models" / kind,
            kind,
            [work / f"round-{i}" for i in numbers],
        )


def verifier_config(recipe: Recipe, each: Round, kind: Kind, model: Path, folder: Path) -> TrainConfig:
    """The settings of one round of a bundled verifier's training, from the model that the round before left."""
    return TrainConfig(
        kind=kind,
        model=str(model),
        data=_sources(folder / "labelled/train"),
        validation=_sources(folder / "labelled/validation"),
        out=folder / kind,
        longest=LONGEST,
        epochs=1.0,
        rate=each.rate,
        batch_tokens=recipe.batch_tokens,
        seed=each.seed,
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


def _labelled(recipe: Recipe, each: Round, model: Path, folder: Path, first: int, every: int) -> None:
    """Every so-manieth shard of a round, beginning with the first."""
    generator = load_generator(model, each.temperature, recipe.seed)
    stages: tuple[tuple[Split, int, int], ...] = (
        ("train", each.problems, each.samples),
        ("validation", recipe.validation_problems, recipe.validation_samples),
    )
    for split, number, samples in stages:
        place = folder / "labelled" / split
        if all((place / f"{i:03d}.parquet").exists() for i in range(first, -(-number // SHARD), every)):
            continue
        plans = distinct_problems(IN_DISTRIBUTION, split, f"verifiers-{each.seed}", number)
        write_shards(generator, plans, samples, place, first=first, every=every)


def _ship(model: Path, folder: Path, kind: str, rounds: Sequence[Path] = ()) -> None:
    """Copies what a user of the model needs, with the reports of its trainings and its card."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SHIPPED:
        if (model / name).exists():
            shutil.copyfile(model / name, folder / name)
    if rounds:
        reports = [json.loads((each / kind / "model/training.json").read_text(encoding="utf-8")) for each in rounds]
        text = json.dumps({"rounds": reports}, indent=2) + "\n"
        (folder / "training.json").write_text(text, encoding="utf-8")
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
