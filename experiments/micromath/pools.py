"""The test pools: every sample with its answer and its true step labels, in the harness's own layout."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from experiments.micromath.sampling import MOST_TOKENS, Generator, solutions
from harness.pool.formats import Described, Entry
from harness.pool.importing import About, import_pool
from harness.pool.pools import Pool
from harness.pool.problems import load_problems
from harness.records import Task
from tasks.micromath.plans import Plan


def write_pool(task: Task, plans: Sequence[Plan], generator: Generator, samples: int, folder: Path) -> Pool:
    """Samples every problem of a task and writes the pool of the same name.

    Args:
        task: The task.
        plans: Its problems, with what the checker needs.
        generator: Who writes the solutions.
        samples: M.
        folder: Where pools go.
    """
    about = About(
        task_name=task.name,
        task=task,
        problems=load_problems(task),
        slots=samples,
        generator="micromath-generator",
        sampling={"temperature": generator.temperature, "max_new_tokens": MOST_TOKENS, "seed": generator.seed},
        origin={"format": "micromath", "files": []},
        licence="Apache-2.0",
        replace=True,
    )
    return import_pool(task.name, _entries(task, plans, generator, samples), about, folder)


def _entries(task: Task, plans: Sequence[Plan], generator: Generator, samples: int) -> Iterator[Entry]:
    line = 0
    for plan, written in solutions(generator, plans, samples):
        described = Described(id=plan.id, text=plan.text, subject=plan.subject, level=plan.level)
        for sample in written:
            line += 1
            yield Entry(described, sample, task.name, line)
        print(f"{task.name}: {line} samples", end="\r", flush=True)
    print()
