"""Many solutions of each training problem, with true labels: what the experiments choose from.

They are sampled once, in shards, so that a stopped run goes on where it was.
"""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from experiments.micromath.labelled import distinct_problems
from experiments.micromath.sampling import Generator, load_generator, solutions
from experiments.scale import Scale
from harness.pool.labelled.solution import LabelledSolution
from tasks.micromath.families.catalogue import IN_DISTRIBUTION
from tasks.micromath.plans import Plan
from verifiers.training.labelled import read_labelled, write_labelled

SHARD = 100
Candidates = list[list[LabelledSolution]]  # problem by problem, each sample as it was drawn, repeats included


def candidates(scale: Scale, generator: Path, folder: Path) -> Candidates:
    """The samples of every training problem; what is there already is read, the rest is sampled.

    Args:
        scale: How many.
        generator: The folder of the model that writes them.
        folder: Where the shards are kept.
    """
    files = [folder / f"{number:03d}.parquet" for number in range(-(-scale.problems // SHARD))]
    if not all(file.exists() for file in files):
        loaded = load_generator(generator, scale.temperature, scale.seed)
        plans = distinct_problems(IN_DISTRIBUTION, "train", f"experiments-{scale.seed}", scale.problems)
        for number, file in enumerate(files):
            if not file.exists():
                part = plans[number * SHARD : (number + 1) * SHARD]
                print(f"{file}: {write_labelled(file, _samples(loaded, part, scale.samples))} samples", flush=True)
    by_problem: dict[str, list[LabelledSolution]] = {}
    for file in files:
        for solution in read_labelled(file):
            by_problem.setdefault(solution.problem, []).append(solution)
    return list(by_problem.values())


def uniform(drawn: Sequence[LabelledSolution], count: int, seed: str) -> list[LabelledSolution]:
    """The first distinct solutions of a problem's samples in random order: labels are not spent on repeats.

    With the same seed the choice of a smaller count is part of that of a larger one.

    Args:
        drawn: The samples of one problem.
        count: How many to choose; where there are fewer distinct ones, all of them.
        seed: The order comes from it.
    """
    order = list(drawn)
    random.Random(seed).shuffle(order)
    return distinct(order)[:count]


def distinct(drawn: Sequence[LabelledSolution]) -> list[LabelledSolution]:
    """Each solution once, in the order of its first sample."""
    return list({solution.steps: solution for solution in drawn}.values())


def _samples(generator: Generator, plans: Sequence[Plan], samples: int) -> Iterator[LabelledSolution]:
    for plan, written in solutions(generator, plans, samples):
        for sample in written:
            if sample.steps:
                yield LabelledSolution(plan.text, sample.steps, sample.step_labels or (), sample.given_correct)
