"""``bonbench runs``, ``show`` and ``compare``: what was measured."""

from typing import Annotated

import typer

from harness.cli.asked import StorePath

RunId = Annotated[str, typer.Argument(metavar="RUN", help="A run's id, or the beginning of it.")]


def runs(
    store: StorePath = None, task: Annotated[str, typer.Option("--task", "-t", help="Only this task's.")] = ""
) -> None:
    """List the runs of a store, newest first."""
    from harness.cli import show
    from harness.home import default_store
    from harness.report import lookup
    from harness.report import store as stores
    from harness.report.cite import label

    with stores.reading(store or default_store()) as connection:
        found = [row for row in lookup.runs(connection) if not task or row["task"] == task]
    rows = [
        (
            r["run_id"], r["task"], r["pool"], label(r["verifier"], r["aggregation"], r["options"]), r["measure"],
            r["n"] or "", show.percent(r["value"]), show.interval(r["low"], r["high"]), r["started"][:16], r["origin"],
        )
        for r in found
    ]  # fmt: skip
    columns = [
        show.Column("run"), show.Column("task", "name", 2), show.Column("pool", "name"),
        show.Column("verifier", "name"), show.Column("rule", "", 3), show.Column("N", "right"),
        show.Column("%", "right"), show.Column("95 % interval", "", 1), show.Column("when", "", 5),
        show.Column("origin", "name", 4),
    ]  # fmt: skip
    show.table("", columns, rows)


def show_run(run: RunId, store: StorePath = None) -> None:
    """Show a run: its identity, its curve, its quintiles."""
    from harness.cli import show
    from harness.cli.step_tables import show_measures, show_probe
    from harness.home import default_store
    from harness.report import cite, lookup
    from harness.report import store as stores

    with stores.reading(store or default_store()) as connection:
        row = lookup.run(connection, run)
        numbers, known = lookup.results(connection, row["run_id"]), lookup.measures(connection)
    show.facts(
        {
            "run": row["run_id"],
            "task": f"{row['task']}, version {row['task_version']}"
            + ("" if row["problems"] == "task" else " (problems and right answers from the pool itself)"),
            "pool": f"{row['pool']}, digest {row['pool_digest'][:16]}",
            "generator": row["generator"] or "not stated",
            "verifier": f"{row['verifier']}, fingerprint {row['verifier_fingerprint'][:16]}",
            "named as": row["spec"] or "(made in Python)",
            "protocol": f"{row['protocol']}, {row['grader']}",
            "options": show.pairs(row["options"]),
            "coverage": show.pairs(row["coverage"]),
            "cost": show.pairs(row["cost"]) or "none",
            "started": f"{row['started']}, {row['seconds']:.1f} s",
            "bonbench": row["code_version"],
            "origin": cite.origin(row["origin"]),
        }
    )
    if "probe" in row["options"]:
        show_probe(row, numbers)
        return
    if not row["ns"]:
        show_measures(row, numbers, known)
        return
    own = [
        r for r in numbers if (r["measure"], r["aggregation"]) == (row["headline_measure"], row["headline_aggregation"])
    ]
    by_n = {n: {(r["slice_kind"], r["slice"]): r for r in own if r["n"] == n} for n in row["ns"]}
    quintiles = sorted({r["slice"] for r in own if r["slice_kind"] == "quintile"})
    parts = {r["slice"]: r["n_problems"] for r in own if r["slice_kind"] == "contamination"}
    rows = []
    for n, at in by_n.items():
        whole = at[("all", "all")]
        wanted = [*(("quintile", q) for q in quintiles), *(("contamination", part) for part in parts)]
        cells = [show.percent(at[key]["value"]) if key in at else "" for key in wanted]
        rows.append(
            (n, show.percent(whole["value"]), show.interval(whole["low"], whole["high"]),
             show.percent(whole["draw_deviation"], 2), *cells)
        )  # fmt: skip
    heading = [
        ("N", "right"),
        ("%", "right"),
        ("95 % interval", ""),
        ("draw ±", "right"),
        *[(f"Q{q}", "right") for q in quintiles],
        *[(f"{part} ({size})", "right") for part, size in parts.items()],
    ]
    show.table(f"{row['headline_measure']} {row['headline_aggregation']} (Q1 = easiest quintile)", heading, rows)
    for note in row["notes"]:
        show.warn(note)


def compare(
    first: Annotated[str, typer.Argument(metavar="A", help="A run's id.")],
    second: Annotated[str, typer.Argument(metavar="B", help="Another's.")],
    n: Annotated[str, typer.Option("--n", help="Values of N; default: all that both have.")] = "",
    store: StorePath = None,
) -> None:
    """Compare two runs problem by problem: difference, interval, sign-flip test, wins and losses."""
    import numpy as np

    from harness.cli import show
    from harness.cli.asked import parse_ns
    from harness.errors import BadInput
    from harness.home import default_store
    from harness.measure import statistics
    from harness.report import lookup
    from harness.report import store as stores
    from harness.report.cite import label

    with stores.reading(store or default_store()) as connection:
        a, b = lookup.run(connection, first), lookup.run(connection, second)
        shared = [m for m in a["ns"] if m in b["ns"]]
        wanted: list[int | None] = [*(parse_ns(n) or shared)]
        if not a["ns"] and not b["ns"] and a["headline_measure"] == b["headline_measure"]:
            wanted = [None]
        pairs = [(m, lookup.at_n(connection, a, m), lookup.at_n(connection, b, m)) for m in wanted]
    common = sorted(set(pairs[0][1]) & set(pairs[0][2])) if pairs else []
    if not common:
        raise BadInput(f"The runs {a['run_id']} and {b['run_id']} share no problem and no N; they cannot be compared.")
    results = [
        (m, statistics.paired(np.array([x[i] for i in common]), np.array([y[i] for i in common]))) for m, x, y in pairs
    ]
    adjusted = statistics.holm([p.p_value for _, p in results])
    name_a = label(a["verifier"], a["headline_aggregation"])
    name_b = label(b["verifier"], b["headline_aggregation"])
    rows = [
        (m or a["headline_measure"], f"{100 * p.difference:+.1f}",
         f"[{100 * p.interval.low:+.1f}, {100 * p.interval.high:+.1f}]",
         f"{p.p_value:.4f}", f"{q:.4f}", p.wins, p.ties, p.losses)
        for (m, p), q in zip(results, adjusted, strict=True)
    ]  # fmt: skip
    columns = [
        ("N", "right"), ("A - B, points", "right"), ("95 % interval", ""), ("p", "right"), ("p, Holm", "right"),
        ("A wins", "right"), ("ties", "right"), ("B wins", "right"),
    ]  # fmt: skip
    show.table(f"A = {name_a} ({a['run_id']}), B = {name_b} ({b['run_id']}), {len(common)} problems", columns, rows)
    if a["pool_digest"] != b["pool_digest"]:
        show.warn("The runs are on different pools: their difference is the generators' as well as the verifiers'.")
