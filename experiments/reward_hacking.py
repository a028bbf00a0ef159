"""Does a weak verifier choose worse when it may choose among more?

The more solutions there are, the better is the one that fools the verifier best. Students with true labels of few
solutions choose among up to all samples of the test pool; where their accuracy turns down, and by how much it has
fallen at the largest N, is what is measured. The paper saw its ORM flatten there and its PRM keep rising.
"""

from pathlib import Path

import numpy as np

from experiments import data_scaling, report
from experiments.students import BEST, Bench, ns
from experiments.sweep import sweep

NAME = "reward-hacking"
EVERY = 2  # every second number of solutions: differences between neighbours are small


def run(bench: Bench, out: Path) -> Path:
    """Judges the students of ``data_scaling`` on the whole pool.

    Args:
        bench: What all experiments share.
        out: The folder of the results.
    """
    counts = bench.scale.counts[::EVERY]
    found = sweep(bench, data_scaling.arms(bench), counts, whole=True)
    grid = ns(bench.pool.slots)
    turns = {
        f"{arm}, {count}": turn([curves[BEST] for curves in seeds], grid) for (arm, count), seeds in found.found.items()
    }
    return report.write(NAME, bench, [*report.controls(bench.pool), *found.rows], out, whole=True, turns=turns)


def turn(found: list[report.Floats], grid: list[int]) -> dict[str, object]:
    """Where a curve is highest and how far it falls from there.

    Args:
        found: One array [problems, N] a seed.
        grid: The values of N.

    Returns:
        ``peak_n`` of the mean over the seeds and ``peak_ns`` of each, and the paired difference of the accuracy at the
        largest N from that at the mean's peak, with its interval over problems. The peak is where the curve
        happens to be highest, so the fall is somewhat too large; it is zero where the curve rises to its end.
    """
    peak = int(np.mean([f.mean(0) for f in found], axis=0).argmax())
    fall = report.difference([f[:, -1] for f in found], [f[:, peak] for f in found])
    return {"peak_n": grid[peak], "peak_ns": [grid[int(f.mean(0).argmax())] for f in found], "last_minus_peak": fall}
