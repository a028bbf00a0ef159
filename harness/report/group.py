"""Several tasks as one: a group's rows and its aggregate over problems, for every verifier measured on all of them.

This is the arithmetic of the paper's out-of-distribution table: problems are pooled, so a row counts by its number of
problems, and intervals are over problems.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from harness.errors import BadInput
from harness.measure import pooling
from harness.measure.pooling import Number
from harness.records import GroupRow, TaskGroup
from harness.report import lookup

Problem = tuple[str, str]  # task, problem id
Identity = tuple[str, str, str]  # control or verifier fingerprint, measure, aggregation
Joined = tuple[str, str, str]  # who made the samples, protocol, grader


def joined(generator: str, pool_digest: str, protocol: str, grader: str) -> Joined:
    """What runs must have in common so that their problems may be pooled.

    Where no generator is stated the pool stands in for it: two that are not known need not be the same.
    """
    return generator or f"pool {pool_digest}", protocol, grader


def identity(control: str, fingerprint: str, measure: str, aggregation: str) -> Identity:
    """What makes the numbers of different tasks those of one verifier: the same one under the same rule."""
    return control or fingerprint, measure, aggregation


@dataclass(frozen=True, slots=True)
class Line:
    """One verifier under one measure and aggregation.

    Attributes:
        verifier: Its name.
        measure: The measure.
        aggregation: Of step scores, or "".
        rows: By the label of the group's row; a row without a run is absent.
        aggregate: Over the problems of all rows; None unless every row is there.
        run_ids: The runs that the numbers come from.
    """

    verifier: str
    measure: str
    aggregation: str
    rows: Mapping[str, Number]
    aggregate: Number | None
    run_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A group measured on the pools of one generator.

    Attributes:
        group: The group.
        generator: Whose samples.
        n: N, the same in all rows.
        lines: Best aggregate first.
        missing: Labels of rows that no run covers.
        pools: The pool of each task.
    """

    group: TaskGroup
    generator: str
    n: int
    lines: tuple[Line, ...]
    missing: tuple[str, ...]
    pools: Mapping[str, str]


def table(
    connection: duckdb.DuckDBPyConnection, group: TaskGroup, n: int | None = None, generator: str | None = None
) -> Table:
    """A group's rows and aggregates out of a store.

    Of each task the newest measured pool of the generator counts, and of each verifier its newest run there.

    Args:
        connection: An opened store.
        group: The group.
        n: N; by default the largest that all of these runs have.
        generator: Whose pools; by default the one that covers most of the group's tasks. Runs under another protocol
            or grader than most of its tasks were measured under are left out (``joined``).

    Raises:
        BadInput: There is no run on the group's tasks, none of this generator, or none at this N.
    """
    runs = _runs(connection, group)
    if not runs:
        members = sorted({task for row in group.rows for task in row.tasks})
        raise BadInput(f"The store has no run on a task of the group {group.name!r}: {', '.join(members)}.")
    makers = dict.fromkeys(run["generator"] for run in runs)
    if generator is not None and generator not in makers:
        raise BadInput(f"No run of the group is on samples of {generator!r}; there are {', '.join(makers)}.")
    together: dict[Joined, list[dict[str, Any]]] = {}
    for run in runs:
        if generator in (None, run["generator"]):
            key = joined(run["generator"], run["pool_digest"], run["protocol"], run["grader"])
            together.setdefault(key, []).append(run)
    kept = _newest(max(together.values(), key=lambda own: len({run["task"] for run in own})))
    shared = sorted(set.intersection(*(set(run["ns"]) for run in kept)))
    if not shared or (n is not None and n not in shared):
        wanted = f"N = {n}" if n is not None else "N in common"
        raise BadInput(f"The runs of the group {group.name!r} have no {wanted}; all have {shared or 'none'}.")
    at = shared[-1] if n is None else n
    subjects = {run["pool_digest"]: _subjects(connection, run["pool_digest"]) for run in kept}
    values = _values(connection, kept, at)
    lines = [_line(group.rows, who, parts, subjects) for who, parts in values.items()]
    measured = [line for line in lines if line is not None]
    return Table(
        group,
        kept[0]["generator"],
        at,
        tuple(sorted(measured, key=_order)),
        tuple(row.label for row in group.rows if not any(row.label in line.rows for line in measured)),
        {run["task"]: run["pool"] for run in kept},
    )


def _order(line: Line) -> tuple[bool, float]:
    """Best aggregate first; then what is incomplete."""
    return line.aggregate is None, -(line.aggregate.value if line.aggregate else 0.0)


def _runs(connection: duckdb.DuckDBPyConnection, group: TaskGroup) -> list[dict[str, Any]]:
    """The runs on the group's tasks, newest first."""
    tasks = sorted({task for row in group.rows for task in row.tasks})
    return lookup.rows(
        connection, "select * from runs where list_contains(?, task) order by started desc, run_id", [tasks]
    )


def _newest(runs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of each task the runs on its newest pool; of each verifier there the newest one."""
    board: dict[str, tuple[Any, ...]] = {}
    seen: set[tuple[str, str]] = set()
    kept = []
    for run in runs:
        circumstances = tuple(run[name] for name in ("pool_digest", "task_version"))
        who = (run["task"], run["verifier_fingerprint"])
        if board.setdefault(run["task"], circumstances) == circumstances and who not in seen:
            seen.add(who)
            kept.append(run)
    return kept


def _subjects(connection: duckdb.DuckDBPyConnection, pool_digest: str) -> dict[str, str | None]:
    found = lookup.rows(connection, "select problem_id, subject from problems where pool_digest = ?", [pool_digest])
    return {row["problem_id"]: row["subject"] for row in found}


def _values(
    connection: duckdb.DuckDBPyConnection, runs: Sequence[dict[str, Any]], n: int
) -> dict[Identity, list[tuple[dict[str, Any], dict[str, float]]]]:
    """Who -> their runs, each with p_i by problem id."""
    out: dict[Identity, list[tuple[dict[str, Any], dict[str, float]]]] = {}
    for run in runs:
        pairs = lookup.rows(
            connection,
            "select distinct measure, aggregation from results where run_id = ? and n is not null",
            [run["run_id"]],
        )
        for pair in pairs:
            found = lookup.at_n(connection, run, n, pair["measure"], pair["aggregation"])
            who = identity(run["control"], run["verifier_fingerprint"], pair["measure"], pair["aggregation"])
            out.setdefault(who, []).append((run, found))
    return out


def _line(
    rows: Sequence[GroupRow],
    who: Identity,
    parts: Sequence[tuple[dict[str, Any], dict[str, float]]],
    subjects: Mapping[str, Mapping[str, str | None]],
) -> Line | None:
    found: dict[str, dict[Problem, float]] = {}
    for row in rows:
        own = [(run, p) for run, p in parts if run["task"] in row.tasks]
        if {run["task"] for run, _ in own} != set(row.tasks):
            continue
        members = {
            (run["task"], problem): value
            for run, p in own
            for problem, value in p.items()
            if not row.subjects or subjects[run["pool_digest"]].get(problem) in row.subjects
        }
        if members:
            found[row.label] = members
    if not found:
        return None
    together = {problem: value for members in found.values() for problem, value in members.items()}
    return Line(
        verifier=parts[0][0]["verifier"],
        measure=who[1],
        aggregation=who[2],
        rows={label: _number(members) for label, members in found.items()},
        aggregate=_number(together) if len(found) == len(rows) else None,
        run_ids=tuple(run["run_id"] for run, _ in parts),
    )


def _number(members: Mapping[Problem, float]) -> Number:
    return pooling.over_problems(np.array(list(members.values()), dtype=np.float64))
