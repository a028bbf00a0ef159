"""An invented world for the leaderboard's tests and screenshots: no real problem, solution or verifier is in it.

    python tests/worlds/invented.py HOME      makes a home with pools, grades, scores and a store

A problem is a chain of sums; a solution writes them out step by step and sometimes slips; the verifiers redo the sums,
each with its own care. So a process verifier beats a vote, a vote beats chance, and some things are too hard for all.
"""

import hashlib
import os
import random
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from harness import registry
from harness.material import Options
from harness.pool.formats import Described, Entry
from harness.pool.importing import About, import_pool
from harness.pool.pools import Pool
from harness.records import Problem, Sample, Score, Source, Task
from harness.report import store
from harness.run import evaluate
from verifiers.base import OutcomeVerifier, ProcessVerifier

SLOTS = 32
_STEP = re.compile(r"\$(\d+) (\+|-|\\times) (\d+) = (-?\d+)\$")
_NAMES = ("Ada", "Ben", "Chen", "Dara", "Edu", "Fay", "Gus", "Hana")


def _task(name: str, title: str, domain: str) -> Task:
    return Task(
        name,
        1,
        title,
        domain,
        Source(),
        lambda row, i: None,
        step_separator="\n\n",
        licence="CC0-1.0",
        citation=f"@misc{{{name}, title = {{An invented task}}}}",
    )


SUMS = _task("invented-sums", "Invented sums", "math")
SCIENCE = _task("invented-science", "Invented science", "ood-stem")
SUBJECTS = {"invented-sums": ("Addition", "Mixed", "Products"), "invented-science": ("Orbits", "Reactions", "Circuits")}


def problems(task: Task, count: int) -> list[Problem]:
    """Chains of one to five sums; the level is their number."""
    rng = random.Random(task.name)
    out = []
    for i in range(count):
        level = 1 + i % 5
        subject = SUBJECTS[task.name][i // 5 % 3]
        start = rng.randint(2, 20)
        chain = [
            (rng.choice(["+", "-", r"\times"] if level > 1 else ["+"]), rng.randint(2, 9)) for _ in range(2 * level)
        ]
        words = {"+": "add", "-": "subtract", r"\times": "multiply by"}
        told = ", then ".join(f"{words[op]} ${n}$" for op, n in chain)
        text = f"{rng.choice(_NAMES)} starts with ${start}$. Now {told}. What is the result? (An invented problem.)"
        value = start
        for op, n in chain:
            value = _apply(value, op, n)
        out.append(Problem(f"{task.name}/{i:03d}", text, str(value), subject, level))
        _CHAINS[out[-1].id] = (start, chain)
    return out


_CHAINS: dict[str, tuple[int, list[tuple[str, int]]]] = {}


def _apply(value: int, op: str, n: int) -> int:
    return value + n if op == "+" else value - n if op == "-" else value * n


def solutions(problem: Problem, slots: int) -> Iterator[Sample]:
    """Solutions that slip now and then; a few slots stay empty, a few solutions end without an answer."""
    rng = random.Random(problem.id)
    start, chain = _CHAINS[problem.id]
    slip = rng.betavariate(1.2, 6.0) * (0.6 + 0.25 * (problem.level or 1))
    if problem.id.startswith("invented-science"):
        slip *= 1.5
    favourite = rng.randrange(len(chain))  # where this problem invites the same slip again and again
    for slot in range(slots):
        if rng.random() < 0.01:
            continue
        value, steps, labels, wrong = start, [f"We begin with ${start}$."], [1], False
        for place, (op, n) in enumerate(chain):
            true = _apply(value, op, n)
            found = true
            if rng.random() < slip * (1.4 if place == favourite else 0.5):
                found = true + (10 if place == favourite else rng.choice([-10, -1, 1, 2]))
                wrong = True
            steps.append(f"Step {place + 1}: ${value} {op} {n} = {found}$" + rng.choice([".", ", so we go on.", "."]))
            labels.append(-1 if found != true else (0 if wrong and place % 2 else 1))
            value = found
        if rng.random() < 0.02:
            steps.append("I am not sure how to finish.")
        else:
            steps.append(f"The answer is $\\boxed{{{value}}}$.")
        labels.append(-1 if wrong else 1)
        text = "\n\n".join(steps)
        yield Sample(slot, text, tuple(steps), tokens=len(text) // 3, finish="stop", step_labels=tuple(labels))


def make_pool(task: Task, name: str, count: int, slots: int = SLOTS) -> Pool:
    """Sample a pool of an invented task."""
    found = problems(task, count)
    entries = (
        Entry(Described(id=p.id, text=p.text), sample, "invented.jsonl", i)
        for i, p in enumerate(found)
        for sample in solutions(p, slots)
    )
    about = About(
        task_name=task.name,
        task=task,
        problems=found,
        slots=slots,
        generator="an invented generator",
        licence="CC0-1.0",
        sampling={"temperature": 0.7, "parameters": 1_800_000_000},
    )
    return import_pool(name, entries, about)


# ---------------------------------------------------------------------------------------------- verifiers


def _unit(*parts: object) -> float:
    """A number in (0, 1) that depends on the parts alone."""
    digest = hashlib.sha256("|".join(map(str, parts)).encode()).digest()
    return (int.from_bytes(digest[:8], "big") + 0.5) / 2**64


class _Costs:
    parameters = 0

    def __init__(self) -> None:
        self._tokens = 0

    def _count(self, solutions: Sequence[object]) -> None:
        self._tokens += sum(len(str(s)) // 3 + 40 for s in solutions)

    def usage(self) -> Mapping[str, Any]:
        flops = 2 * self.parameters * self._tokens
        return {"tokens": self._tokens, "flops": flops, "parameters": self.parameters, "device": "invented"}


class _Checker(_Costs, ProcessVerifier):
    """Redoes each sum and notices a slip with probability ``care``; ``skew`` bends its confidence."""

    care = 0.9
    skew = 1.0

    def score_steps(self, problem: str, solutions: Sequence[Sequence[str]]) -> Sequence[Sequence[float]]:
        self._count(["".join(s) for s in solutions])
        return [[self._step(problem, s, i) for i in range(len(s))] for s in solutions]

    def _step(self, problem: str, steps: Sequence[str], place: int) -> float:
        found = _STEP.search(steps[place])
        noise = _unit(self.name, problem, place, steps[place])
        right = found is None or _apply(int(found[1]), found[2], int(found[3])) == int(found[4])
        noticed = _unit(self.name, problem, steps[place]) < self.care
        suspicion = (0.35 + 0.6 * noise) if (not right and noticed) else 0.10 * noise**2 + 0.02 * (not right)
        if right and _unit(self.name, "alarm", problem, place, steps[place]) > 0.985:
            suspicion = 0.3 + 0.4 * noise
        return float((1.0 - suspicion) ** self.skew)


class AlderPRM(_Checker):
    name, care, parameters = "Alder-PRM-7B", 0.93, 7_100_000_000


class BirchPRM(_Checker):
    name, care, parameters = "Birch-PRM-1.5B", 0.78, 1_500_000_000


class CedarPRM(_Checker):
    name, care, skew, parameters, aggregation = "Cedar-PRM-7B", 0.86, 2.6, 7_600_000_000, "min"


class DogwoodORM(_Costs, OutcomeVerifier):
    """Looks at the whole solution only, on a raw scale."""

    name, parameters, care = "Dogwood-ORM-8B", 8_000_000_000, 0.62
    rules = ("best-of-n",)

    def score_solutions(self, problem: str, solutions: Sequence[str]) -> Sequence[float | None]:
        self._count(solutions)
        return [self._judge(problem, s) for s in solutions]

    def _judge(self, problem: str, text: str) -> float:
        slips = sum(_apply(int(a), op, int(b)) != int(c) for a, op, b, c in _STEP.findall(text))
        noticed = _unit(self.name, problem, text) < self.care
        return round(4.0 * (1 - (slips > 0 and noticed)) - 2.0 + 2.5 * (_unit(self.name, text) - 0.5), 4)


class ElmORM(DogwoodORM):
    name, parameters, care = "Elm-ORM-1.5B", 1_500_000_000, 0.35


class FigJudge(DogwoodORM):
    """Cannot read long solutions, so it scores too few to be ranked."""

    name, parameters, care = "Fig-judge-0.5B", 500_000_000, 0.5

    def _judge(self, problem: str, text: str) -> float | None:  # type: ignore[override]
        return None if len(text) > 330 else super()._judge(problem, text)


VERIFIERS = (BirchPRM, ElmORM, AlderPRM, DogwoodORM, CedarPRM, FigJudge)


def make_store(path: Path, n_problems: int = 60, verifiers: Sequence[type] = VERIFIERS) -> Path:
    """A store with both invented tasks measured under every invented verifier and the controls."""
    options = Options(ns=(1, 2, 3, 4, 6, 8, 12, 16, 24, 32))
    for task, name, count in ((SUMS, "sums", n_problems), (SCIENCE, "science", n_problems * 2 // 3)):
        pool = make_pool(task, name, count)
        chosen = [kind() for kind in verifiers] + [registry.verifier(c) for c in registry.controls()]
        store.write(path, evaluate(task, pool, chosen, options))
    return path


# ---------------------------------------------------------------------------------------------- hostile text

HOSTILE = (
    "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"><b>not bold</b>",
    r"Broken $\frac{1}$ and $x^{$ and \(\undefined{\) beside $a + b$.",
    "x" * 200_000 + "THE END",
    "שלום עולם $a + b$ مرحبا",
    "bell\x07 escape\x1b[31m null\x00 right\u202eto left",
    "# heading ![image](https://example.invalid/track.png) [link](javascript:alert(1)) :red[red] :smile: a -> b",
)


def make_hostile_store(path: Path) -> Path:
    """A store whose solutions try to be something else than text."""
    entries = (
        Entry(
            Described(id="hostile/0", text="What is $1 + 1$? <script>document.title='owned'</script>", gold="2"),
            Sample(slot, f"{text}\n\nThe answer is $\\boxed{{2}}$.", scores={"judge": Score(value)}),
            "hostile.jsonl",
            slot,
        )
        for slot, (text, value) in enumerate(zip(HOSTILE, (0.9, 0.8, 0.7, 0.6, 0.5, 0.4), strict=True))
    )
    pool = import_pool("hostile", entries, About(task_name="hostile", generator="<i>nobody</i>"))
    names = ["carried:judge", *registry.controls()]
    store.write(path, evaluate(None, pool, [registry.verifier(name) for name in names]))
    return path


if __name__ == "__main__":
    os.environ["BONBENCH_HOME"] = sys.argv[1]
    print(make_store(Path(sys.argv[1]) / "results.duckdb", 150))
