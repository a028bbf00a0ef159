"""Every SELECT of the leaderboard: a connection in, frozen records or plain rows out."""

import itertools
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import numpy as np

from harness.report import cite, lookup
from leaderboard.read.records import Board, Curve, Entry, Floats, Key, Values

Rows = list[dict[str, Any]]

CONTROLS = {"Majority": "majority", "Oracle": "oracle", "Random": "random", "Length": "length"}
_JSON = ("options", "coverage", "cost")


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


def groups(connection: duckdb.DuckDBPyConnection) -> Rows:
    """The groups of tasks that bonbench knew when the store was last written: name, title, domain, rows."""
    found = lookup.rows(connection, "select value from meta where key = 'groups'")
    return list(json.loads(found[0]["value"])) if found else []


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
        shown = [str(row[part]) if part == "pool" else str(row[part])[:12] for row in found]
        names = [
            f"{name}/{more}" if part == "pool" or counts[name] > 1 else name
            for name, more in zip(names, shown, strict=True)
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
        config=config,
        carried=str(config.get("carried") or ""),
    )


def curves(connection: duckdb.DuckDBPyConnection, board: Board, slice_kind: str = "all") -> dict[str, dict[Key, Curve]]:
    """Slice -> (run, rule, aggregation) -> numbers over N, for every entry of a board."""
    table = connection.execute(
        """
        select slice, run_id, rule, aggregation, n, value, coalesce(standard_error, 'nan'::double) as standard_error,
               low, high, draw_deviation, mc_error, n_problems
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
    out: dict[str, dict[Key, Curve]] = {}
    for start, end in itertools.pairwise(starts):
        part, run_id, rule, aggregation = (str(table[name][start]) for name in names)
        out.setdefault(part, {})[run_id, rule, aggregation] = Curve(
            n=table["n"][start:end],
            value=table["value"][start:end],
            standard_error=table["standard_error"][start:end],
            low=table["low"][start:end],
            high=table["high"][start:end],
            draw_deviation=table["draw_deviation"][start:end],
            mc_error=table["mc_error"][start:end],
            n_problems=int(table["n_problems"][start]),
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
        (
            levels[0][c // (len(levels[1]) * len(levels[2]))],
            levels[1][c // len(levels[2]) % len(levels[1])],
            levels[2][c % len(levels[2])],
        )
        for c in used.tolist()
    )
    whole = ~np.isnan(p).any(axis=0)
    order = sorted(np.flatnonzero(whole).tolist(), key=lambda i: levels[3][i])
    return Values(keys, tuple(levels[3][i] for i in order), p[:, order], {key: i for i, key in enumerate(keys)})


def runs(connection: duckdb.DuckDBPyConnection) -> Rows:
    """Every run with its headline number, newest first."""
    return lookup.runs(connection)


def curves_by_problem(connection: duckdb.DuckDBPyConnection, entry: Entry) -> tuple[tuple[str, ...], Floats]:
    """The problems of an entry's run and p_i at every N of it, shape [problems, N]."""
    ids, found = lookup.problem_values(connection, *entry.key)
    return tuple(ids), found


def problems(connection: duckdb.DuckDBPyConnection, pool_digest: str) -> Rows:
    """The problems of a pool: id, subject, level, quintile (1 = easiest), pass rate, slots, samples."""
    return lookup.rows(
        connection,
        """
        select problem_id, subject, level, quintile, pass_rate, slots, samples
        from problems
        where pool_digest = ?
        order by position
        """,
        [pool_digest],
    )


def pool(connection: duckdb.DuckDBPyConnection, pool_digest: str) -> dict[str, Any] | None:
    """Where a pool and its grades lie, and its manifest; None where only cards of it were added."""
    found = lookup.rows(
        connection,
        "select pool_digest, name, path, grades_path, manifest from pools where pool_digest = ?",
        [pool_digest],
    )
    return {**found[0], "manifest": json.loads(found[0]["manifest"])} if found else None


def manifest(connection: duckdb.DuckDBPyConnection, pool_digest: str) -> dict[str, Any]:
    """The manifest of a pool; empty where it is not known."""
    found = pool(connection, pool_digest)
    return found["manifest"] if found else {}


def pools(connection: duckdb.DuckDBPyConnection) -> Rows:
    """Every pool that was measured: name, digest, manifest."""
    found = lookup.rows(connection, "select pool_digest, name, manifest from pools order by name, pool_digest")
    return [{**row, "manifest": json.loads(row["manifest"])} for row in found]


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
