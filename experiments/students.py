"""The small verifiers of the experiments: what they start from, how each is trained, how well it chooses.

As in section 4 of the paper, where small models stand in for large ones, every student starts from one small
language model. It is a seventh of the bundled generator and has read two fifths of its text.
"""

import json
import shutil
import time
from collections.abc import Callable, Iterable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from transformers import AutoTokenizer

from experiments.candidates import Candidates, candidates
from experiments.micromath.checked import CheckedPool, load_pool
from experiments.micromath.generator import train_generator
from experiments.micromath.scoring import TrainedVerifier
from experiments.micromath.tokenizer import LONGEST
from experiments.scale import Scale
from experiments.world import World
from harness.measure import voting
from harness.measure.graded import GradedPool
from harness.measure.rules import weighted_vote as vote
from harness.measure.rules.best_of_n import by_problem
from harness.pool.labelled.solution import LabelledSolution
from harness.pool.pools import open_pool
from verifiers.formats.layout import Kind
from verifiers.training.labelled import read_labelled, write_labelled
from verifiers.training.sources import Source
from verifiers.training.train import TrainConfig, train

Floats = NDArray[np.float64]
Curves = dict[str, Floats]  # by rule: how often the choice is right, [problems, N]
BEST, VOTE = "best-of-n", "weighted-vote"


@dataclass(frozen=True, slots=True)
class Student:
    """A small verifier.

    Attributes:
        labels: Whose labels it learns from, and how the solutions were chosen: part of its name.
        kind: ``orm`` or ``prm``.
        count: Labelled solutions of each problem.
        seed: Its seed.
    """

    labels: str
    kind: Kind
    count: int
    seed: int

    @property
    def name(self) -> str:
        """Its folder."""
        return f"{self.kind}-{self.labels}-{self.count}-{self.seed}"


class Bench:
    """Everything that the experiments share; what was made once is not made again.

    Args:
        world: What they start from.
        work: Where everything is kept.
        scale: Their size.
    """

    def __init__(self, world: World, work: Path, scale: Scale) -> None:
        self.world = world
        self.scale = scale
        self._work = work

    @cached_property
    def base(self) -> Path:
        """The folder of the small language model."""
        model = self._work / "base/model"
        if not (model / "tokenizer_config.json").exists():
            tokenizer = AutoTokenizer.from_pretrained(self.world.generator)
            train_generator(self.scale.base, tokenizer, self._work / "base")
        return model

    @cached_property
    def candidates(self) -> Candidates:
        """The training problems' samples with true labels."""
        return candidates(self.scale, self.world.generator, self._work / "candidates")

    @cached_property
    def pool(self) -> CheckedPool:
        """The whole test pool."""
        return load_pool(self.world.pool)

    @cached_property
    def _digest(self) -> str:
        """What tells the test pool from another."""
        return open_pool(str(self.world.pool)).manifest.digest[:8]

    @cached_property
    def short_pool(self) -> CheckedPool:
        """The test pool with the first ``slots`` samples of each problem."""
        return self.pool.first(self.scale.slots)

    def trained(self, student: Student, data: Callable[[], Iterable[LabelledSolution]]) -> Path:
        """The folder of the student's model; it is trained when it is not there yet.

        Args:
            student: Which.
            data: What it is trained on, when it is.
        """
        folder = self._work / "students" / student.name
        file = folder / "data.parquet"
        if not file.exists():
            write_labelled(file, data())
        solutions = sum(1 for _ in read_labelled(file))
        config = TrainConfig(
            kind=student.kind,
            model=str(self.base),
            data=(Source(str(file)),),
            out=folder,
            longest=LONGEST,
            epochs=max(self.scale.epochs, self.scale.least_read / solutions),
            rate=self.scale.rate,
            batch_tokens=self.scale.batch_tokens,
            checkpoints=1,
            seed=student.seed,
            precision="bf16",
        )
        with (folder / "train.log").open("a") as log, redirect_stdout(log), redirect_stderr(log):
            model = train(config)
        shutil.rmtree(folder / "checkpoints", ignore_errors=True)
        return model

    def judged(self, student: Student, data: Callable[[], Iterable[LabelledSolution]], *, whole: bool) -> Curves:
        """How often the student leads to a right answer, by rule; trains it where needed.

        Args:
            student: Which.
            data: What it is trained on, when it is.
            whole: Among all samples of the pool, or among the first ``slots`` of each problem.
        """
        pool = self.pool if whole else self.short_pool
        file = self._work / "students" / student.name / f"scores-{self._digest}-{pool.slots}.npy"
        if file.exists():
            return curves(pool, np.load(file))
        started = time.monotonic()
        scores = TrainedVerifier(self.trained(student, data)).scores(pool.solutions)
        np.save(file, scores)
        found = curves(pool, scores)
        ends = ", ".join(f"{rule} of {pool.slots} {values[:, -1].mean():.4f}" for rule, values in found.items())
        print(f"{student.name}: {ends} ({time.monotonic() - started:.0f} s)", flush=True)
        return found

    def labelled(self, student: Student) -> int:
        """How many solutions a trained student was trained on."""
        report = self._work / "students" / student.name / "model/training.json"
        return int(json.loads(report.read_text(encoding="utf-8"))["solutions"])


def ns(slots: int) -> list[int]:
    """The values of N reported: powers of two up to the number of slots, and that number.

    >>> ns(6)
    [1, 2, 4, 6]
    """
    return sorted({2**i for i in range(slots.bit_length()) if 2**i <= slots} | {slots})


def curves(pool: CheckedPool, scores: Floats) -> Curves:
    """Best-of-N and the weighted vote, [problems, N], N in ``ns``.

    Args:
        pool: The samples.
        scores: The logarithm of a probability for each; NaN where there is none.
    """
    grid = ns(pool.slots)
    return {BEST: by_problem(pool.graded, scores, grid), VOTE: weighted_vote(pool.graded, scores, grid)}


def weighted_vote(graded: GradedPool, scores: Floats, grid: list[int]) -> Floats:
    """How often the answer with the largest sum of probabilities is right, [problems, N], by seeded draws."""
    votes = []
    for p in range(len(graded.ids)):
        key, own = graded.key[graded.of(p)], scores[graded.of(p)]
        voted = (key >= 0) & ~np.isnan(own)
        _, right = voting.tally(graded, p)
        votes.append(vote.WeightedVotes(key[voted], np.exp(own[voted]), right, int(graded.slots[p]), seed=p))
    return vote.weighted_vote(votes, grid)[0]
