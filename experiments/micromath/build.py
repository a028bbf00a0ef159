"""Everything of the bundled world from nothing, stage by stage.

    python -m experiments.micromath.build            writes tasks/micromath/pools, tasks/micromath/generator and
                                                     verifiers/micromath_models
    python -m experiments.micromath.build --smoke    the same in a minute, with a toy generator, into --work alone

A stage that is done is not done again, a stopped training goes on from its last checkpoint, and stopped labelling
from its last shard: start it again with the same command. Delete the work folder to start over.
"""

import argparse
import shutil
import time
from pathlib import Path

from experiments.micromath.cards import write_card
from experiments.micromath.generator import train_generator
from experiments.micromath.labelled import distinct_problems, write_shards
from experiments.micromath.pools import write_pool
from experiments.micromath.recipe import FULL, SMOKE, Recipe
from experiments.micromath.sampling import Generator, load_generator
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


def main() -> None:
    """Runs the stages that are not done yet, and ships what they made."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path("build/micromath"), help="where the stages keep their files")
    parser.add_argument("--smoke", action="store_true", help="a toy run that ships nothing")
    arguments = parser.parse_args()
    recipe = SMOKE if arguments.smoke else FULL
    work: Path = arguments.work / "smoke" if arguments.smoke else arguments.work
    ship = work / "shipped" if arguments.smoke else ROOT
    started = time.monotonic()
    build(recipe, work, ship)
    print(f"micromath is built: {(time.monotonic() - started) / 60:.0f} minutes in this run.")


def build(recipe: Recipe, work: Path, ship: Path) -> None:
    """All stages in order.

    Args:
        recipe: The numbers.
        work: Where the stages keep their files.
        ship: The root under which the packages ``tasks`` and ``verifiers`` receive theirs.
    """
    model = _generator(recipe, work)
    _ship(model, ship / "tasks/micromath/generator", "generator")
    generator = load_generator(model, recipe.temperature, recipe.seed)
    _pools(recipe, generator, ship / "tasks/micromath/pools")
    _labelled(recipe, generator, work)
    for kind in ("orm", "prm"):
        trained = train(verifier_config(recipe, kind, model, work))
        _ship(trained, ship / "verifiers/micromath_models" / kind, kind)


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


def _pools(recipe: Recipe, generator: Generator, folder: Path) -> None:
    for task, families, per_cell in (
        (MICROMATH, IN_DISTRIBUTION, PER_CELL),
        (MICROMATH_OOD, OUT_OF_DISTRIBUTION, OOD_PER_CELL),
    ):
        if not (folder / task.name / "manifest.json").exists():
            write_pool(task, balanced(families, "test", per_cell), generator, recipe.pool_samples, folder)


def _labelled(recipe: Recipe, generator: Generator, work: Path) -> None:
    stages: tuple[tuple[Split, int, int], ...] = (
        ("train", recipe.train_problems, recipe.train_samples),
        ("validation", recipe.validation_problems, recipe.validation_samples),
    )
    for split, number, samples in stages:
        done = work / "labelled" / split / "done"
        if done.exists():
            continue
        plans = distinct_problems(IN_DISTRIBUTION, split, f"verifiers-{recipe.seed}", number)
        write_shards(generator, plans, samples, done.parent)
        done.touch()


def _ship(model: Path, folder: Path, kind: str) -> None:
    """Copies what a user of the model needs, with its card."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SHIPPED:
        if (model / name).exists():
            shutil.copyfile(model / name, folder / name)
    write_card(folder, kind)


if __name__ == "__main__":
    main()
