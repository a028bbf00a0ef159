"""Solutions of a pool with the checker's labels, as a step set: ``python -m experiments.micromath.step_set FILE``.

Of every problem of the pool ``micromath`` two distinct solutions are drawn, seeded by the problem, one of them with a
wrong step wherever there is one: half of the rows are to be accepted and half hold an error, as in a step benchmark.
"""

import json
import random
import sys
from pathlib import Path
from typing import Any

from harness import files
from harness.pool import pools

POOL = "micromath"


def rows(name: str = POOL) -> list[dict[str, Any]]:
    """The rows: problem, steps, step labels, whether the final answer is right."""
    pool = pools.open_pool(name)
    out = []
    for problem_id, table in pool.batches(["text", "steps", "step_labels", "given_correct"]):
        found: dict[bool, dict[tuple[str, ...], dict[str, Any]]] = {False: {}, True: {}}
        for row in table.to_pylist():
            if row["steps"] and row["step_labels"]:
                own = found[min(row["step_labels"]) < 0]
                own.setdefault(tuple(row["steps"]), row)
        rng = random.Random(problem_id)
        for kind in (False, True):
            if found[kind]:
                row = found[kind][rng.choice(sorted(found[kind]))]
                out.append(
                    {
                        "problem": pool.problems[problem_id].problem.text,
                        "steps": row["steps"],
                        "step_labels": row["step_labels"],
                        "correct": row["given_correct"],
                    }
                )
    return out


def main() -> None:
    """Write them as JSON lines."""
    path = Path(sys.argv[1])
    made = rows()
    files.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made), path)
    print(f"{len(made)} solutions in {path}")


if __name__ == "__main__":
    main()
