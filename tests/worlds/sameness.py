"""One piece of work from a file to every export, whose outcome should be the same bytes however it was done."""

import json
import random
import re
from pathlib import Path

from worlds.faults import steady

TASK = '''"""Counting: made problems."""

from harness.records import AnswerSpec, Problem, Source, Task

TASK = Task(
    name="counting", version=1, title="Counting", domain="math", source=Source(files=("problems.jsonl",)),
    problem=lambda row, position: Problem(id=row["id"], text=row["text"], gold=row["gold"], subject=row["subject"]),
    answer=AnswerSpec("math"), prompt="{problem}", licence="CC0-1.0",
)
'''
VERIFIERS = '''"""Two verifiers whose scores need exponents, logarithms and sums."""

import math

from verifiers.base import OutcomeVerifier, ProcessVerifier


class Outcome(OutcomeVerifier):
    name = "outcome"
    chunk_size = 5

    def score_solutions(self, problem, solutions):
        return [1 / (1 + math.exp(-math.sin(len(problem) * sum(map(ord, s))))) for s in solutions]


class Steps(ProcessVerifier):
    name = "steps"
    separator = "\\n"
    aggregation = "product"

    def score_steps(self, problem, solutions):
        return [[0.5 + 0.5 * math.cos(len(step) + ord(step[0])) ** 2 for step in steps] for steps in solutions]
'''
PROBLEMS, SLOTS = 14, 9
ANSWERS = ("12", r"\frac{1}{2}", "0.5", r"x^2+1", "1+x^2", r"\sqrt{2}", "7", r"\{1,2\}", r"\int_0^1 2x\,dx")
KINDS = ("csv", "parquet", "latex", "markdown", "hf", "lm-eval", "card")
IMPORT = (
    "pool", "import", "generic", "samples.jsonl", "--task", "counting.py", "--data", "problems.jsonl", "--name", "p",
    "--slots", str(SLOTS), "--max-rejected", "0",
)  # fmt: skip
RUN = (
    "run", "--pool", "p", "--task", "counting.py", "--data", "problems.jsonl", "-v", "carried",
    "-v", "own.py:Outcome", "-v", "own.py:Steps", "--rule", "best-of-n,weighted-vote",
)  # fmt: skip
PAGE = ("publish", "out/page.html", "--static", "--title", "Same")
_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")


def begin(folder: Path, *, shuffled: int | None = None) -> None:
    """The files to begin with; the samples in another order, each with its slot, where a seed is given."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "counting.py").write_text(TASK)
    (folder / "own.py").write_text(VERIFIERS)
    rng = random.Random(11)
    asked, samples = [], []
    for p in range(PROBLEMS):
        name, gold = f"c{p:02d}", ANSWERS[p % 4]
        asked.append({"id": name, "text": f"How many in {'heap ' * p}{p}?", "gold": gold, "subject": "ab"[p % 2]})
        for index in range(SLOTS):
            answer = rng.choice((gold, *ANSWERS))
            steps = [f"{rng.randrange(100)} = {rng.randrange(100)}." for _ in range(1 + index % 3)]
            samples.append({
                "problem_id": name, "index": index, "text": "\n".join([*steps, f"So it is $\\boxed{{{answer}}}$."]),
                "scores": {"orm": rng.randrange(40) / 40},
            })  # fmt: skip
        del samples[-1 - p % 3]  # a slot that is missing
    if shuffled is not None:
        random.Random(shuffled).shuffle(samples)
    for file, rows in (("problems", asked), ("samples", samples)):
        (folder / f"{file}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def exports() -> list[tuple[str, ...]]:
    """The commands that write every export of the store and of the pool."""
    return [
        *(("export", kind, "-o", f"out/{'cards' if kind == 'card' else kind}") for kind in KINDS),
        ("pool", "export", "p", "out/pool.jsonl"),
    ]


def written(folder: Path) -> dict[str, bytes]:
    """Every exported file, but for when and from which bytes it was made, and how long that took."""
    out = {}
    for path in sorted(p for p in (folder / "out").rglob("*") if p.is_file()):
        told = path.read_bytes()
        if path.suffix == ".json":
            card = steady(json.loads(told))
            del card["pool"]["origin"]  # the digest of the source's own bytes
            told = json.dumps(card).encode()
        out[str(path.relative_to(folder / "out"))] = _TIME.sub(b"", told)
    return out
