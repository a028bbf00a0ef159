"""Scores of many solutions by a trained verifier: the harness's own engine, each distinct solution once."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from harness import records, registry
from harness.measure.arrays import Floats
from verifiers.formats.layout import load_layout

Solution = tuple[str, tuple[str, ...]]  # a problem's text and the steps of a solution


class TrainedVerifier:
    """A verifier that ``verifiers.training`` made.

    Args:
        folder: Its model folder.
    """

    def __init__(self, folder: Path) -> None:
        self.layout = load_layout(folder)
        make = registry.verifiers()[f"hf-{self.layout.kind}"]
        own = {"pool_steps": True} if self.layout.kind == "prm" else {}
        self._verifier = make(model=str(folder), dtype="bfloat16", **own)

    def step_scores(self, solutions: Sequence[Solution]) -> list[Floats]:
        """For each solution log P(good) at the end of each step: log(1 - P(negative)); or its one log P(right)."""
        by_problem: dict[str, dict[tuple[str, ...], int]] = {}
        for problem, steps in solutions:
            own = by_problem.setdefault(problem, {})
            own.setdefault(steps, len(own))
        separator = self.layout.separator
        questions = [(p, [records.Solution(separator.join(s), s) for s in own]) for p, own in by_problem.items()]
        answered = self._verifier.score_prepared(self._verifier.prepare(questions))
        found = {p: row for (p, _), row in zip(questions, answered, strict=True)}
        with np.errstate(divide="ignore"):  # a probability of 0 is a log of -inf
            return [
                np.log(np.array(score.steps or ([] if score.value is None else [score.value]), dtype=np.float64))
                for problem, steps in solutions
                for score in [found[problem][by_problem[problem][steps]]]
            ]

    def scores(self, solutions: Sequence[Solution]) -> Floats:
        """One score per solution: the log of the product over steps for a PRM, the last value for an ORM."""
        steps = self.step_scores(solutions)
        if self.layout.kind == "prm":
            return np.array([found.sum() if len(found) else np.nan for found in steps])
        return np.array([found[-1] if len(found) else np.nan for found in steps])
