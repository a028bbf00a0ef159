"""Train every policy, one after another: ``python -m experiments.policy.run --work build/policy``.

Seeds come first, arms after: whenever it is stopped, as many arms as possible have the same seeds. A policy whose log
is there is not trained again.
"""

import argparse
from pathlib import Path

from experiments.policy import dpo, grpo, summary
from experiments.policy.recipe import FULL, SMOKE, Recipe
from experiments.world import World
from harness import packages


def run(recipe: Recipe, work: Path, world: World) -> list[Path]:
    """Train what is not there yet.

    Args:
        recipe: The size.
        work: Where the policies' logs are kept.
        world: The micromath whose generator is trained.

    Returns:
        The logs.
    """
    logs = []
    for trainer in (grpo, dpo):
        for seed in recipe.seeds:
            for arm in trainer.ARMS:
                log = work / f"{trainer.__name__.rpartition('.')[2]}-{arm}-{seed}" / "log.json"
                logs.append(log if log.exists() else trainer.train(arm, seed, recipe, world.generator, log.parent))
    return logs


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("build/policy"), help="where the policies are kept")
    parser.add_argument("--out", type=Path, default=Path("docs/results"), help="where the numbers go")
    parser.add_argument("--smoke", action="store_true", help="at toy size: shows that it runs and nothing else")
    options = parser.parse_args()
    packages.need("train", "train policies", "trl", "torch", "datasets")
    recipe = SMOKE if options.smoke else FULL
    print(summary.write(run(recipe, options.work, World()), recipe, options.out))


if __name__ == "__main__":
    main()
