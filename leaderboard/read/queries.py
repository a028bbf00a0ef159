"""Every SELECT of the leaderboard: a connection in, frozen records or plain rows out."""

import itertools
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from harness.measure.arrays import Floats
from harness.measure.catalogue import Described, catalogue
from harness.report import cite, lookup
from leaderboard.read.records import MIN_SCORED, Board, Curve, Entry, Key, StepNumber, Values, share_scored

Rows = list[dict[str, Any]]

_JSON = ("options", "coverage", "cost")


def boards(connection: duckdb.DuckDBPyConnection) -> tuple[Board, ...]:
    """Every board of the store, the one with the newest run first."""
    found = lookup.rows(
        connection,
        """
        select task, task_version, any_value(task_title) as title, any_value(domain) as domain, problems,
               arg_max(pool, started) as pool, pool_digest, arg_max(generator, started) as generator,
               arg_max(slots, started) as slots, arg_max(n_problems, started) as n_problems,
               arg_max(task_problems, started) as task_problems, protocol, grader,
               list(run_id order by started desc, run_id) as run_ids,
               list({'verifier': verifier, 'coverage': coverage} order by started desc, run_id)
                 filter (where control = '') as scored,
               list_sort(list_distinct(flatten(list(ns)))) as ns, max(started) as newest
        from runs
        where headline_measure in (select measure from measures where kind = 'rule')
        group by task, task_version, problems, pool_digest, protocol, grader
        order by newest desc, task, pool
        """,
    )
    names = _unique(found, ("pool", "task_version", "protocol", "grader", "problems", "pool_digest"))
    for row in found:
        own = [x["verifier"] for x in row.pop("scored") or () if share_scored(json.loads(x["coverage"])) >= MIN_SCORED]
        row |= {"verifiers": tuple(dict.fromkeys(own)), "run_ids": tuple(row["run_ids"]), "ns": tuple(row["ns"])}
    return tuple(Board(name=name, **row) for name, row in zip(names, found, strict=True))


def groups(connection: duckdb.DuckDBPyConnection) -> Rows:
    """The groups of tasks that bonbench knew when the store was last written: name, title, domain, rows."""
    found = lookup.rows(connection, "select value from meta where key = 'groups'")
    return list(json.loads(found[0]["value"])) if found else []


def measures(connection: duckdb.DuckDBPyConnection) -> dict[str, Described]:
    """What is known of each measure: as the store's runs knew it, else as this installation does."""
    stored = {name: Described(**row) for name, row in lookup.measures(connection).items()}
    return {**catalogue(), **stored}


def verifiers(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The names of all verifiers but the controls, in the order in which they first appeared."""
    found = lookup.rows(
        connection,
        """
        select verifier
        from runs
        where control = ''
        group by verifier
        order by min(started), verifier
        """,
    )
    return tuple(row["verifier"] for row in found)


def told(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """What bonbench knew of the verifiers it has names for when the store was last written: model, licence, source."""
    found = lookup.rows(connection, "select value from meta where key = 'verifiers'")
    return dict(json.loads(found[0]["value"])) if found else {}


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
    known = measures(connection)
    found = lookup.rows(
        connection,
        """
        select r.run_id, r.verifier, r.verifier_fingerprint, r.verifier_config, r.family, r.control,
               r.headline_measure, r.headline_aggregation, r.ns, r.started, r.origin, r.options, r.coverage, r.cost,
               r.scores_path, c.measure, c.aggregation
        from runs r
        join (select distinct run_id, measure, aggregation from results where slice_kind = 'all' and n is not null) c
          using (run_id)
        join measures m on m.measure = c.measure
        where r.run_id in (select unnest(?))
        order by r.started desc, r.run_id, m.position, c.measure, c.aggregation
        """,
        [list(board.run_ids)],
    )
    seen: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in found:
        for name in _JSON:
            row[name] = json.loads(row[name])
        options = {k: v for k, v in row["options"].items() if k not in ("ns", "aggregations", "rules", "quintiles")}
        simulated = json.dumps(options, sort_keys=True) if known[row["measure"]].simulated else ""
        identity = (row["verifier_fingerprint"], row["measure"], row["aggregation"], simulated)
        best = seen.setdefault(identity, row)
        if set(row["ns"]) > set(best["ns"]):
            seen[identity] = row  # an older run on a richer grid says more than the newest
    kept = list(seen.values())
    labels = _labels(kept, known)
    return tuple(_entry(label, row, known[row["measure"]]) for label, row in zip(labels, kept, strict=True))


def _labels(found: Rows, known: Mapping[str, Described]) -> list[str]:
    """The verifier under its aggregation; and the rule, where it is not the one that stands for the run."""
    plain = [
        cite.label(
            row["verifier"],
            row["aggregation"],
            row["options"] if row["aggregation"] == row["headline_aggregation"] else None,
        )
        + ("" if row["measure"] == row["headline_measure"] else f", {known[row['measure']].label}")
        for row in found
    ]
    counts = Counter(plain)
    return [
        f"{name} #{row['run_id'][:6]}" if counts[name] > 1 else name for name, row in zip(plain, found, strict=True)
    ]


def _entry(label: str, row: Mapping[str, Any], described: Described) -> Entry:
    config = json.loads(row["verifier_config"])
    own = row["measure"] == row["headline_measure"]
    return Entry(
        label=label,
        run_id=row["run_id"],
        verifier=row["verifier"],
        fingerprint=row["verifier_fingerprint"],
        family=row["family"],
        control=row["control"],
        described=described,
        aggregation=row["aggregation"],
        headline=own and row["aggregation"] == row["headline_aggregation"],
        own_rule=own,
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


_NUMBERS = ("value", "answering", "choosing", "standard_error", "low", "high", "draw_deviation", "mc_error")


def curves(connection: duckdb.DuckDBPyConnection, board: Board, slice_kind: str = "all") -> dict[str, dict[Key, Curve]]:
    """Slice -> (run, measure, aggregation) -> numbers over N, for every entry of a board."""
    numbers = ", ".join(f"coalesce({name}, 'nan'::double) as {name}" for name in _NUMBERS)
    table = connection.execute(
        f"""
        select slice, run_id, measure, aggregation, n, n_problems, {numbers}
        from results
        where slice_kind = ? and n is not null and run_id in (select unnest(?))
        order by slice, run_id, measure, aggregation, n
        """,  # noqa: S608  our own names
        [slice_kind, list(board.run_ids)],
    ).fetchnumpy()
    if not len(table["n"]):
        return {}
    names = ("slice", "run_id", "measure", "aggregation")
    changed = np.zeros(len(table["n"]), dtype=bool)
    for name in names:
        changed[1:] |= table[name][1:] != table[name][:-1]
    starts = [0, *np.flatnonzero(changed).tolist(), len(changed)]
    out: dict[str, dict[Key, Curve]] = {}
    for start, end in itertools.pairwise(starts):
        part, run_id, measure, aggregation = (str(table[name][start]) for name in names)
        out.setdefault(part, {})[run_id, measure, aggregation] = Curve(
            n=table["n"][start:end],
            n_problems=int(table["n_problems"][start]),
            **{name: table[name][start:end] for name in _NUMBERS},
        )
    return out


def steps(connection: duckdb.DuckDBPyConnection, board: Board) -> dict[str, dict[str, StepNumber]]:
    """Run -> step measure -> the number over all problems."""
    found = lookup.rows(
        connection,
        """
        select run_id, measure, value, low, high, n_problems
        from results
        where slice_kind = 'all' and n is null and run_id in (select unnest(?))
        """,
        [list(board.run_ids)],
    )
    out: dict[str, dict[str, StepNumber]] = {}
    for row in found:
        number = StepNumber(row["value"], row["low"], row["high"], row["n_problems"])
        out.setdefault(row["run_id"], {})[row["measure"]] = number
    return out


def values(connection: duckdb.DuckDBPyConnection, board: Board, n: int) -> Values:
    """p_i of every entry of a board that has this N, on the problems that all of them have."""
    places = connection.execute(
        """
        select list_position(ns, ?) as place, list(run_id)
        from runs where run_id in (select unnest(?)) and list_contains(ns, ?) group by place
        """,
        [n, list(board.run_ids), n],
    ).fetchall()
    rules = [name for name, known in measures(connection).items() if known.kind == "rule"]
    tables = [
        connection.sql(  # without a join, which takes longer than all the rest
            """
            select run_id, measure, aggregation, problem_id, p[?] as p
            from problem_results where run_id in (select unnest(?)) and measure in (select unnest(?))
            """,
            params=[place, run_ids, rules],
        ).to_arrow_table()
        for place, run_ids in places
    ]
    return _values(pa.concat_tables(tables)) if tables else Values((), (), np.zeros((0, 0)))


def _values(table: Any) -> Values:
    if not table.num_rows:
        return Values((), (), np.zeros((0, 0)))
    codes, levels = [], []
    for name in ("run_id", "measure", "aggregation", "problem_id"):
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


def curves_by_problem(connection: duckdb.DuckDBPyConnection, key: Key) -> tuple[tuple[str, ...], Floats]:
    """The problems of an entry's run and p_i at every N of it, shape [problems, N]."""
    ids, found = lookup.problem_values(connection, *key)
    return tuple(ids), found


def problems(connection: duckdb.DuckDBPyConnection, pool_digest: str) -> Rows:
    """The problems of a pool, in its order: id, subject, level, slots, samples."""
    return lookup.rows(
        connection,
        "select problem_id, subject, level, slots, samples from problems where pool_digest = ? order by position",
        [pool_digest],
    )


def difficulty(connection: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, tuple[str, float]]:
    """Quintile (``1`` = easiest) and pass rate of each problem of a run; empty for one that came as a card."""
    found = lookup.rows(connection, "select problem_id, quintile, pass_rate from difficulty where run_id = ?", [run_id])
    return {row["problem_id"]: (row["quintile"], row["pass_rate"]) for row in found}


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
        select source, url, task, slice, verifier, kind, measure, aggregation, generator, n, value, n_problems, note
        from published
        where ? is null or task = ?
        order by rowid
        """,
        [task, task],
    )
