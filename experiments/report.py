"""The results of an experiment as small JSON: what was measured, at which size, with which seeds."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.micromath.checked import CheckedPool
from experiments.students import BEST, VOTE, Bench, ns
from harness.files import write_json
from harness.measure.statistics import difference_interval, draw_deviation

Floats = NDArray[np.float64]
DIGITS = 5


def row(arm: str, curves: Mapping[str, Floats], **more: Any) -> dict[str, Any]:
    """One verifier's curves: under each rule the accuracy and the deviation of a draw over N.

    Args:
        arm: What was tried.
        curves: By rule, how often the choice is right, [problems, N].
        more: What else tells it apart: solutions labelled a problem, seed.
    """
    numbers = {
        rule: {
            "accuracy": rounded(found.mean(0)),
            "draw_deviation": rounded([draw_deviation(column) for column in found.T]),
        }
        for rule, found in curves.items()
    }
    return {"arm": arm, **more, **numbers}


def controls(pool: CheckedPool) -> list[dict[str, Any]]:
    """Majority vote and pass@N on the same samples."""
    grid = ns(pool.slots)
    both = {"majority": pool.control("majority", grid), "pass@N": pool.control("pass", grid)}
    return [row(name, dict.fromkeys((BEST, VOTE), found)) for name, found in both.items()]


def difference(a: Sequence[Floats], b: Sequence[Floats]) -> dict[str, float]:
    """The mean paired difference of two arms, each the mean of its seeds, with its 95 % interval over problems.

    Args:
        a: One array [problems] a seed.
        b: The same for what it is compared with.
    """
    d = np.mean(a, axis=0) - np.mean(b, axis=0)
    interval = difference_interval(d)
    return {name: round(float(v), DIGITS) for name, v in
            {"difference": d.mean(), "low": interval.low, "high": interval.high}.items()}  # fmt: skip


def write(
    name: str, bench: Bench, rows: Iterable[Mapping[str, Any]], out: Path, *, whole: bool = False, **summary: Any
) -> Path:
    """Writes ``NAME.json``.

    Args:
        name: The experiment.
        bench: What it ran on.
        rows: The curves.
        out: The folder of the results.
        whole: Whether the whole pool was chosen from.
        summary: What the experiment says, in numbers.
    """
    file = out / f"{name}.json"
    pool = bench.pool if whole else bench.short_pool
    size = {key: value for key, value in asdict(bench.scale).items() if key != "base"}
    found = {
        "experiment": name,
        "size": size,
        "problems": len(pool.graded.ids),
        "ns": ns(pool.slots),
        "summary": summary,
        "rows": list(rows),
    }
    write_json(found, file)
    return file


def read(name: str, out: Path) -> dict[str, Any] | None:
    """The results of an experiment, or None where there are none."""
    file = out / f"{name}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None


def rounded(values: Iterable[float]) -> list[float]:
    """Numbers with as many digits as mean something."""
    return [round(float(value), DIGITS) for value in values]
