"""The verifiers' training data: solutions of training problems, each distinct one once, with all labels.

It is written in shards, so that a stopped build goes on where it was.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from experiments.micromath.sampling import Generator, solutions
from harness.pool.labelled.solution import LabelledSolution
from tasks.micromath.builder import Family
from tasks.micromath.plans import Plan
from tasks.micromath.splits import Split, stream
from verifiers.training.labelled import write_labelled

SHARD = 1000


def distinct_problems(families: Sequence[Family], split: Split, seed: str, number: int) -> list[Plan]:
    """The first distinct problems of a stream, levels equally likely."""
    found: dict[str, Plan] = {}
    for plan in stream(families, split, seed):
        found.setdefault(plan.id, plan)
        if len(found) == number:
            break
    return list(found.values())


def write_shards(
    generator: Generator, plans: Sequence[Plan], samples: int, folder: Path, *, first: int = 0, every: int = 1
) -> list[Path]:
    """Labelled samples of the problems as Parquet files of ``SHARD`` problems; files that are there stay.

    Args:
        generator: Who writes the solutions.
        plans: The problems.
        samples: Of each problem.
        folder: Where the files go.
        first: The first shard to write.
        every: How many shards further the next one is, so that several processes can share the work.

    Returns:
        The files, in order.
    """
    files = []
    for number in range(first, -(-len(plans) // SHARD), every):
        file = folder / f"{number:03d}.parquet"
        if not file.exists():
            part = plans[number * SHARD : (number + 1) * SHARD]
            written = write_labelled(file, _distinct(generator, part, samples))
            print(f"{file}: {written} distinct solutions of {len(part)} problems", flush=True)
        files.append(file)
    return files


def _distinct(generator: Generator, plans: Sequence[Plan], samples: int) -> Iterator[LabelledSolution]:
    for plan, written in solutions(generator, plans, samples):
        for sample in {s.text: s for s in written if s.steps}.values():
            yield LabelledSolution(plan.text, sample.steps or (), sample.step_labels or (), sample.given_correct)
