"""A pool's samples as labelled solutions: the harness's own grades, and step labels where the pool has them."""

from collections.abc import Iterator

from harness.material import graded_problems
from harness.pool import grading, pools
from harness.pool.labelled.solution import LabelledSolution
from harness.pool.manifest import task_of
from harness.pool.steps import split

COLUMNS = ["index", "steps", "text", "step_labels"]


def read_pool(name: str) -> Iterator[LabelledSolution]:
    """The distinct samples of a pool, graded by the harness if they are not yet.

    Steps are the pool's own, else the lines of the text. A sample without an answer is wrong; what
    the grader left undecided has no final-answer label.

    Args:
        name: A pool's name or folder.
    """
    pool = pools.open_pool(name)
    problems, spec = graded_problems(task_of(pool.manifest), pool, None)
    graded = grading.grade(pool, problems, spec).table
    correct = {
        (row["problem_id"], row["index"]): False if row["key"] is None else row["correct"]
        for row in graded.select(["problem_id", "index", "key", "correct"]).to_pylist()
    }
    for problem, (_, table) in zip(problems, pool.batches([c for c in COLUMNS if c in pool.columns()]), strict=True):
        seen: set[tuple[str, ...]] = set()
        for row in table.to_pylist():
            steps = tuple(row.get("steps") or split(row.get("text") or "", "\n"))
            if steps and steps not in seen:
                seen.add(steps)
                labels = tuple(row.get("step_labels") or ())
                right = correct[problem.id, row["index"]]
                yield LabelledSolution(problem.text, steps, labels if len(labels) == len(steps) else (), right)
