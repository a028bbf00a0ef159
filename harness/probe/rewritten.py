"""A pool's solutions rewritten, as a pool of their own: scored, cached and graded like any other.

Of each problem one right and one wrong sample are drawn. Their slots are: itself, then every rewrite, then the control
of every rewrite; what does not apply is a missing slot, and what the grader does not confirm is dropped and counted.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from harness import digest, home
from harness.errors import BadInput
from harness.measure.arrays import Bools, Ints
from harness.measure.graded import GradedPool
from harness.pool import grading, importing
from harness.pool.formats import Described, Entry
from harness.pool.importing import About
from harness.pool.manifest import read_manifest
from harness.pool.pools import Pool
from harness.pool.steps import split
from harness.probe.rewrites import KINDS, VERSION, Steps, control
from harness.records import AnswerSpec, Problem, Sample

ROLES = ("right", "wrong")
NAMES = tuple(KINDS)
BLOCK = 1 + 2 * len(NAMES)  # slots of one sample: itself, the rewrites, their controls


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The rewrites of a pool.

    Attributes:
        pool: They as a pool; a sample's slot says what it is (``slot``).
        source: For each role the position of the drawn sample among all samples of the pool, shape [roles, P]; -1 where
            the problem has none.
        confirmed: Which slots of each problem hold what they claim, shape [P, roles * BLOCK].
        made: Which slots hold anything, likewise.
    """

    pool: Pool
    source: Ints
    confirmed: Bools
    made: Bools


def slot(role: str, name: str = "", *, controls: bool = False) -> int:
    """The slot of a role's own sample, of a rewrite of it, or of that rewrite's control."""
    base = ROLES.index(role) * BLOCK
    return base if not name else base + 1 + NAMES.index(name) + (len(NAMES) if controls else 0)


def rewrite(
    pool: Pool,
    problems: Sequence[Problem],
    spec: AnswerSpec,
    graded: GradedPool,
    answers: Sequence[str | None],
    seed: int,
) -> Rewritten:
    """Draw the samples, rewrite them, and have the grader confirm what each rewrite claims.

    Args:
        pool: The samples.
        problems: In the pool's order.
        spec: What counts as the same answer.
        graded: Which samples are right.
        answers: What each sample answers.
        seed: Of the draws and the rewrites.

    Raises:
        BadInput: The pool has no texts.
    """
    source = _drawn(graded, problems, seed)
    name = f"probe-{digest.of_json([pool.digest, seed, VERSION])[:12]}"
    folder = home.work_folder(pool.digest) / "probes"
    made = _open(folder / name)
    if made is None:
        entries = list(_entries(pool, problems, graded, answers, source, seed))
        if not entries:
            raise BadInput(
                f"The pool {pool.name!r} has no texts, so that nothing can be rewritten. Probe one with texts."
            )
        about = About(
            task_name=pool.manifest.task, slots=len(ROLES) * BLOCK, step_joiner=pool.manifest.step_joiner, replace=True,
            generator=pool.manifest.generator, origin={"format": "probe", "pool": pool.digest, "version": VERSION},
        )  # fmt: skip
        made = importing.import_pool(name, entries, about, folder)
    return _confirm(made, problems, spec, source)


def _open(path: Path) -> Pool | None:
    return Pool(path, read_manifest(path)) if (path / "manifest.json").exists() else None


def _drawn(graded: GradedPool, problems: Sequence[Problem], seed: int) -> Ints:
    """One answered sample of each role of every problem, by a generator that the problem's id seeds."""
    out = np.full((len(ROLES), len(problems)), -1, dtype=np.int64)
    for p, problem in enumerate(problems):
        start, end = graded.offsets[p], graded.offsets[p + 1]
        for r, role in enumerate(ROLES):
            wanted = graded.correct[start:end] == (role == "right")
            places = np.flatnonzero(graded.answered[start:end] & ~graded.undecided[start:end] & wanted)
            if len(places):
                rng = random.Random(f"{seed}/{problem.id}/{role}")
                out[r, p] = start + rng.choice(places.tolist())
    return out


def _entries(
    pool: Pool,
    problems: Sequence[Problem],
    graded: GradedPool,
    answers: Sequence[str | None],
    source: Ints,
    seed: int,
) -> Iterator[Entry]:
    for p, (problem_id, table) in enumerate(pool.batches(["text", "steps"])):
        problem = problems[p]
        texts = pool.solutions(table)
        described = Described(problem_id, problem.text, problem.gold, problem.subject, problem.level, problem.answer)
        for r, role in enumerate(ROLES):
            if source[r, p] < 0 or not texts[source[r, p] - graded.offsets[p]].text:
                continue
            given = texts[source[r, p] - graded.offsets[p]]
            joiner = "\n\n" if "\n\n" in given.text else "\n"
            steps = given.steps or split(given.text, joiner)
            if not steps:
                continue
            turning = _turning(graded, answers, p, int(source[r, p]), problem.gold, role)
            for k, written in _versions(steps, turning, role, f"{seed}/{problem_id}/{role}"):
                sample = Sample(r * BLOCK + k, text=joiner.join(written), steps=written)
                yield Entry(described, sample, pool.name, int(source[r, p]))


def _versions(steps: Steps, answers: Sequence[str], role: str, seed: str) -> Iterator[tuple[int, Steps]]:
    """(slot within the block, steps) of the sample itself, its rewrites and their controls."""
    yield 0, steps
    for i, (name, kind) in enumerate(KINDS.items()):
        if kind.of not in ("any", role):
            continue
        written = kind.apply(steps, answers, random.Random(f"{seed}/{name}"))
        if written is not None:
            yield 1 + i, written
            yield 1 + len(NAMES) + i, steps if written == steps else control(steps, written)


def _turning(
    graded: GradedPool, answers: Sequence[str | None], p: int, at: int, gold: str, role: str
) -> tuple[str, ...]:
    """The sample's own answer, and one that would turn its verdict: a wrong one of the same problem, or the gold."""
    own = answers[at]
    if own is None:
        return ()
    if role == "wrong":
        return own, gold
    part = graded.of(p)
    wrong = np.flatnonzero(graded.answered[part] & (graded.correct[part] == 0)) + part.start
    other = next((answer for i in wrong.tolist() if (answer := answers[i])), None)
    return (own, other) if other else ()


def _confirm(made: Pool, problems: Sequence[Problem], spec: AnswerSpec, source: Ints) -> Rewritten:
    """Which rewrites the grader confirms: of the sample itself and of a preserving one the verdict is the role's."""
    known = {p.id: i for i, p in enumerate(problems)}
    own = [problems[known[i]] for i in made.problems]
    table = grading.grade(made, own, spec).table
    shape = (len(problems), len(ROLES) * BLOCK)
    confirmed, there = np.zeros(shape, dtype=np.bool_), np.zeros(shape, dtype=np.bool_)
    rows = zip(*[table[c].to_pylist() for c in ("problem_id", "index", "correct")], strict=True)
    for problem_id, index, correct in rows:
        role, k = divmod(index, BLOCK)
        i = k - 1 if k <= len(NAMES) else -1
        turns = 0 < k <= len(NAMES) and KINDS[NAMES[i]].claim == "breaking"
        there[known[problem_id], index] = True
        confirmed[known[problem_id], index] = correct is not None and correct == ((ROLES[role] == "right") != turns)
    return Rewritten(made, source, confirmed, there)
