"""Every SELECT of the leaderboard: a connection in, frozen records or plain rows out.

A *board* is a set of entries that may be ranked together: the same pool of the same task version, under the same
protocol, grader and right answers. An *entry* is one run under one rule and aggregation.
"""

import itertools
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from harness import cite, lookup

Floats = NDArray[np.float64]
Rows = list[dict[str, Any]]

CONTROLS = {"Majority": "majority", "Oracle": "oracle", "Random": "random", "Length": "length"}
_JSON = ("options", "coverage", "cost")


@dataclass(frozen=True, slots=True)
class Board:
    """Runs that may be compared with each other.

    Attributes:
        name: Short and unique in the store; stands in links.
        task: Task name.
        task_version: Its version.
        title: Its title.
        domain: ``math``, ``ood-stem``, ...
        problems: ``task``, or ``pool`` where texts and right answers are the pool's own.
        pool: The pool's name.
        pool_digest: Its digest.
        generator: Who wrote the samples, "" where not stated.
        slots: M, or None where each problem has its own.
        n_problems: Problems.
        protocol: Version of the estimators' definitions.
        grader: Version of the grader.
        run_ids: Its runs, newest first.
        ns: Every N that any of them has, ascending.
        newest: When the newest run was started, UTC, ISO 8601.
    """

    name: str
    task: str
    task_version: int
    title: str
    domain: str
    problems: str
    pool: str
    pool_digest: str
    generator: str
    slots: int | None
    n_problems: int
    protocol: str
    grader: str
    run_ids: tuple[str, ...]
    ns: tuple[int, ...]
    newest: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One run under one rule and aggregation: a line of the board.

    Attributes:
        label: Unique on its board; stands in links.
        run_id: The run.
        verifier: The verifier's name.
        fingerprint: Hash of everything that can change its scores.
        family: Class or family of the verifier.
        control: ``majority``, ``oracle``, ``random``, ``length``, or "" for a verifier.
        rule: Selection rule.
        aggregation: Of step scores, or "".
        headline: Whether this rule and aggregation stand for the run.
        ns: The values of N of its run.
        started: UTC, ISO 8601.
        origin: ``measured``, or the card it came from.
        coverage: Counts: slots, missing, unanswered, undecided, unscored.
        cost: Tokens, FLOPs, seconds, parameters, as far as known.
        options: Of the run.
        scores_path: Parquet of the scores, or None.
        carried: The name under which the pool carries the scores, or "".
    """

    label: str
    run_id: str
    verifier: str
    fingerprint: str
    family: str
    control: str
    rule: str
    aggregation: str
    headline: bool
    ns: tuple[int, ...]
    started: str
    origin: str
    coverage: Mapping[str, int]
    cost: Mapping[str, Any]
    options: Mapping[str, Any]
    scores_path: str | None
    carried: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Run, rule and aggregation: what the entry's numbers are stored under."""
        return self.run_id, self.rule, self.aggregation

    @property
    def scored(self) -> float:
        """Share of the present samples that the verifier scored; 1 where it needs no scores."""
        present = self.coverage.get("slots", 0) - self.coverage.get("missing", 0)
        if self.rule in ("majority", "pass") or present <= 0:
            return 1.0
        return 1.0 - self.coverage.get("unscored", 0) / present

    @property
    def parameters(self) -> float | None:
        """Parameters of the verifier's model, where known."""
        value = self.cost.get("parameters")
        return float(value) if isinstance(value, int | float) else None


@dataclass(frozen=True, slots=True)
class Curve:
    """The reported numbers of an entry over N, for one slice; arrays of the same length."""

    n: NDArray[np.int64]
    value: Floats
    low: Floats
    high: Floats
    draw_deviation: Floats
    mc_error: Floats
    n_problems: int

    def at(self, n: int) -> int | None:
        """The position of this N, or None where the entry lacks it."""
        found = np.flatnonzero(self.n == n)
        return int(found[0]) if len(found) else None


@dataclass(frozen=True, slots=True)
class Values:
    """p_i of some entries on the same problems at one N.

    Attributes:
        keys: (run, rule, aggregation) of each row.
        problem_ids: Of each column.
        p: Shape [entries, problems].
    """

    keys: tuple[tuple[str, str, str], ...]
    problem_ids: tuple[str, ...]
    p: Floats
    row: Mapping[tuple[str, str, str], int] = field(default_factory=dict)


def boards(connection: duckdb.DuckDBPyConnection) -> tuple[Board, ...]:
    """Every board of the store, the one with the newest run first."""
    found = lookup.rows(
        connection,
        """
        select task, task_version, any_value(task_title) as title, any_value(domain) as domain, problems,
               arg_max(pool, started) as pool, pool_digest, arg_max(generator, started) as generator,
               arg_max(slots, started) as slots, arg_max(n_problems, started) as n_problems, protocol, grader,
               list(run_id order by started desc, run_id) as run_ids,
               list_sort(list_distinct(flatten(list(ns)))) as ns, max(started) as newest
        from runs
        group by task, task_version, problems, pool_digest, protocol, grader
        order by newest desc, task, pool
        """,
    )
    names = _unique(found, ("pool", "task_version", "protocol", "grader", "problems", "pool_digest"))
    return tuple(
        Board(name=name, **{**row, "run_ids": tuple(row["run_ids"]), "ns": tuple(row["ns"])})
        for name, row in zip(names, found, strict=True)
    )


def verifiers(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The names of all verifiers but the controls, in the order in which they first appeared."""
    found = lookup.rows(
        connection,
        """
        select verifier
        from runs
        where headline_rule <> 'pass' and not list_contains(?, family)
        group by verifier
        order by min(started), verifier
        """,
        [list(CONTROLS)],
    )
    return tuple(row["verifier"] for row in found)


def _unique(found: Rows, parts: Sequence[str]) -> list[str]:
    """task/pool, with as much more of each row's identity as it takes to tell the rows apart."""
    names = [row["task"] for row in found]
    for part in parts:
        if part != "pool" and len(set(names)) == len(names):
            break
        counts = Counter(names)
        names = [
            f"{name}/{str(row[part])[:12]}" if part == "pool" or counts[name] > 1 else name
            for name, row in zip(names, found, strict=True)
        ]
    return names


def entries(connection: duckdb.DuckDBPyConnection, board: Board) -> tuple[Entry, ...]:
    """Every entry of a board; of runs that measured the same thing only the newest."""
    found = lookup.rows(
        connection,
        """
        select r.run_id, r.verifier, r.verifier_fingerprint, r.verifier_config, r.family, r.headline_rule,
               r.headline_aggregation, r.ns, r.started, r.origin, r.options, r.coverage, r.cost, r.scores_path,
               c.rule, c.aggregation
        from runs r
        join (select distinct run_id, rule, aggregation from results where slice_kind = 'all') c using (run_id)
        where r.run_id in (select unnest(?))
        order by r.started desc, r.run_id, c.rule, c.aggregation
        """,
        [list(board.run_ids)],
    )
    seen: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in found:
        for name in _JSON:
            row[name] = json.loads(row[name])
        options = {k: v for k, v in row["options"].items() if k not in ("ns", "aggregations", "rules", "quintiles")}
        simulated = json.dumps(options, sort_keys=True) if row["rule"] == "weighted-vote" else ""
        identity = (row["verifier_fingerprint"], row["rule"], row["aggregation"], simulated)
        best = seen.setdefault(identity, row)
        if set(row["ns"]) > set(best["ns"]):
            seen[identity] = row  # an older run on a richer grid says more than the newest
    labels = _labels(list(seen.values()))
    return tuple(_entry(label, row) for label, row in zip(labels, seen.values(), strict=True))


def _labels(found: Rows) -> list[str]:
    plain = [
        cite.label(row["verifier"], row["aggregation"]) + (" vote" if row["rule"] == "weighted-vote" else "")
        for row in found
    ]
    counts = Counter(plain)
    return [
        f"{name} #{row['run_id'][:6]}" if counts[name] > 1 else name for name, row in zip(plain, found, strict=True)
    ]


def _entry(label: str, row: Mapping[str, Any]) -> Entry:
    config = json.loads(row["verifier_config"])
    return Entry(
        label=label,
        run_id=row["run_id"],
        verifier=row["verifier"],
        fingerprint=row["verifier_fingerprint"],
        family=row["family"],
        control="oracle" if row["rule"] == "pass" else CONTROLS.get(row["family"], ""),
        rule=row["rule"],
        aggregation=row["aggregation"],
        headline=(row["rule"], row["aggregation"]) == (row["headline_rule"], row["headline_aggregation"]),
        ns=tuple(row["ns"]),
        started=row["started"],
        origin=row["origin"],
        coverage=row["coverage"],
        cost=row["cost"],
        options=row["options"],
        scores_path=row["scores_path"],
        carried=str(config.get("carried") or ""),
    )


def curves(
    connection: duckdb.DuckDBPyConnection, board: Board, slice_kind: str = "all"
) -> dict[str, dict[tuple[str, str, str], Curve]]:
    """Slice -> (run, rule, aggregation) -> numbers over N, for every entry of a board."""
    table = connection.execute(
        """
        select slice, run_id, rule, aggregation, n, value, low, high, draw_deviation, mc_error, n_problems
        from results
        where slice_kind = ? and run_id in (select unnest(?))
        order by slice, run_id, rule, aggregation, n
        """,
        [slice_kind, list(board.run_ids)],
    ).fetchnumpy()
    if not len(table["n"]):
        return {}
    names = ("slice", "run_id", "rule", "aggregation")
    changed = np.zeros(len(table["n"]), dtype=bool)
    for name in names:
        changed[1:] |= table[name][1:] != table[name][:-1]
    starts = [0, *np.flatnonzero(changed).tolist(), len(changed)]
    out: dict[str, dict[tuple[str, str, str], Curve]] = {}
    for start, end in itertools.pairwise(starts):
        part, run_id, rule, aggregation = (str(table[name][start]) for name in names)
        out.setdefault(part, {})[run_id, rule, aggregation] = Curve(
            *(table[c][start:end] for c in ("n", "value", "low", "high", "draw_deviation", "mc_error")),
            int(table["n_problems"][start]),
        )
    return out


def values(connection: duckdb.DuckDBPyConnection, board: Board, n: int) -> Values:
    """p_i of every entry of a board that has this N, on the problems that all of them have."""
    table = connection.sql(
        """
        select v.run_id, v.rule, v.aggregation, v.problem_id, v.p[list_position(r.ns, ?)] as p
        from problem_results v
        join runs r using (run_id)
        where r.run_id in (select unnest(?)) and list_contains(r.ns, ?)
        """,
        params=[n, list(board.run_ids), n],
    ).to_arrow_table()
    return _values(table)


def _values(table: Any) -> Values:
    if not table.num_rows:
        return Values((), (), np.zeros((0, 0)))
    codes, levels = [], []
    for name in ("run_id", "rule", "aggregation", "problem_id"):
        column = table[name].combine_chunks().dictionary_encode()
        codes.append(column.indices.to_numpy(zero_copy_only=False).astype(np.int64))
        levels.append(column.dictionary.to_pylist())
    row_code = (codes[0] * len(levels[1]) + codes[1]) * len(levels[2]) + codes[2]
    used, rows = np.unique(row_code, return_inverse=True)
    p = np.full((len(used), len(levels[3])), np.nan)
    p[rows, codes[3]] = table["p"].to_numpy()
    keys = tuple(
        (levels[0][c // (len(levels[1]) * len(levels[2]))], levels[1][c // len(levels[2]) % len(levels[1])],
         levels[2][c % len(levels[2])])
        for c in used.tolist()
    )  # fmt: skip
    whole = ~np.isnan(p).any(axis=0)
    order = sorted(np.flatnonzero(whole).tolist(), key=lambda i: levels[3][i])
    return Values(keys, tuple(levels[3][i] for i in order), p[:, order], {key: i for i, key in enumerate(keys)})


def published(connection: duckdb.DuckDBPyConnection, task: str | None = None) -> Rows:
    """Numbers that others published, of one task or all, in the order of their sources."""
    return lookup.rows(
        connection,
        """
        select source, url, task, slice, verifier, kind, rule, aggregation, generator, n, value, n_problems, note
        from published
        where ? is null or task = ?
        order by rowid
        """,
        [task, task],
    )
