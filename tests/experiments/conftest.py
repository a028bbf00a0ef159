"""A toy world: an all but untrained generator, a pool of its samples, and a PRM that knows nothing."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from experiments.micromath import tokenizer
from experiments.micromath.generator import train_generator
from experiments.micromath.pools import write_pool
from experiments.micromath.sampling import load_generator
from experiments.scale import SMOKE
from experiments.students import Bench
from experiments.world import World
from tasks.micromath.families.catalogue import IN_DISTRIBUTION
from tasks.micromath.splits import balanced
from tasks.micromath_tasks import MICROMATH, PER_CELL
from verifiers.training.labelled import write_labelled
from verifiers.training.sources import Source
from verifiers.training.train import TrainConfig, train


@pytest.fixture(scope="session")
def world(tmp_path_factory) -> World:
    """What the experiments start from, laid out as the bundled one."""
    torch.set_num_threads(1)
    root: Path = tmp_path_factory.mktemp("world")
    recipe = replace(SMOKE.base, corpus=40)
    generator = root / "tasks/micromath/generator"
    patch = pytest.MonkeyPatch()
    patch.setattr(tokenizer, "PROBLEMS_READ", 300)
    train_generator(recipe, tokenizer.make_tokenizer(), root / "work").rename(_parent(generator))
    patch.undo()
    loaded = load_generator(generator, 1.0, 1)
    plans = balanced(IN_DISTRIBUTION, "test", PER_CELL)[::20]
    write_pool(MICROMATH, plans, loaded, 4, root / "tasks/micromath/pools")
    bench = Bench(World(root), root / "work", replace(SMOKE, problems=2, samples=2))
    write_labelled(root / "data.parquet", [solution for drawn in bench.candidates for solution in drawn])
    model = train(
        TrainConfig("prm", str(generator), (Source(str(root / "data.parquet")),), root / "prm", epochs=1, longest=512)
    )
    model.rename(_parent(root / "verifiers/families/micromath_models/prm"))
    return World(root)


def _parent(folder: Path) -> Path:
    folder.parent.mkdir(parents=True, exist_ok=True)
    return folder
