"""What verifiers say of steps, and what moves them: step sets, step measures beside best-of-N, probes."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
from scipy import stats

from harness.measure.probes import distance
from harness.report import lookup

FEW = 4  # verifiers from which on a rank correlation says anything


@dataclass(frozen=True, slots=True)
class Number:
    """One reported number."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Study:
    """A run that chooses nothing by itself: on a step set, a probe, over-optimisation.

    Attributes:
        run_id: Its id.
        verifier: Whose.
        kind: Of its headline's measure.
        place: Task and pool, as a reader knows them.
        pool_digest: Of what it was measured on.
        headline: The measure that stands for it.
        options: As the run has them.
        numbers: (measure, slice) -> number; the slice of all is ``all``.
    """

    run_id: str
    verifier: str
    kind: str
    place: str
    pool_digest: str
    headline: str
    options: Mapping[str, Any]
    numbers: Mapping[tuple[str, str], Number]


def studies(connection: duckdb.DuckDBPyConnection) -> tuple[Study, ...]:
    """The newest study of every verifier, kind and pool, newest first; and each run's step measures on other pools."""
    runs = lookup.rows(
        connection,
        """
        select r.run_id, r.verifier, r.verifier_fingerprint, r.task_title, r.pool, r.pool_digest, r.headline_measure,
               r.options, len(r.ns) as drawn, coalesce(m.kind, 'steps') as kind
        from runs r left join measures m on m.measure = r.headline_measure
        where r.control = '' and (len(r.ns) = 0 or r.run_id in (select run_id from results where n is null))
        order by r.started desc, r.run_id
        """,
    )
    found = lookup.rows(
        connection, "select run_id, measure, slice, value, low, high from results where n is null order by slice_kind"
    )
    numbers: dict[str, dict[tuple[str, str], Number]] = {}
    for row in found:
        own = numbers.setdefault(row["run_id"], {})
        own.setdefault((row["measure"], row["slice"]), Number(row["value"], row["low"], row["high"]))
    out: dict[tuple[str, str, str], Study] = {}
    for row in runs:
        kind = "steps" if row["kind"] == "rule" else row["kind"]
        own = numbers.get(row["run_id"], {})
        headline = row["headline_measure"] if not row["drawn"] else _stands(own)
        study = Study(
            row["run_id"], row["verifier"], kind, f"{row['task_title']} · {row['pool']}", row["pool_digest"], headline,
            json.loads(row["options"]), own,
        )  # fmt: skip
        out.setdefault((row["verifier_fingerprint"], kind, row["pool_digest"]), study)
    return tuple(out.values())


def _stands(numbers: Mapping[tuple[str, str], Number]) -> str:
    """The step measure that stands for a run which chooses among samples too."""
    return next((m for m in ("first-error-f1", "step-auc") if (m, "all") in numbers), "")


def chosen(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Best-of-N, or whatever rule stands for a verifier, at the largest N of each run: newest of each pool first."""
    return lookup.rows(
        connection,
        """
        select r.verifier, r.task_title, r.pool, r.pool_digest, x.n, x.value, x.low, x.high
        from runs r
        join measures m on m.measure = r.headline_measure and m.kind = 'rule'
        join results x on x.run_id = r.run_id and x.measure = r.headline_measure
         and x.aggregation = r.headline_aggregation and x.slice_kind = 'all' and x.n = list_max(r.ns)
        where r.control = ''
        order by r.started desc, r.run_id
        """,
    )


def pairs(studied: Sequence[Study], measure: str, choices: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Skill at steps and best-of-N of the same verifier: one row for each verifier and pool that it chose on.

    Verifiers are the same where their names are, letters and digits alone; one that is asked after each step, and the
    outcome verifier that is asked, are the same.

    Args:
        studied: Step studies of one place.
        measure: The step measure.
        choices: From ``chosen``.
    """
    skill = {_bare(s.verifier): s.numbers[measure, "all"] for s in reversed(studied) if (measure, "all") in s.numbers}
    out, seen = [], set()
    for row in choices:
        key = (_bare(row["verifier"]), row["pool_digest"])
        if key[0] in skill and key not in seen:
            seen.add(key)
            own = skill[key[0]]
            out.append(
                {
                    "verifier": row["verifier"], "pool": f"{row['task_title']} · {row['pool']}", "n": row["n"],
                    "x": own.value, "x_low": own.low, "x_high": own.high,
                    "y": row["value"], "y_low": row["low"], "y_high": row["high"],
                }
            )  # fmt: skip
    return out


def by_distance(studied: Sequence[Study], measure: str, scale: float) -> list[dict[str, Any]]:
    """A measure over N of several studies, in the order of verifiers and N, at the distance that each N goes."""
    rows = [
        {"verifier": s.verifier, "n": int(part), "distance": distance(int(part)), "value": scale * x.value,
         "low": scale * x.low, "high": scale * x.high}
        for s in studied for (name, part), x in s.numbers.items() if name == measure
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row["verifier"], row["n"]))


def agreement(rows: Sequence[Mapping[str, Any]]) -> float | None:
    """Spearman's rank correlation of the two; None for fewer than four verifiers, or where one does not vary."""
    x, y = np.array([r["x"] for r in rows]), np.array([r["y"] for r in rows])
    if len(rows) < FEW or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    return float(stats.spearmanr(x, y).statistic)


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold().removesuffix("-prefixes"))
