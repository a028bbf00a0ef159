"""Exact estimators against the published procedure, on a made pool of the paper's size: 500 problems x 1860 slots.

The published procedure (openai/prm800k, prm800k/eval/eval.py): for each of 400 trials, each of fourteen N and each
problem, fill up to 1860 slots, shuffle, take the first N, drop missing and answerless samples, and grade the one with
the highest score. It is written out here from that description. A few trials are timed and 400 are extrapolated;
agreement is checked with the trials that were run.

    python -m benchmarks.estimators [--trials 5] [--problems 500] [--slots 1860]
"""

import argparse
import math
import random
import time

import numpy as np

from harness.measure.protocol import PAPER_NS
from harness.measure.rules.best_of_n import best_of_n, rank_correctness
from harness.measure.rules.majority import Votes, majority


def made_pool(problems: int, slots: int, seed: int = 0):
    """Scores with ties, correctness, and missing slots (about 12 %), with a verifier that is better than chance."""
    rng = np.random.default_rng(seed)
    rate = rng.beta(0.6, 0.6, problems)[:, None]
    correct = (rng.random((problems, slots)) < rate).astype(float)
    scores = np.round(np.clip(rng.normal(0.5 + 0.15 * correct, 0.2), 0, 1), 3)
    scores[rng.random((problems, slots)) < 0.123] = np.nan
    return scores, correct


def made_votes(problems: int, slots: int, seed: int = 1) -> list[Votes]:
    """Answer counts from a few strong answers and a long tail, in half of the problems with a wrong one in front."""
    rng = np.random.default_rng(seed)
    votes = []
    for _ in range(problems):
        weights = rng.dirichlet(np.full(int(rng.integers(3, 400)), 0.02 * int(rng.integers(1, 40))))
        counts = rng.multinomial(int(slots * rng.uniform(0.7, 1.0)), weights)
        counts = counts[counts > 0]
        right = np.zeros(len(counts))
        right[counts.argmax() if rng.random() < 0.5 else rng.integers(len(counts))] = 1.0
        votes.append(Votes(counts, right, slots))
    return votes


def published_trial(problems, slots, ns) -> list[float]:
    """One trial of the published procedure over lists of dictionaries."""
    rates = []
    for n in ns:
        solved = 0
        for samples in problems:
            filled = samples + [None] * (slots - len(samples))
            random.shuffle(filled)
            drawn = [s for s in filled[:n] if s is not None]
            drawn = [s for s in drawn if s.get("answer") is not None]
            choice = max(drawn, key=lambda s: s["score"]) if drawn else None
            solved += choice is not None and choice["is_correct"]
        rates.append(solved / len(problems))
    return rates


def main() -> None:
    """Measure, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=3)
    parser.add_argument("--problems", type=int, default=500)
    parser.add_argument("--slots", type=int, default=1860)
    arguments = parser.parse_args()
    ns = [n for n in PAPER_NS if n <= arguments.slots]
    scores, correct = made_pool(arguments.problems, arguments.slots)

    started = time.perf_counter()
    ranked = np.stack([rank_correctness(s, c, arguments.slots) for s, c in zip(scores, correct, strict=True)])
    ranking = time.perf_counter() - started
    started = time.perf_counter()
    exact = best_of_n(ranked, ns).mean(axis=0)
    fourteen = time.perf_counter() - started
    started = time.perf_counter()
    best_of_n(ranked, range(1, arguments.slots + 1))
    every = time.perf_counter() - started

    rows = [
        [{"score": s, "is_correct": c == 1.0, "answer": "a"} for s, c in zip(*pair, strict=True) if not math.isnan(s)]
        for pair in zip(scores.tolist(), correct.tolist(), strict=True)
    ]
    random.seed(0)
    started = time.perf_counter()
    trials = np.array([published_trial(rows, arguments.slots, ns) for _ in range(arguments.trials)])
    trial = (time.perf_counter() - started) / arguments.trials
    error = np.sqrt(np.maximum((correct.mean() * (1 - correct.mean())), 1e-9) / arguments.problems / arguments.trials)
    worst = float(np.max(np.abs(trials.mean(axis=0) - exact)))

    votes = made_votes(arguments.problems, arguments.slots)
    majority(votes[:1], ns[:1])  # compile
    started = time.perf_counter()
    majority(votes, ns)
    voting = time.perf_counter() - started

    print(f"{arguments.problems} problems x {arguments.slots} slots, {len(ns)} values of N, ties and missing slots")
    print(f"  sorting and tie groups            {ranking:9.3f} s (once, whatever the N)")
    print(f"  best-of-N, exact, {len(ns)} values of N   {fourteen:9.4f} s")
    print(f"  best-of-N, exact, every N         {every:9.3f} s")
    print(f"  published procedure, one trial    {trial:9.3f} s ({400 * trial / 60:.1f} minutes for its 400)")
    print(f"  ratio, 400 trials / exact         {400 * trial / (ranking + fourteen):9.0f} x")
    spread = f"standard error of {arguments.trials} trials: {error:.4f} at most"
    print(f"  largest difference of the curves  {worst:9.4f} ({spread})")
    print(f"  majority, exact, {len(ns)} values of N    {voting:9.2f} s on 2 threads")


if __name__ == "__main__":
    main()
